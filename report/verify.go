package report

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/rules"
)

const (
	// DefaultMaxAge is how old a report may be, from the later of its making and its planned send
	// time.
	DefaultMaxAge = 24 * time.Hour
	// MaxAge is how old a report may be from its making, whatever its planned send time.
	MaxAge = 7 * 24 * time.Hour

	clockSkew = 5 * time.Minute // by how much the clock of another machine may be ahead of ours
)

// A Check is one thing that [Verify] looks at. The names stand in JSON.
type Check string

// The checks, in the order in which they are made.
const (
	CheckSeal     Check = "seal"     // the report's bytes are those that were sealed
	CheckReport   Check = "report"   // it is a whole report, and all of it is understood
	CheckCounts   Check = "counts"   // its numbers add up
	CheckList     Check = "list"     // the list is, byte for byte, the kept rows that were published
	CheckAge      Check = "age"      // it is neither too old nor made in the future
	CheckCategory Check = "category" // the list was filtered for the categories asked for
	CheckMessage  Check = "message"  // and for the kind of message asked for
	CheckBusiness Check = "business" // and for a business that is located where it is said to be
	CheckRules    Check = "rules"    // by the rules that are in force now
)

// A CheckError says which check failed, and why. It never holds a number.
type CheckError struct {
	Check Check
	Err   error
}

func (e *CheckError) Error() string { return fmt.Sprintf("%s: %v", e.Check, e.Err) }

func (e *CheckError) Unwrap() error { return e.Err }

func failed(check Check, format string, args ...any) *CheckError {
	return &CheckError{check, fmt.Errorf(format, args...)}
}

// CheckErrors are all checks that failed, in the order in which they are made. Its text has one
// line each.
type CheckErrors []*CheckError

