// Command width holds the widths of Go files: comments of at most 100 columns, code of at most 120,
// a tab counted as four. It prints each line that is wider, as file:line: message, and then ends
// with status 1. golangci-lint has one width for both.
//
//	go run ./tools/width FILE…
//
// Code and tables in comments, which begin with a tab, count as code. A line may be wider where
// nothing in it can be broken: a comment of one word, such as an address, a line inside a raw
// string, and code that is too wide only by its string literals. Generated files are left out.
package main

import (
	"bytes"
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"strings"
	"unicode/utf8"
)

const (
	ofComments = 100
	ofCode     = 120
)

func main() {
	wide := 0
	for _, name := range os.Args[1:] {
		src, err := os.ReadFile(name)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		for _, l := range wideLines(src) {
			fmt.Printf("%s:%d: %d columns, at most %d\n", name, l.number, l.width, l.most)
			wide++
		}
	}
	if wide > 0 {
		os.Exit(1)
	}
}

// A wideLine is a line that is wider than it may be.
type wideLine struct{ number, width, most int }

func wideLines(src []byte) (wide []wideLine) {
	if bytes.Contains(src[:min(len(src), 500)], []byte("// Code generated ")) {
		return nil
	}
	texts := literals(src)
	start := 0
	for i, line := range strings.Split(string(src), "\n") {
		end := start + len(line)
		l := wideLine{number: i + 1, width: columns(line), most: ofCode}
		text, isComment := strings.CutPrefix(strings.TrimSpace(line), "//")
		if isComment && !strings.HasPrefix(text, "\t") {
			l.most = ofComments
		}
		isWord := isComment && !strings.Contains(strings.TrimSpace(text), " ")
		if l.width > l.most && !isWord && !texts.excuse(start, end, l.width-l.most) {
			wide = append(wide, l)
		}
		start = end + 1
	}
	return wide
}

func columns(line string) int {
	return utf8.RuneCountInString(line) + 3*strings.Count(line, "\t")
}

// A literal is a string literal of a file.
type literal struct{ start, end int }

type literalList []literal

// literals returns the string literals of a file.
func literals(src []byte) (all literalList) {
	file := token.NewFileSet().AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, 0)
	for {
		pos, tok, text := s.Scan()
		switch tok {
		case token.EOF:
			return all
		case token.STRING:
			start := file.Offset(pos)
			all = append(all, literal{start, start + len(text)})
		}
	}
}

// excuse reports whether a line begins or ends inside a literal, or would not be too wide, by so
// many columns, without what its literals hold.
func (all literalList) excuse(start, end, by int) bool {
	held := 0
	for _, l := range all {
		if l.start < start && l.end > start || l.start < end && l.end > end {
			return true
		}
		if l.start >= start && l.end <= end {
			held += l.end - l.start - 2
		}
	}
	return held >= by
}
