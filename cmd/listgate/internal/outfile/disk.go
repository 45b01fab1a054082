package outfile

import (
	"os"

	"github.com/natefinch/atomic"
)

// A fileSystem is what the package does to the disk that can fail, or be done and reported as
// failed.
type fileSystem struct {
	open   func(name string, flag int, perm os.FileMode) (*os.File, error)
	rename func(name, to string) error
	remove func(name string) error
}

// disk is the file system in use. Only tests put another one there, with faults.
var disk = fileSystem{open: os.OpenFile, rename: atomic.ReplaceFile, remove: os.Remove}
