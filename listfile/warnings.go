package listfile

import "fmt"

// NotUTF8 reports whether the text that was read so far is in another encoding.
func (r *Reader) NotUTF8() bool { return r.checked != nil && r.checked.invalid }

// Warnings says what a person should know of the text, once it was read to its end.
func (r *Reader) Warnings() []string {
	var warnings []string
	if r.NotUTF8() {
		warnings = append(warnings,
			"the list is not UTF-8 (but Windows-1252, Shift_JIS or the like); its bytes come out as they came in, "+
				"and what reads the outputs must know the encoding")
	}
	if r.workbook == nil {
		return warnings
	}
	if n := r.workbook.HiddenRows; n > 0 {
		warnings = append(warnings,
			fmt.Sprintf("the sheet hides rows (%d), by a filter or otherwise; they are rows of the list all the same",
				n))
	}
	if n := r.workbook.Uncalculated; n > 0 {
		warnings = append(warnings,
			fmt.Sprintf("formulas of the sheet have no stored result (%d); their cells were read as empty", n))
	}
	return warnings
}
