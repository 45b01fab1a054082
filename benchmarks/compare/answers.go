package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/listgate/listgate/benchmarks/list"
)

// An answer is what a program makes of one row.
type answer struct {
	kept   bool
	reason string // why listgate dropped it
}

// A row is one recipient of a list.
type row struct {
	cell  string
	found bool // the row has such a cell
}

// readRows returns the phone cell of each row of a list.
func readRows(path string) ([]row, error) {
	var rows []row
	err := eachRecord(path, func(record, header []string) error {
		column := slices.Index(header, list.PhoneColumn)
		r := row{found: column >= 0 && column < len(record)}
		if r.found {
			r.cell = record[column]
		}
		rows = append(rows, r)
		return nil
	})
	return rows, err
}

// readAnswers finds out which rows of a list stand in kept. Programs write rows in order but quote
// as they like, so it is cells that are compared. A row in kept that is not one of the list is an
// error.
func readAnswers(listPath, keptPath string) ([]answer, error) {
	kept, err := openRecords(keptPath)
	if err != nil {
		return nil, err
	}
	defer kept.close()
	next, err := kept.read()
	var answers []answer
	if err == nil || err == io.EOF {
		err = eachRecord(listPath, func(record, _ []string) error {
			a := answer{kept: next != nil && slices.Equal(record, next)}
			answers = append(answers, a)
			if !a.kept {
				return nil
			}
			next, err = kept.read()
			if err == io.EOF {
				return nil
			}
			return err
		})
	}
	if err == nil && next != nil {
		err = fmt.Errorf("%s: kept row %d is none of the list, or not in its order", filepath.Base(keptPath), kept.rows)
	}
	return answers, err
}

// addReasons puts listgate's reasons beside its answers. Each row that was not kept is the next one
// in dropped.
func addReasons(answers []answer, droppedPath string) error {
	dropped, err := openRecords(droppedPath)
	if err != nil {
		return err
	}
	defer dropped.close()
	const added = 3 // listgate_reason and two more
	for i := range answers {
		if answers[i].kept {
			continue
		}
		record, err := dropped.read()
		if err != nil || len(record) <= added {
			return fmt.Errorf("row %d is neither kept nor dropped (%v)", i+1, err)
		}
		answers[i].reason = record[len(record)-added]
	}
	if _, err := dropped.read(); err != io.EOF {
		return errors.New("more rows were dropped than the list has")
	}
	return nil
}

func countKept(answers []answer) int {
	kept := 0
	for _, a := range answers {
		if a.kept {
			kept++
		}
	}
	return kept
}

// records reads a list record by record, the header apart.
type records struct {
	file   *os.File
	csv    *csv.Reader
	header []string
	rows   int
}

func openRecords(path string) (*records, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &records{file: file, csv: csv.NewReader(file)}
	r.csv.FieldsPerRecord, r.csv.LazyQuotes = -1, true
	if r.header, err = r.csv.Read(); err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: no header: %w", filepath.Base(path), err)
	}
	return r, nil
}

// read returns the next record, nil with an error.
func (r *records) read() ([]string, error) {
	r.rows++
	return r.csv.Read()
}

func (r *records) close() { r.file.Close() }

func eachRecord(path string, do func(record, header []string) error) error {
	r, err := openRecords(path)
	if err != nil {
		return err
	}
	defer r.close()
	for {
		record, err := r.read()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = do(record, r.header)
		}
		if err != nil {
			return err
		}
	}
}
