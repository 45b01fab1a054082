package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

// maxReportBytes is far more than any report: a list given by mistake is refused before it is all
// in memory.
const maxReportBytes = 64 << 20

// Read reads a report as [Report.Marshal] wrote it. The white space may be another, if the seal was
// made over it.
//
// An error is of reading, or a [*CheckError] that says what is wrong with the report: CheckSeal if
// its bytes are not those that were sealed; CheckReport if it is no report, holds a key that is
// unknown or stands twice, or lacks one; CheckCounts if its numbers do not add up.
func Read(r io.Reader) (*Report, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxReportBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading the report: %w", err)
	}
	if len(text) > maxReportBytes {
		return nil, failed(CheckReport, "larger than %d bytes; is it a report?", maxReportBytes)
	}
	report := &Report{}
	if err := json.Unmarshal(text, report); err != nil {
		// the cause may quote what stands there
		return nil, failed(CheckReport, "not a report of listgate, or cut short")
	}
	if err := checkSeal(text, report.Seal); err != nil {
		return nil, &CheckError{CheckSeal, err}
	}
	if err := checkKeys(text, report); err != nil {
		return nil, &CheckError{CheckReport, err}
	}
	if err := report.checkFields(); err != nil {
		return nil, &CheckError{CheckReport, err}
	}
	if err := report.checkCounts(); err != nil {
		return nil, &CheckError{CheckCounts, err}
	}
	return report, nil
}

// checkSeal sums the text with zeros for the digits of the seal.
func checkSeal(text []byte, seal string) error {
	digits, ok := strings.CutPrefix(seal, sealPrefix)
	if !ok || !isSHA256(digits) {
		return errors.New("not sealed by listgate")
	}
	unsealed := bytes.ReplaceAll(text, []byte(digits), bytes.Repeat([]byte{'0'}, len(digits)))
	if sum := sha256.Sum256(unsealed); hex.EncodeToString(sum[:]) != digits {
		return errors.New("changed since it was written: its seal is of other bytes")
	}
	return nil
}

func isSHA256(digits string) bool {
	return len(digits) == 2*sha256.Size && strings.Trim(digits, "0123456789abcdef") == ""
}

// checkKeys finds keys that are unknown, missing, in other capitals, or there twice; the decoder
// passes over them all.
func checkKeys(text []byte, report *Report) error {
	if err := checkRepeats(text); err != nil {
		return err
	}
	again, err := json.Marshal(report)
	if err != nil {
		return err
	}
	var found, known any
	if err := errors.Join(decodeExactly(text, &found), decodeExactly(again, &known)); err != nil {
		return err
	}
	return checkSame("", found, known)
}

func decodeExactly(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return d.Decode(v)
}

// checkSame compares what was found in a text with what was understood of it.
func checkSame(path string, found, known any) error {
	switch found := found.(type) {
	case map[string]any:
		known, _ := known.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(found)) {
			if _, ok := known[key]; !ok {
				return fmt.Errorf("unknown key %q; a newer listgate may have written it", path+key)
			}
			if err := checkSame(path+key+".", found[key], known[key]); err != nil {
				return err
			}
		}
		for _, key := range slices.Sorted(maps.Keys(known)) {
			if _, ok := found[key]; !ok {
				return fmt.Errorf("no %q", path+key)
			}
		}
		return nil
	case []any:
		known, _ := known.([]any)
		for i := range min(len(found), len(known)) {
			if err := checkSame(path, found[i], known[i]); err != nil {
				return err
			}
		}
		return nil
	}
	if found != known {
		return fmt.Errorf("%q is written in a way that listgate does not write", strings.TrimSuffix(path, "."))
	}
	return nil
}

// checkRepeats finds keys that stand twice in an object.
func checkRepeats(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	var open []map[string]bool // the keys of each object that is open; nil for an array
	isKey := false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'):
			open = append(open, map[string]bool{})
		case json.Delim('['):
			open = append(open, nil)
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		default:
			if isKey {
				key := token.(string)
				if open[len(open)-1][key] {
					return fmt.Errorf("key %q stands twice", key)
				}
				open[len(open)-1][key] = true
				isKey = false
				continue
			}
		}
		isKey = len(open) > 0 && open[len(open)-1] != nil
	}
}

