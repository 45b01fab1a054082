package cloudapi

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

const kindsOfMessage = int(rules.Service) + 1

// ruleFiles are the rules of some categories, as they stand in files that are followed.
type ruleFiles struct {
	live    *filter.Live
	bar     rules.Confidence
	inForce atomic.Pointer[ruleSet]
}

// A ruleSet is rules in force, with the newest filter by them for each kind of message, which the
// next one shares with.
type ruleSet struct {
	set  *rules.Set
	last [kindsOfMessage]atomic.Pointer[filter.Filter]
}

func newRuleFiles(o AccountsOptions, categories []string) (*ruleFiles, error) {
	r := &ruleFiles{bar: o.Confidence}
	live, err := filter.NewLive(filter.LiveOptions{
		Rules: rules.Options{Paths: o.Rules, Categories: categories}, Confidence: o.Confidence,
		Notify: func(inForce *rules.Set, problem error) {
			if r.inForce.Load().set != inForce { // else a day came: see cachedFilter
				r.inForce.Store(&ruleSet{set: inForce})
			}
			if problem != nil && o.Report != nil {
				o.Report(fmt.Errorf("rules of %s: the last good ones stay in force: %w",
					strings.Join(categories, ", "), problem))
			}
		},
	})
	if err != nil {
		return nil, err
	}
	r.live = live
	r.inForce.Store(&ruleSet{set: live.Rules()})
	return r, nil
}

// checkHome returns an error if a default region has no numbering plan.
func (r *ruleFiles) checkHome(home rules.Region) error {
	_, err := filter.NewLike(r.live.Filter(), r.live.Rules().Compile(rules.Service, time.Time{}, r.bar),
		filter.Options{DefaultRegion: home})
	return err
}

// A filterGroup is what accounts share that are judged alike. Its filters are made when they are
// first needed, and anew when other rules are in force.
type filterGroup struct {
	files  *ruleFiles
	sender rules.Sender
	home   rules.Region

	making sync.Mutex
	cached [kindsOfMessage]atomic.Pointer[cachedFilter]
}

// A cachedFilter is a filter and for how long it holds.
type cachedFilter struct {
	filter      *filter.Filter
	by          *ruleSet
	from, until time.Time
	revision    func() string // of the rules
}

func (m *cachedFilter) holds(by *ruleSet, now time.Time) bool {
	return m != nil && m.by == by && !now.Before(m.from) && (m.until.IsZero() || now.Before(m.until))
}

// key tells groups of the same rule files apart.
func (g *filterGroup) key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", g.home, g.sender.BusinessCountry)
	for _, p := range g.sender.Permissions {
		fmt.Fprintf(&b, " %s until %d", p.Regions, p.LastDay.Unix())
	}
	return b.String()
}

// filter returns the filter for a kind of message.
func (g *filterGroup) filter(m rules.Message, now time.Time) (*cachedFilter, error) {
	by := g.files.inForce.Load()
	if current := g.cached[m].Load(); current.holds(by, now) {
		return current, nil
	}
	g.making.Lock()
	defer g.making.Unlock()
	if current := g.cached[m].Load(); current.holds(by, now) {
		return current, nil
	}
	return g.compile(m, by, now)
}

// compile makes the filter for a kind of message. If another kind has the same rules, it is the
// same filter. Of a number without '+', both of the readings that Meta describes count.
func (g *filterGroup) compile(m rules.Message, by *ruleSet, now time.Time) (*cachedFilter, error) {
	set, bar := by.set.WithSender(g.sender), g.files.bar
	policy := set.Compile(m, now, bar)
	fresh := &cachedFilter{by: by, revision: sync.OnceValue(set.Revision)}
	fresh.from, fresh.until = set.ValidFrom(m, now), set.ValidUntil(m, now)
	for i := range g.cached {
		if other := g.cached[i].Load(); other.holds(by, now) && policy.Equal(set.Compile(rules.Message(i), now, bar)) {
			fresh.filter = other.filter
		}
	}
	if fresh.filter == nil {
		like := by.last[m].Load()
		if like == nil {
			like = g.files.live.Filter()
		}
		var err error
		if fresh.filter,
			err = filter.NewLike(like, policy,
			filter.Options{DefaultRegion: g.home, Bare: filter.BareEither}); err != nil {
			return nil, err
		}
		by.last[m].Store(fresh.filter)
	}
	g.cached[m].Store(fresh)
	return fresh, nil
}

// decide decides about the recipient of a message, as each kind of message that it may be.
func (g *filterGroup) decide(s *send) (d filter.Decision, m rules.Message, err error) {
	now := time.Now()
	for m = range rules.Message(kindsOfMessage) {
		if !s.messages.has(m) {
			continue
		}
		f, err := g.filter(m, now)
		if err != nil {
			return d, m, err
		}
		if d = decide(f.filter, s); !d.Kept() {
			return d, m, nil
		}
	}
	return d, m, nil
}

func decide(f *filter.Filter, s *send) filter.Decision {
	if s.region != (rules.Region{}) {
		return f.DecideRegion(s.region)
	}
	plus, ok := checkTo(s.to)
	if !ok {
		return filter.Decision{Reason: filter.NotANumber}
	}
	d := f.Decide(s.to)
	if !plus && d.Reading == filter.ReadingInternational { // 00 or 011: not what Meta makes of it
		return filter.Decision{Reason: filter.Invalid}
	}
	return d
}

// checkTo reports whether a recipient holds nothing but what the API allows, digits, + - ( ) and
// spaces, so that it is read there as it is here; and whether it has a plus, behind which no 0 may
// stand.
func checkTo(to []byte) (plus, ok bool) {
	var before byte // the last + or digit
	for _, b := range to {
		switch {
		case b == '-', b == '(', b == ')', b == ' ':
			continue
		case b == '+' && before == 0:
			plus = true
		case b < '0' || b > '9', b == '0' && before == '+':
			return plus, false
		}
		before = b
	}
	return plus, true
}
