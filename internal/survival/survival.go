// Package survival keeps the table of docs/survival.md: each promise of the project, what was tried
// to break it, how often, and what held. The tests that try call [Held]; with -survival.long they
// try all there is to try and write the table, without it a part of each, and nothing is written:
//
//	go test ./... -run Survival -survival.long
//
// Every package with tests imports this one, so that the flag is known to all of them.
package survival

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/gofrs/flock"
)

var long = flag.Bool("survival.long", false, "try all that docs/survival.md tells of, and write its table")

// Long reports whether all is to be tried, however long it takes.
func Long() bool { return *long }

const notHeld = "IT DID NOT HOLD"

// Held notes that a test tried what the row of a name tells of, so many times, and that all held.
// It is called when nothing is left to try; a test that failed notes that instead. notes are what a
// reader should know of how it was tried, or what of it could not be tried and why.
func Held(t testing.TB, name string, times int, notes ...string) {
	t.Helper()
	if t.Failed() {
		notes = append(notes, notHeld)
	}
	record(t, name, decimal(times), notes)
}

// NotTried notes that what the row of a name tells of cannot be tried here, and why, and skips the
// test.
func NotTried(t testing.TB, name, why string) {
	t.Helper()
	record(t, name, "not tried", []string{why})
	t.Skip(why)
}

func record(t testing.TB, name, times string, notes []string) {
	t.Helper()
	i := slices.IndexFunc(rows, func(r row) bool { return r.name == name })
	if i < 0 {
		t.Fatalf("survival: the table has no row %q", name)
	}
	t.Logf("%s: %s %s", name, times, strings.Join(notes, "; "))
	if !Long() {
		return
	}
	if err := write(rows[i], times, strings.Join(notes, "; ")); err != nil {
		t.Fatal(err)
	}
}

// write puts a row into the table, which tests of several processes write at once.
func write(r row, times, note string) error {
	path := filepath.Join(Root(), "docs", "survival.md")
	lock := flock.New(filepath.Join(os.TempDir(), "listgate-survival.lock"))
	if err := lock.Lock(); err != nil {
		return err
	}
	defer lock.Unlock()
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	begin, table, end, err := cut(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	lines := map[string]string{}
	for line := range strings.Lines(table) {
		for _, other := range rows {
			if strings.HasPrefix(line, other.begin()) {
				lines[other.name] = line
			}
		}
	}
	held := r.held
	if note != "" {
		held += " (" + note + ")"
	}
	lines[r.name] = fmt.Sprintf("%s %s | %s |\n", r.begin(), times, held)
	return os.WriteFile(path, []byte(begin+render(lines)+end), 0o666)
}

const (
	tableBegins = "<!-- the table: written by go test ./... -run Survival -survival.long -->\n"
	tableEnds   = "<!-- end of the table -->\n"
)

func cut(text string) (begin, table, end string, err error) {
	begin, rest, found := strings.Cut(text, tableBegins)
	table, end, found2 := strings.Cut(rest, tableEnds)
	if !found || !found2 {
		return "", "", "", fmt.Errorf("no table between %q and %q", tableBegins, tableEnds)
	}
	return begin + tableBegins, table, tableEnds + end, nil
}

// render writes the table: the rows in their order, each promise before its own.
func render(lines map[string]string) string {
	var b strings.Builder
	promise := ""
	for _, r := range rows {
		if r.promise != promise {
			promise = r.promise
			fmt.Fprintf(&b, "\n**%s**\n\n| tried | times | held |\n|---|--:|---|\n", promise)
		}
		line, ok := lines[r.name]
		if !ok {
			line = r.begin() + " never | |\n"
		}
		b.WriteString(line)
	}
	return b.String() + "\n"
}

func (r row) begin() string { return "| " + r.tried + " |" }

// decimal writes a number in groups of three digits.
func decimal(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Root returns the folder of the module.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}
