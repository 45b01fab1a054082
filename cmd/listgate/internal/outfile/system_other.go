//go:build !unix

package outfile

import (
	"io/fs"

	"github.com/listgate/listgate/internal/disk"
)

const noFollow = 0

func hasNoLocks(error) bool { return false }

func groupOf(fs.FileInfo) int { return -1 }

func restrictGroup(*disk.File, fs.FileMode, int) error { return nil }
