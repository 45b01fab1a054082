//go:build !unix && !windows

package config

import "io/fs"

func distrustOwner(string, fs.FileInfo) string { return "does not say whose it is on this system" }
