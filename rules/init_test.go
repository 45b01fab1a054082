package rules

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func paste(text string) io.Reader { return strings.NewReader(text) }

// written runs Init and loads what it wrote.
func written(t *testing.T, o InitOptions) (string, *InitResult, *Set) {
	t.Helper()
	var out bytes.Buffer
	o.AsOf, o.AllowName, o.DenyName = today, "names.txt", "denied.txt"
	result, err := Init(&out, o)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "mine.toml")
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	if result.Category == Platform {
		return out.String(), result, nil
	}
	set, err := Load(Options{Paths: []string{path}, Categories: []string{result.Category}})
	require.NoError(t, err)
	return out.String(), result, set
}

func TestReadPasted(t *testing.T) {
	for text, want := range map[string]string{
		"Brazil":                                                      "BR",
		"\uFEFFBrazil\r\nChile\r\n\r\nPeru":                           "BR CL PE",
		"Brazil, Chile, and Peru.":                                    "BR CL PE",
		"Brazil; Chile | Peru\tMexico":                                "BR CL PE MX",
		"- Brazil\n• Chile\n* Peru\n– Mexico\n":                       "BR CL PE MX",
		"1. Brazil\n2) Chile\n  10. Peru":                             "BR CL PE",
		"# APAC\nBrazil # not yet\n":                                  "BR",
		"\"Brazil\"\n“Chile”\n'Peru'":                                 "BR CL PE",
		"the United States\nThe Gambia":                               "US GM",
		"Brazil*\nChile¹\nPeru [2]\nMexico (3)\nIndia†\nJapan4":       "BR CL PE MX IN JP",
		"Brazil (BR)\nBR: Brazil":                                     "BR|error 2",
		"BR\nCL,PE\nUSA, UK, Canada":                                  "BR CL PE US GB CA",
		"Brazil\tBR\nNorway\tNO":                                      "BR BR NO NO",
		"NO, IN, IS":                                                  "NO IN IS",
		"Korea, Republic of\nCongo, Democratic Republic of the":       "KR CD",
		"Brazil, Korea, Republic of, Chile":                           "BR KR CL",
		"Bonaire, Sint Eustatius and Saba":                            "BQ",
		"Brazil and Chile\nTrinidad and Tobago":                       "BR CL TT",
		"Bosnia & Herzegovina, Antigua and Barbuda":                   "BA AG",
		"Myanmar (Burma)\nMyanmar/Burma\nCôte d'Ivoire (Ivory Coast)": "MM MM CI",
		"Bra\u00adzil\u200b\nSouth\u00a0Africa":                       "BR ZA",
		"EEA": strings.Join(
			strings.Fields(joinRegions(splitRegions(eeaMembers))), " "),
		"Hong Kong\nHong Kong SAR, Macau": "HK HK MO",

		"":                        "error 0",
		"# nothing\n\n":           "error 0",
		"Brazil\nAtlantis":        "BR|error 2",
		"Latin America:\nBrasil":  "|error 1|error 2",
		"Congo":                   "|error 1",
		"Brazil, NO":              "BR NO|error 1",
		"Brazil\tno":              "BR|error 1",
		"Brazil\tYES":             "BR|error 1",
		"India (except Goa)":      "|error 1",
		"Brazil (licence needed)": "|error 1",
		"Brazil/Chile":            "|error 1",
		"China, Hong Kong":        "CN HK",
		"Hong Kong, China":        "HK|error 1",
		"Guinea and Bissau":       "|error 1",
		"Brazil\x00":              "error 1",
		"Brazil\nBr\xe9sil":       "error 2",

		// A number stands for no country, but where it counts the rows or marks a footnote.
		"1.\nBrazil\n2)\nChile":                      "BR CL",
		"1 Brazil\n2\tChile":                         "BR CL",
		"+ Brazil\n+Chile\n+\n":                      "BR CL",
		"Brazil, 12\nChile 12\nPeru, [2]":            "BR CL PE",
		"+52":                                        "|error 1",
		"Brazil\n52\n+52\n+7978\n123456\n- 52\n52.5": "BR|error 2|error 3|error 4|error 5|error 6|error 7",
		"Brazil\n1 684\n+1-684\n(0)\n123456.":        "BR|error 2|error 3|error 4|error 5",
		"Brazil, +52\nChile; 123\nPeru\t1234":        "BR CL PE|error 1|error 2|error 3",
		"52, Brazil\n+55 Brazil":                     "BR|error 1|error 2",
	} {
		found, _, errs := readPasted("names.txt", paste(text))
		got := joinRegions(all(found))
		for _, err := range errs {
			got += "|error " + string(rune('0'+err.Line))
		}
		require.Equal(t, want, strings.TrimPrefix(got, map[bool]string{true: "|"}[!strings.HasPrefix(want, "|")]),
			"%q: %v", text, errs.orNil())
	}
}

func all(list []pasted) (regions []Region) {
	for _, p := range list {
		regions = append(regions, p.region)
	}
	return regions
}

