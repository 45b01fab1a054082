package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/benchmarks/library"
	"github.com/listgate/listgate/benchmarks/list"
	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

func write(t testing.TB, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	return path
}

func keptOf(answers []answer) []bool {
	var all []bool
	for _, a := range answers {
		all = append(all, a.kept)
	}
	return all
}

func TestReadAnswers(t *testing.T) {
	folder := t.TempDir()
	listPath := write(t, folder, "list.csv", "name,phone\n\"Rao, A\",1\nshort\n\"Bo\nB\",2\nC,3\n")
	for name, test := range map[string]struct {
		kept string
		want []bool
	}{
		"some":          {"name,phone\n\"Rao, A\",1\n\"Bo\nB\",2\n", []bool{true, false, true, false}},
		"other quoting": {"\"name\",\"phone\"\n\"Bo\nB\",\"2\"\n\"C\",\"3\"\n", []bool{false, false, true, true}},
		"none":          {"name,phone\n", []bool{false, false, false, false}},
		"all":           {"name,phone\n\"Rao, A\",1\nshort\n\"Bo\nB\",2\nC,3", []bool{true, true, true, true}},
	} {
		answers, err := readAnswers(listPath, write(t, folder, "kept.csv", test.kept))
		require.NoError(t, err, name)
		require.Equal(t, test.want, keptOf(answers), name)
	}
}

func TestReadAnswersRefusesForeignRows(t *testing.T) {
	folder := t.TempDir()
	listPath := write(t, folder, "list.csv", "name,phone\nA,1\nB,2\n")
	for name, kept := range map[string]string{
		"changed":      "name,phone\nA,+1\n",
		"out of order": "name,phone\nB,2\nA,1\n",
		"twice":        "name,phone\nA,1\nA,1\n",
	} {
		_, err := readAnswers(listPath, write(t, folder, "kept.csv", kept))
		require.ErrorContains(t, err, "none of the list", name)
	}
	_, err := readAnswers(listPath, write(t, folder, "kept.csv", ""))
	require.ErrorContains(t, err, "no header")
}

func TestAddReasons(t *testing.T) {
	folder := t.TempDir()
	const head = "name,phone,listgate_reason,listgate_region,listgate_rule\n"
	answers := []answer{{kept: true}, {}, {}}
	require.NoError(t, addReasons(answers, write(t, folder, "d.csv", head+"B,2,invalid,,\nshort,short_row,,\n")))
	require.Equal(t, []answer{{kept: true}, {reason: "invalid"}, {reason: "short_row"}}, answers)
	require.ErrorContains(t, addReasons(answers, write(t, folder, "d.csv", head+"B,2,invalid,,\n")),
		"neither kept nor dropped")
	require.ErrorContains(t,
		addReasons(answers[:2], write(t, folder, "d.csv", head+"B,2,invalid,,\nC,2,invalid,,\n")), "more rows")
}

// The package filter and the loop over the phone library agree about a list of every shape but for
// what can be explained: what a whole run finds out before it times anything.
func TestListgateAndLibraryAgree(t *testing.T) {
	const rows = 3000
	set, err := rules.Load(rules.Options{Categories: []string{category}})
	require.NoError(t, err)
	policy := set.Compile(rules.Marketing, time.Now(), rules.Medium)
	for _, shape := range list.Shapes() {
		folder := t.TempDir()
		var text bytes.Buffer
		require.NoError(t, list.New(shape, 1).Write(&text, rows))
		listPath := write(t, folder, "list.csv", text.String())

		ours := filterAnswers(t, folder, policy, shape, text.Bytes())
		decider := library.New(shape.DefaultRegion(), library.DeniedBy(policy))
		var kept bytes.Buffer
		require.NoError(t, decider.Loop(&kept, bytes.NewReader(text.Bytes()), list.PhoneColumn))
		theirs, err := readAnswers(listPath, write(t, folder, "loop.csv", kept.String()))
		require.NoError(t, err)
		cells, err := readRows(listPath)
		require.NoError(t, err)

		a := agree(cells, ours, theirs, decider.Keep, false)
		require.Empty(t, a.unexplained, shape)
		require.Equal(t, rows, a.rows)
		if shape != list.Dirty && shape != list.Mixed {
			require.Equal(t, keptOf(ours), keptOf(theirs), shape)
		}
	}
}

func filterAnswers(t *testing.T, folder string, policy *rules.Policy, shape list.Shape, text []byte) []answer {
	t.Helper()
	var options filter.Options
	if name := shape.DefaultRegion(); name != "" {
		region, err := rules.ParseRegion(name)
		require.NoError(t, err)
		options.DefaultRegion = region
	}
	f, err := filter.New(policy, options)
	require.NoError(t, err)
	var kept, dropped bytes.Buffer
	_, err = f.Stream(t.Context(), &kept, &dropped, bytes.NewReader(text), filter.ListOptions{Name: "list.csv"})
	require.NoError(t, err)
	answers, err := readAnswers(filepath.Join(folder, "list.csv"), write(t, folder, "kept.csv", kept.String()))
	require.NoError(t, err)
	require.NoError(t, addReasons(answers, write(t, folder, "dropped.csv", dropped.String())))
	return answers
}
