package rules

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/listgate/listgate/internal/strict"
)

const aRuleFile = "a rule file" // as messages call it

// parse reads and checks one file. The File is of use only if there are no errors. shipped is nil for shipped files.
func parse(path, text string, shipped map[string]*File) (*File, Errors) {
	sum := sha256.Sum256([]byte(text))
	f := &File{Path: path, Shipped: shipped == nil, Text: text, SHA256: hex.EncodeToString(sum[:])}
	root, problem := strict.Parse(text, aRuleFile)
	if problem != nil {
		f.broken = true
		return f, Errors{{path, problem.Line, problem.Err}}
	}
	c := checker{file: f}
	c.check(table{root}, shipped)
	errs := errorsOf(path, root.Problems())
	f.broken = len(errs) > 0
	return f, errs
}

func errorsOf(path string, problems []strict.Problem) Errors {
	var errs Errors
	for _, p := range problems {
		errs = append(errs, &Error{path, p.Line, p.Err})
	}
	return errs
}
