package rules

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSource(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mine.toml")
	write := func(text string, age time.Duration) {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		at := time.Now().Add(-age)
		require.NoError(t, os.Chtimes(path, at, at))
	}
	write(mine("deny", true), time.Hour)
	source := ReadSource(dir)
	require.False(t, source.Changed())

	set, err := Load(Options{Source: source, Categories: []string{"mine"}})
	require.NoError(t, err)
	again, err := Load(Options{Paths: []string{dir}, Categories: []string{"mine"}})
	require.NoError(t, err)
	require.Equal(t, again.Revision(), set.Revision())

	changes := []struct {
		name   string
		change func()
		same   bool // in what stands there
	}{
		{"another time", func() { write(mine("deny", true), 2*time.Hour) }, true},
		{"another size", func() { write(mine("deny", true)+"#", time.Hour) }, false},
		{"one more", func() { require.NoError(t, os.WriteFile(filepath.Join(dir, "other.toml"), nil, 0o600)) }, false},
		{"none", func() { require.NoError(t, os.RemoveAll(dir)); require.NoError(t, os.Mkdir(dir, 0o700)) }, false},
		{"no folder", func() { require.NoError(t, os.Remove(dir)) }, false},
		{"back", func() { require.NoError(t, os.Mkdir(dir, 0o700)); write(mine("deny", true), time.Hour) }, true},
	}
	for _, c := range changes {
		c.change()
		require.True(t, source.Changed(), c.name)
		require.Equal(t, c.same, ReadSource(dir).Fingerprint() == source.Fingerprint(), c.name)
	}

	// A replacement that keeps time and size.
	source = ReadSource(dir)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path+".new", []byte(mine("deny", true)), 0o600))
	require.NoError(t, os.Chtimes(path+".new", info.ModTime(), info.ModTime()))
	require.False(t, source.Changed())
	require.NoError(t, os.Rename(path+".new", path))
	require.True(t, source.Changed())

	write(mine("deny", true), time.Second)
	require.True(t, ReadSource(dir).Changed(), "changed a moment ago: its time may not tell the next change")
	write(mine("deny", true), -time.Hour)
	require.True(t, ReadSource(dir).Changed(), "a time ahead of the clock")
}
