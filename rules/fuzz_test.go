package rules

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A text loads, or gives errors: sorted, with words, each on a line that the text has. Nothing
// panics, and what loads gives a policy that keeps no unknown region.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/*/*.toml", "categories/*.toml"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	shipped, _ := readAll(&Source{})
	f.Fuzz(func(t *testing.T, text string) {
		file, errs := parse("x.toml", text, shipped.shipped)
		lines := 1 + strings.Count(text, "\n")
		for _, err := range errs {
			if err.Line < 0 || err.Line > lines || err.Err.Error() == "" {
				t.Fatalf("%d lines, but %v", lines, err)
			}
		}
		if len(errs) > 0 {
			return
		}
		set := &Set{categories: []*category{newCategory(file)}}
		p := set.Compile(Marketing, today, Low)
		if p.Judge(Region{}, "1").Outcome == Allowed {
			t.Fatal("allowed no region")
		}
		set.Warnings(today, 0)
	})
}

// Whatever is pasted, Init writes a file that loads and names what it says, or writes nothing.
func FuzzInit(f *testing.F) {
	f.Add("Brazil\n- Chile\nKorea, Republic of", "")
	f.Add("1. Brazil*, Peru and Mexico [2]", "IN")
	f.Add("Brazil\tNO", "EU")
	f.Fuzz(func(t *testing.T, allow, deny string) {
		var out bytes.Buffer
		_, err := Init(&out, InitOptions{Name: "alcohol", Allow: strings.NewReader(allow), AllowName: allow,
			Deny: strings.NewReader(deny), DenyName: deny, AsOf: time.Unix(0, 0)})
		if (err != nil) != (out.Len() == 0) {
			t.Fatalf("%v, but %d bytes", err, out.Len())
		}
	})
}
