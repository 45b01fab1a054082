package listfile

import (
	"bytes"
	"regexp"
	"sync"
)

// headBytes is how much of a list is looked at to find out what it is.
const headBytes = 4 << 10

// A KindError says that a file is of a kind that is no list, and what to do about it.
type KindError struct{ Kind, Advice string }

func (e *KindError) Error() string { return e.Kind + ", not a list; " + e.Advice }

const (
	unpackIt  = "unpack it and name the list inside"
	saveIt    = "open it in a spreadsheet program and save it as .xlsx or as CSV (UTF-8)"
	exportIt  = "export what it holds as CSV (UTF-8)"
	asUTF8    = "save it as CSV (UTF-8)"
	decryptIt = "decrypt it first"
)

// magics are the first bytes of files, with what they are.
var magics = []struct {
	magic string
	KindError
}{
	{"\xFD7zXZ\x00", KindError{"an xz archive", unpackIt + " (unxz), or compress it with gzip or zstd"}},
	{"]\x00\x00", KindError{"an lzma archive", unpackIt + " (unlzma), or compress it with gzip or zstd"}},
	{"LZIP\x01", KindError{"an lzip archive", unpackIt + ", or compress it with gzip or zstd"}},
	{"\x04\x22\x4D\x18", KindError{"an lz4 archive", unpackIt + " (unlz4), or compress it with gzip or zstd"}},
	{"\x1F\x9D",
		KindError{"an archive of compress (.Z)", unpackIt + " (uncompress), or compress it with gzip or zstd"}},
	{"7z\xBC\xAF\x27\x1C", KindError{"a 7-Zip archive", unpackIt}},
	{"Rar!\x1A\x07", KindError{"a RAR archive", unpackIt}},
	{"MSCF\x00\x00", KindError{"a cabinet archive", unpackIt}},
	{"%PDF-", KindError{"a PDF document", exportIt}},
	{"%!PS", KindError{"a PostScript document", exportIt}},
	{"{\\rtf", KindError{"a Rich Text document", exportIt}},
	{"SQLite format 3\x00", KindError{"an SQLite database", exportIt}},
	{"\x00\x01\x00\x00Standard ", KindError{"an Access database", exportIt}},
	{"PAR1\x15", KindError{"a Parquet file", exportIt}},
	{"Obj\x01", KindError{"an Avro file", exportIt}},
	{"ORC\x08", KindError{"an ORC file", exportIt}},
	{"ARROW1\x00", KindError{"an Arrow file", exportIt}},
	{"\x89PNG\r\n", KindError{"a picture (PNG)", exportIt}},
	{"\xFF\xD8\xFF", KindError{"a picture (JPEG)", exportIt}},
	{"GIF89a", KindError{"a picture (GIF)", exportIt}},
	{"\x7FELF", KindError{"a program", "name the list"}},
	{"TABLE\r\n0,1", KindError{"a DIF file", saveIt}},
	{"TABLE\n0,1", KindError{"a DIF file", saveIt}},
	{"\x09\x00\x04\x00", KindError{"a workbook of Excel 2 (.xls)", saveIt}},
	{"\x09\x02\x06\x00", KindError{"a workbook of Excel 3 (.xls)", saveIt}},
	{"\x09\x04\x06\x00", KindError{"a workbook of Excel 4 (.xls)", saveIt}},
	{"\x09\x08\x08\x00", KindError{"a workbook of Excel 5 (.xls)", saveIt}},
	{"\x00\x00\x1A\x00", KindError{"a Lotus 1-2-3 sheet", saveIt}},
	{"\xFF\x00\x02\x00\x04\x04", KindError{"a Works sheet", saveIt}},
	{"age-encryption.org/", KindError{"an encrypted file (age)", decryptIt}},
	{"-----BEGIN ", KindError{"an encrypted or signed file, or a key", decryptIt}},
	{"Salted__", KindError{"an encrypted file (openssl)", decryptIt}},
	{"\xFF\xFE\x00\x00", KindError{"text in UTF-32", asUTF8}},
	{"\x00\x00\xFE\xFF", KindError{"text in UTF-32", asUTF8}},
	{"PK\x07\x08", KindError{"a zip archive in several pieces", unpackIt}},
}

