package policypage_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/rules"
	"github.com/listgate/listgate/rules/policypage"
)

// refused are pages that must not be read, made from good ones: each replaces something in a page
// of testdata/ok. want is each line of the error, or its beginning if it ends in "…".
var refused = []struct {
	name, page string
	replace    []string // old and new, in turns; each old one must be there
	want       []string
}{
	{"a list is missing", "headings.html", []string{`>Alcohol – Allowed Countries</a></h3>`, `>Alcohol</a></h3>`},
		[]string{`page: no list "Alcohol – Allowed Countries"`}},
	{"a heading without a list", "headings.html",
		[]string{"only in the countries below, with prior permission from us for each.</p>\n<ul class=\"list\">",
			"…</p>\n<ul class=\"list\" hidden>"},
		[]string{`page:20: no list of countries below the heading "Online Gambling and Gaming – Allowed Countries"; if the page folds it away, open it before you save`}},
	{"all lists are missing, in another language", "divs.html",
		[]string{"<body>", `<html lang="pt-BR"><body>`, "Allowed Countries", "Países permitidos", "Allowed Countries",
			"Países permitidos", "Allowed Countries", "Países permitidos"},
		[]string{
			`page: no list "Alcohol – Allowed Countries"; the page says that its language is "pt-BR": open it in English, and save that`,
			`page: no list "Online Gambling and Gaming – Allowed Countries"; the page says…`,
			`page: no list "Over-the-Counter Drugs – Allowed Countries"; the page says…`,
		}},
	{"an empty shell", "divs.html", []string{"<body>", "<body><p>Loading</p></body><!--"}, []string{
		`page: no list "Alcohol – Allowed Countries"; there is next to no text in it: wait until the page is shown whole, then save it`,
		`page: no list "Online…`, `page: no list "Over…`,
	}},

	{"an unknown name in a list", "headings.html", []string{"<li>Peru</li>", "<li>Wakanda</li>"},
		[]string{`page:28: online-gambling: no country is called "Wakanda"`}},
	{"a misspelt name in columns", "columns.html", []string{"<li>Colombia", "<li>Columbia", "<li>Japan", "<li>Jappan"},
		[]string{`page:49: alcohol: no country is called "Jappan"; the nearest is Japan (JP)`,
			`page:73: alcohol: no country is called "Columbia"; the nearest is Colombia (CO)`}},
	{"an ambiguous name in a table", "tables.html", []string{"South Korea", "Korea"},
		[]string{`page:21: otc-drugs: "Korea" may be KR (South Korea) or KP (North Korea); write the code`}},
	{"a condition behind a name in a table", "tables.html", []string{"India", "India (state licence only)"},
		[]string{`page:13: otc-drugs: no country is called "India (state licence only)"`}},
	{"an unknown name between commas", "paragraphs.html", []string{"Colombia, ", "Wakanda, "},
		[]string{`page:6: online-gambling: no country is called "Wakanda"`}},
	{"an unknown name at the end of a line list", "paragraphs.html", []string{"• Vietnam", "• Wakanda"},
		[]string{`page:91: alcohol: no country is called "Wakanda"`}},
	{"an unknown name at the beginning of a line list", "paragraphs.html", []string{"• Anguilla", "• Atlantis"},
		[]string{`page:11: alcohol: no country is called "Atlantis"`}},
	{"an unknown name among elements that are no list", "divs.html",
		[]string{"<span>Peru</span>", "<span>Wakanda</span>"},
		[]string{`page:13: online-gambling: no country is called "Wakanda"`}},
	{"a list of mostly unknown names", "copied.txt",
		[]string{"Australia\nColombia\nJapan\nMexico\nPeru", "Gondor\nMordor\nRohan\nShire\nPeru"}, []string{
			`page:16: online-gambling: no country is called "Gondor"`, `page:17: …`, `page:18: …`, `page:19: …`,
		}},
	{"an unknown name in lines of text", "copied.txt", []string{"Colombia\n", "Wakanda\n"},
		[]string{`page:17: online-gambling: no country is called "Wakanda"`}},
	{"an unknown last name in lines of text", "copied.txt", []string{"Peru\n\nOver", "Wakanda\n\nOver"},
		[]string{`page:20: online-gambling: no country is called "Wakanda"`}},
	{"an unknown name in a paragraph that is broken into lines", "wrapped.txt", []string{"Aruba", "Wakanda"},
		[]string{`page:6: alcohol: no country is called "Wakanda"`}},
	{"an unknown name in columns of text", "in-columns.txt", []string{"Japan ", "Wakanda "},
		[]string{`page:24: otc-drugs: no country is called "Wakanda"`}},
	{"an unknown name in Markdown", "list.md", []string{"**Japan**", "**Wakanda**"},
		[]string{`page:19: online-gambling: no country is called "Wakanda"`}},
	{"an unknown name in a table of Markdown", "table.md", []string{"| Bhutan", "| Wakanda"},
		[]string{`page:11: otc-drugs: no country is called "Wakanda"`}},
	{"an unknown name in an MHTML file", "chrome.mhtml", []string{"<li>Peru</li>", "<li>Wakanda</li>"},
		[]string{`page:66: online-gambling: no country is called "Wakanda"`}},
	{"a telephone number", "headings.html", []string{"<li>Peru</li>", "<li>+1 412 555 0142</li>"},
		[]string{`page:28: online-gambling: a number stands for no country; write names or ISO codes`}},
	{"a name with a number", "headings.html", []string{"<li>Peru</li>", "<li>Bob 4125550142</li>"},
		[]string{`page:28: online-gambling: no country is called "Bob"`}},

	{"a second list of others below one heading", "headings.html",
		[]string{"<li>Peru</li>\n</ul>",
			"<li>Peru</li>\n</ul>\n<p>Not there:</p><ul><li>India</li><li>Brazil</li></ul>"},
		[]string{`page:30: online-gambling: two lists under one heading: one at line 23, one here; only in the first: Australia, Colombia, Japan, Mexico, Peru; only in the second: Brazil, India`}},
	{"columns that disagree", "columns.html", []string{"<ul>\n<li>Australia\n", "<ul>\n<li>Mexico\n<li>Australia\n"},
		[]string{`page:203: online-gambling: two lists under one heading that disagree: one at line 195, one here; both name some countries, and each some others`}},
	{"a second list of others right behind the first", "headings.html",
		[]string{"<li>Vietnam</li>\n</ul>\n<h3 id=\"a\"",
			"<li>Vietnam</li>\n</ul><ul><li>Germany</li><li>Austria</li></ul>\n<h3 id=\"a\""},
		[]string{`page:121: otc-drugs: two lists under one heading: one at line 33, one here, which goes on no column of the first`}},
	{"two lists below one heading in text", "copied.txt",
		[]string{"Peru\n\nOver", "Peru\n\nNot any more, since the law has changed:\n\nIndia\n\nOver"},
		[]string{`page:24: online-gambling: two lists under one heading: one at line 16, one here; …`}},
	{"a heading below the heading", "headings.html",
		[]string{"<h3>Conditions for all of them</h3>",
			"<h4>More</h4><ul><li>Germany</li></ul><h3>Conditions for all of them</h3>"},
		[]string{`page:209: alcohol: two lists under one heading: …`}},
	{"one heading twice with two lists", "headings.html",
		[]string{"<h2>6. Not covered</h2>",
			"<h3>Alcohol – Allowed Countries</h3><ul><li>Germany</li></ul><h2>6. Not covered</h2>"},
		[]string{`page:210: alcohol: two lists that disagree: one below line 122, one here; …`}},
	{"a list that shrank", "headings.html",
		[]string{"<li>Australia</li>", "", "<li>Colombia</li>", "", "<li>Japan</li>", ""},
		[]string{`page:20: online-gambling: only 2 countries; the shipped rules have 5, and more than half of them are gone. If the page is whole and Meta did this: listgate rules init online-gambling --allow FILE`}},

	{"hidden text in Markdown", "list.md", []string{"**Japan**", "<span hidden>Japan</span>"},
		[]string{`page:19: holds HTML ("<span hidden>") among text; save the page as a web page (.html)`}},
	{"a PDF", "list.md", []string{"---\ntitle", "%PDF-1.7\ntitle"},
		[]string{`page: it is a PDF; save the page as a web page (.html, .mhtml), as text or as Markdown`}},
	{"a zero byte", "copied.txt", []string{"Peru\n", "Pe\x00ru\n"},
		[]string{`page:20: holds a zero byte; it is no text`}},
	{"an MHTML file without its page", "chrome.mhtml",
		[]string{"Content-Type: text/html\r\nContent-ID", "Content-Type: image/gif\r\nContent-ID"},
		[]string{`page: no HTML in it; save the page again`}},
	{"an MHTML file that was cut", "chrome.mhtml", []string{"<li>Peru</li>", "\x00"}, nil},
	{"nested without end", "headings.html", []string{"<main>", strings.Repeat("<div>", 600)},
		[]string{`page: its HTML cannot be read: …`}},
	{"headings without end", "copied.txt", []string{"Contents\n", strings.Repeat("Alcohol – Allowed Countries\n", 60)},
		[]string{`page:53: more than 50 headings of lists; is it the policy page?`}},
	{"names without end", "copied.txt", []string{"Colombia\n", strings.Repeat("Colombia\n", 3000)},
		[]string{`page:16: online-gambling: more than 2000 names below the heading; is it a list of countries?`}},
}

