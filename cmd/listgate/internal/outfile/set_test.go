package outfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func reserve(t *testing.T, paths ...string) *Set {
	t.Helper()
	s, err := Reserve(paths...)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// names returns what stands in the working folder.
func names(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	all := []string{}
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return all
}

func TestSet(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("a.csv", []byte("yesterday's"), 0o600))
	s := reserve(t, "a.csv", "b.csv", "", "-")
	require.NoFileExists(t, "a.csv")
	require.NoError(t, s.WriteFile("a.csv", []byte("a"), Access{}))
	require.NoError(t, s.WriteFile("b.csv", []byte("b"), Access{}))
	s.Done()
	s.Close()
	require.Equal(t, []string{"a.csv", "b.csv"}, names(t))
}

// A set that is closed before it is done takes everything back, whatever is in its place already.
func TestCloseTakesBack(t *testing.T) {
	t.Chdir(t.TempDir())
	s := reserve(t, "a.csv", "b.csv")
	require.NoError(t, s.WriteFile("a.csv", []byte("a"), Access{}))
	o, err := s.Create("b.csv", Access{}, false)
	require.NoError(t, err)
	_, err = o.Write([]byte("half"))
	require.NoError(t, err)
	s.Close()
	require.Empty(t, names(t))
	require.Error(t, s.Publish(o))
	_, err = s.Create("a.csv", Access{}, false)
	require.ErrorIs(t, err, errEnded)
}

// One output has one run at a time, however it is named.
func TestOneRunAtATime(t *testing.T) {
	t.Chdir(t.TempDir())
	s := reserve(t, "a.csv")
	_, err := Reserve("b.csv", "./a.csv")
	require.ErrorIs(t, err, errHeld)
	require.ErrorContains(t, err, "./a.csv: another run of listgate is writing it")
	reserve(t, "b.csv").Close() // the one that was refused let go of it
	s.Close()
	reserve(t, "a.csv").Close()
	require.Empty(t, names(t))
}

// What a killed run left is removed by the next run for the output, and by Clean; not what a run
// has that goes on, and nothing else.
func TestLeftovers(t *testing.T) {
	t.Chdir(t.TempDir())
	leave := func(output string) string {
		name := temporaryName(output)
		require.NoError(t, os.WriteFile(name, []byte("phone\n+919876543210\n"), 0o600))
		return name
	}
	others := []string{".listgate", ".listgate-0123456789abcdef.txt", ".listgate-x.lock", "a.csv.tmp",
		".a.csv.tmp", "b.csv"}
	for _, name := range others {
		require.NoError(t, os.WriteFile(name, nil, 0o600))
	}
	ofA, ofB := leave("a.csv"), leave("b.csv")
	s := reserve(t, "a.csv")
	require.NoFileExists(t, ofA)
	require.FileExists(t, ofB)
	require.Len(t, s.Notes, 1)
	require.Contains(t, s.Notes[0], "a.csv: an earlier run was killed; what it left (20 bytes) was removed")

	o, err := s.Create("a.csv", Access{}, false)
	require.NoError(t, err)
	left, busy, err := Clean(".")
	require.NoError(t, err)
	require.Equal(t, Leftover{Files: 1, Bytes: 20}, left)
	require.Equal(t, 1, busy)
	require.NoFileExists(t, ofB)
	require.FileExists(t, o.file.Name())
	s.Close()
	require.ElementsMatch(t, others, names(t))
	_, _, err = Clean("none")
	require.ErrorContains(t, err, "none: cannot be read: ")
}

// What somebody puts at an output's place while the run goes on is neither written to nor replaced.
func TestPlantedDuringTheRun(t *testing.T) {
	for name, plant := range map[string]func() error{
		"link":          func() error { return os.Symlink("precious", "a.csv") },
		"dangling link": func() error { return os.Symlink("nowhere", "a.csv") },
		"file":          func() error { return os.WriteFile("a.csv", []byte("precious"), 0o666) },
		"folder":        func() error { return os.Mkdir("a.csv", 0o777) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			require.NoError(t, os.WriteFile("precious", []byte("precious"), 0o666))
			s := reserve(t, "a.csv")
			if err := plant(); err != nil {
				t.Skip(err)
			}
			require.ErrorContains(t, s.WriteFile("a.csv", []byte("list"), Access{}), "a.csv: ")
			s.Close()
			require.ElementsMatch(t, []string{"a.csv", "precious"}, names(t))
			if text, err := os.ReadFile("a.csv"); err == nil {
				require.Equal(t, "precious", string(text))
			}
			require.NoFileExists(t, "nowhere")
		})
	}
}

