package infile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Whatever writes to a file while it is read is noticed, whatever it puts back; what only moves it
// is not a change.
func TestUnchanged(t *testing.T) {
	long := strings.Repeat("+919876543210\n", 2000)
	rewrite := func(path, text string) error { return os.WriteFile(path, []byte(text), 0o666) }
	for name, test := range map[string]struct {
		text     string
		do       func(path string, info os.FileInfo) error
		changed  bool
		replaced bool
		linux    bool // only there it is noticed
	}{
		"nothing": {text: long, do: func(string, os.FileInfo) error { return nil }},
		"grows": {text: long, changed: true, do: func(path string, _ os.FileInfo) error {
			return rewrite(path, long+"x")
		}},
		"shrinks": {text: long, changed: true,
			do: func(path string, _ os.FileInfo) error { return os.Truncate(path, 6) }},
		"is rewritten alike": {text: long, changed: true,
			do: func(path string, _ os.FileInfo) error { return rewrite(path, long) }},
		"changes at its end, its time put back": {text: long, changed: true,
			do: func(path string, info os.FileInfo) error {
				return errors.Join(rewrite(path, long[:len(long)-2]+"9\n"),
					os.Chtimes(path, info.ModTime(), info.ModTime()))
			}},
		"changes in its middle, its time put back": {text: long, changed: true, linux: true,
			do: func(path string, info os.FileInfo) error {
				other := []byte(long)
				other[len(other)/2] = '9'
				return errors.Join(os.WriteFile(path, other, 0o666), os.Chtimes(path, info.ModTime(), info.ModTime()))
			}},
		"is replaced": {text: long, replaced: true, do: func(path string, _ os.FileInfo) error {
			return errors.Join(rewrite(path+".new", "x"), os.Rename(path+".new", path))
		}},
		"is removed": {text: long, replaced: true,
			do: func(path string, _ os.FileInfo) error { return os.Remove(path) }},
		"gets another mode": {text: long, do: func(path string, _ os.FileInfo) error {
			return os.Chmod(path, 0o600)
		}},
		"empty, filled": {text: "", changed: true,
			do: func(path string, _ os.FileInfo) error { return rewrite(path, "x") }},
	} {
		t.Run(name, func(t *testing.T) {
			if test.linux && runtime.GOOS != "linux" {
				t.Skip("needs the time of the last change")
			}
			path := filepath.Join(t.TempDir(), "list.csv")
			require.NoError(t, rewrite(path, test.text))
			f, err := Open(path)
			require.NoError(t, err)
			defer f.Close()
			require.EqualValues(t, len(test.text), f.Size())
			require.NoError(t, f.Unchanged())
			require.False(t, f.Replaced())
			if err := test.do(path, f.Info()); runtime.GOOS == "windows" && err != nil {
				t.Skip("an open file cannot be moved there")
			} else {
				require.NoError(t, err)
			}
			err = f.Unchanged()
			var changed *ChangedError
			require.Equal(t, test.changed, errors.As(err, &changed), err)
			require.Equal(t, test.replaced, f.Replaced())
			if !test.changed {
				text, err := io.ReadAll(f)
				require.NoError(t, err)
				require.Equal(t, test.text, string(text), "what was opened is whole")
			}
		})
	}
}

// A file that was written a moment ago is told from one that is written again in the next moment.
func TestUnchangedJustAfterAWrite(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs the time of the last change")
	}
	path := filepath.Join(t.TempDir(), "list.csv")
	text := []byte(strings.Repeat("+919876543210\n", 2000))
	for range 20 {
		require.NoError(t, os.WriteFile(path, text, 0o666))
		f, err := Open(path)
		require.NoError(t, err)
		text[len(text)/2]++
		require.NoError(t, os.WriteFile(path, text, 0o666))
		require.NoError(t, os.Chtimes(path, time.Time{}, f.Info().ModTime()))
		var changed *ChangedError
		require.ErrorAs(t, f.Unchanged(), &changed)
		require.NoError(t, f.Close())
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "rules.toml")
	require.NoError(t, os.WriteFile(path, []byte("format = 1\n"), 0o666))
	text, err := ReadFile(path, 11)
	require.NoError(t, err)
	require.Equal(t, "format = 1\n", string(text))
	_, err = ReadFile(path, 10)
	require.ErrorIs(t, err, ErrTooLarge)
	require.ErrorContains(t, err, path+": too large: it may have 10 bytes")
	_, err = ReadFile(dir, 10)
	require.EqualError(t, err, dir+": a folder, not a file")
	_, err = ReadFile(filepath.Join(dir, "none"), 10)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NotContains(t, err.Error(), "open ")
}
