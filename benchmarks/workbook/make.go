package main

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
)

// A book is a workbook as spreadsheet programs write it: texts are shared between cells, numbers
// and dates are numbers.
type book struct {
	random *rand.Rand
	shared map[string]int
	texts  []string
}

const (
	mainSpace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	typeSpace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	partSpace = "http://schemas.openxmlformats.org/package/2006"
	partType  = "application/vnd.openxmlformats-officedocument.spreadsheetml"
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

var (
	firstNames = strings.Fields("Ana Bob Chen Dara Eva Farid Goran Hana Ivan José")
	lastNames  = strings.Fields("Silva Sharma Müller Okafor Tanaka Nguyen")
	cities     = strings.Split("Mumbai;São Paulo;London;Berlin", ";")
)

// makeBook writes a workbook of so many rows and a header, and returns the size of its sheet.
func makeBook(path string, rows int, seed uint64) (sheetBytes int64, err error) {
	file, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	b := &book{random: rand.New(rand.NewPCG(seed, 0)), shared: map[string]int{}}
	part := func(name string, write func(io.Writer)) {
		w, partErr := archive.Create(name)
		if partErr != nil {
			err = partErr
			return
		}
		out := bufio.NewWriterSize(w, 64<<10)
		out.WriteString(xmlHead)
		write(out)
		if flushErr := out.Flush(); flushErr != nil {
			err = flushErr
		}
	}
	text := func(content string) func(io.Writer) { return func(w io.Writer) { io.WriteString(w, content) } }
	part("[Content_Types].xml", text(`<Types xmlns="`+partSpace+`/content-types">`+
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`+
		`<Override PartName="/xl/workbook.xml" ContentType="`+partType+
		`.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="`+partType+`.worksheet+xml"/>`+
		`<Override PartName="/xl/styles.xml" ContentType="`+partType+
		`.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="`+partType+
		`.sharedStrings+xml"/></Types>`))
	part("_rels/.rels",
		text(`<Relationships xmlns="`+partSpace+`/relationships"><Relationship Id="rId1" Type="`+typeSpace+
			`/officeDocument" Target="xl/workbook.xml"/></Relationships>`))
	part("xl/workbook.xml",
		text(`<workbook `+mainSpace+` xmlns:r="`+typeSpace+
			`"><sheets><sheet name="List" sheetId="1" r:id="rId1"/></sheets></workbook>`))
	part("xl/_rels/workbook.xml.rels",
		text(`<Relationships xmlns="`+partSpace+`/relationships"><Relationship Id="rId1" Type="`+typeSpace+
			`/worksheet" Target="worksheets/sheet1.xml"/>`+
			`<Relationship Id="rId2" Type="`+typeSpace+`/styles" Target="styles.xml"/><Relationship Id="rId3" Type="`+
			typeSpace+`/sharedStrings" Target="sharedStrings.xml"/></Relationships>`))
	part("xl/styles.xml",
		text(`<styleSheet `+mainSpace+`><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>`+
			`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>`+
			`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>`+
			`<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`))
	part("xl/worksheets/sheet1.xml", func(w io.Writer) { sheetBytes = b.writeSheet(w, rows) })
	part("xl/sharedStrings.xml", b.writeTexts)
	if closeErr := archive.Close(); err == nil {
		err = closeErr
	}
	return sheetBytes, err
}

func (b *book) writeSheet(w io.Writer, rows int) (written int64) {
	print := func(format string, args ...any) {
		n, _ := fmt.Fprintf(w, format, args...) // a failed write shows when the buffer is flushed
		written += int64(n)
	}
	print(`<worksheet %s><dimension ref="A1:E%d"/><sheetData>`, mainSpace, rows+1)
	print(`<row r="1" spans="1:5">`)
	for i, name := range strings.Fields("name phone city joined note") {
		print(`<c r="%c1" t="s"><v>%d</v></c>`, 'A'+i, b.text(name))
	}
	print(`</row>`)
	for row := 2; row <= rows+1; row++ {
		name := fmt.Sprintf("%s %s %d", one(b.random, firstNames), one(b.random, lastNames), row/2)
		print(`<row r="%[1]d" spans="1:5"><c r="A%[1]d" t="s"><v>%[2]d</v></c><c r="B%[1]d"><v>%[3]s</v></c>`+
			`<c r="C%[1]d" t="s"><v>%[4]d</v></c><c r="D%[1]d" s="1"><v>%[5]d</v></c><c r="E%[1]d" t="s"><v>%[6]d</v></c></row>`,
			row, b.text(name), b.phone(), b.text(one(b.random, cities)), 45000+b.random.IntN(900),
			b.text(fmt.Sprintf("ok %d", row%50)))
	}
	print(`</sheetData></worksheet>`)
	return written
}

func (b *book) phone() string {
	switch b.random.IntN(3) {
	case 0:
		return fmt.Sprintf("9198%08d", b.random.IntN(1e8))
	case 1:
		return fmt.Sprintf("5511%09d", b.random.IntN(1e9))
	}
	return fmt.Sprintf("447%09d", b.random.IntN(1e9))
}

// text returns the number of a shared text.
func (b *book) text(s string) int {
	i, ok := b.shared[s]
	if !ok {
		i = len(b.texts)
		b.shared[s] = i
		b.texts = append(b.texts, s)
	}
	return i
}

func (b *book) writeTexts(w io.Writer) {
	fmt.Fprintf(w, `<sst %s uniqueCount="%d">`, mainSpace, len(b.texts))
	for _, text := range b.texts {
		fmt.Fprintf(w, `<si><t>%s</t></si>`, text)
	}
	io.WriteString(w, `</sst>`)
}

func one(random *rand.Rand, all []string) string { return all[random.IntN(len(all))] }