func TestInitReplacesAlcohol(t *testing.T) {
	text, result,
		set := written(t, InitOptions{Name: "ALCOHOL", Allow: paste("Brazil\n- Chile\nIndia*\nCote d'Ivoire\nBR")})
	require.Equal(t, "BR CL IN CI", joinRegions(result.Allowed))
	require.Equal(t, []string{
		`names.txt:3: the mark "*" was left out; read the footnote`,
		"India (IN) is allowed now; the shipped rule alcohol-in denied it: Meta took India off the list of allowed countries on 2024-08-23",
	}, result.Notes)
	require.Contains(t, text, "\n#   deny  IN  (alcohol-in, confidence high)\n")
	require.Contains(t, text,
		"# With --rules this file takes the place of the alcohol rules that listgate ships (read on 2026-08-22), which said:\n#   allow AG AI AR ")
	require.Contains(t, text, "\n  \"CI\", # Côte d’Ivoire\n")
	f := set.Files()[1]
	require.True(t, f.Replaces && f.Complete && !f.DefaultAllow)
	require.Equal(t, today, f.AsOf)
	check(t, set.Compile(Marketing, today, High),
		judged{"BR 55", "allowed alcohol-allow"}, judged{"IN 91", "allowed alcohol-allow"},
		judged{"PR 1787", "restricted alcohol:default"})
}

func TestInitKeepsThePermission(t *testing.T) {
	text, _, set := written(t, InitOptions{Name: "online-gambling", Allow: paste("Mexico\nUK"), Deny: paste("India")})
	require.Contains(t, text, "requires_permission = true\n")
	require.Contains(t, text, "\n# [[permission]]\n")
	check(t, set.Compile(Marketing, today, Low), judged{"MX 52", "restricted online-gambling:default"},
		judged{"IN 91", "restricted online-gambling-deny"})

	path := filepath.Join(t.TempDir(), "x.toml")
	require.NoError(t, os.WriteFile(path, []byte(uncommented(text)), 0o600))
	set, err := Load(Options{Paths: []string{path}, Categories: []string{"online-gambling"}})
	require.NoError(t, err)
	check(t, set.Compile(Marketing, today, High), judged{"MX 52", "allowed online-gambling-allow"},
		judged{"GB 44", "restricted online-gambling:default"})
}

// uncommented takes the marks off the examples in a written file.
func uncommented(text string) string {
	text = strings.Replace(text, "entries  = 0 ", "entries  = 1 ", 1)
	return regexp.MustCompile(`(?m)^# (\[\[|[a-z_]+ +=)`).ReplaceAllString(text, "$1")
}

func TestInitOfANewCategory(t *testing.T) {
	_, _, set := written(t, InitOptions{Name: "knitting-wool", Source: "our lawyers' memo of 2026-11-01",
		Deny: paste("France")})
	require.Equal(t, "Knitting wool", set.Files()[1].Title)
	check(t, set.Compile(Utility, today, High), judged{"FR 33", "restricted knitting-wool-deny"},
		judged{"DE 49", "allowed"})
	_, _, set = written(t, InitOptions{Name: "knitting", Source: "our lawyers' memo of 2026-11-01",
		Allow: paste("France")})
	check(t, set.Compile(Utility, today, High), judged{"FR 33", "allowed knitting-allow"},
		judged{"DE 49", "restricted knitting:default"})
	_, _, set = written(t, InitOptions{Name: "finance", Source: "our lawyers' memo of 2026-11-01",
		Deny: paste("France")})
	check(t, set.Compile(Utility, today, High), judged{"FR 33", "restricted finance-deny"}, judged{"DE 49", "allowed"})
}

// Without lists the file changes nothing, and its examples are right as they stand.
func TestInitWithoutLists(t *testing.T) {
	for _, name := range append([]string{"knitting"}, shippedNames...) {
		text, _, set := written(t, InitOptions{Name: name, Source: "our lawyers' memo of 2026-11-01"})
		if set == nil {
			set = load(t, "general", text)
		}
		categories := set.Categories()
		if name != "knitting" {
			plain, err := Load(Options{Categories: categories})
			require.NoError(t, err)
			for _, r := range Regions() {
				want, got := plain.Compile(Marketing, today, Medium).Judge(r, ""),
					set.Compile(Marketing, today, Medium).Judge(r, "")
				require.Equal(t, want.Outcome, got.Outcome)
				require.Equal(t, want.Rule(), got.Rule())
			}
		}
		load(t, strings.Join(categories, " "), uncommented(text))
	}
}

func TestInitRefuses(t *testing.T) {
	for want, o := range map[string]InitOptions{
		`category "My Wool"; it may hold small letters, digits and hyphens, and begins with a letter`: {Name: "My Wool"},
		`category ""; it may hold small letters, digits and hyphens, and begins with a letter`:        {},
		`platform's rules can only be extended; run it without lists and edit the file`:               {Name: "platform", Deny: paste("France")},
		`alcohol keeps only countries that a list allows; give the list of those too`: {Name: "alcohol",
			Deny: paste("France")},
		"d.txt:2: Brazil is allowed at a.txt:1": {Name: "alcohol",
			Allow: paste("Brazil"), Deny: paste("\nBR")},
		"a.txt:2: no country is called \"Atlantis\"\nd.txt:1: no country is called \"Lemuria\"": {Name: "alcohol",
			Allow: paste("Brazil\nAtlantis"), Deny: paste("Lemuria")},
		"a.txt:1: a number stands for no country; write names or ISO codes": {Name: "alcohol",
			Allow: paste("+919876543210\nIndia")},
		`a.txt:1: no country is called "… Asha"`: {Name: "alcohol", Allow: paste("+91 98765 43210 Asha")},
		"a.txt: no country in it":                {Name: "alcohol", Allow: paste("\n")},
	} {
		var out bytes.Buffer
		o.AllowName, o.DenyName, o.AsOf = "a.txt", "d.txt", today
		_, err := Init(&out, o)
		require.EqualError(t, err, want)
		require.Zero(t, out.Len())
	}
}
