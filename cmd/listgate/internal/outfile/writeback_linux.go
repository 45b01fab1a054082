package outfile

import (
	"syscall"

	"github.com/listgate/listgate/internal/disk"
)

// writeBack sends what was written to file on to the disk. Unlike Sync it neither waits for the
// disk nor has the file system write its journal, which would hold up the writing that goes on.
func writeBack(file *disk.File) {
	const startWriting = 2 // SYNC_FILE_RANGE_WRITE
	_ = syscall.SyncFileRange(int(file.Fd()), 0, 0, startWriting)
}
