package process

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func shell(script string) Command { return Command{Args: []string{"sh", "-c", script}} }

func TestRun(t *testing.T) {
	c := shell("cat; echo two >&2; exit 3")
	c.Dir, c.Stdin, c.Stdout = t.TempDir(), "in", "out"
	require.NoError(t, os.WriteFile(filepath.Join(c.Dir, "in"), []byte("one"), 0o666))
	usage, err := Run(c)
	require.NoError(t, err)
	require.Equal(t, 3, usage.Status)
	require.Equal(t, "two\n", usage.Stderr)
	require.Positive(t, usage.Wall)
	require.Positive(t, usage.PeakBytes)
	text, err := os.ReadFile(filepath.Join(c.Dir, "out"))
	require.NoError(t, err)
	require.Equal(t, "one", string(text))
}

func TestRunFails(t *testing.T) {
	_, err := Run(Command{Args: []string{"no-such-program-here"}})
	require.ErrorContains(t, err, "no-such-program-here")
	_, err = Run(Command{Args: []string{"cat"}, Dir: t.TempDir(), Stdin: "missing"})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestFirstByte(t *testing.T) {
	c := shell("echo one; sleep 0.2; echo two")
	c.FirstByte = true
	usage, err := Run(c)
	require.NoError(t, err)
	require.Positive(t, usage.FirstByte)
	require.Greater(t, usage.Wall-usage.FirstByte, 100*time.Millisecond)
}

func TestStderrIsLimited(t *testing.T) {
	usage, err := Run(shell("yes | head -c 100000 >&2"))
	require.NoError(t, err)
	require.Equal(t, 4096, len(usage.Stderr))
}
