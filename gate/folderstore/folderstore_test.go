package folderstore_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/folderstore"
	"github.com/listgate/listgate/gate/storetest"
	"github.com/listgate/listgate/internal/redact"
)

const waba = "900000000000001"

// long makes the tests that kill processes do so more often. CI sets it.
var long = flag.Bool("gate.long", false, "kill processes more often")

// TestMain lets the test binary be another process: one that appends events to a store.
func TestMain(m *testing.M) {
	if dir := os.Getenv("GATE_TEST_APPEND_TO"); dir != "" {
		if err := appendMany(dir, os.Getenv("GATE_TEST_NAME"), os.Getenv("GATE_TEST_COUNT")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// appendMany appends events one by one, and says so after each one is durable.
func appendMany(dir, name, count string) error {
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	store := folderstore.New(dir)
	for i := range n {
		if err := store.Append(context.Background(), waba, []gate.Event{lock(name, i)}); err != nil {
			return err
		}
		fmt.Println(i)
	}
	return nil
}

func lock(name string, n int) gate.Event {
	return gate.Event{
		Type: gate.EventSighting, WABA: waba, Time: time.Date(2026, 11, 1, 0, 0, n, 0, time.UTC),
		Cause: gate.CauseAccountLock, Code: 131031,
		Ref: redact.Hash("message", fmt.Sprint(name, n)), Source: "status",
	}
}

func process(t *testing.T, dir, name string, count int) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(
		os.Environ(),
		"GATE_TEST_APPEND_TO="+dir,
		"GATE_TEST_NAME="+name,
		"GATE_TEST_COUNT="+fmt.Sprint(count),
	)
	cmd.Stderr = os.Stderr
	return cmd
}

func TestFolderConforms(t *testing.T) {
	storetest.Run(t, time.Minute, func(t *testing.T) storetest.Fixture {
		dir := filepath.Join(t.TempDir(), "made", "when", "needed")
		return storetest.Fixture{
			One: folderstore.Create(dir),
			Two: folderstore.Create(dir),
			Damage: func(t *testing.T, waba string) {
				f, err := os.OpenFile(filepath.Join(dir, waba+".jsonl"), os.O_APPEND|os.O_WRONLY, 0)
				require.NoError(t, err)
				_, err = io.WriteString(f, "not a line\n")
				require.NoError(t, errors.Join(err, f.Close()))
			},
		}
	})
}

// state returns what a process that starts now knows.
func state(t testing.TB, dir string) gate.State {
	t.Helper()
	g := gate.New(folderstore.New(dir), gate.Options{})
	a, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	s := a.State()
	require.NoError(t, g.Close())
	return s
}

// Two processes on one journal, which is drawn together meanwhile: no event is lost.
func TestTwoProcesses(t *testing.T) {
	dir, each := t.TempDir(), 200
	if *long {
		each = 1000
	}
	one, two := process(t, dir, "one", each), process(t, dir, "two", each)
	require.NoError(t, one.Start())
	require.NoError(t, two.Start())
	require.NoError(t, one.Wait())
	require.NoError(t, two.Wait())
	s := state(t, dir)
	require.Empty(t, s.Trouble)
	require.Equal(t, 2*each, s.Events)
	require.Equal(t, gate.StatusHalted, s.Campaign)
}

// A process that is killed at any moment leaves a journal that can be read and written, with all
// that it said was durable.
func TestKilledProcess(t *testing.T) {
	dir := t.TempDir()
	said := 0
	for round := range 4 {
		cmd := process(t, dir, fmt.Sprint("round", round), 1_000_000)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for n := 0; n < 10+17*round && lines.Scan(); n++ {
			said++
		}
		require.NoError(t, cmd.Process.Kill())
		for lines.Scan() { // what it said before it was killed
			said++
		}
		_ = cmd.Wait()
		s := state(t, dir)
		require.Empty(t, s.Trouble)
		require.GreaterOrEqual(t, s.Events, said)
		require.LessOrEqual(t, s.Events, said+round+1)
	}
}

func journal(dir string) string { return filepath.Join(dir, waba+".jsonl") }

func clearing(at time.Time) gate.Event {
	return gate.Event{
		Type:   gate.EventClear,
		WABA:   waba,
		Time:   at,
		Cause:  gate.CauseAccountLock,
		By:     "a@b",
		Reason: "appeal granted",
	}
}

// A write that ends at any byte leaves the state before it or after it, and the next write works:
// for a write that halts, and for one that opens.
func TestTornWrites(t *testing.T) {
	base := t.TempDir()
	require.NoError(t, folderstore.New(base).Append(t.Context(), waba, []gate.Event{lock("a", 1)}))
	before, err := os.ReadFile(journal(base))
	require.NoError(t, err)
	require.NoError(
		t,
		folderstore.New(base).Append(t.Context(), waba, []gate.Event{clearing(lock("", 1).Time), lock("a", 0)}),
	)
	after, err := os.ReadFile(journal(base))
	require.NoError(t, err)
	for n := range len(after) + 1 {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(journal(dir), after[:n], 0o600))
		s := state(t, dir)
		if n == 0 { // whoever made it heard of the account
			require.Contains(t, s.Trouble, "it is empty")
			require.Error(t, folderstore.New(dir).Append(t.Context(), waba, []gate.Event{lock("b", 5)}))
			continue
		}
		require.Empty(t, s.Trouble, n)
		switch {
		case n < len(before)-1:
			require.Equal(t, 0, s.Events, n)
		case n < len(after)-1:
			require.Equal(t, gate.StatusHalted, s.Campaign, n)
			require.Equal(t, 1, s.Events, n)
		default: // only its line break may be missing
			require.Equal(t, gate.StatusOpen, s.Campaign, n)
		}
		require.NoError(t, folderstore.New(dir).Append(t.Context(), waba, []gate.Event{lock("b", 5)}), n)
		again := state(t, dir)
		require.Equal(t, gate.StatusHalted, again.Campaign, n)
		require.Equal(t, s.Events+1, again.Events, n)
	}
}

// Any byte of a whole line that is another one makes the state unknown, never open.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	for _, e := range []gate.Event{lock("a", 1), lock("a", 2), lock("a", 3)} {
		require.NoError(t, folderstore.New(dir).Append(t.Context(), waba, []gate.Event{e}))
	}
	good, err := os.ReadFile(journal(dir))
	require.NoError(t, err)
	lines := strings.SplitAfter(string(good), "\n")
	unknown := func(text, what string) {
		require.NoError(t, os.WriteFile(journal(dir), []byte(text), 0o600))
		s := state(t, dir)
		require.Equal(t, gate.StatusUnknown, s.Campaign, what)
		require.Equal(t, gate.StatusUnknown, s.Reply, what)
		var damage *gate.DamagedError
		require.ErrorAs(t, folderstore.New(dir).Append(t.Context(), waba, []gate.Event{lock("b", 9)}), &damage, what)
	}
	for i := range good[:len(good)-1] {
		bad := []byte(string(good))
		bad[i] ^= 1
		unknown(string(bad), fmt.Sprintf("byte %d", i))
	}
	unknown(lines[1]+lines[2], "the first line lost")
	unknown(lines[0]+lines[2], "the second line lost")
	unknown(lines[1]+lines[0]+lines[2], "moved")
	unknown(lines[0]+"\n"+lines[1], "an empty line")
	unknown(lines[0]+lines[0], "a line twice")
	unknown(strings.Repeat("\x00", 512)+"\n", "zeros")
	require.NoError(t, os.WriteFile(journal(dir), []byte(lines[0]+strings.Repeat("\x00", 512)), 0o600))
	require.Equal(t, gate.StatusHalted, state(t, dir).Campaign, "zeros after the last line break are a torn line")
	require.NoError(t, os.WriteFile(journal(dir), []byte(lines[0]+lines[1][:50]+strings.Repeat("\x00", 512)), 0o600))
	require.Equal(t, gate.StatusHalted, state(t, dir).Campaign, "and so is the beginning of a line with zeros")

	// What stands after the last line break, and is not the beginning of what we write.
	for _, tail := range []string{
		"garbage", `{"format":2,"events":[`, `{"format":1,"events":[}`, `{"format":1,"events":[]}`,
		lines[1][:50] + "\x00x", " ", "\r",
		strings.TrimSuffix(lines[2], "\n"), strings.TrimSuffix(lines[1], "\n") + "x",
		strings.Replace(lines[1][:len(lines[1])-1], "131031", "131032", 1),
	} {
		unknown(tail, "nothing but "+tail)
		unknown(lines[0]+tail, tail)
	}
}

