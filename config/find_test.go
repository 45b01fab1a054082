package config_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/config"
)

// folders makes a folder with another one in it, both the user's own.
func folders(t *testing.T) (top, below string) {
	t.Helper()
	top = t.TempDir()
	below = filepath.Join(top, "a", "b")
	require.NoError(t, os.MkdirAll(below, 0o700))
	require.NoError(t, os.Chmod(top, 0o700))
	path, _, err := config.Find(below)
	require.NoError(t, err)
	if path != "" {
		t.Skip("a file above the folder for temporary files: ", path)
	}
	return top, below
}

func TestFind(t *testing.T) {
	top, below := folders(t)
	for _, dir := range []string{top, filepath.Join(top, "a")} {
		want := filepath.Join(dir, config.Name)
		require.NoError(t, os.WriteFile(want, nil, 0o600))
		path, passed, err := config.Find(below)
		require.NoError(t, err)
		require.Equal(t, want, path)
		require.Empty(t, passed)
	}
}

// A file that somebody else may have put there is passed over, and the next one above counts.
func TestFindPassesOver(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("who may write is not looked at on Windows")
	}
	for name, test := range map[string]struct {
		plant  func(t *testing.T, path string)
		reason string
	}{
		"everybody may write it": {func(t *testing.T, path string) { require.NoError(t, os.Chmod(path, 0o602)) },
			"it can be written by others (-rw-----w-; chmod go-w)"},
		"its group may write it": {func(t *testing.T, path string) { require.NoError(t, os.Chmod(path, 0o660)) },
			"it can be written by others (-rw-rw----; chmod go-w)"},
		"everybody may write its folder": {func(t *testing.T,
			path string) {
			require.NoError(t, os.Chmod(filepath.Dir(path), 0o777))
		},
			"its folder can be written by others (drwxrwxrwx; chmod go-w)"},
		"a shared folder for temporary files": {func(t *testing.T, path string) {
			require.NoError(t, os.Chmod(filepath.Dir(path), 0o777|os.ModeSticky))
		}, "its folder can be written by others (dtrwxrwxrwx; chmod go-w)"},
		"a link": {func(t *testing.T, path string) {
			require.NoError(t, os.Rename(path, path+".own"))
			require.NoError(t, os.Symlink(path+".own", path))
		}, "it is a symbolic link"},
		"a folder": {func(t *testing.T, path string) {
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Mkdir(path, 0o700))
		}, "it is no regular file"},
		"another user's": {func(t *testing.T, path string) { giveAway(t, path) },
			"it belongs to another user (uid 4711)"},
		"in another user's folder": {func(t *testing.T, path string) { giveAway(t, filepath.Dir(path)) },
			"its folder belongs to another user (uid 4711)"},
	} {
		t.Run(name, func(t *testing.T) {
			top, below := folders(t)
			own, planted := filepath.Join(top, config.Name), filepath.Join(below, config.Name)
			require.NoError(t, os.WriteFile(own, nil, 0o600))
			require.NoError(t, os.WriteFile(planted, nil, 0o600))
			test.plant(t, planted)
			path, passed, err := config.Find(below)
			require.NoError(t, err)
			require.Equal(t, own, path)
			require.Equal(t, []*config.UntrustedError{{Path: planted, Reason: test.reason}}, passed)
			require.EqualError(t, passed[0], planted+": not read: "+test.reason)
		})
	}
}

// giveAway gives something to a user that is not there.
func giveAway(t *testing.T, path string) {
	if os.Geteuid() != 0 {
		t.Skip("only root may give files away")
	}
	require.NoError(t, os.Chown(path, 4711, -1))
}
