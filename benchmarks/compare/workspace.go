package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/listgate/listgate/benchmarks/internal/process"
	"github.com/listgate/listgate/benchmarks/list"
	"github.com/listgate/listgate/benchmarks/peers"
)

// A workspace is the folder in which programs are built and lists lie. Commands run in it, so that
// no path of this machine stands in a result.
type workspace struct {
	folder string
	seed   uint64
	shape  list.Shape
}

// openWorkspace builds what is made from this repository.
func openWorkspace(folder string, shape list.Shape, seed uint64) (*workspace, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	w := &workspace{folder: folder, seed: seed, shape: shape}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, err
	}
	root, err := output("", "go", "list", "-m", "-f", "{{.Dir}}", "github.com/listgate/listgate")
	if err != nil {
		return nil, err
	}
	return w, errors.Join(
		w.build(root, "listgate", "./cmd/listgate"),
		w.build("", "measure", "github.com/listgate/listgate/benchmarks/measure"),
		w.build("", "goloop", "github.com/listgate/listgate/benchmarks/peers/goloop"),
		peers.Unpack(folder),
	)
}

func (w *workspace) build(folder, name, what string) error {
	_, err := output(folder, "go", "build", "-trimpath", "-o", w.path(name), what)
	return err
}

func (w *workspace) path(name string) string { return filepath.Join(w.folder, name) }

// list returns the name of the list of so many rows. It is made unless it is there from an earlier
// run.
func (w *workspace) list(rows int) (string, error) {
	name := fmt.Sprintf("%s-%d-%d.csv", w.shape, w.seed, rows)
	if w.isCurrent(name, rows) {
		return name, nil
	}
	file, err := os.CreateTemp(w.folder, name)
	if err != nil {
		return "", err
	}
	defer os.Remove(file.Name())
	err = errors.Join(list.New(w.shape, w.seed).Write(file, rows), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), w.path(name))
	}
	return name, err
}

// isCurrent reports whether a list is there, and begins as the generator would begin it today.
func (w *workspace) isCurrent(name string, rows int) bool {
	var want bytes.Buffer
	if err := list.New(w.shape, w.seed).Write(&want, min(rows, 10_000)); err != nil {
		return false
	}
	file, err := os.Open(w.path(name))
	if err != nil {
		return false
	}
	defer file.Close()
	got := make([]byte, want.Len())
	_, err = io.ReadFull(file, got)
	return err == nil && bytes.Equal(got, want.Bytes())
}

// measure runs a command by the program measure.
func (w *workspace) measure(c process.Command) (process.Usage, error) {
	c.Dir = w.folder
	request, err := json.Marshal(c)
	if err != nil {
		return process.Usage{}, err
	}
	tool := exec.Command(w.path("measure"))
	var stderr bytes.Buffer
	tool.Stdin, tool.Stderr = bytes.NewReader(request), &stderr
	answer, err := tool.Output()
	if err != nil {
		return process.Usage{}, fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
	}
	var usage process.Usage
	return usage, json.Unmarshal(answer, &usage)
}

// output runs a command in a folder, empty for this one, and returns what it prints.
func output(folder string, args ...string) (string, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = folder
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(out)), nil
}