// checkFields refuses what a run cannot have written.
func (r *Report) checkFields() error {
	switch {
	case r.Listgate == "" || r.NumberingPlan == "" || r.By == "":
		return errors.New("the version, the numbering plan or who made it is missing")
	case r.Created.IsZero() || r.At.IsZero():
		return errors.New("the time of its making or the planned send time is missing")
	case r.Input.Name == "" || !isSHA256(r.Input.SHA256) || r.Options.Column == "":
		return errors.New("the input is not named or not summed")
	}
	for _, f := range []File{r.Kept, r.Dropped} {
		if f.Name == "" && (f.Bytes != 0 || f.SHA256 != "") || f.Name != "" && !isSHA256(f.SHA256) {
			return errors.New("an output is not named or not summed")
		}
	}
	if _, err := r.Deciding(); err != nil {
		return err
	}
	_, err := r.RuleSet()
	return err
}

// A Deciding is how a run decided.
type Deciding struct {
	Message    rules.Message
	Confidence rules.Confidence // from which an allow counted
	Filter     filter.Options   // how cells were read
}

// Deciding returns how the run decided. An error names the word of the report that is unknown.
func (r *Report) Deciding() (d Deciding, err error) {
	if d.Message, err = rules.ParseMessage(r.Message); err != nil {
		return d, err
	}
	if d.Confidence, err = rules.ParseConfidence(r.Options.Confidence); err != nil {
		return d, err
	}
	if r.Options.DefaultRegion != "" {
		if d.Filter.DefaultRegion, err = rules.ParseRegion(r.Options.DefaultRegion); err != nil {
			return d, err
		}
	}
	if d.Filter.Bare, err = filter.ParseBare(r.Options.Bare); err != nil {
		return d, err
	}
	switch r.Options.Validity {
	case "possible":
	case "valid":
		d.Filter.RequireValid = true
	default:
		return d, fmt.Errorf("unknown validity %q", r.Options.Validity)
	}
	d.Filter.Sighted = r.Options.Sighted
	return d, nil
}

// RuleOptions returns what the rules by which the run decided are loaded from: what the report
// holds of them.
func (r *Report) RuleOptions() (rules.Options, error) {
	o := rules.Options{Categories: r.Categories}
	var err error
	if o.Sender.BusinessCountry, err = r.businessCountry(); err != nil {
		return o, err
	}
	for _, f := range r.Rules.Files {
		o.Texts = append(o.Texts, rules.FileText{Name: f.Name, Shipped: f.Shipped, TOML: f.Text})
	}
	for _, p := range r.Rules.Permissions {
		permission, err := p.read()
		if err != nil {
			return o, fmt.Errorf("its permission %q: %w", p.Reference, err)
		}
		o.Sender.Permissions = append(o.Sender.Permissions, permission)
	}
	if len(o.Texts) == 0 {
		return o, errors.New("it holds no rule files")
	}
	return o, nil
}

// RuleSet returns the rules by which the run decided. They come to the revision that the report
// names.
func (r *Report) RuleSet() (*rules.Set, error) {
	o, err := r.RuleOptions()
	if err != nil {
		return nil, err
	}
	set, err := rules.Load(o)
	if err != nil {
		return nil, fmt.Errorf("its rule files: %w", err)
	}
	again := Report{At: r.At}
	again.describeRules(set)
	if !again.Rules.equal(r.Rules) || !slices.Equal(again.Categories, r.Categories) {
		return nil, errors.New("its rule files do not come to its rules revision")
	}
	return set, nil
}