// A textKind is how texts of a kind begin that are no lists, after a byte order mark and white
// space.
type textKind struct {
	begin *regexp.Regexp
	KindError
}

var textKinds = sync.OnceValue(func() []textKind {
	return []textKind{
		{regexp.MustCompile(`(?i)^BEGIN:VCARD\s`), KindError{"contacts as vCards (.vcf)", exportIt}},
		{regexp.MustCompile(`(?i)^BEGIN:VCALENDAR\s`), KindError{"a calendar (.ics)", exportIt}},
		{regexp.MustCompile(`^BZh[1-9]1AY&SY`),
			KindError{"a bzip2 archive", unpackIt + " (bunzip2), or compress it with gzip or zstd"}},
		{regexp.MustCompile(`^ID;P\w*(;[A-Z]\w*)*\r?\n(P|B|F|C|O|NN);`), KindError{"a SYLK file", saveIt}},
		{
			regexp.MustCompile(`(?i)^([\w-]+: .*\n([ \t].*\n)*)*(MIME-Version|Content-Type|Received|Return-Path|Message-ID): `),
			KindError{"an e-mail or a saved web page (.mht)", saveIt},
		},
		{regexp.MustCompile(`(?i)^dn: \w+=|^version: 1\s+dn: `), KindError{"a directory's export (LDIF)", exportIt}},
		{regexp.MustCompile(`^\{\s*("|\}|$)`), KindError{"JSON", exportIt}},
		{regexp.MustCompile(`^\[\s*([\[{]|"[^"\n]*"\s*[,\]]|\d+\s*[,\]]|\]\s*$)`), KindError{"JSON", exportIt}},
		{
			regexp.MustCompile(`(?s)^<\?xml[^>]*>\s*<\?mso-application progid="Excel|` +
				`^(<\?xml.*)?<(\w+:)?Workbook\s.*urn:schemas-microsoft-com:office:spreadsheet|^<\?mso-application progid="Excel`),
			KindError{"an XML spreadsheet of Excel 2003", saveIt},
		},
		{regexp.MustCompile(`(?s)^<\?xml.*<office:document`), KindError{"a flat OpenDocument file (.fods)", saveIt}},
		{
			regexp.MustCompile(`(?is)^(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype\s+html|` +
				`<(html|head|body|meta|table|thead|tbody|tr|style|script|title|link|div|center|font|span|p|h1|h2|pre)` +
				`(\s[^>]*)?/?>\s*([^,;|\t\s]|$))`),
			KindError{"an HTML page, whatever its name ends in", saveIt},
		},
		{regexp.MustCompile(`(?s)^<\?xml|^<!(DOCTYPE|ELEMENT|ENTITY|--)`), KindError{"XML", exportIt}},
	}
})

var tar = KindError{"a tar archive", unpackIt}

// kindOf returns what a file is that begins with head, nil if it may be a list.
func kindOf(head []byte) error {
	for i := range magics {
		if m := &magics[i]; bytes.HasPrefix(head, []byte(m.magic)) {
			return &m.KindError
		}
	}
	if len(head) >= 262 && string(head[257:262]) == "ustar" {
		return &tar
	}
	if isUTF16(head) {
		return &KindError{"text in UTF-16 without a byte order mark", asUTF8}
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\uFEFF")), " \t\r\n")
	for _, t := range textKinds() {
		if t.begin.Match(text) {
			return &t.KindError
		}
	}
	return nil
}

// isUTF16 reports whether every other byte is a NUL, as in ASCII text in UTF-16.
func isUTF16(head []byte) bool {
	head = head[:min(len(head)&^1, 64)]
	for first := range 2 {
		nuls := len(head) >= 4
		for i := 0; i+1 < len(head); i += 2 {
			nuls = nuls && head[i+first] == 0 && head[i+1-first] != 0
		}
		if nuls {
			return true
		}
	}
	return false
}