// A record that lacks only its line break counts, also for those who saw it before the line break
// came.
func TestMissingLineBreak(t *testing.T) {
	dir := t.TempDir()
	store := folderstore.New(dir)
	require.NoError(t, store.Append(t.Context(), waba, []gate.Event{lock("a", 1)}))
	text, err := os.ReadFile(journal(dir))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(journal(dir), text[:len(text)-1], 0o600))
	require.Equal(t, gate.StatusHalted, state(t, dir).Campaign)

	g := gate.New(folderstore.New(dir), gate.Options{})
	defer g.Close()
	a, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	require.NoError(t, folderstore.New(dir).Append(t.Context(), waba, []gate.Event{clearing(lock("", 1).Time)}))
	until(t, a, gate.StatusOpen)
	again, err := os.ReadFile(journal(dir))
	require.NoError(t, err)
	require.Equal(t, string(text), string(again[:len(text)]))
	require.Equal(t, gate.StatusOpen, state(t, dir).Campaign)
}

// What is damaged is set aside by a person's clear, in one step, and begun anew; both are kept.
func TestClearSetsDamageAside(t *testing.T) {
	dir := t.TempDir()
	store := folderstore.New(dir)
	g := gate.New(store, gate.Options{})
	defer g.Close()
	require.NoError(t, store.Append(t.Context(), waba, []gate.Event{lock("a", 1)}))
	a, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	_, err = store.SetAside(t.Context(), waba, nil)
	require.ErrorContains(t, err, "nothing to set aside")
	for n, bad := range []string{".bad", ".bad2"} {
		f, err := os.OpenFile(journal(dir), os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = io.WriteString(f, "not a line\n")
		require.NoError(t, errors.Join(err, f.Close()))
		until(t, a, gate.StatusUnknown)
		cleared, kept, err := a.Clear(t.Context(), nil, gate.Operator{By: "a@b", Reason: "restored from the panel"})
		require.NoError(t, err)
		require.Equal(t, journal(dir)+bad, kept)
		require.FileExists(t, kept)
		require.Len(t, cleared, 1-n)
		until(t, a, gate.StatusOpen)
		require.Equal(t, "JOURNAL_SET_ASIDE", a.Events()[len(a.Events())-1].Name)
		s := state(t, dir)
		require.Equal(t, gate.StatusOpen, s.Campaign)
		require.Positive(t, s.Events)
	}
}

// A clear of a damaged journal ends only what it names: all else that can be read still halts,
// before the damage and behind it.
func TestClearOfDamageEndsOnlyWhatIsNamed(t *testing.T) {
	at := lock("", 1).Time
	of := func(c gate.Cause) gate.Event {
		return gate.Event{Type: gate.EventSighting, WABA: waba, Time: at, Cause: c, Source: "status"}
	}
	refused := gate.Event{Type: gate.EventRefusal, WABA: waba, Time: at, Code: 130497, Region: "IN", Recipient: "000a"}
	cleared := gate.Event{Type: gate.EventClear, WABA: waba, Time: at, Cause: gate.CauseManual, By: "a@b", Reason: "x"}
	for name, harm := range map[string]func(lines []string) string{
		"a line of something else at the end": func(l []string) string { return strings.Join(l, "") + "not a line\n" },
		"a line of something else in between": func(l []string) string {
			return l[0] + "not a line\n" +
				strings.Join(l[1:], "")
		},
		"a line that was changed": func(l []string) string {
			return l[0] + strings.Replace(l[1], "manual", "mAnual", 1) + strings.Join(l[2:], "")
		},
		"a line of which only the sum is left": func(l []string) string {
			return l[0] + l[1][len(l[1])-40:] +
				strings.Join(l[2:], "")
		},
		"a line that is lost, and one in pieces": func(l []string) string {
			return l[0] + l[1][:20] + "\n" +
				l[2] + l[3]
		},
	} {
		dir := t.TempDir()
		for _, e := range []gate.Event{of(gate.CauseBan), of(gate.CauseManual), of(gate.CausePolicyBlock), cleared} {
			require.NoError(t, folderstore.New(dir).Append(t.Context(), waba, []gate.Event{e, refused}))
		}
		s := clearDamaged(t, dir, gate.CausePolicyBlock, harm)
		require.Equal(t, gate.StatusHalted, s.Campaign, name)
		require.Len(t, s.Causes, 1, name)
		require.Equal(t, gate.CauseBan, s.Causes[0].Cause, name)
		require.Len(t, s.Sighted, 1, name)
	}
}

// clearDamaged does harm to the lines of a journal, clears one cause, and returns the state that is
// then.
func clearDamaged(t *testing.T, dir string, cause gate.Cause, harm func(lines []string) string) gate.State {
	t.Helper()
	text, err := os.ReadFile(journal(dir))
	require.NoError(t, err)
	lines := strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")
	lines[len(lines)-1] += "\n"
	require.NoError(t, os.WriteFile(journal(dir), []byte(harm(lines)), 0o600))
	require.Equal(t, gate.StatusUnknown, state(t, dir).Campaign)
	g := gate.New(folderstore.New(dir), gate.Options{})
	a, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	_, _, err = a.Clear(t.Context(), []gate.Cause{cause}, gate.Operator{By: "a@b", Reason: "x"})
	require.NoError(t, err)
	require.NoError(t, g.Close())
	return state(t, dir)
}

// What stands in the line behind one that is lost, sum and all, still halts: only its sum does not
// fit.
func TestClearOfDamageKeepsTheNextLine(t *testing.T) {
	at := lock("", 1).Time
	for name, harm := range map[string]func(first, second string) string{
		"lost":         func(_, second string) string { return second },
		"without sum":  func(first, second string) string { return first[:len(first)-3] + "x}\n" + second },
		"not a line":   func(_, second string) string { return "not a line\n" + second },
		"joined lines": func(first, second string) string { return first[:20] + second + second },
	} {
		dir := t.TempDir()
		for _, c := range []gate.Cause{gate.CauseManual, gate.CausePolicyBlock} {
			e := gate.Event{Type: gate.EventSighting, WABA: waba, Time: at, Cause: c, Source: "status"}
			require.NoError(t, folderstore.New(dir).Append(t.Context(), waba, []gate.Event{e}))
		}
		s := clearDamaged(t, dir, gate.CauseManual, func(l []string) string { return harm(l[0], l[1]) })
		require.Len(t, s.Causes, 1, name)
		require.Equal(t, gate.CausePolicyBlock, s.Causes[0].Cause, name)
	}
}

// until waits until an account is in a state.
func until(t *testing.T, a *gate.Account, want gate.Status) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_ = a.Watch(ctx, func(s gate.State) {
		if s.Campaign == want {
			cancel()
		}
	})
	require.Equal(t, want, a.State().Campaign)
}

