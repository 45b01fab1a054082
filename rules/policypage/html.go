package policypage

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// lineAttribute holds the line of each start tag while a page is parsed: the parser does not keep
// it.
const lineAttribute = "data-policypage-line"

// readHTML reads what a browser would show.
func readHTML(text string) (*document, error) {
	root, err := html.Parse(strings.NewReader(withLines(text)))
	if err != nil {
		return nil, fmt.Errorf("its HTML cannot be read: %w", err)
	}
	r := htmlReader{line: 1, hidden: hiddenSelectors(root)}
	r.findAddress(root)
	r.children(root, context{})
	r.flush(context{})
	return &r.document, nil
}

// withLines adds to each start tag the line that it stands in.
func withLines(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/4)
	tags := html.NewTokenizer(strings.NewReader(text))
	for line := 1; ; {
		token := tags.Next()
		raw := tags.Raw()
		if token == html.StartTagToken || token == html.SelfClosingTagToken {
			name := 1
			for name < len(raw) && !strings.ContainsRune(" \t\n\f/>", rune(raw[name])) {
				name++
			}
			b.Write(raw[:name])
			b.WriteString(" " + lineAttribute + "=" + strconv.Itoa(line) + " ")
			b.Write(raw[name:])
		} else {
			b.Write(raw)
		}
		line += strings.Count(string(raw), "\n")
		if token == html.ErrorToken {
			return b.String()
		}
	}
}

// context is what the elements around a node say about it.
type context struct {
	list   int  // the outermost list or table; 0: none
	own    int  // the innermost block
	parent int  // the block around that
	item   bool // inside a list item or a table cell
	level  int  // of the heading that it is in; 0: none
	inPage bool // inside a link to another place of the page
	broken bool // the innermost block has line breaks
	lines  bool // line breaks of the source count
}

type htmlReader struct {
	document
	hidden selectors
	line   int // in the source, of the node that is read
	blocks int // so far: their numbers

	text      strings.Builder // of the block that is read
	firstLine int
	letters   int // in text
	linked    int // those of them that are links within the page
}

func (r *htmlReader) children(n *html.Node, c context) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		switch child.Type {
		case html.TextNode:
			r.addText(child.Data, c)
		case html.CommentNode:
			r.line += strings.Count(child.Data, "\n")
		case html.ElementNode:
			r.element(child, c)
		}
	}
}

func (r *htmlReader) element(n *html.Node, c context) {
	if line, err := strconv.Atoi(attribute(n, lineAttribute)); err == nil {
		r.line = line
	}
	switch {
	case r.isHidden(n):
		return
	case n.DataAtom == atom.Br:
		r.flush(c)
		return
	case n.DataAtom == atom.Sup && isMark(textOf(n)):
		r.notes = append(
			r.notes,
			note{r.line, fmt.Sprintf("the raised mark %q was left out; read the footnote", textOf(n))},
		)
		return
	case n.DataAtom == atom.Del || n.DataAtom == atom.S || n.DataAtom == atom.Strike:
		r.notes = append(r.notes, note{r.line, fmt.Sprintf("%s is struck out and was left out", shown(textOf(n)))})
		return
	case n.DataAtom == atom.A && strings.HasPrefix(attribute(n, "href"), "#"):
		c.inPage = true
	}
	if !isBlock(n) {
		r.children(n, c)
		return
	}
	r.flush(c)
	inner := r.enter(n, c)
	if n.DataAtom == atom.Table && r.columns(n, inner) {
		return
	}
	r.children(n, inner)
	r.flush(inner)
}

// enter returns the context inside a block.
func (r *htmlReader) enter(n *html.Node, c context) context {
	r.blocks++
	c.parent, c.own, c.broken = c.own, r.blocks, hasBreak(n)
	switch n.DataAtom {
	case atom.Ul, atom.Ol, atom.Dl, atom.Menu, atom.Table:
		if c.list == 0 {
			c.list = r.blocks
		}
	case atom.Li, atom.Td, atom.Th, atom.Dd:
		c.item = true
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		c.level = int(n.Data[1] - '0')
	case atom.Pre:
		c.lines = true
	}
	if attribute(n, "role") == "heading" {
		c.level = 2
		if level, err := strconv.Atoi(attribute(n, "aria-level")); err == nil && level > 0 {
			c.level = level
		}
	}
	if role := attribute(n, "role"); role == "list" && c.list == 0 {
		c.list = r.blocks
	} else if role == "listitem" {
		c.item = true
	}
	return c
}