func (es CheckErrors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

func (es CheckErrors) Unwrap() []error {
	all := make([]error, len(es))
	for i, e := range es {
		all[i] = e
	}
	return all
}

// VerifyOptions say what a list must have been filtered for. The zero value asks for the shipped
// rules as they are now, and for a report that is at most a day old.
type VerifyOptions struct {
	// Rules are those in force now: the user's files, the sender, and the categories that the list
	// must have been filtered for, with or without others. Without categories any will do, and
	// without a country of the business any.
	Rules           rules.Options
	AllowOlderRules bool          // the rules may have been others, as long as the report holds them
	Message         string        // the kind of message it must have been filtered for; empty: any
	MaxAge          time.Duration // 0: DefaultMaxAge
	Now             time.Time     // zero: time.Now()
}

// Verify reports whether a list may be sent: it is byte for byte the kept rows that a run of
// listgate filter published, and the run's report is whole, fresh, and made for what is asked for.
// report and list are read as they are stored, compressed or not; the list's name does not matter.
//
// A report is fresh for MaxAge after the later of its making and its planned send time, and never
// more than MaxAge after its making. The rules are those in force now if the files are the same and
// nothing in them begins or ends between the planned send time and now.
//
// Which checks failed says an error of type [CheckErrors]; errors.As to [*CheckError] finds the
// first. Other errors are of reading report, list or rules, or an [*rules.UnknownCategoryError].
// The Report is nil if report is none.
func Verify(report, list io.Reader, o VerifyOptions) (*Report, error) {
	r, err := Read(report)
	if failure, ok := errors.AsType[*CheckError](err); ok {
		return nil, CheckErrors{failure}
	}
	if err != nil {
		return nil, err
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.MaxAge == 0 {
		o.MaxAge = DefaultMaxAge
	}
	sum := sha256.New()
	size, err := io.Copy(sum, list)
	if err != nil {
		return nil, fmt.Errorf("reading the list: %w", err)
	}
	var failures CheckErrors
	note := func(check Check, err error) {
		if err != nil {
			failures = append(failures, &CheckError{check, err})
		}
	}
	note(CheckList, r.checkList(size, hex.EncodeToString(sum.Sum(nil))))
	note(CheckAge, r.checkAge(o.Now, o.MaxAge))
	missing, err := r.missingCategories(o.Rules)
	if err != nil {
		return r, err
	}
	note(CheckCategory, missing)
	if o.Message != "" && o.Message != r.Message {
		note(CheckMessage, fmt.Errorf("the list was filtered for %s messages, not for %s", r.Message, o.Message))
	}
	note(CheckBusiness, r.otherBusiness(o.Rules.Sender.BusinessCountry))
	older, err := r.olderRules(o)
	if err != nil {
		return r, err
	}
	note(CheckRules, older)
	if len(failures) > 0 {
		return r, failures
	}
	return r, nil
}

// checkList compares the list's stored bytes with those that were published.
func (r *Report) checkList(size int64, sum string) error {
	is := func(f File) bool { return f.Name != "" && f.SHA256 == sum && f.Bytes == size }
	switch {
	case is(r.Kept):
		return nil
	case r.Kept.Name == "":
		return errors.New("the run published no kept rows: none were asked for, or more rows were dropped than its limit allowed")
	case is(r.Input):
		return fmt.Errorf("this is the list that went in, not the kept rows that came out, which were written to %s",
			r.Kept.Name)
	case is(r.Dropped):
		return fmt.Errorf("these are the rows that were dropped; the kept ones were written to %s", r.Kept.Name)
	case size != r.Kept.Bytes:
		return fmt.Errorf("not the kept rows that were published: %d bytes, published were %d", size, r.Kept.Bytes)
	}
	return errors.New("not the kept rows that were published: of the same size, with other bytes")
}

// FreshUntil returns when a report stops being fresh; maxAge is as in [VerifyOptions].
func (r *Report) FreshUntil(maxAge time.Duration) time.Time {
	until := r.Created
	if r.At.After(until) {
		until = r.At
	}
	until = until.Add(maxAge)
	if last := r.Created.Add(MaxAge); last.Before(until) {
		return last
	}
	return until
}

func (r *Report) checkAge(now time.Time, maxAge time.Duration) error {
	if r.Created.After(now.Add(clockSkew)) {
		return fmt.Errorf("made on %s, which is still to come: a clock is wrong", minute(r.Created))
	}
	if until := r.FreshUntil(maxAge); !now.Before(until) {
		return fmt.Errorf("made on %s for a send planned on %s: it was fresh until %s", minute(r.Created), minute(r.At),
			minute(until))
	}
	return nil
}

func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// missingCategories names the categories asked for that did not decide.
func (r *Report) missingCategories(o rules.Options) (missing, err error) {
	if len(o.Categories) == 0 {
		return nil, nil
	}
	set, err := rules.Load(o)
	if err != nil {
		return nil, err
	}
	for _, name := range set.Categories() {
		if !slices.Contains(r.Categories, name) {
			return fmt.Errorf("the list was filtered for %s, not for %s",
				strings.Join(r.Categories, " and "), name), nil
		}
	}
	return nil, nil
}

// otherBusiness says that the run took the business to be located elsewhere than in a country, if
// one is given.
func (r *Report) otherBusiness(country rules.Region) error {
	switch then := r.Options.BusinessCountry; {
	case country == rules.Region{} || then == country.String():
		return nil
	case then == "":
		return fmt.Errorf("the list was filtered without knowing that the business is located in %s", country.Name())
	default:
		return fmt.Errorf("the list was filtered for a business located in %s, not in %s", then, country)
	}
}

// olderRules says what of the rules is another now than in the run.
func (r *Report) olderRules(o VerifyOptions) (older, err error) {
	then, err := r.RuleSet()
	if err != nil {
		return nil, err
	}
	deciding, err := r.Deciding()
	if err != nil {
		return nil, err
	}
	first, last := r.At, o.Now
	if last.Before(first) {
		first, last = last, first
	}
	if turns := then.Changes(deciding.Message, first, last); len(turns) > 0 {
		return fmt.Errorf("the send was planned for %s, and the rules are others now: %s", minute(r.At), turns[0]), nil
	}
	if o.AllowOlderRules {
		return nil, nil
	}
	o.Rules.Categories = r.Categories
	o.Rules.Sender.BusinessCountry = then.Sender().BusinessCountry // another one is a failure of its own
	now, err := rules.Load(o.Rules)
	if unknown, ok := errors.AsType[*rules.UnknownCategoryError](err); ok {
		return unknown, nil
	}
	if err != nil {
		return nil, err
	}
	if now.Revision() == r.Rules.Revision {
		return nil, nil
	}
	return fmt.Errorf("the rules are others now: %s", strings.Join(changedFiles(then, now), "; ")), nil
}

// changedFiles says which rule files of two sets differ.
func changedFiles(then, now *rules.Set) []string {
	var changes []string
	find := func(files []*rules.File, f *rules.File) *rules.File {
		for _, other := range files {
			if other.Name == f.Name && other.Shipped == f.Shipped {
				return other
			}
		}
		return nil
	}
	name := func(f *rules.File) string {
		if f.Shipped {
			return "the shipped file " + f.Name
		}
		return "your file " + f.Name
	}
	for _, f := range then.Files() {
		switch other := find(now.Files(), f); {
		case other == nil:
			changes = append(changes, name(f)+" decided then and does not now")
		case other.SHA256 != f.SHA256:
			changes = append(changes, name(f)+" was changed")
		}
	}
	for _, f := range now.Files() {
		if find(then.Files(), f) == nil {
			changes = append(changes, name(f)+" decides now and did not then")
		}
	}
	if len(changes) == 0 {
		changes = append(changes, "the account has other permissions")
	}
	return changes
}
