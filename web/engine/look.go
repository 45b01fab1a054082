//go:build wasip1

package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/listrun"
)

// lookBytes is how much of a list is looked at before it is filtered.
const lookBytes = 256 << 10

// samplesOf is how many rows the page shows of each column.
const samplesOf = 4

// A lookAnswer is how a list is written, as far as its beginning tells.
type lookAnswer struct {
	About    []string     `json:"about"`
	Warnings []string     `json:"warnings"`
	Columns  []lookColumn `json:"columns"`
	Doubt    string       `json:"doubt"` // why it is
	Sheet    string       `json:"sheet"`
	Sheets   []string     `json:"sheets"`
}

type lookColumn struct {
	Number  int      `json:"number"` // from 1
	Phone   bool     `json:"phone"`
	Name    string   `json:"name"`
	Samples []string `json:"samples"` // numbers are masked
}

func look(ctx context.Context, r *request) error {
	r.Categories = []string{"general"} // what is found does not depend on it
	run, err := r.prepare()
	if err != nil {
		return err
	}
	defer run.Close()
	if err := run.Open(ctx, r.List, listrun.Source{}); err != nil {
		return err
	}
	beginning, err := io.ReadAll(io.LimitReader(run.In, lookBytes))
	if err != nil {
		return fmt.Errorf("%s: %w", r.List, err)
	}
	if len(beginning) == lookBytes {
		beginning = beginning[:bytes.LastIndexByte(beginning, '\n')+1]
	}
	answer, err := lookAt(ctx, run, beginning)
	if err != nil {
		return err
	}
	return emit("look", answer)
}

// lookAt finds the layout of a list's beginning, which may end within a quoted cell.
func lookAt(ctx context.Context, run *listrun.Run, beginning []byte) (*lookAnswer, error) {
	text := run.In.Text
	answer := &lookAnswer{Sheet: text.Sheet, Sheets: append([]string{}, text.Sheets...), About: []string{},
		Warnings: []string{}}
	result, err := run.Filter.Stream(ctx, nil, nil, bytes.NewReader(beginning), run.List)
	if torn, ok := errors.AsType[*filter.ListError](err); ok && torn.Line > 1 && len(beginning) > lookBytes/2 {
		beginning = linesBefore(beginning, torn.Line)
		result, err = run.Filter.Stream(ctx, nil, nil, bytes.NewReader(beginning), run.List)
	}
	if doubt, ok := errors.AsType[*filter.ColumnError](err); ok {
		answer.Doubt = doubt.Problem + "."
		answer.Columns = readColumns(beginning, filter.Layout{Delimiter: run.List.Delimiter, HeaderRow: 1})
		return answer, nil
	}
	if err != nil {
		return nil, err
	}
	run.Result = result
	answer.About = run.About("", "")
	answer.Warnings = append(answer.Warnings, text.Warnings()...)
	answer.Columns = readColumns(beginning, result.Layout)
	return answer, nil
}

// linesFrom returns the text from a line on, from 1.
func linesFrom(text []byte, line int) []byte { return text[len(linesBefore(text, max(line, 1))):] }

// linesBefore returns the text before a line, from 1.
func linesBefore(text []byte, line int) []byte {
	end := 0
	for range line - 1 {
		next := bytes.IndexByte(text[end:], '\n')
		if next < 0 {
			return text
		}
		end += next + 1
	}
	return text[:end]
}

// readColumns returns the columns with the cells of the first rows. It is for a person to look at;
// rows are decided by the filter's own reader.
func readColumns(beginning []byte, layout filter.Layout) []lookColumn {
	text := bytes.TrimPrefix(beginning, []byte("\xEF\xBB\xBF"))
	if bytes.HasPrefix(text, []byte("sep=")) {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	if layout.Delimiter == 0 {
		layout.Delimiter = mostFrequent(text)
	}
	text = bytes.TrimLeft(linesFrom(text, layout.HeaderRow), "\r\n")
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma, reader.LazyQuotes, reader.FieldsPerRecord = rune(layout.Delimiter), true, -1
	columns := []lookColumn{}
	for row := 0; row <= samplesOf; row++ {
		cells, err := reader.Read()
		if err != nil {
			break
		}
		for i, cell := range cells {
			if i == len(columns) {
				columns = append(columns, lookColumn{Number: i + 1, Samples: []string{}, Phone: isPhone(layout, i+1)})
			}
			switch {
			case row == 0 && layout.HeaderRow > 0:
				columns[i].Name = shorten(cell, 60)
			case row > 0 || layout.HeaderRow == 0:
				columns[i].Samples = append(columns[i].Samples, maskDigits(shorten(cell, 24)))
			}
		}
	}
	return columns
}

func isPhone(layout filter.Layout, number int) bool {
	return slices.ContainsFunc(layout.Phones, func(c filter.Column) bool { return c.Number == number })
}

// maskDigits hides the digits of what may be a phone number, but for the first two and the last
// two.
func maskDigits(cell string) string {
	digits := 0
	for _, r := range cell {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if digits < 7 {
		return cell
	}
	seen := 0
	return strings.Map(func(r rune) rune {
		if !unicode.IsDigit(r) {
			return r
		}
		seen++
		if seen <= 2 || seen > digits-2 {
			return r
		}
		return '•'
	}, cell)
}

// mostFrequent guesses the delimiter of a list whose layout is in doubt, for the samples only.
func mostFrequent(text []byte) byte {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	best := byte(',')
	for _, b := range []byte(";\t|") {
		if bytes.Count(line, []byte{b}) > bytes.Count(line, []byte{best}) {
			best = b
		}
	}
	return best
}

// shorten returns the beginning of a cell on one line.
func shorten(cell string, most int) string {
	runes := []rune(strings.Join(strings.Fields(cell), " "))
	if len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return string(runes)
}
