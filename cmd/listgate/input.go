package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/listfile"
)

// An input is the list, counted and summed as it is stored.
type input struct {
	name   string // as the user gave it
	file   *os.File
	before fs.FileInfo
	stored *infile.SummedReader
	text   *listfile.Reader
}

// openInput opens a list, "-" for standard input. sheet names the one to read of a workbook.
func openInput(ctx context.Context, name, sheet string, stdin io.Reader, summed bool, progress func(read int64)) (*input, error) {
	in := &input{name: name}
	source := stdin
	if name == "-" {
		in.name = "standard input"
		source = infile.Interruptible(ctx, stdin)
	} else {
		var err error
		if in.file, err = os.Open(name); err != nil {
			return nil, fmt.Errorf("%s: cannot be read: %w", name, infile.Cause(err))
		}
		if in.before, err = in.file.Stat(); err == nil && in.before.IsDir() {
			err = errors.New("a folder, not a list")
		}
		if err != nil {
			in.file.Close()
			return nil, fmt.Errorf("%s: %w", name, infile.Cause(err))
		}
		source = in.file
	}
	in.stored = infile.NewSummedReader(source, progressWriter(progress), summed)
	var err error
	in.text, err = listfile.Open(in.stored)
	if errors.Is(err, listfile.ErrWorkbook) && in.size() >= 0 {
		err = in.openWorkbook(sheet, summed)
	} else if err == nil && sheet != "" {
		err = usagef("--sheet %q: not a workbook, it has no sheets", sheet)
	}
	if err != nil {
		in.close()
		return nil, fmt.Errorf("%s: %w", in.name, err)
	}
	return in, nil
}

// openWorkbook reads the list as a workbook, whose parts do not stand in the order in which they are needed: it is summed
// first, from end to end.
func (in *input) openWorkbook(sheet string, summed bool) error {
	if _, err := in.file.Seek(0, io.SeekStart); err != nil {
		return infile.Cause(err)
	}
	in.stored = infile.NewSummedReader(in.file, io.Discard, summed)
	if _, err := io.Copy(io.Discard, in.stored); err != nil {
		return infile.Cause(err)
	}
	var err error
	in.text, err = listfile.OpenWorkbook(in.file, in.size(), sheet)
	return err
}

type progressWriter func(int64)

func (p progressWriter) Write(b []byte) (int, error) {
	p(int64(len(b)))
	return len(b), nil
}

func (in *input) Read(p []byte) (int, error) { return in.text.Read(p) }

func (in *input) size() int64 {
	if in.before == nil || !in.before.Mode().IsRegular() {
		return -1
	}
	return in.before.Size()
}

// checkUnchanged finds a list that somebody wrote to while it was read.
func (in *input) checkUnchanged() error {
	if in.size() < 0 {
		return nil
	}
	after, err := in.file.Stat()
	if err != nil {
		return fmt.Errorf("%s: %w", in.name, infile.Cause(err))
	}
	if after.Size() != in.size() || in.stored.Bytes != in.size() || !after.ModTime().Equal(in.before.ModTime()) {
		return fmt.Errorf("%s: changed while it was read (%d bytes at first, %d at last); filter it again when it is whole",
			in.name, in.size(), after.Size())
	}
	return nil
}

func (in *input) close() {
	if in.text != nil {
		in.text.Close()
	}
	if in.file != nil {
		in.file.Close()
	}
}
