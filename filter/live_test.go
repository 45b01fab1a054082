package filter_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

const (
	german = "+4915123456789"
	indian = "+919876543210"
)

// allowing is a rule file of category mine that allows one region, from a day and until another if
// they are given.
func allowing(region string, dates ...string) string {
	return `format = 1
category = "mine"
title = "Mine"
default = "deny"
complete = true
as_of = 2026-11-22
source = "test"
[[allow]]
id = "one"
regions = ["` + region + `"]
source = "test"
` + strings.Join(dates, "\n") + "\n"
}

// A followed folder is one that a Live follows, and what it told.
type followed struct {
	*filter.Live
	t      *testing.T
	folder string
	mu     sync.Mutex
	told   []string
}

// follow starts a Live over a folder with mine.toml in it.
func follow(t *testing.T, text string, paths ...string) *followed {
	f := &followed{t: t, folder: t.TempDir()}
	f.write("mine.toml", text)
	if len(paths) == 0 {
		paths = []string{""}
	}
	for i := range paths {
		paths[i] = filepath.Join(f.folder, paths[i])
	}
	live, err := filter.NewLive(filter.LiveOptions{Rules: rules.Options{Paths: paths, Categories: []string{"mine"}},
		Notify: f.notify})
	require.NoError(t, err)
	f.Live = live
	return f
}

func (f *followed) notify(inForce *rules.Set, problem error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	said := "good"
	if problem != nil {
		said = strings.ReplaceAll(problem.Error(), f.folder+string(filepath.Separator), "")
	}
	f.told = append(f.told, said)
	require.NotEmpty(f.t, inForce.Revision())
}

// tells returns what was told since it was asked last.
func (f *followed) tells() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	told := f.told
	f.told = nil
	return told
}

func (f *followed) path(name string) string { return filepath.Join(f.folder, name) }

func (f *followed) write(name, text string) {
	require.NoError(f.t, os.WriteFile(f.path(name), []byte(text), 0o600))
}

// allowed names those of Germany and India whose numbers are kept.
func (f *followed) allowed() string {
	var names []string
	for number, region := range map[string]string{german: "DE", indian: "IN"} {
		if f.Filter().DecideString(number).Kept() {
			names = append(names, region)
		}
	}
	return strings.Join(names, "|")
}

// running runs the Live in a bubble of its own time, which begins on 2000-01-01.
func running(t *testing.T, text string, test func(f *followed), paths ...string) {
	synctest.Test(t, func(t *testing.T) {
		f := follow(t, text, paths...)
		ctx, stop := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer stop()
		go f.Run(ctx)
		test(f)
	})
}

func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestLiveFollowsAFile(t *testing.T) {
	running(t, allowing("DE"), func(f *followed) {
		pass(time.Hour)
		require.Equal(t, "DE", f.allowed())
		require.Empty(t, f.tells())

		f.write("mine.toml", allowing("IN"))
		pass(11 * time.Second)
		require.Equal(t, "IN", f.allowed())
		require.Equal(t, []string{"good"}, f.tells())

		f.write("mine.toml", allowing("IN")+"# the same rules, another text\n")
		pass(time.Hour)
		require.Equal(t, []string{"good"}, f.tells())
	})
}

func TestLiveFollowsAFolder(t *testing.T) {
	const other = "format = 1\ncategory = \"other\"\nextends = \"general\"\n"
	running(t, allowing("DE"), func(f *followed) {
		f.write("platform.toml",
			"format = 1\ncategory = \"platform\"\nextends = \"platform\"\n[[deny]]\nid = \"no-de\"\nregions = [\"DE\"]\nsource = \"test\"\n")
		f.write("other.toml", other)
		pass(11 * time.Second)
		require.Empty(t, f.allowed(), "a file that decides appeared")
		require.Equal(t, []string{"good"}, f.tells())

		require.NoError(t, os.Remove(f.path("other.toml")))
		pass(11 * time.Second)
		require.Equal(t, []string{"good"}, f.tells(), "a file that does not decide is gone")

		require.NoError(t, os.Rename(f.path("platform.toml"), f.path("zz.toml")))
		pass(11 * time.Second)
		require.Empty(t, f.allowed(), "the file has another name")
		require.Equal(t, []string{"good"}, f.tells())

		require.NoError(t, os.Remove(f.path("zz.toml")))
		pass(time.Hour)
		require.Empty(t, f.allowed(), "what its deny dropped stays dropped")
		require.Equal(t,
			[]string{"zz.toml: gone; its rules stay in force. Put it back, or start anew to go by the shipped rules of platform"}, f.tells())
	})
}

