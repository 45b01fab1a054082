package config_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/rules"
)

var update = flag.Bool("update", false, "rewrite the .out files")

// flags are some of a command's.
var flags = []config.Key{
	{
		Name: "category",
		Type: config.List,
	}, {Name: "rules", Type: config.List}, {Name: "store"}, {Name: "column"}, {Name: "at"},
	{
		Name: "suppress",
	}, {Name: "message"}, {Name: "default-region"}, {Name: "output"}, {Name: "output", Type: config.List},
	{
		Name: "max-rule-age",
		Type: config.Integer,
	}, {Name: "jobs", Type: config.Integer}, {Name: "dedupe", Type: config.Boolean},
}

func TestLoad(t *testing.T) {
	const path = "testdata/whole.toml"
	c, err := config.Load(path, flags...)
	require.NoError(t, err)
	require.Equal(t, path, c.Path)
	require.Equal(t, []config.Default{
		{Key: config.Key{Name: "dedupe", Type: config.Boolean}, Line: 5, Values: []string{"true"}},
		{Key: config.Key{Name: "max-rule-age", Type: config.Integer}, Line: 4, Values: []string{"30"}},
		{Key: config.Key{Name: "rules", Type: config.List}, Line: 2, Values: []string{"rules"}},
		{Key: config.Key{Name: "store"}, Line: 3, Values: []string{"nats://nats.example.com:4222"}},
	}, c.Defaults)
	euAndMexico, err := rules.ParseRegions("EU")
	euAndMexico = slices.SortedFunc(
		slices.Values(append(euAndMexico, rules.Region{'M', 'X'})),
		func(a, b rules.Region) int { return strings.Compare(a.String(), b.String()) },
	)
	require.NoError(t, err)
	require.Equal(t, []config.Account{
		{
			Name: "brand-a", WABA: "900000000000001", PhoneNumberIDs: []string{"900000000000002", "900000000000003"},
			Categories: []string{"alcohol", "ONLINE_GAMBLING"}, DefaultRegion: rules.Region{'B', 'R'},
			Permissions: []rules.Permission{
				{
					Path:      path,
					Line:      17,
					Regions:   euAndMexico,
					Reference: "case 4711",
					LastDay:   time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC),
				},
				{Path: path, Line: 22, Regions: []rules.Region{{'P', 'E'}}, Reference: "case 4712"},
			},
			BusinessCountry: rules.Region{'A', 'R'}, D360KeySHA256: strings.Repeat("0123456789abcdef", 4),
			Support: "Acme Messaging, whatsapp@acme.example", Line: 7,
		},
		{Name: "brand-b", WABA: "900000000000004", Line: 26},
	}, c.Accounts)

	// A program that has no flags does not look at their defaults.
	c, err = config.Load(path)
	require.NoError(t, err)
	require.Len(t, c.Accounts, 2)
	require.Empty(t, c.Defaults)
	_, err = config.Load("testdata/err/keys.toml")
	require.ErrorContains(t, err, `keys.toml:5: unknown table "acounts"; the one that may stand here is [[account]]`)
}

func TestAccount(t *testing.T) {
	c, err := config.Load("testdata/whole.toml")
	require.NoError(t, err)
	a, err := c.Account("brand-b")
	require.NoError(t, err)
	require.Equal(t, "900000000000004", a.WABA)
	_, err = c.Account("brand-c")
	require.EqualError(
		t,
		err,
		`unknown account "brand-c"; testdata/whole.toml has brand-a, brand-b; did you mean "brand-a"?`,
	)
	require.ErrorAs(t, err, new(*config.UnknownAccountError))
	many := &config.Config{Path: "x.toml"}
	for i := range 3000 {
		many.Accounts = append(many.Accounts, config.Account{Name: fmt.Sprintf("brand-%d", i)})
	}
	_, err = many.Account("brand-")
	require.ErrorContains(t, err, `brand-48, brand-49 and 2950 more; did you mean "brand-0"?`)
	_, err = (&config.Config{Path: "x.toml"}).Account("brand-a")
	require.EqualError(t, err, `unknown account "brand-a"; x.toml has no [[account]]`)
}

// Where two commands have flags of one name and two types, a default fits one of them.
func TestOneNameTwoTypes(t *testing.T) {
	path := filepath.Join(t.TempDir(), config.Name)
	for text, kind := range map[string]config.Type{`output = "safe.csv"`: config.Text,
		`output = ["json=x.json"]`: config.List} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		c, err := config.Load(path, flags...)
		require.NoError(t, err)
		require.Equal(t, kind, c.Defaults[0].Type)
	}
	require.NoError(t, os.WriteFile(path, []byte("output = 1"), 0o600))
	_, err := config.Load(path, flags...)
	require.EqualError(t, err, path+":1: output is an integer; it must be a string")
}

// Every file in testdata/err gives exactly the lines of its .out file, all at once.
func TestBadFilesAreRefused(t *testing.T) {
	paths, err := filepath.Glob("testdata/err/*.toml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			c, err := config.Load(path, flags...)
			require.Nil(t, c)
			require.ErrorAs(t, err, new(rules.Errors))
			got := strings.ReplaceAll(err.Error(), "testdata/err/", "") + "\n"
			out := strings.TrimSuffix(path, ".toml") + ".out"
			if *update {
				require.NoError(t, os.WriteFile(out, []byte(got), 0o644))
			}
			want, err := os.ReadFile(out)
			require.NoError(t, err)
			require.Equal(t, string(want), got)
		})
	}
	_, err = config.Load("testdata/none.toml")
	require.EqualError(t, err, "testdata/none.toml: no such file or directory")
}