// A journal that vanishes, or that is cut off, while it is followed is unknown: nobody took the
// lock back.
func TestJournalThatVanishes(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"removed": os.Remove,
		"cut off": func(path string) error { return os.Truncate(path, 0) },
	} {
		dir := t.TempDir()
		store := folderstore.New(dir)
		require.NoError(t, store.Append(t.Context(), waba, []gate.Event{lock("a", 1)}))
		g := gate.New(store, gate.Options{})
		a, err := g.Account(t.Context(), waba)
		require.NoError(t, err)
		require.NoError(t, harm(journal(dir)), name)
		until(t, a, gate.StatusUnknown)
		require.NoError(t, g.Close())
	}
}

// Nor does who only follows make a folder anew that somebody took away.
func TestFolderThatVanishes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gate")
	store := folderstore.Create(dir)
	require.NoError(t, store.Append(t.Context(), waba, []gate.Event{lock("a", 1)}))
	g := gate.New(store, gate.Options{})
	a, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	require.NoError(t, os.Rename(dir, dir+".away"))
	until(t, a, gate.StatusUnknown)
	require.NoDirExists(t, dir)
	require.NoError(t, g.Close())
}

func TestFolderThatCannotBeRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	s := state(t, file)
	require.Equal(t, gate.StatusUnknown, s.Campaign)
	require.Contains(t, s.Trouble, "not a directory")
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(journal(dir), 0o700))
	require.Equal(t, gate.StatusUnknown, state(t, dir).Campaign)
}

