package wording

import (
	"cmp"
	"fmt"

	"github.com/listgate/listgate/filter"
)

// Column says which column holds the numbers, how it was found, and how the list is written.
func Column(l filter.Layout) string {
	text := fmt.Sprintf("%d of %d", l.Column, max(l.Column, l.Columns)) // a header may be shorter than its rows
	if l.ColumnName != "" {
		text += fmt.Sprintf(", %q", l.ColumnName)
	}
	found := map[string]string{"asked": "as asked", "header": "found by its header", "content": "found by its cells"}
	header := "the first row is a recipient"
	if l.Header {
		header = "the first row is a header"
	}
	delimiters := map[byte]string{',': "comma", ';': "semicolon", '\t': "tab", '|': "pipe"}
	delimiter := cmp.Or(delimiters[l.Delimiter], fmt.Sprintf("%q", l.Delimiter))
	if l.Columns == 1 {
		return fmt.Sprintf("%s, %s; %s", text, found[l.FoundBy], header)
	}
	return fmt.Sprintf("%s, %s; %s; cells are parted by %s", text, found[l.FoundBy], header, delimiter)
}
