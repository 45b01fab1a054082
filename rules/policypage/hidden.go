package policypage

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// unseen are elements whose text is not shown, or is not the page's own: menus, forms, what stands
// around the article.
var unseen = map[atom.Atom]bool{
	atom.Head: true, atom.Script: true, atom.Style: true, atom.Template: true, atom.Noscript: true, atom.Title: true,
	atom.Nav:   true,
	atom.Aside: true, atom.Footer: true, atom.Select: true, atom.Datalist: true, atom.Option: true, atom.Textarea: true,
	atom.Svg:  true,
	atom.Math: true, atom.Object: true, atom.Iframe: true, atom.Audio: true, atom.Video: true, atom.Canvas: true,
	atom.Noframes: true,
	atom.Progress: true, atom.Meter: true, atom.Map: true, atom.Applet: true,
}

var unseenRoles = []string{
	"navigation",
	"menu",
	"menubar",
	"banner",
	"contentinfo",
	"complementary",
	"search",
	"toolbar",
	"listbox",
	"directory",
}

// isHidden reports whether a reader does not see an element as a part of the page's text.
func (r *htmlReader) isHidden(n *html.Node) bool {
	return unseen[n.DataAtom] ||
		hasAttribute(n, "hidden") ||
		strings.EqualFold(strings.TrimSpace(attribute(n, "aria-hidden")), "true") ||
		slices.Contains(unseenRoles, attribute(n, "role")) ||
		n.DataAtom == atom.Dialog && !hasAttribute(n, "open") ||
		hides(attribute(n, "style")) ||
		r.hidden.match(n)
}

// hiding are the declarations that take text out of sight: not shown, transparent, without size, or
// beside the window.
var hiding = regexp.MustCompile(
	`(?i)(?:^|[;\s{])(?:display\s*:\s*none\b|visibility\s*:\s*(?:hidden|collapse)\b|content-visibility\s*:\s*hidden\b|` +
		`opacity\s*:\s*0*\.?0*\s*(?:[;!}]|$)|font-size\s*:\s*0(?:px|em|rem|pt|%)?\s*(?:[;!}]|$)|` +
		`(?:left|right|top|text-indent|margin-left)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%)`,
)

// hides reports whether style declarations hide an element.
func hides(declarations string) bool { return hiding.MatchString(declarations) }

// selectors are the simple ones (tag, .class, #id, tag.class) by which the page's own styles hide
// elements.
type selectors map[string]bool

func (s selectors) match(n *html.Node) bool {
	if len(s) == 0 {
		return false
	}
	if id := attribute(n, "id"); id != "" && s["#"+id] {
		return true
	}
	for _, class := range strings.Fields(attribute(n, "class")) {
		if s["."+class] || s[n.Data+"."+class] {
			return true
		}
	}
	return s[n.Data]
}

var (
	cssComment     = regexp.MustCompile(`(?s)/\*.*?\*/`)
	simpleSelector = regexp.MustCompile(`^(?:[a-z][a-z0-9]*)?(?:[.#][A-Za-z_][A-Za-z0-9_-]*)?$`)
)

// hiddenSelectors reads the page's style elements. Rules within @media and the like hold only
// sometimes and do not count.
func hiddenSelectors(root *html.Node) selectors {
	found := selectors{}
	for n := range root.Descendants() {
		if n.DataAtom != atom.Style || n.FirstChild == nil || hasAttribute(n, "media") {
			continue
		}
		css := cssComment.ReplaceAllString(n.FirstChild.Data, " ")
		for css != "" {
			prelude, rest, ok := strings.Cut(css, "{")
			if !ok {
				break
			}
			body, after := cssBlock(rest)
			css = after
			if i := strings.LastIndexAny(prelude, ";}"); i >= 0 {
				prelude = prelude[i+1:]
			}
			if strings.Contains(prelude, "@") || !hides(body) {
				continue
			}
			for selector := range strings.SplitSeq(prelude, ",") {
				if selector = strings.TrimSpace(selector); selector != "" && simpleSelector.MatchString(selector) {
					found[selector] = true
				}
			}
		}
	}
	return found
}

// cssBlock returns what stands before the brace that closes a block, and after it.
func cssBlock(css string) (body, after string) {
	depth := 1
	for i := range len(css) {
		switch css[i] {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 {
			return css[:i], css[i+1:]
		}
	}
	return css, ""
}
