package listrun

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/disk"
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
	Name   string       // as the user gave it
	File   *infile.File // nil: standard input that is no file
	Stored *infile.SummedReader
	Text   *listfile.Reader
}

// Open opens a list, "-" for standard input. sheet names the one to read of a workbook.
func Open(ctx context.Context, name, sheet string, from Source) (*Input, error) {
	in := &Input{Name: name}
	source, err := in.open(ctx, name, from.Stdin)
	if err != nil {
		return nil, err
	}
	in.Stored = infile.NewSummedReader(source, progressWriter(from.Progress), from.Summed)
	in.Text, err = listfile.Open(in.Stored)
	if errors.Is(err, listfile.ErrWorkbook) && in.Size() >= 0 {
		err = in.openWorkbook(sheet, from.Summed)
	} else if err == nil && sheet != "" {
		err = &OptionError{"sheet", sheet, errors.New("not a workbook, it has no sheets")}
	}
	if err != nil {
		in.Close()
		return nil, fmt.Errorf("%s: %w", in.Name, err)
	}
	return in, nil
}

// open opens the list as it is stored. A read of a pipe or a terminal ends with the context.
func (in *Input) open(ctx context.Context, name string, stdin io.Reader) (io.Reader, error) {
	var err error
	if name == "-" {
		in.Name = "standard input"
		file, ok := stdin.(*os.File)
		if at, err := seekable(file); !ok || at != 0 || err != nil { // no file, or one that somebody began to read
			return infile.Interruptible(ctx, stdin), nil
		}
		in.File, err = infile.Of(disk.Of(file), in.Name)
	} else {
		in.File, err = infile.Open(name)
	}
	if errors.Is(err, infile.ErrFolder) {
		return nil, fmt.Errorf("%s: a folder, not a list", name)
	}
	if err != nil {
		return nil, err
	}
	if in.Size() < 0 {
		return infile.Interruptible(ctx, in.File), nil
	}
	return in.File, nil
}

// openWorkbook reads the list as a workbook, whose parts do not stand in the order in which they
// are needed: it is summed first, from end to end.
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

// nameSheets adds to an error what other sheets there are, if it may come from reading one that is
// no list: instructions, say.
func (in *Input) nameSheets(err error) error {
	var column *filter.ColumnError
	if len(in.Text.Sheets) < 2 || !errors.As(err, &column) && !errors.Is(err, filter.ErrEmptyList) {
		return err
	}
	return fmt.Errorf("%w; this is %s; name another with --sheet", err, in.Text.DescribeSheets())
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

// seekable returns how far an open file was read; an error if it is none.
func seekable(file *os.File) (int64, error) {
	if file == nil {
		return 0, os.ErrInvalid
	}
	return file.Seek(0, io.SeekCurrent)
}

// Size returns how many bytes the list has as it is stored, -1 if nobody knows: of a pipe, say.
func (in *Input) Size() int64 {
	if in.File == nil {
		return -1
	}
	return in.File.Size()
}

// CheckUnchanged finds a list that somebody wrote to while it was read.
func (in *Input) CheckUnchanged() error {
	if in.Size() < 0 {
		return nil
	}
	if in.Stored.Bytes != in.Size() {
		return &infile.ChangedError{Name: in.Name, Before: in.Size(), After: in.Stored.Bytes}
	}
	return in.File.Unchanged()
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
