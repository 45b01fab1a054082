package policypage

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// textReader reads plain text and Markdown alike: a line of text is Markdown without marks.
type textReader struct {
	document
	run       int
	inItem    bool // the last block is an item whose text may go on
	indent    int  // of that item's mark
	paragraph []line
}

// readText reads plain text or Markdown.
func readText(text string) (*document, error) {
	r := textReader{}
	lines := strings.Split(blankComments(text), "\n")
	for i := r.readFrontMatter(lines); i < len(lines); i++ {
		source := lines[i]
		if tag := htmlBlock.FindString(source); tag != "" {
			return nil, errorAt(i+1, "holds HTML (%s) among text; save the page as a web page (.html)", shown(tag))
		}
		underline := ""
		if i+1 < len(lines) {
			underline = lines[i+1]
		}
		if r.readLine(source, underline, i+1) {
			i++
		}
	}
	r.endParagraph()
	return &r.document, nil
}

var comment = regexp.MustCompile(`(?s)<!--.*?-->`)

// blankComments takes out comments and keeps the lines.
func blankComments(text string) string {
	return comment.ReplaceAllStringFunc(
		text,
		func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) },
	)
}

var addressLine = regexp.MustCompile(`(?i)^\s*(?:source|url|saved from|page)\s*:\s*["'<]?(https?://[^\s"'>]+)`)

// readFrontMatter reads what clipping tools write above a page, and the address that a person noted
// there. It returns the line after it.
func (r *textReader) readFrontMatter(lines []string) int {
	for _, text := range lines[:min(len(lines), 20)] {
		if m := addressLine.FindStringSubmatch(text); m != nil && r.address == "" {
			r.address = pageAddress(m[1])
		}
	}
	if strings.TrimSpace(lines[0]) != "---" {
		return 0
	}
	for i := 1; i < len(lines); i++ {
		if strings.TrimSpace(lines[i]) == "---" {
			return i + 1
		}
	}
	return 0
}

var (
	htmlBlock = regexp.MustCompile(
		`(?i)</?(?:div|p|ul|ol|li|table|tr|td|th|section|article|details|summary|template|script|style|h[1-6])\b[^>]*>|` +
			`<[a-z]+\b[^>]*(?:\bhidden\b|display\s*:\s*none|aria-hidden)[^>]*>`,
	)
	fence      = regexp.MustCompile("^\\s*(?:```|~~~)")
	atxHeading = regexp.MustCompile(`^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$`)
	underlined = regexp.MustCompile(`^ {0,3}(=+|-{2,})\s*$`)
	ruler      = regexp.MustCompile(`^\s*(?:[-*_=]\s*){3,}$`)
	tableRuler = regexp.MustCompile(`^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$`)
	bullet     = regexp.MustCompile(`^(\s*)(?:[-*+–—]\s+|[•·▪◦●‣○■]\s*|\d{1,3}[.)]\s+)(.*)$`)
	columnGap  = regexp.MustCompile(`\t+| {3,}`)
)

// readLine reads one line of the source. It reports whether it took the line below, too.
func (r *textReader) readLine(source, below string, number int) bool {
	source = strings.TrimSuffix(strings.TrimPrefix(source, "> "), "\\")
	source = strings.Map(func(c rune) rune {
		if c != '\t' && unicode.IsSpace(c) {
			return ' '
		}
		return c
	}, source)
	switch {
	case strings.TrimSpace(source) == "":
		r.endParagraph()
		r.inItem = false
		return false
	case fence.MatchString(source),
		ruler.MatchString(source),
		tableRuler.MatchString(source) && strings.Contains(source, "|"):
		r.endParagraph()
		return false
	}
	if m := atxHeading.FindStringSubmatch(source); m != nil {
		r.addHeading(m[2], len(m[1]), number)
		return false
	}
	if m := underlined.FindStringSubmatch(below); m != nil && len(r.paragraph) == 0 && !bullet.MatchString(source) &&
		!strings.Contains(source, "|") {
		r.addHeading(source, 1+strings.Count(m[1][:1], "-"), number)
		return true
	}
	if cells, ok := tableCells(source); ok {
		r.endParagraph()
		for _, cell := range cells {
			r.addItem(cell, number)
		}
		return false
	}
	r.readPieces(source, number)
	return false
}

func (r *textReader) addHeading(text string, level, number int) {
	r.endParagraph()
	r.run++
	r.inItem = false
	text, _ = r.plain(text, number)
	if text != "" {
		r.blocks = append(r.blocks, block{kind: heading, level: level, line: number, text: text})
	}
}

// tableCells splits a row of a table, which begins or ends with a bar.
func tableCells(source string) ([]string, bool) {
	source = strings.TrimSpace(source)
	if !strings.Contains(source, "|") ||
		!strings.HasPrefix(source, "|") && !strings.HasSuffix(source, "|") && strings.Count(source, "|") < 2 {
		return nil, false
	}
	return strings.Split(strings.Trim(source, "|"), "|"), true
}

