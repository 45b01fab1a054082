package filter

// ListOptions override what Stream detects. The zero value detects everything.
type ListOptions struct {
	Name string // in errors
	// Columns are the phone columns, each a name of the header or a number from 1; none: the one
	// that is found. With several, every number in any of them must be allowed, and one must be
	// there; the first that drops gives the reason.
	Columns   []string
	Delimiter byte // 0: the one that fits
	Quote     Quote
	NoHeader  bool // the first row is a recipient even if its phone cell is no number
	// HeaderRow is the row with the names of the columns, from 1, blank ones counted; those above
	// it are titles. 0: the one that is found.
	HeaderRow int
	// RegionColumn, by name or number, gives each row a default region of its own: an ISO code, a
	// country's name in any language that the CLDR knows, or a calling code. A row whose cell is
	// empty has the filter's. In one whose cell is not understood only a number that begins with +
	// or 00 counts. NoRegionColumn says that there is none, and it is no error then that a column
	// looks like one that is needed.
	RegionColumn string
	Require      []Requirement // what a row must hold to be kept; all of them
	Suppress     *NumberSet    // numbers never to message, whatever form they are written in
	// Dedupe drops rows whose numbers, whatever form they are written in, were all in earlier rows
	// that were kept. It takes at most 16 bytes for each reading of a number that is kept.
	Dedupe    bool
	Normalize Normalize
	Jobs      int // how many cores work on it; 0: all. The outputs do not depend on it
	// Findings is how many first rows Result.Findings holds of each finding; 0: none, and no
	// findings.
	Findings    int
	ShowNumbers bool // the samples of findings are whole numbers
	// LinesAreRows counts the lines of findings as a spreadsheet numbers its rows, whatever line
	// breaks cells hold.
	LinesAreRows bool
	// Started, if not nil, is told of the layout before the first bytes are written.
	Started func(Layout)
	// Decided, if not nil, is told of each row in order whether it is kept, before the row is
	// written. The header, titles and blank lines are none.
	Decided func(kept bool)

	allPhones bool // a list of numbers to suppress: all columns that are named like phone columns count
}

// columnFlag returns the flag that names the phone columns.
func (o *ListOptions) columnFlag() string {
	if o.allPhones {
		return "--suppress-column"
	}
	return "--column"
}

// needsWholeRow reports whether more than one phone cell decides about a row, or more than the row
// about the row.
func (o *ListOptions) needsWholeRow(l *Layout) bool {
	return o.inOrder() || o.Suppress != nil || l.regionColumn >= 0 || len(l.required) > 0 || o.Normalize != AsWritten ||
		len(l.more) > 0
}

// inOrder reports whether rows are settled one after the other, and not where they are scanned.
func (o *ListOptions) inOrder() bool { return o.Dedupe || o.Decided != nil }
