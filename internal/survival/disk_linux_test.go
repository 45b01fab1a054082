package survival

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Real disks that are full, have room for no file more, or cannot be written to; no faults of ours.

// onDisk does a run on a file system of its own, of so many KiB beside its inputs and so many
// files.
func onDisk(g *ground, kib, files int, readOnly bool, judge func(dir string, r result) string) string {
	dir, err := os.MkdirTemp(workFolder, "disk-")
	if err != nil {
		return err.Error()
	}
	defer os.RemoveAll(dir)
	options := func(kib, files int) string { return fmt.Sprintf("size=%dk,nr_inodes=%d", kib, files) }
	if err := syscall.Mount("survival", dir, "tmpfs", 0, options(1<<20, 1000)); err != nil {
		return err.Error()
	}
	defer syscall.Unmount(dir, syscall.MNT_DETACH)
	if err := g.layIn(dir); err != nil {
		return err.Error()
	}
	var used syscall.Statfs_t
	if err := syscall.Statfs(dir, &used); err != nil {
		return err.Error()
	}
	usedKiB, usedFiles := int(used.Blocks-used.Bfree)*4, int(used.Files-used.Ffree)
	flags := uintptr(syscall.MS_REMOUNT)
	if readOnly {
		flags |= syscall.MS_RDONLY
	}
	// A process that another trial has just forked may still hold a file that was written here.
	for tries := 0; ; tries++ {
		err := syscall.Mount("survival", dir, "tmpfs", flags, options(usedKiB+kib, usedFiles+files))
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EBUSY) || tries == 1000 {
			return err.Error()
		}
		time.Sleep(10 * time.Millisecond)
	}
	return judge(dir, g.start(dir))
}

func needMounts(t *testing.T, row string) {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("survival", dir, "tmpfs", 0, "size=4k"); err != nil {
		NotTried(t, row, "a file system of its own cannot be mounted here: "+err.Error())
	}
	require.NoError(t, syscall.Unmount(dir, 0))
}

func judgeAlone(g *ground) func(dir string, r result) string {
	return func(dir string, r result) string {
		if problem := g.judge(dir, r, false); problem != "" {
			return problem
		}
		if r.status != g.status {
			return leftIn(dir)
		}
		return ""
	}
}

func TestSurvivalFullDisk(t *testing.T) {
	skipShort(t)
	needMounts(t, "full")
	var trials []trial
	passed := 0
	for i, g := range grounds(t) {
		need := 0
		for _, text := range g.good {
			need += len(text)/1024 + 8
		}
		step := max(4, need/25/4*4)
		if !Long() {
			if step = need/2 + 4; i%4 > 0 {
				continue
			}
		}
		for kib := 0; kib <= need+step; kib += step {
			trials = append(trials, trial{g, fmt.Sprintf("%d KiB free", kib), func(g *ground) string {
				return onDisk(g, kib, 100, false, judgeAlone(g))
			}})
		}
		passed++
	}
	try(t, trials)
	Held(t, "full", len(trials), fmt.Sprintf("%d kinds of run", passed))
}

func TestSurvivalNoInodes(t *testing.T) {
	skipShort(t)
	needMounts(t, "inodes")
	var trials []trial
	for i, g := range grounds(t) {
		for files := range 9 {
			if Long() || files%4 == i%4 && i%3 == 0 {
				trials = append(trials, trial{g, fmt.Sprintf("room for %d files", files), func(g *ground) string {
					return onDisk(g, 1<<10, files, false, judgeAlone(g))
				}})
			}
		}
	}
	try(t, trials)
	Held(t, "inodes", len(trials))
}

func TestSurvivalReadOnly(t *testing.T) {
	skipShort(t)
	needMounts(t, "readonly")
	var trials []trial
	for i, g := range grounds(t) {
		if len(g.outputs) == 0 || !Long() && i%4 > 0 {
			continue
		}
		trials = append(trials, trial{g, "read-only", func(g *ground) string {
			return onDisk(g, 1<<10, 100, true, func(dir string, r result) string {
				for name, state := range g.found(dir) {
					if g.renewed && state != old {
						return name + ": " + state
					}
				}
				if r.status != 3 {
					return fmt.Sprintf("status %d: %s", r.status, r.stderr)
				}
				return g.judge(dir, r, false)
			})
		}})
	}
	try(t, trials)
	Held(t, "readonly", len(trials))
}

