package workbook

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// documents are well-formed, or not, in every way that matters here. Whether they are, encoding/xml
// says.
var documents = []string{
	``, ` `, `<a/>`, `<a></a>`, `<a >b</a >`, "\uFEFF<a/>\n", `x<a/>`, `<a/>x`, `<a/><b/>`, `<a>`, `<a></b>`, `<a></a`,
	`</a>`, `<a></ab>`, `<ab></a>`,
	`<a b="1" c='2'/>`, `<a b = "1"  />`, `<a b="1"c="2"/>`, `<a b=1/>`, `<a b/>`, `<a b="<"/>`, `<a b=">"/>`,
	`<a b="]]>"/>`, `<a b='"' c="'"/>`,
	`<a b="&quot;&apos;&lt;&gt;&amp;"/>`, `<a b="&#65;&#x42;&#x1F600;"/>`, `<a b="&nbsp;"/>`, `<a b="&"/>`,
	`<a>&lt;&#10;&#13;</a>`, `<a>&#0;</a>`,
	`<a>&#xD800;</a>`, `<a>&#x110000;</a>`, `<a>&#99999999999999999999;</a>`, `<a>&#;</a>`, `<a>&#x;</a>`,
	`<a>&#-1;</a>`, `<a>&lt</a>`, `<a>& </a>`, `<a>&lt;;</a>`,
	"<a>b\r\nc\rd\n</a>", "<a b=\"c\r\nd\r\"/>", "<a><![CDATA[b\r\nc]]></a>", `<a><![CDATA[<b>&amp;]]]]></a>`,
	`<a>]]></a>`, `<a>]]&gt;</a>`, `<a><![CDATA[x]]</a>`,
	`<![CDATA[ ]]><a/>`, `<a><!-- b - c --></a>`, `<a><!-- b -- c --></a>`, `<a><!--></a>`, `<a><!----></a>`,
	`<a><!--->--></a>`, `<a>b<!-- c -->d</a>`, `<!-- x --><a/><!-- y -->`,
	`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><a/>`, `<?xml version='1.0' encoding='utf-8'?><a/>`,
	`<?xml version="1.1"?><a/>`,
	`<?xml version="1.0" encoding="ISO-8859-1"?><a/>`, `<a><?xml version="1.0"?></a>`, `<?mso x?><a/>`, `<a><?b?></a>`,
	`<? b?><a/>`, `<?b`, `<a/><?c d?>`,
	`<?xml Aencoding="0"?><a/>`, `<?xml version="1.0" standalone="encoding='x'"?><a/>`, `<?xml?><a/>`,
	`<?xml version="1.0" version=""?><a/>`,
	`<!DOCTYPE a><a/>`, `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, `<x:a xmlns:x="y" x:b="1"></x:a>`,
	`<x:a xmlns:=""></x:a>`, `<x:a></y:a>`, `<x:a></a>`, `<a:b:c/>`, `<:a/>`, `<a:/>`, `<a b:c:d="1"/>`,
	"<a>\x00</a>", "<a>\x1F</a>", "<a>\x7F\u0085</a>", "<a>\uFFFE</a>", "<a>\uFFFD</a>", "<a>\xFF</a>", "<a>é日本😀</a>",
	"<a b=\"\x01\"/>", "<a b=\"é\"/>", "<é/>", "<aé/>", `<a é="1"/>`,
	`<1/>`, `<-a/>`, `<a-1.b_c/>`, `<a 1="2"/>`, `< a/>`, `<a/ >`, `<a / >`, `<a/b>`, `<a"b"/>`, `<>`, `</>`, `<`, `<a`,
	`<a b`, `<a b=`, `<a b="`, `<a b="c`, `<a b="c"`, `<!`, `<!-`, `<![`, `<!--x`,
	`<a xmlns="b"><c/></a>`, `<a b="1" b="2"/>`, "<a\n\tb\r\n=\n'c'\n/>", `<a>` + strings.Repeat(`<b>`, 100),
	`<a/>` + " \n", `<a/>&#32;`, `<a/>&lt;`,
}

// The tokens of a document are those that encoding/xml finds, however it is read, or both refuse
// it.
func TestTokens(t *testing.T) {
	refused := 0
	for _, document := range documents {
		if requireSameTokens(t, document) != nil {
			refused++
		}
	}
	require.Greater(t, refused, 50)
	require.Greater(t, len(documents)-refused, 40)
}

func TestTokensOfRealParts(t *testing.T) {
	for _, file := range []string{"spreadsheet.xlsx", "openpyxl.xlsx", "campaign-small.xlsx",
		"campaign-small-opened.xlsx"} {
		for name, content := range unpack(t, lists+file) {
			if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") {
				require.NoError(t, requireSameTokens(t, content), "%s: %s", file, name)
			}
		}
	}
}

