package listrun

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/rules"
)

// newRun returns a run over no list yet, by the rules of the category general.
func newRun(t *testing.T, given *ListOptions) *Run {
	t.Helper()
	decisions := DecisionOptions{
		PolicyOptions: PolicyOptions{Message: "marketing", Confidence: "medium"},
		Categories:    []string{"general"}, MaxRuleAge: 90, Bare: "national", Validity: "possible",
	}
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	d, err := decisions.Load(now, rules.Options{})
	require.NoError(t, err)
	list, err := given.Parse()
	require.NoError(t, err)
	list.Suppress, _, err = given.ReadSuppressed(t.Context(), d.Filter)
	require.NoError(t, err)
	t.Cleanup(given.Close)
	return &Run{Decider: d, Given: given, List: list, Created: now}
}

// A list is taken through the filter, and the report tells of it.
func TestRun(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("list.csv", []byte("phone\n+919876543210\n+14155550132\n"), 0o666))
	r := newRun(t, &ListOptions{})
	defer r.Close()
	require.NoError(t, r.Open(t.Context(), "list.csv", Source{Summed: true}))
	var kept, dropped bytes.Buffer
	require.NoError(t, r.Stream(t.Context(), &kept, &dropped))
	require.Equal(t, "phone\n+919876543210\n", kept.String())
	require.Contains(t, dropped.String(), "+14155550132,restricted,US,platform-us-marketing\n")
	report := r.Report()
	require.EqualValues(t, 2, report.Input.Rows)
	require.Equal(t, "list.csv", report.Input.Name)
	require.Len(t, report.Input.SHA256, 64)
	require.Equal(t, "possible", report.Options.Validity)
}

// Standard input that is a file is watched as a file is; one that somebody began to read goes on
// from there.
func TestStandardInputIsAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.csv")
	require.NoError(t, os.WriteFile(path, []byte("phone\n+919876543210\n"), 0o666))
	stdin, err := os.Open(path)
	require.NoError(t, err)
	defer stdin.Close()
	r := newRun(t, &ListOptions{})
	require.NoError(t, r.Open(t.Context(), "-", Source{Stdin: stdin}))
	require.EqualValues(t, 20, r.In.Size())
	require.NoError(t, r.Stream(t.Context(), nil, nil))
	require.NoError(t, os.WriteFile(path, []byte("phone\n+919876543211\n"), 0o666))
	var changed *infile.ChangedError
	require.ErrorAs(t, r.In.CheckUnchanged(), &changed)

	_, err = stdin.Seek(6, 0)
	require.NoError(t, err)
	r = newRun(t, &ListOptions{})
	require.NoError(t, r.Open(t.Context(), "-", Source{Stdin: stdin}))
	require.NoError(t, r.Stream(t.Context(), nil, nil))
	require.EqualValues(t, 1, r.Result.Rows)
}

// Whatever file decides over the rows, a run in which it changes is not done: nobody knows what it
// will hold.
func TestInputsThatChange(t *testing.T) {
	rows := strings.Repeat("+919876543210\n", 2000)
	put := func(path, text string) error { return os.WriteFile(path, []byte(text), 0o666) }
	for name, change := range map[string]func() error{
		"list":      func() error { return put("list.csv", "phone\n"+rows+"+919876543210\n") },
		"shorter":   func() error { return os.Truncate("list.csv", 6) },
		"stop list": func() error { return put("stop.txt", rows+"+919876543211\n") },
		"time put back": func() error {
			info, err := os.Stat("list.csv")
			return errors.Join(err, put("list.csv", "phone\n"+rows[:len(rows)-2]+"9\n"),
				os.Chtimes("list.csv", info.ModTime(), info.ModTime()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			require.NoError(t, put("list.csv", "phone\n"+rows))
			require.NoError(t, put("stop.txt", rows))
			r := newRun(t, &ListOptions{Suppress: "stop.txt"})
			defer r.Close()
			require.NoError(t, r.Open(t.Context(), "list.csv", Source{}))
			require.NoError(t, change())
			var changed *infile.ChangedError
			require.ErrorAs(t, r.Stream(t.Context(), nil, nil), &changed)
		})
	}
}

// A list that was replaced by another one is whole, and that is said.
func TestReplacedList(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("list.csv", []byte("phone\n+919876543210\n"), 0o666))
	require.NoError(t, os.WriteFile("new.csv", []byte("phone\n"), 0o666))
	r := newRun(t, &ListOptions{})
	defer r.Close()
	require.NoError(t, r.Open(t.Context(), "list.csv", Source{}))
	if err := os.Rename("new.csv", "list.csv"); err != nil {
		t.Skip("an open file cannot be replaced here")
	}
	require.NoError(t, r.Stream(t.Context(), nil, nil))
	require.EqualValues(t, 1, r.Result.Rows)
	require.Contains(t, r.ListWarnings(),
		"list.csv was replaced while it was read: what was filtered is the earlier one, whole")
}
