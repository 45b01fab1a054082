package listrun

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

// A Source says where the list comes from, and what is wanted of its bytes beside its rows.
type Source struct {
	Stdin    io.Reader        // what the name - means
	Summed   bool             // for a report
	Progress func(read int64) // is called with how many bytes were read since the last call; nil: with none
}

// An Input is the list, counted and summed as it is stored.
type Input struct {
	Name   string // as the user gave it
	File   *os.File
	Before fs.FileInfo
	Stored *infile.SummedReader
	Text   *listfile.Reader
}

// Open opens a list, "-" for standard input. sheet names the one to read of a workbook.
func Open(ctx context.Context, name, sheet string, from Source) (*Input, error) {
	in := &Input{Name: name}
	source := from.Stdin
	if name == "-" {
		in.Name = "standard input"
		source = infile.Interruptible(ctx, from.Stdin)
	} else {
		var err error
		if in.File, err = os.Open(name); err != nil {
			return nil, fmt.Errorf("%s: cannot be read: %w", name, infile.Cause(err))
		}
		if in.Before, err = in.File.Stat(); err == nil && in.Before.IsDir() {
			err = errors.New("a folder, not a list")
		}
		if err != nil {
			in.File.Close()
			return nil, fmt.Errorf("%s: %w", name, infile.Cause(err))
		}
		source = in.File
	}
	in.Stored = infile.NewSummedReader(source, progressWriter(from.Progress), from.Summed)
	var err error
	in.Text, err = listfile.Open(in.Stored)
	if errors.Is(err, listfile.ErrWorkbook) && in.Size() >= 0 {
		err = in.openWorkbook(sheet, from.Summed)
	} else if err == nil && sheet != "" {
		err = OptionErrorf("sheet", "%q: not a workbook, it has no sheets", sheet)
	}
	if err != nil {
		in.Close()
		return nil, fmt.Errorf("%s: %w", in.Name, err)
	}
	return in, nil
}

// openWorkbook reads the list as a workbook, whose parts do not stand in the order in which they are needed: it is summed
// first, from end to end.
func (in *Input) openWorkbook(sheet string, summed bool) error {
	if _, err := in.File.Seek(0, io.SeekStart); err != nil {
		return infile.Cause(err)
	}
	in.Stored = infile.NewSummedReader(in.File, io.Discard, summed)
	if _, err := io.Copy(io.Discard, in.Stored); err != nil {
		return infile.Cause(err)
	}
	var err error
	in.Text, err = listfile.OpenWorkbook(in.File, in.Size(), sheet)
	return err
}

type progressWriter func(int64)

func (p progressWriter) Write(b []byte) (int, error) {
	if p != nil {
		p(int64(len(b)))
	}
	return len(b), nil
}

// Read reads the list as UTF-8 text.
func (in *Input) Read(p []byte) (int, error) { return in.Text.Read(p) }

// Size returns how many bytes the list has as it is stored, -1 if nobody knows: of a pipe, say.
func (in *Input) Size() int64 {
	if in.Before == nil || !in.Before.Mode().IsRegular() {
		return -1
	}
	return in.Before.Size()
}

// CheckUnchanged finds a list that somebody wrote to while it was read.
func (in *Input) CheckUnchanged() error {
	if in.Size() < 0 {
		return nil
	}
	after, err := in.File.Stat()
	if err != nil {
		return fmt.Errorf("%s: %w", in.Name, infile.Cause(err))
	}
	if after.Size() != in.Size() || in.Stored.Bytes != in.Size() || !after.ModTime().Equal(in.Before.ModTime()) {
		return fmt.Errorf("%s: changed while it was read (%d bytes at first, %d at last); filter it again when it is whole",
			in.Name, in.Size(), after.Size())
	}
	return nil
}

// Close closes the list.
func (in *Input) Close() {
	if in.Text != nil {
		in.Text.Close()
	}
	if in.File != nil {
		in.File.Close()
	}
}