// columns reads a table whose columns are lists of their own, one column after the other. It
// reports false, and reads nothing, if no row has two headings of lists.
func (r *htmlReader) columns(table *html.Node, c context) bool {
	var rows [][]*html.Node
	widest, headed := 0, false
	for n := range table.Descendants() {
		if n.DataAtom != atom.Tr {
			continue
		}
		var cells []*html.Node
		headings := 0
		for cell := n.FirstChild; cell != nil; cell = cell.NextSibling {
			if cell.DataAtom == atom.Td || cell.DataAtom == atom.Th {
				cells = append(cells, cell)
				if _, _, ok := listHeading(textOf(cell)); ok {
					headings++
				}
			}
		}
		rows = append(rows, cells)
		widest, headed = max(widest, len(cells)), headed || headings > 1
	}
	if !headed {
		return false
	}
	for i := range widest {
		for _, cells := range rows {
			if i < len(cells) {
				r.element(cells[i], c)
			}
		}
	}
	return true
}

// addText adds to the block that is read, with single spaces.
func (r *htmlReader) addText(text string, c context) {
	for _, char := range text {
		switch {
		case char == '\n' && c.lines:
			r.flush(c)
		case unicode.IsSpace(char):
			if s := r.text.String(); s != "" && !strings.HasSuffix(s, " ") {
				r.text.WriteByte(' ')
			}
		case unicode.Is(unicode.Cf, char): // soft hyphens, direction marks: not seen
		default:
			if r.letters == 0 {
				r.firstLine = r.line
			}
			r.text.WriteRune(char)
			r.letters++
			if c.inPage {
				r.linked++
			}
		}
		if char == '\n' {
			r.line++
		}
	}
}

// flush ends the block that is read.
func (r *htmlReader) flush(c context) {
	text := strings.TrimSpace(r.text.String())
	letters, linked := r.letters, r.linked
	r.text.Reset()
	r.letters, r.linked = 0, 0
	if text == "" {
		return
	}
	b := block{line: r.firstLine, text: text, run: c.parent}
	switch {
	case c.level > 0:
		b.kind, b.level = heading, c.level
	case c.item:
		b.kind, b.run = item, c.list
	case c.broken:
		b.run = c.own
	}
	b.inTOC = b.kind != heading && letters == linked
	r.document.blocks = append(r.document.blocks, b)
}

// inlineElements flow with the text around them. Every other element stands on lines of its own.
var inlineElements = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Big: true, atom.Cite: true,
	atom.Code: true,
	atom.Data: true, atom.Dfn: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Ins: true, atom.Kbd: true,
	atom.Label: true,
	atom.Mark:  true, atom.Q: true, atom.Ruby: true, atom.Samp: true, atom.Small: true, atom.Span: true,
	atom.Strong: true,
	atom.Sub:    true, atom.Sup: true, atom.Time: true, atom.Tt: true, atom.U: true, atom.Var: true, atom.Wbr: true,
	atom.Img: true, atom.Input: true,
}

func isBlock(n *html.Node) bool { return !inlineElements[n.DataAtom] }

// hasBreak reports whether a block has a line break of its own, and so is not one line.
func hasBreak(n *html.Node) bool {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.DataAtom == atom.Br || child.Type == html.ElementNode && !isBlock(child) && hasBreak(child) {
			return true
		}
	}
	return n.DataAtom == atom.Pre
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttribute(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// textOf returns the text in an element, with single spaces.
func textOf(n *html.Node) string {
	var b strings.Builder
	for child := range n.Descendants() {
		if child.Type == html.TextNode {
			b.WriteString(child.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

var mark = regexp.MustCompile(`^[\[(]?(?:\d{1,3}|[a-z]|[*†‡§¶#]{1,3}|(?i:note) ?\d{0,2})[\])]?(?:, ?\d{1,3})*$`)

// isMark tells a footnote mark from raised text that belongs to the words.
func isMark(text string) bool { return mark.MatchString(text) }

// savedFrom is the comment that browsers begin a saved page with.
var savedFrom = regexp.MustCompile(`saved from url=(?:\(\d+\))?(\S+)`)

// findAddress finds where the page was saved from, and its language.
func (r *htmlReader) findAddress(root *html.Node) {
	var said, canonical, shared string
	for n := range root.Descendants() {
		switch {
		case n.Type == html.CommentNode && said == "":
			if m := savedFrom.FindStringSubmatch(n.Data); m != nil {
				said = pageAddress(m[1])
			}
		case n.DataAtom == atom.Html && r.language == "":
			r.language = attribute(n, "lang")
		case n.DataAtom == atom.Link && strings.EqualFold(attribute(n, "rel"), "canonical") && canonical == "":
			canonical = pageAddress(attribute(n, "href"))
		case n.DataAtom == atom.Meta && attribute(n, "property") == "og:url" && shared == "":
			shared = pageAddress(attribute(n, "content"))
		}
	}
	for _, address := range []string{said, canonical, shared} {
		if r.address == "" {
			r.address = address
		}
	}
}