// What one process writes, another sees within a second, on the tests' own clock.
func TestSeenWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		g := gate.New(folderstore.New(dir), gate.Options{})
		a, err := g.Account(t.Context(), waba)
		require.NoError(t, err)
		time.Sleep(333 * time.Millisecond)
		require.NoError(t, folderstore.New(dir).Append(t.Context(), waba, []gate.Event{lock("a", 1)}))
		time.Sleep(time.Second)
		synctest.Wait()
		require.Error(t, a.Check(gate.MessageCampaign))
		require.NoError(t, g.Close())
		time.Sleep(time.Second) // lets the store's goroutine see that nobody follows
	})
}

func TestJournalIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("has no such permissions")
	}
	dir := filepath.Join(t.TempDir(), "store")
	store := folderstore.Create(dir)
	require.NoError(t, store.Append(t.Context(), waba, []gate.Event{lock("a", 1)}))
	for _, path := range []string{dir, journal(dir), filepath.Join(dir, waba+".lock")} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, path)
	}
}

// The default folder need not exist: it is made when it is first written to. One that is named
// must.
func TestFolderThatDoesNotExist(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_STATE_HOME", home)
	store, err := folderstore.Default()
	require.NoError(t, err)
	dir := filepath.Join(home, "listgate")
	require.Equal(t, dir, store.String())
	accounts, err := store.Accounts(t.Context())
	require.NoError(t, err)
	require.Empty(t, accounts)
	g := gate.New(store, gate.Options{})
	a, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	require.NoError(t, a.Check(gate.MessageCampaign))
	require.NoDirExists(t, dir)

	named := folderstore.New(dir)
	s := state(t, dir)
	require.Equal(t, gate.StatusUnknown, s.Campaign)
	require.Contains(t, s.Trouble, "does not exist")
	_, err = named.Accounts(t.Context())
	require.ErrorContains(t, err, "does not exist")
	require.ErrorContains(t, named.Append(t.Context(), waba, []gate.Event{lock("a", 1)}), "does not exist")
	require.ErrorContains(t, named.CheckWritable(t.Context()), "does not exist")
	require.NoDirExists(t, dir)

	require.NoError(t, g.Apply(t.Context(), lock("a", 1)))
	require.NoError(t, g.Close())
	require.Equal(t, gate.StatusHalted, state(t, dir).Campaign)
	made := folderstore.Create(filepath.Join(home, "made"))
	require.NoError(
		t,
		errors.Join(made.CheckWritable(t.Context()), made.Append(t.Context(), waba, []gate.Event{lock("a", 1)})),
	)
}

