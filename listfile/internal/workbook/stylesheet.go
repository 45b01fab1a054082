package workbook

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A stylesheet is what a workbook says about the looks of its cells, as far as it is written again:
// number formats.
type stylesheet struct {
	ids   []int          // of the number format, by style
	codes map[int]string // by id; those below 164 need not be there
}

const (
	textFormat   = 49  // @, which spreadsheets know by its number
	firstCustom  = 164 // number formats from here on are the workbook's own
	maxFormats   = 1 << 13
	plainLooks   = `fontId="0" fillId="0" borderId="0"`
	numberFormat = ` applyNumberFormat="1"`
)

// xml returns the stylesheet with one style more, for texts.
func (s *stylesheet) xml() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<styleSheet %s>`, mainSpace)
	if len(s.codes) > 0 {
		fmt.Fprintf(&b, `<numFmts count="%d">`, len(s.codes))
		for _, id := range slices.Sorted(maps.Keys(s.codes)) {
			fmt.Fprintf(&b, `<numFmt numFmtId="%d" formatCode="%s"/>`, id, appendXML(nil, []byte(s.codes[id])))
		}
		b.WriteString(`</numFmts>`)
	}
	b.WriteString(`<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" ` + plainLooks + `/></cellStyleXfs>`)
	fmt.Fprintf(&b, `<cellXfs count="%d">`, len(s.ids)+1)
	for _, id := range append(slices.Clip(s.ids), textFormat) {
		fmt.Fprintf(&b, `<xf numFmtId="%d" %s xfId="0"%s/>`, s.known(id), plainLooks, numberFormat)
	}
	b.WriteString(`</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`)
	return b.String()
}

// known returns the id, or that of the general format if nobody knows what it means.
func (s *stylesheet) known(id int) int {
	if _, ok := s.codes[id]; !ok && (id < 0 || id >= firstCustom) {
		return 0
	}
	return id
}
