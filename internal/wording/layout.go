package wording

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/listgate/listgate/filter"
)

// Column says which column holds the numbers, how it was found, and how the list is written.
func Column(l filter.Layout) string {
	columns := l.Columns
	var numbers, names []string
	for _, c := range l.Phones {
		columns = max(columns, c.Number) // a header may be shorter than its rows
		numbers = append(numbers, strconv.Itoa(c.Number))
		if c.Name != "" {
			names = append(names, strconv.Quote(c.Name))
		}
	}
	text := fmt.Sprintf("%s of %d", strings.Join(numbers, " and "), columns)
	if len(names) > 0 {
		text += ", " + strings.Join(names, " and ")
	}
	found := map[string]string{"asked": "as asked", "header": "found by its header", "content": "found by its cells"}
	header := "the first row is a recipient"
	switch {
	case l.HeaderRow > 1:
		header = fmt.Sprintf("row %d is the header, what is above it is a title", l.HeaderRow)
	case l.HeaderRow == 1:
		header = "the first row is a header"
	}
	delimiters := map[byte]string{',': "comma", ';': "semicolon", '\t': "tab", '|': "pipe"}
	delimiter := cmp.Or(delimiters[l.Delimiter], fmt.Sprintf("%q", l.Delimiter))
	if l.Columns == 1 {
		return fmt.Sprintf("%s, %s; %s", text, found[l.FoundBy], header)
	}
	return fmt.Sprintf("%s, %s; %s; delimiter: %s", text, found[l.FoundBy], header, delimiter)
}
