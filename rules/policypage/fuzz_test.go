package policypage_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/listgate/listgate/rules"
	"github.com/listgate/listgate/rules/policypage"
)

// Whatever is given as a page: Read ends, and gives either three lists or errors, never both. The
// lists are sorted, hold each region once, and are those of the categories asked for; errors have
// words, and a line of the file or none.
func FuzzRead(f *testing.F) {
	paths, err := filepath.Glob("testdata/ok/*")
	if err != nil || len(paths) == 0 {
		f.Fatal("no pages", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("Alcohol – Allowed Countries: Mexico\n| Peru |\n\t* Japan\n---\n"))
	f.Add([]byte("Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>Alcohol - Allowed Countries<table><th>\n--x--"))
	f.Fuzz(func(t *testing.T, data []byte) {
		page, err := policypage.Read("page", strings.NewReader(string(data)))
		if (page == nil) == (err == nil) {
			t.Fatal(page, err)
		}
		if err != nil {
			var errs rules.Errors
			if !errors.As(err, &errs) || len(errs) == 0 {
				t.Fatal(err)
			}
			for _, e := range errs {
				if most := 2 + strings.Count(string(data), "\n") + strings.Count(string(data), "\r"); e.Line < 0 ||
					e.Line > most || e.Err.Error() == "" {
					t.Fatalf("%q: %v", data, e)
				}
			}
			return
		}
		var categories []string
		for _, list := range page.Lists {
			categories = append(categories, list.Category)
			sorted := slices.IsSortedFunc(list.Regions,
				func(a, b rules.Region) int { return strings.Compare(a.String(), b.String()) })
			if !sorted || len(slices.Compact(slices.Clone(list.Regions))) != len(list.Regions) ||
				len(list.Regions) == 0 || slices.Contains(list.Regions, rules.Region{}) {
				t.Fatalf("%q: %v", data, list)
			}
		}
		if !slices.Equal(categories, []string{"alcohol", "online-gambling", "otc-drugs"}) {
			t.Fatalf("%q: %v", data, categories)
		}
	})
}
