//go:build unix

package outfile

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"github.com/listgate/listgate/internal/disk"
)

const noFollow = syscall.O_NOFOLLOW

// hasNoLocks reports whether a file system has no locks at all.
func hasNoLocks(err error) bool {
	return errors.Is(err, syscall.ENOLCK) || errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.ENOSYS)
}

// groupOf returns the group of a file, -1 if it has none.
func groupOf(info fs.FileInfo) int {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(s.Gid)
	}
	return -1
}

// restrictGroup gives a file the group for which perm was meant, if the user is in it. Else the
// group that it has may do with it what everybody may.
func restrictGroup(file *disk.File, perm fs.FileMode, group int) error {
	if perm&0o060 == 0 || group < 0 {
		return nil
	}
	info, err := file.Stat()
	if err != nil || groupOf(info) == group {
		return err
	}
	if groups, err := os.Getgroups(); err == nil && slices.Contains(groups, group) && file.Chown(-1, group) == nil {
		return nil
	}
	mode := info.Mode().Perm()
	return file.Chmod(mode &^ (0o060 &^ (mode << 3)))
}
