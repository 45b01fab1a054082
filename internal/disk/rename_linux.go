package disk

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/unix"
)

func renameNew(name, to string) error {
	err := unix.Renameat2(unix.AT_FDCWD, name, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
	// some file systems and sandboxes do not know the flag, or the call
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) {
		return lookAndRename(name, to)
	}
	if err != nil {
		return &fs.PathError{Op: "rename", Path: to, Err: err}
	}
	return nil
}
