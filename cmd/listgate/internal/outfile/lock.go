package outfile

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/listgate/listgate/internal/disk"
)

// errHeld says that another run holds a lock.
var errHeld = errors.New("another run of listgate is writing it; wait until that is done")

// A lock keeps others from an output. The system lets go of it when the process ends, however it
// ends; what may then be left is an empty file.
type lock struct{ file *flock.Flock }

// takeLock takes the lock of an output, or returns errHeld. A file system that has no locks locks
// nobody out.
func takeLock(folder, mark string) (*lock, error) {
	path := filepath.Join(folder, ".listgate-"+mark+".lock")
	for {
		file := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR|noFollow), flock.SetPermissions(0o600))
		got, err := file.TryLock()
		if err != nil {
			file.Close()
			if hasNoLocks(err) {
				return &lock{}, nil
			}
			return nil, err
		}
		if !got {
			file.Close()
			return nil, errHeld
		}
		// Who held it before may have removed the file between our opening and locking it: then
		// others lock a new one.
		mine, errMine := file.Stat()
		now, errNow := os.Lstat(path)
		if errMine == nil && errNow == nil && os.SameFile(mine, now) {
			return &lock{file}, nil
		}
		file.Close()
		if errMine != nil {
			return nil, errMine
		}
	}
}

// release removes the lock's file while it is held, and lets go.
func (l *lock) release() {
	if l.file == nil {
		return
	}
	_ = disk.Remove(l.file.Path())
	_ = l.file.Close()
}