// readPieces reads a line of items, of one item, or of a paragraph. Wide gaps part columns.
func (r *textReader) readPieces(source string, number int) {
	indent := len(source) - len(strings.TrimLeft(source, " \t"))
	marked := bullet.MatchString(source)
	if r.inItem && !marked && indent > r.indent && !columnGap.MatchString(strings.TrimSpace(source)) {
		last := &r.blocks[len(r.blocks)-1]
		text, _ := r.plain(source, number)
		last.text += " " + text
		return
	}
	for _, piece := range columnGap.Split(strings.TrimSpace(source), -1) {
		if m := bullet.FindStringSubmatch(piece); m != nil {
			r.endParagraph()
			r.addItem(m[2], number)
			r.inItem, r.indent = true, indent
			continue
		}
		r.addLine(piece, number, marked)
	}
}

// addLine adds a line to the paragraph.
func (r *textReader) addLine(piece string, number int, ofItem bool) {
	if ofItem { // in a row of items that has a mark before its first only
		r.addItem(piece, number)
		return
	}
	if r.inItem {
		r.run++
		r.inItem = false
	}
	for part := range strings.SplitSeq(lineBreak.ReplaceAllString(piece, "\n"), "\n") {
		if text, _ := r.plain(part, number); text != "" {
			r.paragraph = append(r.paragraph, line{number, text})
		}
	}
}

func (r *textReader) addItem(source string, number int) {
	for part := range strings.SplitSeq(lineBreak.ReplaceAllString(source, "\n"), "\n") {
		if text, inPage := r.plain(part, number); text != "" {
			r.blocks = append(r.blocks, block{kind: item, line: number, run: r.run, text: text, inTOC: inPage})
		}
	}
}

// endParagraph makes blocks of the lines that stand together. A heading of a list stands by itself,
// wherever it is.
func (r *textReader) endParagraph() {
	lines := r.paragraph
	r.paragraph = nil
	for len(lines) > 0 {
		n := 0
		for n < len(lines) {
			if _, _, ok := listHeading(lines[n].text); ok {
				break
			}
			n++
		}
		if n > 0 {
			r.run++
			r.blocks = append(
				r.blocks,
				block{line: lines[0].number, run: r.run, text: joinLines(lines[:n]), lines: lines[:n]},
			)
		}
		if n < len(lines) {
			r.run++
			r.blocks = append(r.blocks, block{line: lines[n].number, run: r.run, text: lines[n].text})
			n++
		}
		lines = lines[n:]
		r.run++
	}
}

func joinLines(lines []line) string {
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = l.text
	}
	return strings.Join(texts, " ")
}

var (
	lineBreak   = regexp.MustCompile(`(?i)<br\s*/?>`)
	raised      = regexp.MustCompile(`(?i)<sup>(.*?)</sup>`)
	footnoteRef = regexp.MustCompile(`\[\^[^\]]{1,20}\]`)
	struck      = regexp.MustCompile(`(?i)~~(.+?)~~|<(?:s|del|strike)>(.*?)</(?:s|del|strike)>`)
	picture     = regexp.MustCompile(`!\[[^\]]*\]\([^)]*\)`)
	pageLink    = regexp.MustCompile(`^\[([^\]]*)\]\(#[^)]*\)$`)
	link        = regexp.MustCompile(`\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])`)
	autoLink    = regexp.MustCompile(`<https?:[^>]*>`)
	strong      = regexp.MustCompile(`\*\*(.+?)\*\*|__(.+?)__`)
	emphasis    = regexp.MustCompile(`(^|[\s(])(?:\*(\S(?:[^*]*\S)?)\*|_(\S(?:[^_]*\S)?)_)`)
	inlineTag   = regexp.MustCompile(`</?[A-Za-z][^>]*>`)
	escaped     = regexp.MustCompile(`\\([[:punct:]])`)
	headingID   = regexp.MustCompile(`\s*\{#[^}]*\}\s*$`)
)

// plain takes the marks off a piece of Markdown. inPage reports whether all of it is a link to
// another place of the page.
func (r *textReader) plain(text string, number int) (plain string, inPage bool) {
	text = strings.TrimSpace(text)
	for _, m := range raised.FindAllStringSubmatch(text, -1) {
		if isMark(m[1]) {
			r.notes = append(
				r.notes,
				note{number, "the raised mark " + shown(m[1]) + " was left out; read the footnote"},
			)
			text = strings.Replace(text, m[0], "", 1)
		}
	}
	for _, m := range footnoteRef.FindAllString(text, -1) {
		r.notes = append(r.notes, note{number, "the mark " + shown(m) + " was left out; read the footnote"})
	}
	for _, m := range struck.FindAllStringSubmatch(text, -1) {
		r.notes = append(r.notes, note{number, shown(m[1]+m[2]) + " is struck out and was left out"})
	}
	text = struck.ReplaceAllString(footnoteRef.ReplaceAllString(text, ""), "")
	text = headingID.ReplaceAllString(picture.ReplaceAllString(text, ""), "")
	inPage = pageLink.MatchString(text)
	text = autoLink.ReplaceAllString(link.ReplaceAllString(text, "$1"), "")
	text = emphasis.ReplaceAllString(strong.ReplaceAllString(text, "$1$2"), "$1$2$3")
	text = html.UnescapeString(inlineTag.ReplaceAllString(text, ""))
	text = escaped.ReplaceAllString(text, "$1")
	return seen(text), inPage
}

// seen takes out what cannot be seen, and makes all white space single spaces.
func seen(text string) string {
	text = strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Cf, c) {
			return -1
		}
		return c
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
