package ruleview

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/rules"
)

// A Diff is what rules diff has to say.
type Diff struct {
	Old        string         `json:"old"`
	New        string         `json:"new"`
	At         time.Time      `json:"at"`
	Confidence string         `json:"confidence"`
	Categories []CategoryDiff `json:"categories"`
	List       *ListDiff      `json:"list"` // null if none was named

	Messages []rules.Message  `json:"-"`
	Bar      rules.Confidence `json:"-"`
}

// A CategoryDiff is what two states of rules decide otherwise for a category.
type CategoryDiff struct {
	Category string       `json:"category"`
	InOld    bool         `json:"in_old"`
	InNew    bool         `json:"in_new"`
	Changes  []change     `json:"changes"` // at the time asked for
	Later    []ChangeDiff `json:"later"`   // what else changes on later days
}

// A ChangeDiff is what differs from a day on, other than before.
type ChangeDiff struct {
	From    string   `json:"from"`
	Changes []change `json:"changes"` // new ones, or other ones than before
	Ended   []change `json:"ended"`   // what no longer differs so
}

// A change is a place that is decided otherwise.
type change struct {
	Region   string   `json:"region"`
	Name     string   `json:"name"`
	Prefix   string   `json:"prefix"` // "+7978"; empty for the region as a whole
	Messages []string `json:"messages"`
	Old      decided  `json:"old"`
	New      decided  `json:"new"`
}

type decided struct {
	Decision string `json:"decision"`
	Rule     string `json:"rule"`
}

func (d decided) String() string {
	if d.Rule == "" {
		return d.Decision
	}
	return fmt.Sprintf("%s (%s)", d.Decision, d.Rule)
}

func (c change) equal(other change) bool {
	return c.Region == other.Region && c.Prefix == other.Prefix && c.Old == other.Old && c.New == other.New &&
		slices.Equal(c.Messages, other.Messages)
}

// Compare finds what two sides decide otherwise for a category.
func (d *Diff) Compare(name string, oldSide, newSide Side) (c CategoryDiff, err error) {
	c = CategoryDiff{Category: name, Changes: []change{}, Later: []ChangeDiff{}}
	before, inOld, err := oldSide.Load(name)
	if err != nil {
		return c, err
	}
	after, inNew, err := newSide.Load(name)
	if err != nil {
		return c, err
	}
	if c.InOld, c.InNew = inOld, inNew; !inOld || !inNew {
		return c, nil
	}
	c.Changes = d.changes(name, before, after, d.At)
	last := c.Changes
	for _, day := range d.days(before, after) {
		now := d.changes(name, before, after, day)
		t := ChangeDiff{From: day.Format(time.DateOnly), Changes: without(now, last), Ended: without(last, now)}
		if len(t.Changes)+len(t.Ended) > 0 {
			c.Later = append(c.Later, t)
		}
		last = now
	}
	return c, nil
}

// days returns the days after the time asked for on which either set begins or ends something.
func (d *Diff) days(sets ...*rules.Set) []time.Time {
	days := map[time.Time]bool{}
	for _, set := range sets {
		for _, m := range d.Messages {
			for at := d.At; ; {
				until := set.ValidUntil(m, at)
				if until.IsZero() {
					break
				}
				days[until], at = true, until
			}
		}
	}
	return slices.SortedFunc(maps.Keys(days), time.Time.Compare)
}

func without(changes, others []change) []change {
	return slices.DeleteFunc(slices.Clone(changes), func(c change) bool { return slices.ContainsFunc(others, c.equal) })
}