// A link that stood there at the start is written through, and stays; one that leads elsewhere by
// then is not followed.
func TestLinksOfTheStart(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Symlink("target.csv", "a.csv"); err != nil {
		t.Skip(err)
	}
	s := reserve(t, "a.csv")
	require.NoError(t, s.WriteFile("a.csv", []byte("list"), Access{}))
	s.Done()
	s.Close()
	require.ElementsMatch(t, []string{"a.csv", "target.csv"}, names(t))

	s = reserve(t, "a.csv")
	require.NoError(t, os.WriteFile("precious", []byte("precious"), 0o666))
	require.NoError(t, os.Remove("a.csv"))
	require.NoError(t, os.Symlink("precious", "a.csv"))
	require.ErrorContains(t, s.WriteFile("a.csv", []byte("list"), Access{}), "leads elsewhere")
	text, err := os.ReadFile("precious")
	require.NoError(t, err)
	require.Equal(t, "precious", string(text))
}

// Nobody may read an output who could not read the input or the output of the earlier run, and
// nobody may execute it.
func TestAccess(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are others there")
	}
	for _, test := range []struct{ input, old, want fs.FileMode }{
		{0, 0, 0o600}, // no file
		{0o600, 0, 0o600},
		{0o640, 0, 0o640},
		{0o644, 0, 0o644},
		{0o755, 0, 0o644},
		{0o444, 0, 0o644},
		{0o644, 0o600, 0o600},
		{0o644, 0o400, 0o600},
		{0o600, 0o644, 0o600},
	} {
		t.Chdir(t.TempDir())
		var access Access
		if test.input != 0 {
			require.NoError(t, os.WriteFile("list.csv", nil, 0o600))
			require.NoError(t, os.Chmod("list.csv", test.input))
			info, err := os.Stat("list.csv")
			require.NoError(t, err)
			access = AccessOf(info)
		}
		if test.old != 0 {
			require.NoError(t, os.WriteFile("a.csv", nil, test.old))
		}
		s := reserve(t, "a.csv")
		require.NoError(t, s.WriteFile("a.csv", []byte("list"), access))
		info, err := os.Stat("a.csv")
		require.NoError(t, err)
		require.LessOrEqual(t, info.Mode().Perm()&^test.want, fs.FileMode(0), "%o %o", test.input, test.old)
		require.Equal(t, fs.FileMode(0o600), info.Mode().Perm()&0o700)
	}
	read := func(mode fs.FileMode) Access { return Access{mode, 7, true} }
	require.Equal(t, read(0o600), read(0o644).And(read(0o600)))
	require.Equal(t, Access{0o604, -1, true}, read(0o664).And(Access{0o644, 8, true}))
	require.Equal(t, Access{}, read(0o644).And(Access{}))
}

// Outputs of a folder that everybody may write to are warned of.
func TestSharedFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are others there")
	}
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o777))
	s := reserve(t, filepath.Join(dir, "a.csv"))
	require.Len(t, s.Notes, 1)
	require.Contains(t, s.Notes[0], "everybody may write to the folder")
}

// The longest name that a file can have is one that an output can have.
func TestLongNames(t *testing.T) {
	t.Chdir(t.TempDir())
	long := strings.Repeat("x", 251) + ".csv"
	s := reserve(t, long)
	require.NoError(t, s.WriteFile(long, []byte("list"), Access{}))
	s.Done()
	s.Close()
	require.Equal(t, []string{long}, names(t))
}

// Temporary names differ, and tell which output they are of.
func TestTemporaryNames(t *testing.T) {
	one, other := temporaryName("x/a.csv"), temporaryName("x/a.csv")
	require.NotEqual(t, one, other)
	require.Equal(t, "x", filepath.Dir(one))
	found := ours.FindStringSubmatch(filepath.Base(one))
	require.NotNil(t, found)
	require.Equal(t, markOf("y/a.csv"), found[1])
}

// A run that is refused because another one goes on takes away nothing of that one.
func TestRefusedRunRemovesNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	s := reserve(t, "b.csv")
	require.NoError(t, os.WriteFile("a.csv", []byte("of another run"), 0o600))
	_, err := Reserve("a.csv", "b.csv")
	require.ErrorIs(t, err, errHeld)
	require.FileExists(t, "a.csv")
	require.NoError(t, s.Close())
}
