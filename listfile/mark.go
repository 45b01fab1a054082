package listfile

import (
	"bytes"
	"io"
)

const byteOrderMark = "\uFEFF"

// WithMark returns a writer that puts the byte order mark of UTF-8 before the first bytes, unless
// they begin with it: some spreadsheet programs take CSV for UTF-8 only then.
func WithMark(w io.Writer) io.Writer { return &markWriter{w: w} }

type markWriter struct {
	w     io.Writer
	begun bool
}

func (m *markWriter) Write(p []byte) (int, error) {
	if !m.begun && len(p) > 0 {
		m.begun = true
		if !bytes.HasPrefix(p, []byte(byteOrderMark)) {
			if _, err := io.WriteString(m.w, byteOrderMark); err != nil {
				return 0, err
			}
		}
	}
	return m.w.Write(p)
}