func TestLiveKeepsTheLastGoodRules(t *testing.T) {
	running(t, allowing("DE"), func(f *followed) {
		for _, bad := range []struct{ text, told string }{
			{allowing("XX"), `mine.toml:10: unknown region "XX"`},
			{allowing("IN")[:20], `mine.toml:2: unexpected EOF`},
			{"", "mine.toml:1: "},
		} {
			f.write("mine.toml", bad.text)
			pass(time.Hour)
			require.Equal(t, "DE", f.allowed())
			told := f.tells()
			require.Len(t, told, 1, "once, not at each look")
			require.Contains(t, told[0], bad.told)
			require.ErrorContains(t, f.Refresh(time.Now()), bad.told)
		}
		f.write("mine.toml", allowing("DE"))
		pass(11 * time.Second)
		require.Equal(t, []string{"good"}, f.tells(), "told although it is what was in force")
		require.NoError(t, f.Refresh(time.Now()))

		require.NoError(t, os.Remove(f.path("mine.toml")))
		pass(time.Hour)
		require.Equal(t, "DE", f.allowed())
		require.Equal(t, []string{"mine.toml: no such file or directory"}, f.tells())

		f.write("mine.toml", allowing("IN"))
		pass(11 * time.Second)
		require.Equal(t, "IN", f.allowed())
		require.Equal(t, []string{"good"}, f.tells())
	}, "mine.toml")
}

// A file that ends after a line is often a good file with rules missing: here, with the deny.
func TestLiveWaitsForTheWholeFile(t *testing.T) {
	whole := allowing("IN") + "[[deny]]\nid = \"two\"\nregions = [\"IN\"]\nsource = \"test\"\n"
	part := allowing("IN")
	running(t, allowing("DE"), func(f *followed) {
		pass(9500 * time.Millisecond)
		f.write("mine.toml", part)
		pass(time.Second)
		require.Equal(t, "DE", f.allowed(), "seen once")
		for i := range 5 {
			f.write("mine.toml", part+strings.Repeat("#", i+1))
			pass(time.Second)
			require.Equal(t, "DE", f.allowed(), "still growing")
		}
		require.NoError(t, os.Remove(f.path("mine.toml")))
		pass(500 * time.Millisecond)
		f.write("mine.toml", whole)
		pass(2 * time.Second)
		require.Empty(t, f.allowed())
		require.Equal(t, []string{"good"}, f.tells())
	})
}

// Times of files that are not true to changes: they are the same, they go back, they lie ahead.
func TestLiveDoesNotTrustTimes(t *testing.T) {
	old := time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
	running(t, allowing("DE"), func(f *followed) {
		require.NoError(t, os.Chtimes(f.path("mine.toml"), old, old))
		pass(time.Minute)
		for i, region := range []string{"IN", "FR", "DE"} { // in this order: each is a change
			at := []time.Time{old, old.AddDate(-1, 0, 0), old.AddDate(80, 0, 0)}[i]
			f.write("mine.toml", allowing(region))
			require.NoError(t, os.Chtimes(f.path("mine.toml"), at, at))
			pass(72 * time.Second) // a minute, a look, and the second that a change must stand
			require.Equal(t, []string{"good"}, f.tells())
			require.Equal(t, region == "DE", f.Filter().DecideString(german).Kept())
		}
	})
}

// A day begins at 00:00 UTC: not a nanosecond before, and not with the next look at the files,
// which are gone anyway.
func TestLiveFollowsTheCalendar(t *testing.T) {
	const day = 24 * time.Hour
	running(t, allowing("DE", "first_day = 2000-01-03", "last_day = 2000-01-04"), func(f *followed) {
		require.NoError(t, os.Remove(f.path("mine.toml")))
		pass(2*day - time.Nanosecond)
		require.Empty(t, f.allowed())
		require.Len(t, f.tells(), 1, "the file is gone")

		pass(time.Nanosecond)
		require.Equal(t, "DE", f.allowed())
		require.Equal(t, []string{"good"}, f.tells())

		pass(2*day - time.Nanosecond)
		require.Equal(t, "DE", f.allowed())
		require.Empty(t, f.tells())
		pass(time.Nanosecond)
		require.Empty(t, f.allowed())
	})
}

// Rules that were read shortly before a day begins follow it as well.
func TestLiveFollowsTheCalendarOfNewRules(t *testing.T) {
	running(t, allowing("IN"), func(f *followed) {
		pass(24*time.Hour - 12*time.Second)
		f.write("mine.toml", allowing("DE", "last_day = 2000-01-01"))
		pass(12*time.Second - time.Nanosecond)
		require.Equal(t, "DE", f.allowed())
		pass(time.Nanosecond)
		require.Empty(t, f.allowed())
	})
}

