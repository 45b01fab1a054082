package filter

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/listgate/listgate/rules"
)

const (
	liveInterval = 10 * time.Second
	// A change is taken when two reads, so far apart, gave the same: what is being written is not.
	liveSettle = time.Second
	// Files are read so often although none looks changed: there are volumes whose times and sizes
	// do not tell.
	liveReread = time.Minute
)

type fingerprint = [sha256.Size]byte

// LiveOptions say what a [Live] follows, and how it compiles what it finds.
type LiveOptions struct {
	Rules      rules.Options // Source is not used
	Message    rules.Message
	Confidence rules.Confidence
	Filter     Options
	Interval   time.Duration // between two looks at the files; 0: 10 s

	// Notify is told of each change, with the rules that are now in force and no problem: the files
	// changed, a day came on which other entries are in force (the set is the same then), or a
	// problem is over. And it is told of each problem, once: why newer rules are not in force, with
	// those that are. It is called by one goroutine at a time and should return soon; it may call
	// Filter, but not Refresh.
	Notify func(inForce *rules.Set, problem error)
}

// A Live is a filter that follows its rule files and the calendar. Rules that cannot be read, are
// not wholly understood, or are gone change nothing: the last good ones stay in force, and Notify
// is told.
//
// It holds the text of its rule files. Lives do not share anything; where accounts have the same
// rules, share the Live.
type Live struct {
	options LiveOptions
	current atomic.Pointer[Filter]

	looking sync.Mutex // held while files are read
	source  *rules.Source
	sum     fingerprint // of source
	readAt  time.Time
	problem error // of source

	mu          sync.Mutex // never held while files are read, so that a volume that hangs does not stop the calendar
	set         *rules.Set
	from, until time.Time // while set compiles to what is in force
	alarm       *time.Timer
}

// NewLive loads the rules. An error means that they are not good, or changed at that moment. It
// starts no goroutine: see [Live.Run].
func NewLive(o LiveOptions) (*Live, error) {
	if o.Interval <= 0 {
		o.Interval = liveInterval
	}
	notify := o.Notify
	o.Notify = nil // the first rules are no change
	l := &Live{options: o}
	if err := l.Refresh(time.Now()); err != nil {
		return nil, err
	}
	l.options.Notify = notify
	return l, nil
}

// Filter returns the filter by the rules in force. It is one atomic load. Ask for it for each
// number: the filter itself does not change.
func (l *Live) Filter() *Filter { return l.current.Load() }

// Rules returns the rules in force. Notify is told when they change; it must not ask here.
func (l *Live) Rules() *rules.Set {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.set
}

// Run follows the files and the calendar until ctx is done. Call it once.
//
// It looks at the files at each interval: at their names, times and sizes, and once a minute at
// what stands in them. A change is taken a second later, if it still stands there. Rules that begin
// or end on a day do so at 00:00 UTC, also while the files cannot be read; when the clock is set,
// within one interval.
func (l *Live) Run(ctx context.Context) {
	l.setAlarm()
	defer l.stopAlarm()
	settle := min(liveSettle, l.options.Interval)
	wait := l.options.Interval
	var pending fingerprint // of what was read last time and is not yet in force; zero: of nothing
	for {
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		pending = l.poll(pending)
		wait = l.options.Interval
		if pending != (fingerprint{}) {
			wait = settle
		}
	}
}

// poll looks at the files once. It takes what has changed if that was pending already, and else
// returns it as pending.
func (l *Live) poll(pending fingerprint) fingerprint {
	l.turn(time.Now())
	l.looking.Lock()
	defer l.looking.Unlock()
	source, now := l.look(time.Now())
	switch {
	case source == nil:
		return fingerprint{}
	case now != pending:
		return now
	}
	_ = l.take(source, now, time.Now()) // Notify is told
	return fingerprint{}
}

