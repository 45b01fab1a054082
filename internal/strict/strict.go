// Package strict reads TOML files that are wholly understood or refused.
//
//	root, problem := strict.Parse(text, "a rule file")
//	root.AllowOnly("title", "entry")
//	title, ok := root.Text("title", true)
//	for _, entry := range root.Tables("entry") { … }
//	if problems := root.Problems(); len(problems) > 0 { … }
//
// The methods of a [Table] read one key each and note what is wrong with it, so that everything
// that is wrong with a text is told at once, each with its line.
package strict

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"github.com/listgate/listgate/internal/disk"
	"github.com/listgate/listgate/internal/redact"
)

// A Problem is something wrong with a text. Line counts from 1; 0 means the text as a whole.
type Problem struct {
	Line int
	Err  error
}

// MoreProblems stands for problems that are not told one by one.
type MoreProblems int

func (n MoreProblems) Error() string { return fmt.Sprintf("and %d more problems", int(n)) }

// maxProblems is how many problems of a text are kept: far more than anybody reads.
const maxProblems = 1000

// maxBytes is far more than thousands of accounts take; a large list of recipients given by mistake
// is refused at once.
const maxBytes = 8 << 20

// Parse reads a text. what names in messages what it should be, such as "a rule file". A problem
// means that it is no TOML; then the Table is of no use.
func Parse(text, what string) (Table, *Problem) {
	if problem := Check(text, what); problem != nil {
		return Table{}, problem
	}
	// The decoder cuts a byte order mark itself, and then its offsets are wrong.
	text = strings.TrimPrefix(text, "\uFEFF")
	lines, deep := locate(text)
	if deep > 0 {
		return Table{}, &Problem{deep, fmt.Errorf("nested deeper than %d levels; is it %s?", maxDepth, what)}
	}
	if len(lines) > maxValues {
		return Table{}, &Problem{Err: fmt.Errorf("more than %d keys and values; is it %s?", maxValues, what)}
	}
	// To a map, never to structs: those fold case, stop at the first wrong type and take dates in
	// the machine's zone.
	var m map[string]any
	if _, err := toml.Decode(text, &m); err != nil {
		return Table{}, syntaxProblem(err)
	}
	return Table{text: &checked{lines: lines}, name: "the file", m: m}, nil
}

// Check returns what keeps a text from being read at all: too large, or not UTF-8.
func Check(text, what string) *Problem {
	if len(text) > maxBytes {
		return &Problem{Err: fmt.Errorf("larger than %d bytes; is it %s?", maxBytes, what)}
	}
	if i := strings.IndexByte(text, 0); i >= 0 || strings.HasPrefix(text, "\xFF\xFE") ||
		strings.HasPrefix(text, "\xFE\xFF") {
		return &Problem{1, errors.New("not UTF-8 text (UTF-16?); save it as UTF-8")}
	}
	if utf8.ValidString(text) {
		return nil
	}
	valid := 0
	for valid < len(text) {
		c, size := utf8.DecodeRuneInString(text[valid:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		valid += size
	}
	return &Problem{1 + strings.Count(text[:valid], "\n"), errors.New("not UTF-8 text; save it as UTF-8")}
}

func syntaxProblem(err error) *Problem {
	var syntax toml.ParseError
	if !errors.As(err, &syntax) {
		return &Problem{Err: masked(err)}
	}
	cause := syntax.Message
	if cause == "" {
		cause = strings.TrimPrefix(syntax.Error(), "toml: ")
	}
	return &Problem{max(1, syntax.Position.Line), errors.New(redact.Mask(strings.TrimSuffix(cause, ".")))}
}

// ReadFile returns the text of a file, or so much of it that Parse finds it too large. The error
// does not say the path.
func ReadFile(path string) (string, error) {
	file, err := disk.Open(path)
	if err != nil {
		return "", Plain(err)
	}
	defer file.Close()
	text, err := ReadAll(file)
	return text, Plain(err)
}

// ReadAll is ReadFile for a file that is open.
func ReadAll(r io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	return string(text), err
}

// Plain takes the path off an error that is told with it already.
func Plain(err error) error {
	if pathErr, ok := errors.AsType[*os.PathError](err); ok {
		return pathErr.Err
	}
	return err
}

// masked is err itself if there is nothing to mask in it.
func masked(err error) error {
	if text := redact.Mask(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}
