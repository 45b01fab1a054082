// Package disk is the file system as the command uses it. What can fail on a disk goes through it,
// so that a build with the tag "faults" can let each operation fail, be cut short, be done and
// reported as failed, or be the last one of the process: see docs/survival.md. Any other build
// calls package os, and nothing else.
package disk

import (
	"io/fs"
	"os"

	"github.com/natefinch/atomic"
)

// A File is an open file. It is as safe for concurrent use as an [os.File].
type File struct{ file *os.File }

// Of returns an open file as one of this package.
func Of(file *os.File) *File { return &File{file} }

// Open opens a file to read it.
func Open(name string) (*File, error) { return OpenFile(name, os.O_RDONLY, 0) }

// OpenFile is [os.OpenFile].
func OpenFile(name string, flag int, perm fs.FileMode) (*File, error) {
	return opened(name, func() (*os.File, error) { return os.OpenFile(name, flag, perm) })
}

// CreateTemp is [os.CreateTemp].
func CreateTemp(folder, pattern string) (*File, error) {
	return opened(folder, func() (*os.File, error) { return os.CreateTemp(folder, pattern) })
}

func opened(name string, open func() (*os.File, error)) (*File, error) {
	var file *os.File
	err := do("open", name, func() (err error) {
		file, err = open()
		return err
	})
	if err != nil {
		if file != nil {
			file.Close()
		}
		return nil, err
	}
	return &File{file}, nil
}

// Rename gives a file a name, which it takes from another file that has it.
func Rename(name, to string) error {
	return do("rename", to, func() error { return atomic.ReplaceFile(name, to) })
}

// RenameNew gives a file a name that nothing has: [fs.ErrExist] if something does. Where the system
// cannot do both in one step, what comes between looking and renaming is replaced.
func RenameNew(name, to string) error {
	return do("rename", to, func() error { return renameNew(name, to) })
}

// lookAndRename is renameNew in two steps.
func lookAndRename(name, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
	}
	return atomic.ReplaceFile(name, to)
}

// Remove is [os.Remove].
func Remove(name string) error { return do("remove", name, func() error { return os.Remove(name) }) }

// Name returns the name that the file was opened by.
func (f *File) Name() string { return f.file.Name() }

// Fd is [os.File.Fd].
func (f *File) Fd() uintptr { return f.file.Fd() }

// Chmod is [os.File.Chmod].
func (f *File) Chmod(mode fs.FileMode) error { return f.file.Chmod(mode) }

// Chown is [os.File.Chown].
func (f *File) Chown(uid, gid int) error { return f.file.Chown(uid, gid) }

// Seek is [os.File.Seek].
func (f *File) Seek(offset int64, whence int) (int64, error) { return f.file.Seek(offset, whence) }

// Stat is [os.File.Stat].
func (f *File) Stat() (info fs.FileInfo, err error) {
	err = do("stat", f.Name(), func() (err error) {
		info, err = f.file.Stat()
		return err
	})
	return info, err
}

func (f *File) Read(p []byte) (int, error) {
	return transfer("read", f.Name(), p, f.file.Read)
}

// ReadAt is [os.File.ReadAt].
func (f *File) ReadAt(p []byte, offset int64) (int, error) {
	return transfer("readat", f.Name(), p, func(p []byte) (int, error) { return f.file.ReadAt(p, offset) })
}

func (f *File) Write(p []byte) (int, error) {
	return transfer("write", f.Name(), p, f.file.Write)
}

// WriteAt is [os.File.WriteAt].
func (f *File) WriteAt(p []byte, offset int64) (int, error) {
	return transfer("write", f.Name(), p, func(p []byte) (int, error) { return f.file.WriteAt(p, offset) })
}

// Truncate is [os.File.Truncate].
func (f *File) Truncate(size int64) error {
	return do("truncate", f.Name(), func() error { return f.file.Truncate(size) })
}

// Sync is [os.File.Sync].
func (f *File) Sync() error { return do("sync", f.Name(), f.file.Sync) }

// Close is [os.File.Close].
func (f *File) Close() error { return do("close", f.Name(), f.file.Close) }