// Refresh looks at the files once, and brings into force what stands there and what the day of now
// asks for. It takes a change at once, if two reads in a row give the same: call it when the files
// are known to be whole. The error says why the rules in force are not those of the files; Notify
// is told as well, unless the files are just being written. If no file looks changed it reads none,
// as in [Live.Run].
func (l *Live) Refresh(now time.Time) error {
	l.turn(now)
	l.looking.Lock()
	defer l.looking.Unlock()
	source, read := l.look(now)
	if source == nil {
		return l.problem
	}
	if rules.ReadSource(l.options.Rules.Paths...).Fingerprint() != read {
		return errors.New("the rule files changed while they were read; look again when they are whole")
	}
	return l.take(source, read, now)
}

// look reads the files, if they look changed or it is time to. It returns nil if what they hold has
// been taken before. looking is held, as in take.
func (l *Live) look(now time.Time) (*rules.Source, fingerprint) {
	since := now.Sub(l.readAt)
	if l.source != nil && 0 <= since && since < liveReread && !l.source.Changed() {
		return nil, l.sum
	}
	source := rules.ReadSource(l.options.Rules.Paths...)
	read := source.Fingerprint()
	if l.source != nil && read == l.sum {
		l.source, l.readAt = source, now
		return nil, read
	}
	return source, read
}

// take brings the rules of source into force, or tells why not.
func (l *Live) take(source *rules.Source, read fingerprint, now time.Time) error {
	o := l.options.Rules
	o.Source = source
	set, err := rules.Load(o)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		err = gone(l.set, set)
	}
	if err == nil {
		err = l.install(set, now)
	}
	known := l.problem != nil && err != nil && l.problem.Error() == err.Error()
	l.source, l.sum, l.readAt, l.problem = source, read, now, err
	if !known {
		l.tell(err)
	}
	return err
}

// gone reports files of the user's that decided and stand nowhere now. That a shipped file would
// decide in their place may be what somebody wants, or what is left when a folder was not wholly
// copied.
func gone(old, set *rules.Set) error {
	if old == nil {
		return nil
	}
	var errs rules.Errors
	for _, f := range old.Files() {
		stillThere := func(other *rules.File) bool { return other.Name == f.Name && !other.Shipped }
		if !f.Shipped && !slices.ContainsFunc(set.Files(), stillThere) {
			errs = append(errs, &rules.Error{File: f.Path, Err: errors.New(
				"gone; its rules stay in force. Put it back, or start anew to go by the shipped rules of " + f.Name)})
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return errs
}

// turn brings into force what holds at now, if that is something else than what is in force.
func (l *Live) turn(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.set == nil || !now.Before(l.from) && (l.until.IsZero() || now.Before(l.until)) {
		l.setTimer()
		return
	}
	if err := l.install(l.set, now); err == nil {
		l.tell(nil)
	}
}

// install compiles set for the time now. mu is held, as in tell and setTimer.
func (l *Live) install(set *rules.Set, now time.Time) error {
	o := l.options
	f, err := New(set.Compile(o.Message, now, o.Confidence), o.Filter)
	if err != nil {
		return err
	}
	l.current.Store(f)
	l.set = set
	l.from, l.until = set.ValidFrom(o.Message, now), set.ValidUntil(o.Message, now)
	l.setTimer()
	return nil
}

func (l *Live) tell(problem error) {
	if l.options.Notify != nil {
		l.options.Notify(l.set, problem)
	}
}

func (l *Live) setAlarm() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.alarm = time.AfterFunc(0, func() { l.turn(time.Now()) })
}

// setTimer makes the alarm go off on the next day that matters. That may be a little early, where
// the clock is being set: turn sets it again.
func (l *Live) setTimer() {
	if l.alarm != nil && !l.until.IsZero() {
		l.alarm.Reset(time.Until(l.until))
	}
}

func (l *Live) stopAlarm() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.alarm.Stop()
	l.alarm = nil
}
