package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

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
	require.Greater(t, usage.Wall, usage.FirstByte)

	// The first byte is seen while the command runs: else this one would never end.
	seen := filepath.Join(t.TempDir(), "seen")
	cmd := exec.Command("sh", "-c", `echo one; until [ -e "$0" ]; do sleep 0.01; done; echo two`, seen)
	require.NoError(t, start(cmd, true, func() { require.NoError(t, os.WriteFile(seen, nil, 0o666)) }))
}

func TestStderrIsLimited(t *testing.T) {
	usage, err := Run(shell("yes | head -c 100000 >&2"))
	require.NoError(t, err)
	require.Equal(t, 4096, len(usage.Stderr))
}
