package filter

// Quote says what a quote at the beginning of a cell means.
type Quote uint8

const (
	// QuoteAuto is QuoteCSV, but a cell in quotes whose line breaks part what look like rows of
	// their own is an error.
	QuoteAuto Quote = iota
	// QuoteCSV opens a cell that ends with the next single quote: delimiters and line breaks inside
	// are data.
	QuoteCSV
	// QuoteNone makes quotes characters like any other.
	QuoteNone
)
