package library

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
)

// Loop copies the header of a list and the rows that the decider keeps from r to w, as most
// programs would: with encoding/csv, row by row. The rows are written anew, so that quotes that
// were not needed go.
func (d *Decider) Loop(w io.Writer, r io.Reader, column string) error {
	in, out := csv.NewReader(r), csv.NewWriter(w)
	in.FieldsPerRecord, in.ReuseRecord, in.LazyQuotes = -1, true, true
	header, err := in.Read()
	if err != nil {
		return err
	}
	phone := slices.Index(header, column)
	if phone < 0 {
		return errors.New("no column " + column)
	}
	out.Write(header) // an error stays until Flush
	for {
		record, err := in.Read()
		if err == io.EOF {
			out.Flush()
			return out.Error()
		}
		if err != nil {
			return err
		}
		if phone < len(record) && d.Keep(record[phone]) {
			out.Write(record)
		}
	}
}
