//go:build !linux

package outfile

import "os"

// writeBack sends what was written to file on to the disk.
func writeBack(file *os.File) { _ = file.Sync() }