// A power loss may leave NULs where a line's end was: the line was acknowledged, and counts.
func TestNULsInPlaceOfALineEnd(t *testing.T) {
	dir := t.TempDir()
	for n := range 2 {
		require.NoError(t, folderstore.New(dir).Append(t.Context(), waba, []gate.Event{lock("a", n)}))
	}
	good, err := os.ReadFile(journal(dir))
	require.NoError(t, err)
	lines := strings.SplitAfter(string(good), "\n")
	whole := strings.TrimSuffix(string(good), "\n")
	for name, text := range map[string]string{
		"one":                         whole + "\x00",
		"a block":                     whole + strings.Repeat("\x00", 4096),
		"before the line break":       whole + "\x00\n",
		"between lines":               strings.TrimSuffix(lines[0], "\n") + "\x00" + lines[1],
		"a block between lines":       strings.TrimSuffix(lines[0], "\n") + strings.Repeat("\x00", 512) + lines[1],
		"and a line break in between": strings.TrimSuffix(lines[0], "\n") + "\x00\x00\n" + lines[1],
	} {
		require.NoError(t, os.WriteFile(journal(dir), []byte(text), 0o600))
		s := state(t, dir)
		require.Empty(t, s.Trouble, name)
		require.Equal(t, 2, s.Events, name)
		store := folderstore.New(dir)
		g := gate.New(folderstore.New(dir), gate.Options{})
		a, err := g.Account(t.Context(), waba)
		require.NoError(t, err)
		require.NoError(t, store.Append(t.Context(), waba, []gate.Event{lock("b", 9)}), name)
		require.Equal(t, 3, state(t, dir).Events, name)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		_ = a.Watch(ctx, func(s gate.State) {
			if s.Events == 3 {
				cancel()
			}
		})
		require.Equal(t, 3, a.State().Events, name)
		require.NoError(t, g.Close())
	}
	require.NoError(t, os.WriteFile(journal(dir), []byte(lines[0][:40]+"\x00"+lines[1]), 0o600))
	require.Equal(t, gate.StatusUnknown, state(t, dir).Campaign, "NULs in a line are damage")
}