// changes returns the places that are decided otherwise for messages sent at a time. A prefix that
// is decided as its region is on both sides is not told again.
func (d *Diff) changes(name string, before, after *rules.Set, at time.Time) []change {
	var policies []*rules.Policy
	for _, m := range d.Messages {
		policies = append(policies, before.Compile(m, at, d.Bar), after.Compile(m, at, d.Bar))
	}
	all := []change{}
	for _, place := range countriesOf(policies...) {
		found := []change{}
		for i, m := range d.Messages {
			judgeOld, judgeNew := judgeFor(name, policies[2*i]), judgeFor(name, policies[2*i+1])
			c := changeAt(place, judgeOld, judgeNew)
			whole := changeAt(countryKey{region: place.region}, judgeOld, judgeNew)
			if c.Old.Decision == c.New.Decision || place.prefix != "" && c.Old == whole.Old && c.New == whole.New {
				continue
			}
			same := slices.IndexFunc(found, func(other change) bool { return other.Old == c.Old && other.New == c.New })
			if same < 0 {
				same, found = len(found), append(found, c)
			}
			found[same].Messages = append(found[same].Messages, m.String())
		}
		all = append(all, found...)
	}
	return all
}

func changeAt(k countryKey, judgeOld, judgeNew judgeOf) change {
	was, is := judgeOld(k.region, k.prefix), judgeNew(k.region, k.prefix)
	c := change{Region: k.region.String(), Name: k.region.Name(), Old: decided{was.Outcome.String(), was.Rule()},
		New: decided{is.Outcome.String(), is.Rule()}}
	if k.prefix != "" {
		c.Prefix = "+" + k.prefix
	}
	return c
}

// Write writes the answer for people.
func (d *Diff) Write(w io.Writer) error {
	printable.Fprintf(w, "from %s to %s, for messages planned for %s; an allow counts from confidence %s upwards\n",
		d.Old, d.New, ToMinute(d.At), d.Confidence)
	for _, c := range d.Categories {
		printable.Fprintf(w, "\n%s: ", c.Category)
		switch {
		case !c.InOld:
			printable.Fprintf(w, "only in %s; listgate rules show says what it makes of each country\n", d.New)
			continue
		case !c.InNew:
			printable.Fprintf(w, "only in %s\n", d.Old)
			continue
		}
		printable.Fprintf(w, "%s decided otherwise\n", wording.Named(int64(len(c.Changes)), "place is", "places are"))
		if err := d.printChanges(w, c.Changes, "  "); err != nil {
			return err
		}
		for _, turn := range c.Later {
			printable.Fprintf(w, "  from %s on:\n", turn.From)
			if err := d.printChanges(w, turn.Changes, "    "); err != nil {
				return err
			}
			if len(turn.Ended) > 0 {
				printable.Fprintf(w, "    no longer so:\n")
			}
			if err := d.printChanges(w, turn.Ended, "      "); err != nil {
				return err
			}
		}
	}
	if d.List != nil {
		printable.Fprintln(w)
		d.List.write(w)
	}
	return nil
}

// printChanges prints a line for each place that is newly kept or newly dropped, and a line for all
// those together that are dropped by both sides for the same other reason.
func (d *Diff) printChanges(w io.Writer, changes []change, indent string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	dropped := map[string][]string{}
	for _, c := range changes {
		place := strings.TrimSpace(c.Region + " " + c.Prefix)
		if allowed := rules.Allowed.String(); c.Old.Decision != allowed && c.New.Decision != allowed {
			what := fmt.Sprintf("%s: %s → %s", c.forMessages(), c.Old, c.New)
			dropped[what] = append(dropped[what], place)
			continue
		}
		printable.Fprintf(t, "%s%s\t%s\t%s\t%s\t→ %s\n", indent, place, c.Name, c.forMessages(), c.Old, c.New)
	}
	err := t.Flush()
	for _, what := range slices.Sorted(maps.Keys(dropped)) {
		printable.Fprintf(w, "%sdropped by both sides, %s: %s\n", indent, what, strings.Join(dropped[what], ", "))
	}
	return err
}

func (c change) forMessages() string {
	if len(c.Messages) == int(rules.Service)+1 {
		return "all messages"
	}
	return strings.Join(c.Messages, ", ")
}
