package filter

// ListOptions say how to read a list where that should not be left to its own looks. The zero value finds out all.
type ListOptions struct {
	Name      string // stands in errors
	Column    string // the phone column: a name of the header, or a number from 1
	Delimiter byte   // 0: the one that fits
	NoHeader  bool   // the first row is a recipient even if its phone cell is no number
	// RegionColumn, by name or number, gives each row a default region of its own: an ISO code, or a country's English
	// name. A row whose cell is empty has the filter's. In one whose cell is not understood only a number that begins
	// with + or 00 counts.
	RegionColumn string
	Require      []Requirement // what a row must hold to be kept; all of them
	Suppress     *NumberSet    // numbers never to message, whatever form they are written in
	// Dedupe drops rows whose number, whatever form it is written in, stood in an earlier row that was kept. It takes at
	// most 16 bytes for each number that is kept.
	Dedupe    bool
	Normalize Normalize
	Jobs      int // how many cores work on it; 0: all. The outputs do not depend on it
	// Findings is how many first rows Result.Findings tell of each finding; 0: none, and no findings.
	Findings    int
	ShowNumbers bool // the samples of findings are whole numbers
	// LinesAreRows counts the lines of findings as a spreadsheet numbers its rows, whatever line breaks cells hold.
	LinesAreRows bool
}

// careful reports whether rows have to be looked at one by one: whether more than the phone cell decides about a row, or
// more than the row about the row.
func (o *ListOptions) careful() bool {
	return o.Dedupe || o.Suppress != nil || o.RegionColumn != "" || len(o.Require) > 0 || o.Normalize != AsWritten
}