func (p Permission) read() (rules.Permission, error) {
	permission := rules.Permission{Reference: p.Reference}
	for _, code := range p.Regions {
		region, err := rules.ParseRegion(code)
		if err != nil {
			return permission, err
		}
		permission.Regions = append(permission.Regions, region)
	}
	var err error
	switch {
	case p.LastDay != nil && *p.LastDay != "":
		permission.LastDay, err = time.Parse(time.DateOnly, *p.LastDay)
	case p.Until != nil && *p.Until != "":
		permission.LastDay, err = time.Parse(time.DateOnly, *p.Until)
		permission.LastDay = permission.LastDay.AddDate(0, 0, -1)
	}
	return permission, err
}

// businessCountry returns where the sender's business is located; zero if the run did not know.
func (r *Report) businessCountry() (country rules.Region, err error) {
	if r.Options.BusinessCountry != "" {
		country, err = rules.ParseRegion(r.Options.BusinessCountry)
	}
	return country, err
}

// equal leaves out the permissions, which the revision covers.
func (r Rules) equal(other Rules) bool {
	return r.Revision == other.Revision && slices.Equal(r.Files, other.Files) && slices.Equal(r.Lifted, other.Lifted)
}

// checkCounts adds up what was counted.
func (r *Report) checkCounts() error {
	for _, reason := range filter.Reasons() {
		if rows, ok := r.Reasons[reason.String()]; !ok || rows < 0 {
			return fmt.Errorf("reasons: no count of %s", reason)
		}
	}
	switch {
	case len(r.Reasons) != len(filter.Reasons()):
		return errors.New("reasons: more than there are")
	case sum(r.Reasons) != r.Input.Rows || r.Kept.Rows+r.Dropped.Rows != r.Input.Rows ||
		r.Reasons[filter.Allowed.String()] != r.Kept.Rows:
		return fmt.Errorf("%d rows kept and %d dropped of %d, and the reasons of %d, do not add up",
			r.Kept.Rows, r.Dropped.Rows, r.Input.Rows, sum(r.Reasons))
	case min(r.Input.Bytes, r.Kept.Bytes, r.Dropped.Bytes) < 0:
		return errors.New("a size below zero")
	}
	return errors.Join(r.checkRegions(), r.checkReadings(), r.checkWarned())
}

// checkRegions adds up the regions to the reasons.
func (r *Report) checkRegions() error {
	left := maps.Clone(r.Reasons)
	seen := map[string]bool{}
	for _, region := range r.Regions {
		if seen[region.Region] || region.Kept < 0 || sum(region.Reasons) != region.Dropped ||
			sum(region.Rules) > region.Dropped {
			return fmt.Errorf("regions: the rows of %q do not add up", region.Region)
		}
		seen[region.Region] = true
		left[filter.Allowed.String()] -= region.Kept
		for reason, rows := range region.Reasons {
			if _, ok := left[reason]; !ok || rows < 1 || reason == filter.Allowed.String() {
				return fmt.Errorf("regions: %d rows dropped as %q", rows, reason)
			}
			left[reason] -= rows
		}
	}
	for reason, rows := range left {
		if rows != 0 {
			return fmt.Errorf("regions: the rows that are %s do not add up to those of the reasons", reason)
		}
	}
	return nil
}

func (r *Report) checkReadings() error {
	for _, reading := range []filter.Reading{filter.ReadingInternational, filter.ReadingBareInternational,
		filter.ReadingNational} {
		if rows, ok := r.Readings[reading.String()]; !ok || rows < 0 {
			return fmt.Errorf("readings: no count of %s", reading)
		}
	}
	if len(r.Readings) != int(filter.ReadingNational) || sum(r.Readings) > r.Input.Rows {
		return errors.New("readings: more than there are")
	}
	return nil
}

func (r *Report) checkWarned() error {
	seen := map[string]bool{}
	for _, warned := range r.Warned {
		if seen[warned.Rule] || warned.Rows < 1 || warned.Rows > r.Kept.Rows {
			return fmt.Errorf("warned: the rows of %s do not add up", warned.Rule)
		}
		seen[warned.Rule] = true
	}
	return nil
}

func sum(counts map[string]int64) (all int64) {
	for _, n := range counts {
		all += n
	}
	return all
}