func TestRefused(t *testing.T) {
	for _, test := range refused {
		t.Run(test.name, func(t *testing.T) {
			data, err := os.ReadFile("testdata/ok/" + test.page)
			require.NoError(t, err)
			text := string(data)
			for i := 0; i < len(test.replace); i += 2 {
				require.Contains(t, text, test.replace[i])
				text = strings.Replace(text, test.replace[i], test.replace[i+1], 1)
			}
			page, err := policypage.Read("page", strings.NewReader(text))
			require.Error(t, err)
			require.Nil(t, page)
			require.ErrorAs(t, err, new(rules.Errors))
			if test.want == nil {
				return
			}
			got := strings.Split(err.Error(), "\n")
			require.Len(t, got, len(test.want), err.Error())
			for i, want := range test.want {
				if begin, ok := strings.CutSuffix(want, "…"); ok {
					require.True(t, strings.HasPrefix(got[i], begin), got[i])
				} else {
					require.Equal(t, want, got[i])
				}
			}
		})
	}
	_, err := policypage.Read("page", strings.NewReader(" \n"))
	require.EqualError(t, err, "page: it is empty; save the page as a web page (.html, .mhtml), as text or as Markdown")
}

// What a reader sees struck out is not allowed, and is told.
func TestStruckOut(t *testing.T) {
	for page, replace := range map[string][2]string{
		"headings.html": {"<li>India</li>", "<li><del>India</del></li>"},
		"list.md":       {"* India", "* ~~India~~"},
	} {
		data, err := os.ReadFile("testdata/ok/" + page)
		require.NoError(t, err)
		got, err := policypage.Read("page", strings.NewReader(strings.Replace(string(data), replace[0], replace[1], 1)))
		require.NoError(t, err)
		require.NotContains(t, codes(got.Lists[2]), "IN ")
		require.Contains(t, strings.Join(got.Notes, "\n"), `"India" is struck out and was left out`)
	}
}
