package outfile

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/listgate/listgate/internal/disk"
	"github.com/listgate/listgate/internal/infile"
)

// What stands beside an output while a run goes on has names of one length, however long the
// output's is: a mark of the output's name, so that the next run for it finds what a killed one
// left, and letters that nobody can guess.
//
//	.listgate-0123456789abcdef.lock
//	.listgate-0123456789abcdef-abcdefghijklmnopqrstuvwxyz.tmp
var ours = regexp.MustCompile(`^\.listgate-([0-9a-f]{16})(\.lock|-[a-z2-7]{26}\.tmp)$`)

func markOf(place string) string {
	sum := sha256.Sum256([]byte(filepath.Base(place)))
	return hex.EncodeToString(sum[:8])
}

func temporaryName(place string) string {
	name := fmt.Sprintf(".listgate-%s-%s.tmp", markOf(place), strings.ToLower(rand.Text()))
	return filepath.Join(filepath.Dir(place), name)
}

// createTemporary makes a file beside a place, with so many permissions at most. Nobody else has
// opened it, and no link leads elsewhere. An open that was done and reported as failed leaves
// nothing.
func createTemporary(place string, perm fs.FileMode, group int) (*disk.File, error) {
	name := temporaryName(place)
	file, err := disk.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL|noFollow, perm.Perm()&0o666|0o600)
	if err != nil {
		if !errors.Is(err, fs.ErrExist) {
			_ = disk.Remove(name)
		}
		return nil, err
	}
	if err := restrictGroup(file, perm, group); err != nil {
		file.Close()
		_ = disk.Remove(name)
		return nil, err
	}
	return file, nil
}

// A Leftover is what a killed run left in a folder: whole lists of numbers, maybe.
type Leftover struct {
	Files int
	Bytes int64
}

// removeLeftovers removes the temporary files of one output. The caller holds its lock, so that no
// run has them.
func removeLeftovers(folder, mark string) (left Leftover, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return left, err
	}
	for _, entry := range entries {
		found := ours.FindStringSubmatch(entry.Name())
		if found == nil || found[1] != mark || found[2] == ".lock" || !entry.Type().IsRegular() {
			continue
		}
		if info, err := entry.Info(); err == nil {
			left.Bytes += info.Size()
		}
		if err := disk.Remove(filepath.Join(folder, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return left, err
		}
		left.Files++
	}
	return left, nil
}

// Clean removes what killed runs left in a folder, and nothing else: not what lies in folders
// below, and not what belongs to a run that goes on, of which busy tells how many outputs there
// are.
func Clean(folder string) (left Leftover, busy int, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return left, 0, fmt.Errorf("%s: cannot be read: %w", folder, infile.Cause(err))
	}
	marks := map[string]bool{}
	for _, entry := range entries {
		found := ours.FindStringSubmatch(entry.Name())
		if found == nil || marks[found[1]] || !entry.Type().IsRegular() {
			continue
		}
		marks[found[1]] = true
		of, held, err := cleanOutput(folder, found[1])
		if err != nil {
			return left, busy, fmt.Errorf("%s: %w", folder, infile.Cause(err))
		}
		if held {
			busy++
		}
		left.Files += of.Files
		left.Bytes += of.Bytes
	}
	return left, busy, nil
}

// cleanOutput removes what is left of one output, unless a run holds it.
func cleanOutput(folder, mark string) (left Leftover, held bool, err error) {
	lock, err := takeLock(folder, mark)
	if errors.Is(err, errHeld) {
		return left, true, nil
	}
	if err != nil {
		return left, false, err
	}
	defer lock.release()
	left, err = removeLeftovers(folder, mark)
	return left, false, err
}