// Bounds of the process: on the size of a file, and on how many are open.
func TestSurvivalLimits(t *testing.T) {
	skipShort(t)
	bounded := func(g *ground, limit string) string {
		dir, err := g.lay()
		if err != nil {
			return err.Error()
		}
		defer os.RemoveAll(dir)
		path, _ := command()
		r := g.startAs(dir, nil, "sh", "-c", "ulimit "+limit+`; exec "$0" "$@"`, path)
		if r.status == 2 && strings.Contains(r.stderr, "runtime:") {
			r.status = 3 // Go's runtime could not start the program
		}
		return judgeAlone(g)(dir, r)
	}
	for _, row := range []struct {
		name, flag  string
		first, most int
	}{{"fsize", "-f", 0, 300}, {"descriptors", "-n", 3, 24}} {
		t.Run(row.name, func(t *testing.T) {
			var trials []trial
			for i, g := range grounds(t) {
				step := 1 + row.most/25
				if !Long() {
					if step = row.most / 2; i%4 > 0 {
						continue
					}
				}
				for n := row.first; n <= row.most; n += step {
					trials = append(trials, trial{g, fmt.Sprintf("ulimit %s %d", row.flag, n), func(g *ground) string {
						return bounded(g, fmt.Sprintf("%s %d", row.flag, n))
					}})
				}
			}
			try(t, trials)
			Held(t, row.name, len(trials))
		})
	}
}

// Each system call on files fails, by a tracer: also what does not go through internal/disk.
func TestSurvivalSystemCalls(t *testing.T) {
	skipShort(t)
	strace, err := exec.LookPath("strace")
	if err != nil {
		NotTried(t, "strace", "strace is not installed")
	}
	path, _ := command()
	if out, err := exec.Command(strace, "-f", "-qq", "-e", "trace=flock", "-o", "/dev/null", path,
		"version").CombinedOutput(); err != nil {
		NotTried(t, "strace", "strace may not trace here: "+string(out))
	}
	var trials []trial
	for i, g := range grounds(t) {
		if i > 0 && !Long() || i > 0 && g.name != "a workbook to a workbook" && g.name != "check" {
			continue
		}
		for _, fault := range []struct{ call, err string }{
			{"openat", "EMFILE"}, {"openat", "EIO"}, {"read", "EIO"}, {"pread64", "EIO"}, {"write", "ENOSPC"},
			{"write", "EINTR"},
			{"write", "EDQUOT"}, {"fsync", "EIO"}, {"close", "EIO"}, {"renameat", "EIO"}, {"unlinkat", "EIO"},
			{"flock", "ENOLCK"},
			{"flock", "EIO"}, {"newfstatat", "EIO"}, {"fstat", "EIO"}, {"getdents64", "EIO"}, {"fcntl", "EIO"},
			{"fchmod", "EIO"},
		} {
			most := 12
			if !Long() {
				if most = 1; len(trials) > 3 {
					continue
				}
			}
			for n := 1; n <= most; n++ {
				what := fmt.Sprintf("%s %s %d", fault.call, fault.err, n)
				trials = append(trials, trial{g, what, func(g *ground) string {
					dir, err := g.lay()
					if err != nil {
						return err.Error()
					}
					defer os.RemoveAll(dir)
					r := g.startAs(dir, nil, strace, "-f", "-qq", "-o",
						filepath.Join(workFolder, "trace-"+filepath.Base(dir)), "-e",
						"trace="+fault.call, "-e",
						fmt.Sprintf("inject=%s:error=%s:when=%d", fault.call, fault.err, n), path)
					if r.status == 2 &&
						(strings.Contains(r.stderr, "runtime:") || strings.Contains(r.stderr, "fatal error")) {
						r.status = 3 // Go's runtime could not start the program
					}
					if r.stderr == "" && fault.call == "write" {
						r.stderr = "(could not be written)"
					}
					return g.judge(dir, r, true)
				}})
			}
		}
	}
	try(t, trials)
	Held(t, "strace", len(trials))
}