// FuzzTokens: any bytes have the tokens that encoding/xml finds, or both refuse them.
func FuzzTokens(f *testing.F) {
	for _, document := range documents {
		f.Add(document)
	}
	f.Add(workbookSheet)
	f.Fuzz(func(t *testing.T, document string) { requireSameTokens(t, document) })
}

// requireSameTokens returns the error that the scanner and its twin agree on.
func requireSameTokens(t *testing.T, document string) error {
	want, wantErr := twinTokens(document)
	for _, read := range []func(io.Reader) io.Reader{plainReader, iotest.OneByteReader, iotest.DataErrReader} {
		got, err := scannedTokens(newXMLScanner(read(strings.NewReader(document)), 1<<30))
		require.Equal(t, wantErr == nil, err == nil, "%q: %v, %v", document, wantErr, err)
		if err == nil {
			require.Equal(t, want, got, "%q", document)
		} else if !errors.Is(err, ErrTooLarge) {
			require.ErrorIs(t, err, ErrDamaged, "%q", document)
		}
	}
	return wantErr
}

func plainReader(r io.Reader) io.Reader { return r }

// scannedTokens writes the tokens down, adjoining texts as one.
func scannedTokens(x *xmlScanner) ([]string, error) {
	var tokens []string
	for {
		switch kind, err := x.next(); {
		case err == io.EOF:
			return tokens, nil
		case err != nil:
			return nil, err
		case kind == startTag:
			written := "<" + string(x.tag.name)
			for _, a := range x.tag.attributes {
				written += fmt.Sprintf(" %s=%q", a.name, a.value)
			}
			tokens = append(tokens, written)
		case kind == endTag:
			tokens = append(tokens, ">")
		default:
			tokens = appendTextToken(tokens, x.text)
		}
	}
}

func appendTextToken(tokens []string, text []byte) []string {
	if last := len(tokens) - 1; last >= 0 && tokens[last][0] == '"' {
		tokens[last] += string(text)
		return tokens
	}
	return append(tokens, `"`+string(text))
}

// twinTokens does what scannedTokens does, by encoding/xml and the exceptions that newXMLScanner
// names.
func twinTokens(document string) ([]string, error) {
	d := xml.NewDecoder(strings.NewReader(document))
	var tokens []string
	depth, roots := 0, 0
	for {
		parsed, err := d.Token()
		if err == io.EOF && roots == 1 {
			return tokens, nil
		}
		if err != nil {
			return nil, err
		}
		refused := false
		switch token := parsed.(type) {
		case xml.StartElement:
			if depth++; depth == 1 {
				roots++
			}
			refused = roots > 1 || depth > maxDepth || !isASCII(token.Name.Space+token.Name.Local)
			written := "<" + token.Name.Local
			for _, a := range token.Attr {
				refused = refused || !isASCII(a.Name.Local)
				if a.Name.Space != "xmlns" {
					written += fmt.Sprintf(" %s=%q", a.Name.Local, a.Value)
				}
			}
			tokens = append(tokens, written)
		case xml.EndElement:
			depth--
			tokens = append(tokens, ">")
		case xml.CharData:
			if depth > 0 {
				tokens = appendTextToken(tokens, token)
			} else {
				refused = len(bytes.TrimLeft(bytes.TrimPrefix(token, []byte("\uFEFF")), " \t\r\n")) > 0
				refused = refused || strings.HasSuffix(document[:d.InputOffset()], "]]>")
			}
		case xml.ProcInst:
			refused = token.Target == "xml" && (roots > 0 || !isUTF8Declaration(token.Inst)) ||
				!isASCII(token.Target) || strings.Count(token.Target, ":") > 1
		case xml.Directive:
			refused = true
		}
		if refused {
			return nil, errXML
		}
	}
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 0x7F }) < 0
}

// What is longer than any token of a workbook is refused when it is met.
func TestLongTokens(t *testing.T) {
	long := strings.Repeat("x", maxTokenBytes)
	for _, document := range []string{
		"<a>" + long + "</a>", `<a b="` + long + `"/>`, "<a><!--" + long + "--></a>", "<a><![CDATA[" + long + "]]></a>",
		"<?b " + long + "?><a/>", "<" + long + "/>", long,
		"<a" + strings.Repeat(` b=""`, maxAttributes+1) + "/>",
	} {
		_, err := scannedTokens(newXMLScanner(strings.NewReader(document), 1<<30))
		require.ErrorIs(t, err, ErrTooLarge, "%.10s", document)
	}
	half := long[:len(long)/2]
	tokens, err := scannedTokens(newXMLScanner(strings.NewReader("<a>"+half+`<b c="`+half+`"/><!--`+half+"-->"+half+
		"</a>"), 1<<30))
	require.NoError(t, err)
	require.Len(t, tokens, 6)
}
