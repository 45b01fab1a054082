package infile

import (
	"io/fs"
	"syscall"
	"time"
)

// changeTime returns when a file's bytes or its owner, mode, name or links changed last. No program
// can set it.
func changeTime(info fs.FileInfo) time.Time {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(int64(s.Ctim.Sec), int64(s.Ctim.Nsec))
	}
	return time.Time{}
}

// An owned is what of a file can change without its bytes.
type owned struct {
	links          uint64
	mode, uid, gid uint32
}

func ownership(info fs.FileInfo) owned {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return owned{uint64(s.Nlink), s.Mode, s.Uid, s.Gid}
	}
	return owned{}
}
