package peers

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUnpack(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, Unpack(folder))
	for _, name := range []string{"libphonenumber.cc", "phonenumbers_loop.py", "libphonenumber-js.mjs", "duckdb.mjs",
		"package.json"} {
		info, err := os.Stat(filepath.Join(folder, name))
		require.NoError(t, err)
		require.NotZero(t, info.Size())
	}
}
