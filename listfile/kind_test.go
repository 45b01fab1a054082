package listfile

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is no list is refused by its name, compressed or in UTF-16 too, and the error says what to
// do.
func TestOtherKinds(t *testing.T) {
	html, err := os.ReadFile("../testdata/cases/lists/l21-html.xls")
	require.NoError(t, err)
	for _, test := range []struct{ stored, want string }{
		{string(html),
			"an HTML page, whatever its name ends in, not a list; open it in a spreadsheet program and save it as .xlsx or as CSV (UTF-8)"},
		{"<!DOCTYPE html>\n<html>", "an HTML page"},
		{"\ufeff \n<TABLE border=1>\n<tr>", "an HTML page"},
		{`<?xml version="1.0"?><html xmlns="x">`, "an HTML page"},
		{"<!-- export --><meta charset=utf-8><table>", "an HTML page"},
		{`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>`,
			"an XML spreadsheet of Excel 2003, not a list; open it in a spreadsheet program"},
		{`<?xml version="1.0"?>` + "\n" + `<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">`,
			"an XML spreadsheet of Excel 2003"},
		{`<?xml version="1.0"?><office:document xmlns:office="x">`, "a flat OpenDocument file"},
		{`<?xml version="1.0"?><contacts>`, "XML, not a list; export what it holds as CSV"},
		{"BEGIN:VCARD\r\nVERSION:3.0\r\n", "contacts as vCards (.vcf), not a list; export what it holds as CSV"},
		{"BEGIN:VCALENDAR\r\n", "a calendar"},
		{`{"phone": "+14155550123"}` + "\n", "JSON, not a list; export what it holds as CSV"},
		{"[\n  {", "JSON"},
		{`["+14155550123", "+14155550124"]`, "JSON"},
		{"[14155550123, 14155550124]", "JSON"},
		{"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n", "an e-mail or a saved web page"},
		{"From: a\nSubject: b\n c\nContent-Type: text/plain\n", "an e-mail or a saved web page"},
		{"dn: cn=Ann,dc=example\n", "a directory's export (LDIF)"},
		{"ID;PWXL;N;E\r\nP;PGeneral\r\n", "a SYLK file, not a list; open it in a spreadsheet program"},
		{"ID;PSCALC3\nB;Y2\n", "a SYLK file"},
		{"%PDF-1.7\n", "a PDF document"},
		{"{\\rtf1", "a Rich Text document"},
		{"BZh91AY&SY", "a bzip2 archive, not a list; unpack it and name the list inside (bunzip2)"},
		{"\xFD7zXZ\x00\x00", "an xz archive, not a list; unpack it and name the list inside (unxz)"},
		{"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"},
		{"Rar!\x1A\x07\x00", "a RAR archive"},
		{"\x04\x22\x4D\x18", "an lz4 archive"},
		{tarHead(), "a tar archive"},
		{"SQLite format 3\x00", "an SQLite database"},
		{"PAR1\x15\x04", "a Parquet file"},
		{"\x09\x08\x08\x00\x00\x05", "a workbook of Excel 5 (.xls)"},
		{"-----BEGIN PGP MESSAGE-----\n", "an encrypted or signed file"},
		{"\xFF\xFE\x00\x00p\x00\x00\x00", "text in UTF-32, not a list; save it as CSV (UTF-8)"},
		{"p\x00h\x00o\x00n\x00e\x00\n\x00", "text in UTF-16 without a byte order mark"},
		{"\x00p\x00h\x00o\x00n\x00e", "text in UTF-16 without a byte order mark"},
		{compress(t, "PK\x03\x04", ".gz"), "a workbook or an archive that is compressed once more"},
		{compress(t, tarHead(), ".gz"), "a tar archive"},
		{compress(t, "BEGIN:VCARD\n", ".zst"), "contacts as vCards"},
		{encodeUTF16("\ufeff<html>\n<body>", false), "an HTML page"},
	} {
		_, err := readAll(test.stored)
		var kind *KindError
		require.ErrorAs(t, err, &kind, "%.40q", test.stored)
		require.ErrorContains(t, err, test.want)
	}
}

func tarHead() string {
	head := make([]byte, 512)
	copy(head, "list.csv")
	copy(head[257:], "ustar")
	return string(head)
}

// Lists that look a little like something else are lists.
func TestListsThatLookOtherwise(t *testing.T) {
	for _, list := range []string{
		"", "phone\n+14155550123\n", "ID;Phone;Name\n1;+14155550123;Ann\n", "ID;P\n1;+14155550123\n",
		"BZhang,+8613800138000\n", "PAR1,+14155550123\n",
		"<DATE>,<phone>\n", "<title>,<phone>\n", "<name>;<phone>\n", "[phone]\n", "{phone}\n",
		"Date: 2026-11-22\nname,phone\n", "From: Ann\nphone\n",
		"%PDF,phone\n", "GIF8,phone\n", "\xFF\xD8,phone\n", "\x09phone\n", "Rar,phone\n", "begin:vcards,phone\n",
		"dn,phone\n", "<b>,phone\n", "a\x00b\n",
	} {
		got, err := readAll(list)
		require.NoError(t, err, "%q", list)
		require.Equal(t, list, got)
	}
}