func TestRefreshGoesByTheTimeGiven(t *testing.T) {
	f := follow(t, allowing("DE", "first_day = 2030-01-03", "last_day = 2030-02-28"))
	for _, test := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2030, 1, 2, 23, 59, 59, 999999999, time.UTC), ""},
		{time.Date(2030, 1, 3, 0, 0, 0, 0, time.UTC), "DE"},
		{time.Date(2030, 2, 28, 23, 59, 59, 0, time.FixedZone("west", -3600)), ""},
		{time.Date(2030, 2, 28, 23, 59, 59, 0, time.UTC), "DE"}, // the clock was set back
	} {
		require.NoError(t, f.Refresh(test.at))
		require.Equal(t, test.want, f.allowed(), test.at)
	}
}

func TestNewLiveNeedsGoodRules(t *testing.T) {
	folder := t.TempDir()
	for _, options := range []filter.LiveOptions{
		{},
		{Rules: rules.Options{Categories: []string{"none"}}},
		{Rules: rules.Options{Categories: []string{"general"}, Paths: []string{folder}}},
		{Rules: rules.Options{Categories: []string{"general"}}, Filter: filter.Options{DefaultRegion: region(t, "AQ")}},
	} {
		options.Notify = func(*rules.Set, error) { t.Error("told of what NewLive returns") }
		live, err := filter.NewLive(options)
		require.Error(t, err)
		require.Nil(t, live)
	}
}

// While files change, by writing over them and by renaming, each answer is that of the old or of
// the new rules, and after Refresh that of the new. At no moment are there no rules.
func TestLiveWhileOthersDecide(t *testing.T) {
	f := follow(t, allowing("DE"))
	var deciding sync.WaitGroup
	done := make(chan struct{})
	for range 8 {
		deciding.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				runtime.Gosched()
				now := f.Filter()
				if now.DecideString(german).Kept() == now.DecideString(indian).Kept() {
					t.Error("neither the old rules nor the new")
					return
				}
			}
		})
	}
	for i := range 40 {
		region := [...]string{"IN", "DE"}[i%2]
		if i%3 == 0 {
			f.write("new", allowing(region))
			require.NoError(t, os.Rename(f.path("new"), f.path("mine.toml")))
		} else {
			f.write("mine.toml", allowing(region))
		}
		require.NoError(t, f.Refresh(time.Now()))
		require.Equal(t, region, f.allowed())
	}
	close(done)
	deciding.Wait()
	require.Len(t, f.tells(), 40)
}

// Files that change again and again while Refresh reads them: what comes into force was whole.
func TestRefreshWhileFilesAreWritten(t *testing.T) {
	f := follow(t, allowing("DE"))
	texts := []string{allowing("DE"), allowing("IN")}
	var writing sync.WaitGroup
	done := make(chan struct{})
	writing.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
			}
			_ = os.WriteFile(f.path("new"), []byte(texts[i%2]), 0o600)
			_ = os.Rename(f.path("new"), f.path("mine.toml"))
		}
	})
	for range 300 {
		if err := f.Refresh(time.Now()); err != nil {
			require.ErrorContains(t, err, "changed while they were read")
		}
		require.Contains(t, []string{"DE", "IN"}, f.allowed())
	}
	close(done)
	writing.Wait()
	require.NoError(t, f.Refresh(time.Now()))
}

func TestLiveFilterDoesNotAllocate(t *testing.T) {
	f := follow(t, allowing("DE"))
	number := []byte(german)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if !f.Filter().Decide(number).Kept() {
			t.Fatal("dropped")
		}
	}))
}

func BenchmarkLive(b *testing.B) {
	path := filepath.Join(b.TempDir(), "mine.toml")
	require.NoError(b, os.WriteFile(path, []byte(allowing("DE", "first_day = 2026-01-02")), 0o600))
	now := time.Now()
	require.NoError(b, os.Chtimes(path, now, now.Add(-time.Hour)))
	live, err := filter.NewLive(filter.LiveOptions{Rules: rules.Options{Paths: []string{path},
		Categories: []string{"mine"}}})
	require.NoError(b, err)
	b.Run("filter", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			live.Filter()
		}
	})
	b.Run("nothing changed", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = live.Refresh(now)
		}
	})
	b.Run("a day begins", func(b *testing.B) {
		b.ReportAllocs()
		day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for i := 0; b.Loop(); i++ {
			_ = live.Refresh(day.AddDate(0, 0, i%2))
		}
	})
}
