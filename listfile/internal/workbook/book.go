package workbook

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// maxEntries bounds the lists of a workbook: its sheets, relationships, number formats and cell
// styles. Spreadsheet programs allow 65,490 styles and fewer of the others.
const maxEntries = 1 << 16

// A book is what a workbook says about its sheets.
type book struct {
	sheets    []entry
	date1904  bool
	relations relations
}

// An entry is a sheet with cells.
type entry struct {
	name    string
	visible bool
	part    string
}

// relations lead from one part to others, by their identifiers.
type relations map[string]relation

type relation struct {
	kind string // the last element of its type: worksheet, chartsheet, styles, …
	part string
}

// only returns the part of a kind that there is once, "" if there is none.
func (r relations) only(kind string) (string, error) {
	part := ""
	for _, to := range r {
		if to.kind == kind && part != "" {
			return "", fmt.Errorf("it has two parts of one kind: %w", ErrDamaged)
		}
		if to.kind == kind {
			part = to.part
		}
	}
	return part, nil
}

// readBook finds the workbook and reads what it says.
func (a archive) readBook() (*book, error) {
	var root relations
	if a.has("_rels/.rels") {
		var err error
		if root, err = a.readRelations("_rels/.rels", ""); err != nil {
			return nil, err
		}
	}
	main, err := root.only("officeDocument")
	if err != nil {
		return nil, err
	}
	main = cmp.Or(main, "xl/workbook.xml")
	if err := a.diagnose(main); err != nil {
		return nil, err
	}
	folder, file := path.Split(main)
	b := &book{}
	if b.relations, err = a.readRelations(folder+"_rels/"+file+".rels", folder); err != nil {
		return nil, err
	}
	return b, b.read(a, main)
}

// others are archives that hold no .xlsx workbook, by a part of theirs.
var others = []struct {
	part string
	err  error
}{
	{"xl/workbook.bin", fmt.Errorf("a binary workbook (.xlsb): %w", ErrNotWorkbook)},
	{"word/document.xml", fmt.Errorf("a Word document: %w", ErrNotWorkbook)},
	{"ppt/presentation.xml", fmt.Errorf("a presentation: %w", ErrNotWorkbook)},
	{"content.xml", fmt.Errorf("an OpenDocument file (.ods): %w", ErrNotWorkbook)},
	{"index/document.iwa", errNumbers},
	{"index.zip", errNumbers},
	{"index/calculationengine.iwa", errNumbers},
}

var errNumbers = fmt.Errorf("a Numbers or Pages document: %w", ErrNotWorkbook)

// diagnose says what an archive is that holds no workbook.
func (a archive) diagnose(main string) error {
	for _, other := range others {
		if a.has(other.part) && (!a.has(main) || other.part != "content.xml") {
			return other.err
		}
	}
	switch {
	case !a.has(main):
		return ErrArchive
	case !strings.HasSuffix(main, ".xml"):
		return fmt.Errorf("an archive of something else: %w", ErrNotWorkbook)
	}
	return nil
}

// readRelations reads which parts are related to one that stands in folder.
func (a archive) readRelations(name, folder string) (relations, error) {
	r := relations{}
	return r, a.read(name, "Relationships", maxIndexBytes, func(p *part, child *tag) error {
		if string(child.attribute("TargetMode")) == "External" {
			return p.skip()
		}
		target := strings.ReplaceAll(string(child.attribute("Target")), `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/", folder, target)
		}
		id := string(child.attribute("Id"))
		if _, twice := r[id]; twice {
			return fmt.Errorf("it has two relationships of one name: %w", ErrDamaged)
		}
		r[id] = relation{path.Base(string(child.attribute("Type"))), path.Clean(target)[1:]}
		if len(r) > maxEntries {
			return fmt.Errorf("its relationships: %w", ErrTooLarge)
		}
		return p.skip()
	})
}

// read reads the names of the sheets and from which day dates are counted.
func (b *book) read(a archive, main string) error {
	return a.read(main, "workbook", maxIndexBytes, func(p *part, child *tag) error {
		switch string(child.name) {
		case "workbookPr":
			b.date1904 = isTrue(child.attribute("date1904"))
		case "sheets":
			return p.each("sheet", b.add)
		}
		return p.skip()
	})
}

// add adds a sheet if it has cells.
func (b *book) add(start *tag) error {
	r, ok := b.relations[string(start.attribute("id"))]
	if ok && r.kind != "worksheet" { // one without a part is an error only where it is read
		return nil
	}
	if len(b.sheets) == maxEntries {
		return fmt.Errorf("its sheets: %w", ErrTooLarge)
	}
	state := string(start.attribute("state"))
	b.sheets = append(b.sheets, entry{string(start.attribute("name")), state == "" || state == "visible", r.part})
	return nil
}

func (b *book) names() []string {
	var names []string
	for _, s := range b.sheets {
		names = append(names, s.name)
	}
	return names
}

// choose returns the sheet of a name, or the first visible one. Names of sheets differ in more than
// case.
func (b *book) choose(name string) (entry, error) {
	is := func(s entry) bool { return strings.EqualFold(s.name, name) }
	if name == "" {
		is = func(s entry) bool { return s.visible }
	}
	if len(b.sheets) == 0 {
		return entry{}, ErrNoSheet
	}
	at := slices.IndexFunc(b.sheets, is)
	if at < 0 {
		return entry{}, &SheetError{name, b.names()}
	}
	return b.sheets[at], nil
}

// open reads what the cells of the sheet refer to and opens it.
func (b *book) open(a archive, chosen entry) (*sheet, error) {
	styles, err := b.relations.only("styles")
	if err != nil {
		return nil, err
	}
	shared, err := b.relations.only("sharedStrings")
	if err != nil {
		return nil, err
	}
	s := &sheet{date1904: b.date1904}
	if s.formats, s.styles, err = a.readFormats(styles); err != nil {
		return nil, err
	}
	if s.shared, err = a.readShared(shared, maxSharedBytes); err != nil {
		return nil, err
	}
	if s.part, err = a.open(chosen.part, "worksheet", maxPartBytes); err != nil {
		return nil, err
	}
	return s, s.begin()
}