// An account that was heard of and whose journal is empty is unknown, and a clear begins it anew.
func TestEmptyJournal(t *testing.T) {
	for _, text := range []string{"", strings.Repeat("\x00", 300)} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(journal(dir), []byte(text), 0o600))
		g := gate.New(folderstore.New(dir), gate.Options{})
		a, err := g.Account(t.Context(), waba)
		require.NoError(t, err)
		for range 3 { // it stays so, however often it is looked at
			require.Equal(t, gate.StatusUnknown, state(t, dir).Campaign)
		}
		_, kept, err := a.Clear(t.Context(), nil, gate.Operator{By: "a@b", Reason: "x"})
		require.NoError(t, err)
		require.FileExists(t, kept)
		require.NoError(t, a.Check(gate.MessageCampaign))
		require.NoError(t, g.Close())
		require.Equal(t, gate.StatusOpen, state(t, dir).Campaign)
	}
}

// A lock that another process holds and does not give back is given up, and said so; what halts is
// in force here all the same.
func TestLockThatIsNotGivenBack(t *testing.T) {
	dir := t.TempDir()
	held := flock.New(filepath.Join(dir, waba+".lock"))
	require.NoError(t, held.Lock())
	store := folderstore.New(dir)
	store.WaitFor(50 * time.Millisecond)
	g := gate.New(store, gate.Options{})
	err := g.Apply(t.Context(), lock("a", 1))
	require.ErrorContains(
		t,
		err,
		"another process has held this lock for 50ms and does not give it back; nothing was written",
	)
	a, err := g.Account(t.Context(), waba)
	require.NoError(t, err)
	require.Error(t, a.Check(gate.MessageCampaign))
	require.NoFileExists(t, journal(dir))
	require.NoError(t, held.Close())
	require.NoError(t, g.Close(), "closing writes what is left")
	require.Equal(t, gate.StatusHalted, state(t, dir).Campaign)
}

// A process that is killed while journals are drawn together leaves one that is whole, with all
// that it said was durable.
func TestKilledWhileDrawing(t *testing.T) {
	dir := t.TempDir()
	said := 0
	rounds := 3
	if *long {
		rounds = 30
	}
	for round := range rounds {
		cmd := process(t, dir, fmt.Sprint("round", round), 1_000_000)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for n := 0; n < 256+round && lines.Scan(); n++ {
			said++
		}
		require.NoError(t, cmd.Process.Kill())
		for lines.Scan() {
			said++
		}
		_ = cmd.Wait()
		s := state(t, dir)
		require.Empty(t, s.Trouble)
		require.GreaterOrEqual(t, s.Events, said)
		require.LessOrEqual(t, s.Events, said+round+1)
		require.Equal(t, s.Events, s.Causes[0].Sightings)
	}
	text, err := os.ReadFile(journal(dir))
	require.NoError(t, err)
	require.Contains(t, string(text[:40]), `"drawn":`)
}
