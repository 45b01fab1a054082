package workbook

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/flate"
)

// maxDirectoryBytes bounds what is read to list the parts of a workbook, and so how many it can
// claim to have.
const maxDirectoryBytes = 1 << 20

// An archive holds the parts of a workbook by their lower-case names.
type archive map[string]*zip.File

func openArchive(r io.ReaderAt, size int64) (archive, error) {
	bounded := &boundedReaderAt{ReaderAt: r, left: maxDirectoryBytes}
	listed, err := zip.NewReader(bounded, size)
	if err != nil {
		return nil, classify(err)
	}
	listed.RegisterDecompressor(zip.Deflate, flate.NewReader)
	bounded.left = -1
	a := archive{}
	for _, file := range listed.File {
		name := partName(file.Name)
		if _, twice := a[name]; twice {
			return nil, fmt.Errorf("it has two parts of one name: %w", ErrDamaged)
		}
		a[name] = file
	}
	return a, nil
}

// partName brings a name into the form by which parts are found: case does not count, and some
// programs write \.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func (a archive) has(name string) bool {
	_, ok := a[partName(name)]
	return ok
}

// A boundedReaderAt fails when more than left bytes are read, unless left is negative.
type boundedReaderAt struct {
	io.ReaderAt
	left int
}

func (b *boundedReaderAt) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 { // the archive says that a part begins before its beginning
		return 0, io.ErrUnexpectedEOF
	}
	if b.left >= 0 {
		if b.left -= len(p); b.left < 0 {
			b.left = 0
			return 0, fmt.Errorf("its list of parts: %w", ErrTooLarge)
		}
	}
	return b.ReaderAt.ReadAt(p, at)
}

// diagnoseOLE2 says what an OLE2 file is. Its streams are named in entries of 128 bytes, aligned to
// that: the name in UTF-16, its length at 64 and the kind of the entry at 66.
func diagnoseOLE2(r io.ReaderAt, size int64) error {
	const entryBytes, streamKind = 128, 2
	result := fmt.Errorf("a document in an OLE2 container: %w", ErrNotWorkbook)
	block := make([]byte, 64<<10)
	for at := int64(0); at < size; at += int64(len(block)) {
		n, err := r.ReadAt(block, at)
		if err != nil && err != io.EOF {
			return err
		}
		for rest := block[:n]; len(rest) >= entryBytes; rest = rest[entryBytes:] {
			entry := rest[:entryBytes]
			if entry[66] != streamKind {
				continue
			}
			switch ole2Name(entry) {
			case "EncryptedPackage":
				return ErrEncrypted
			case "Workbook", "Book":
				result = ErrLegacy
			}
		}
	}
	return result
}

// ole2Name returns the name of an entry if it is ASCII.
func ole2Name(entry []byte) string {
	var name []byte
	for i := 0; i < 64 && (entry[i] != 0 || entry[i+1] != 0); i += 2 {
		if entry[i+1] != 0 {
			return ""
		}
		name = append(name, entry[i])
	}
	return string(name)
}
