//go:build unix

package config

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// distrustOwner says why something may be another user's work; "" means that it is the user's or
// root's own.
func distrustOwner(_ string, info fs.FileInfo) string {
	status, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok:
		return "does not say whose it is"
	case status.Uid != 0 && int(status.Uid) != os.Geteuid():
		return fmt.Sprintf("belongs to another user (uid %d)", status.Uid)
	// with an access control list, the group's bits are the most that it gives to anybody
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Sprintf("can be written by others (%s; chmod go-w)", info.Mode())
	}
	return ""
}
