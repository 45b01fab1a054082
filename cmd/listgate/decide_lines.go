package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/decision"
	"github.com/listgate/listgate/internal/infile"
)

// mostLineBytes is how long a line may be. A longer one is answered as not_a_number, and passed
// over.
const mostLineBytes = 1 << 20

// mostChunkLines is how many lines a chunk may have: fewer than a phone number would say.
const mostChunkLines = 999_999

// A lineDecider answers each line of a stream with one line.
type lineDecider struct {
	filter  func() *filter.Filter // in force now
	field   string                // of JSON objects; empty: the line is the number
	json    bool
	chunked bool
	out     io.Writer

	answers  []byte // not written yet
	expected int64  // lines that the chunk still has
	lines    int64  // read so far
	tooLong  bool   // the line at hand was answered and is passed over
}

// run answers all lines of in. What is at hand is answered before more is waited for.
func (s *lineDecider) run(in io.Reader) error {
	buffer := make([]byte, 0, 64<<10)
	for {
		if len(buffer) == cap(buffer) {
			buffer = append(make([]byte, 0, 2*cap(buffer)), buffer...)
		}
		n, err := in.Read(buffer[len(buffer):cap(buffer)])
		rest, wrong := s.answerLines(buffer[:len(buffer)+n])
		if wrong != nil {
			return wrong
		}
		buffer = append(buffer[:0], rest...)
		if err == nil && len(buffer) > mostLineBytes {
			if err := s.passOver(); err != nil {
				return err
			}
			buffer = buffer[:0]
		}
		if errors.Is(err, io.EOF) {
			return s.end(buffer)
		}
		if flushErr := s.flush(); flushErr != nil {
			return flushErr
		}
		if err != nil {
			return fmt.Errorf("standard input: %w", infile.Cause(err))
		}
	}
}

// answerLines answers the whole lines of data and returns what is left.
func (s *lineDecider) answerLines(data []byte) (rest []byte, err error) {
	in := s.filter()
	for {
		end := bytes.IndexByte(data, '\n')
		if end < 0 {
			return data, nil
		}
		line := data[:end]
		data = data[end+1:]
		if s.tooLong { // the end of it
			s.tooLong = false
			continue
		}
		if err := s.line(in, bytes.TrimSuffix(line, []byte("\r"))); err != nil {
			return nil, err
		}
	}
}

// line answers a line, or reads it as the header of a chunk.
func (s *lineDecider) line(in *filter.Filter, line []byte) error {
	s.lines++
	if s.chunked {
		if s.expected == 0 {
			rows, err := strconv.ParseUint(string(line), 10, 64)
			if err != nil || rows > mostChunkLines {
				return fmt.Errorf("standard input:%d: with --chunk-header a line with the number of lines is expected here", s.lines)
			}
			s.expected = int64(rows)
			return nil
		}
		s.expected--
	}
	switch {
	case s.field != "":
		s.answers = appendObject(s.answers, in, line, s.field)
	case s.json:
		s.answers = decision.AppendJSON(s.answers, in.Decide(cellOf(line)))
	default:
		s.answers = decision.AppendTSV(s.answers, in.Decide(cellOf(line)))
	}
	s.answers = append(s.answers, '\n')
	if len(s.answers) > 256<<10 {
		return s.flush()
	}
	return nil
}

// cellOf returns the cell of a line: \N is how databases write that there is none.
func cellOf(line []byte) []byte {
	if string(line) == `\N` {
		return nil
	}
	return line
}

// passOver answers a line that is too long, once, and skips the rest of it.
func (s *lineDecider) passOver() error {
	if s.tooLong {
		return nil
	}
	s.tooLong = true
	return s.line(s.filter(), []byte("a line of more than 1 MiB"))
}

// end answers what is behind the last line break.
func (s *lineDecider) end(rest []byte) error {
	if len(rest) > 0 && !s.tooLong {
		if err := s.line(s.filter(), bytes.TrimSuffix(rest, []byte("\r"))); err != nil {
			return err
		}
	}
	if err := s.flush(); err != nil {
		return err
	}
	if s.expected > 0 {
		return fmt.Errorf("standard input:%d: the input ended within a chunk, %d lines early", s.lines, s.expected)
	}
	return nil
}

func (s *lineDecider) flush() error {
	if len(s.answers) == 0 {
		return nil
	}
	_, err := s.out.Write(s.answers)
	s.answers = s.answers[:0]
	if err != nil {
		return fmt.Errorf("standard output: cannot be written: %w", infile.Cause(err))
	}
	return nil
}
