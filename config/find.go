package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/listgate/listgate/internal/strict"
)

// An UntrustedError says why a file that was found does not count: somebody else may have put it
// there.
type UntrustedError struct {
	Path   string
	Reason string // such as "others may write its folder"
}

func (e *UntrustedError) Error() string { return fmt.Sprintf("%s: not read: %s", e.Path, e.Reason) }

// Find returns the path of the nearest file in the folder dir or above it that can be trusted, or
// "" if there is none. passed are the nearer ones that cannot be.
//
// A file is trusted if it is a regular file, it and its folder belong to the user or to root, and
// nobody else may write them. On Windows only the owners are looked at (the user, Administrators or
// the system), not who else may write. On systems where not even the owner can be asked for, no
// file is trusted.
func Find(dir string) (path string, passed []*UntrustedError, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return "", nil, err
	}
	for {
		path := filepath.Join(dir, Name)
		switch info, err := os.Lstat(path); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return "", passed, fmt.Errorf("%s: %w", path, strict.Plain(err))
		default:
			reason := distrust(path, info)
			if reason == "" {
				return path, passed, nil
			}
			passed = append(passed, &UntrustedError{path, reason})
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", passed, nil
		}
		dir = above
	}
}

// distrust says why a file does not count; "" means that it does.
func distrust(path string, info fs.FileInfo) string {
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return "it is a symbolic link"
	case !info.Mode().IsRegular():
		return "it is no regular file"
	}
	if reason := distrustOwner(path, info); reason != "" {
		return "it " + reason
	}
	folder := filepath.Dir(path)
	folderInfo, err := os.Lstat(folder)
	if err != nil {
		return "its folder cannot be looked at"
	}
	if reason := distrustOwner(folder, folderInfo); reason != "" {
		return "its folder " + reason
	}
	return ""
}
