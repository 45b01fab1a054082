//go:build !linux

package outfile

import "github.com/listgate/listgate/internal/disk"

// writeBack sends what was written to file on to the disk.
func writeBack(file *disk.File) { _ = file.Sync() }
