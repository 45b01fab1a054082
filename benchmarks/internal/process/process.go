// Package process runs one command and says what it cost: time, processor time and memory of the
// whole process.
package process

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// A Command is what to run. Names are relative to Dir.
type Command struct {
	Args   []string
	Dir    string
	Stdin  string // file to read; empty: nothing
	Stdout string // file to write; empty: thrown away
	// FirstByte asks for the time until something stands on standard output, which then goes
	// through a pipe.
	FirstByte bool
}

// A Usage is what a command cost.
type Usage struct {
	Wall, CPU time.Duration // CPU is user and system time together
	PeakBytes int64         // the most memory that was resident
	FirstByte time.Duration
	Status    int    // exit status
	Stderr    string // the beginning
}

// Run runs a command to its end. A status other than 0 is no error.
//
// The peak that Linux tells of a process is at least its parent's at the start of it. A parent that
// holds much should therefore leave Run to a small one: command measure.
func Run(c Command) (Usage, error) {
	cmd := exec.Command(c.Args[0], c.Args[1:]...)
	cmd.Dir = c.Dir
	var stderr bytes.Buffer
	cmd.Stderr = &limited{&stderr, 4096}
	if err := c.open(cmd); err != nil {
		return Usage{}, err
	}
	var usage Usage
	begin := time.Now()
	err := start(cmd, c.FirstByte, func() { usage.FirstByte = time.Since(begin) })
	usage.Wall = time.Since(begin)
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return Usage{}, fmt.Errorf("%s: %w", c.Args[0], err)
	}
	state := cmd.ProcessState
	usage.Status, usage.Stderr = state.ExitCode(), stderr.String()
	usage.CPU = state.UserTime() + state.SystemTime()
	usage.PeakBytes = state.SysUsage().(*syscall.Rusage).Maxrss << 10 // Linux counts in KiB
	return usage, nil
}

func (c Command) open(cmd *exec.Cmd) error {
	if c.Stdin != "" {
		file, err := os.Open(c.path(c.Stdin))
		if err != nil {
			return err
		}
		cmd.Stdin = file
	}
	if c.Stdout != "" {
		file, err := os.Create(c.path(c.Stdout))
		if err != nil {
			return err
		}
		cmd.Stdout = file
	}
	return nil
}

func (c Command) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(c.Dir, name)
}

// start runs cmd to its end and calls first when the first byte of its output is there.
func start(cmd *exec.Cmd, piped bool, first func()) error {
	if !piped {
		return cmd.Run()
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	if _, err := io.ReadFull(out, make([]byte, 1)); err == nil {
		first()
	}
	if _, err := io.Copy(io.Discard, out); err != nil {
		return err
	}
	return cmd.Wait()
}

// A limited writer keeps the beginning and throws the rest away. The buffer is no embedded one: its
// ReadFrom would pass Write by.
type limited struct {
	buffer *bytes.Buffer
	room   int
}

func (l *limited) Write(p []byte) (int, error) {
	keep := min(len(p), l.room)
	l.room -= keep
	l.buffer.Write(p[:keep])
	return len(p), nil
}
