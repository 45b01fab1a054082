package cloudapi_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/gate/folderstore"
	"github.com/listgate/listgate/rules"
)

// Everything that is wrong is told at once, with the account that it is wrong with.
func TestAccountsAreChecked(t *testing.T) {
	_, err := cloudapi.NewAccounts(cloudapi.AccountsOptions{})
	require.ErrorContains(t, err, "without a gate")
	g := newGate(t)
	_, err = cloudapi.NewAccounts(cloudapi.AccountsOptions{Gate: g},
		config.Account{Name: "a", WABA: "1", PhoneNumberIDs: []string{"11", "12"}, Categories: []string{"alcohol"}},
		config.Account{Name: "b", WABA: "+2", PhoneNumberIDs: []string{"12", "one"}, Categories: []string{"alcohol"}},
		config.Account{WABA: "3", Categories: []string{"wine"}},
		config.Account{Name: "d", WABA: "4", PhoneNumberIDs: []string{"14"}},
		config.Account{Name: "e", WABA: "5", PhoneNumberIDs: []string{"15"}, Categories: []string{"alcohol"},
			DefaultRegion: rules.Region{'A', 'Q'}},
	)
	require.EqualError(t, err, strings.Join([]string{
		`account "b": waba: "+2" is not the id of a WhatsApp Business account: 1 to 32 digits`,
		`account "b": phone number id 12 stands at account 1, too`,
		`account "b": "one" is not a phone number id: 1 to 32 digits`,
		`account "3": unknown category "wine"`,
		`account "3": no phone_number_ids, so that none of its messages would be known as its own`,
		`account "d": no category given`,
		`account "e": default_region: region AQ has no numbering plan of its own`,
	}, "\n"))
}

// A counting store counts the accounts that a gate asks it for.
type counting struct {
	gate.Store
	followed atomic.Int32
}

func (c *counting) Follow(ctx context.Context, waba string, deliver func(gate.Delivery)) {
	c.followed.Add(1)
	c.Store.Follow(ctx, waba, deliver)
}

func manyAccounts(own int) []config.Account {
	regions := rules.Regions()
	accounts := make([]config.Account, 3000)
	for i := range accounts {
		accounts[i] = config.Account{
			WABA: fmt.Sprint(910000000000000 + i), PhoneNumberIDs: []string{fmt.Sprint(920000000000000 + i)},
			Categories: []string{"online-gambling"},
		}
		if i < own {
			accounts[i].Permissions = []rules.Permission{{
				Regions:   []rules.Region{regions[i%250], regions[i/7%250], regions[i/3%200]},
				Reference: fmt.Sprint("ticket ", i),
			}}
		}
	}
	return accounts
}

func sendAs(t testing.TB, transport *cloudapi.Transport, id, body string) error {
	t.Helper()
	req := post(t, "messages", body)
	req.URL.Path = "/v25.0/" + id + "/messages"
	_, err := transport.RoundTrip(req)
	return err
}

// A gate's handle is made for who sends, and not before.
func TestHandlesAreMadeWhenNeeded(t *testing.T) {
	store := &counting{Store: folderstore.New(t.TempDir())}
	g := gate.New(store, gate.Options{})
	accounts, err := cloudapi.NewAccounts(cloudapi.AccountsOptions{Gate: g}, manyAccounts(0)...)
	require.NoError(t, err)
	require.Zero(t, store.followed.Load())
	transport := &cloudapi.Transport{Accounts: accounts, Base: &network{}}
	for range 3 {
		require.Error(t, sendAs(t, transport, "920000000000007", toIndia))
	}
	require.Equal(t, int32(1), store.followed.Load())
	require.NoError(t, g.Close())
}

// Three thousand accounts, each of which has sent, every fifth by permissions of its own, cost
// under 4 KB each, handles of the gate included.
func TestManyAccountsAreSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	all := manyAccounts(600)
	g := newGate(t)
	// What is held once by all, the shipped rules above all, is there before.
	_, err := cloudapi.NewAccounts(cloudapi.AccountsOptions{Gate: g}, all[:1]...)
	require.NoError(t, err)
	before := heap()
	accounts, err := cloudapi.NewAccounts(cloudapi.AccountsOptions{Gate: g}, all...)
	require.NoError(t, err)
	transport := &cloudapi.Transport{Accounts: accounts, Base: sink{}}
	template := `{"to":"+919876543210","type":"template","template":{"name":"unknown"}}`
	for _, a := range all {
		_, _ = sendAs(t, transport, a.PhoneNumberIDs[0], template), sendAs(t, transport, a.PhoneNumberIDs[0], toIndia)
	}
	each := (heap() - before) / uint64(len(all))
	runtime.KeepAlive(transport)
	require.Less(t, each, uint64(4096))
	t.Log(each, "bytes each")
}

func heap() uint64 {
	runtime.GC()
	runtime.GC() // what finalizers let go
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// reasonOf returns why a message is not sent, "" if it is.
func reasonOf(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var permanent *cloudapi.PermanentError
	require.ErrorAs(t, err, &permanent)
	return permanent.Reason.String()
}

// Each account is judged by its own permissions, and not beyond their end.
func TestPermissions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		permission := func(lastDay time.Time, regions ...rules.Region) []rules.Permission {
			return []rules.Permission{{Regions: regions, Reference: "ticket", LastDay: lastDay}}
		}
		mx, pe := rules.Region{'M', 'X'}, rules.Region{'P', 'E'}
		gambling := []string{"online-gambling"}
		today := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
		time.Sleep(time.Until(today.Add(23 * time.Hour)))
		// Only now: a store that is followed looks at its files ever and again.
		g := gate.New(folderstore.New(t.TempDir()), gate.Options{})
		accounts, err := cloudapi.NewAccounts(cloudapi.AccountsOptions{Gate: g},
			config.Account{WABA: "1", PhoneNumberIDs: []string{"11"}, Categories: gambling},
			config.Account{WABA: "2", PhoneNumberIDs: []string{"12"}, Categories: gambling,
				Permissions: permission(time.Time{}, mx)},
			config.Account{WABA: "3", PhoneNumberIDs: []string{"13"}, Categories: gambling,
				Permissions: permission(today, mx, pe)},
		)
		require.NoError(t, err)
		transport := &cloudapi.Transport{Accounts: accounts, Base: &network{}}
		met := func() (met []string) {
			for _, id := range []string{"11", "12", "13"} {
				for _, to := range []string{"+525512345678", "+51912345678"} {
					err := sendAs(t, transport, id, `{"to":"`+to+`","type":"text","text":{"body":"hi"}}`)
					met = append(met, reasonOf(t, err))
				}
			}
			return met
		}
		require.Equal(t, []string{"restricted", "restricted", "", "restricted", "", ""}, met())
		time.Sleep(time.Hour - time.Second)
		require.Equal(t, []string{"restricted", "restricted", "", "restricted", "", ""}, met())
		time.Sleep(time.Second)
		require.Equal(t, []string{"restricted", "restricted", "", "restricted", "restricted", "restricted"}, met())
		require.NoError(t, g.Close())
		time.Sleep(time.Minute) // lets the store's goroutine see that nobody follows
	})
}

// Changed rule files are followed; bad ones change nothing and are told.
func TestRulesAreFollowed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "general.toml")
	write := func(text string) {
		head := "format = 1\ncategory = \"general\"\nextends = \"general\"\n"
		require.NoError(t, os.WriteFile(path, []byte(head+text), 0o666))
	}
	write("")
	var reported []error
	accounts, err := cloudapi.NewAccounts(
		cloudapi.AccountsOptions{Gate: newGate(t), Rules: []string{path},
			Report: func(err error) { reported = append(reported, err) }},
		config.Account{WABA: waba, PhoneNumberIDs: []string{phoneNumberID}, Categories: []string{"general"}},
	)
	require.NoError(t, err)
	transport := &cloudapi.Transport{Accounts: accounts, Base: &network{}}
	require.NoError(t, sendAs(t, transport, phoneNumberID, toIndia))
	write("[[deny]]\nid = \"no-india\"\nregions = [\"IN\"]\nsource = \"https://example.org\"\n")
	require.NoError(t, accounts.Refresh(time.Now()))
	require.Equal(t, "restricted", reasonOf(t, sendAs(t, transport, phoneNumberID, toIndia)))
	write("[[deny]]\nid = \"no-india\"\n")
	require.Error(t, accounts.Refresh(time.Now()))
	require.Len(t, reported, 1)
	require.ErrorContains(t, reported[0], "rules of general: the last good ones stay in force")
	require.Equal(t, "restricted", reasonOf(t, sendAs(t, transport, phoneNumberID, toIndia)))
	write("# nothing more\n")
	require.NoError(t, accounts.Refresh(time.Now()))
	require.NoError(t, sendAs(t, transport, phoneNumberID, toIndia))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	accounts.Run(ctx) // ends with its context
}

// Without a default region, digits without '+' count as an international number, if they are one.
func TestWithoutDefaultRegion(t *testing.T) {
	accounts, err := cloudapi.NewAccounts(cloudapi.AccountsOptions{Gate: newGate(t)},
		config.Account{WABA: waba, PhoneNumberIDs: []string{phoneNumberID}, Categories: []string{"general"}})
	require.NoError(t, err)
	transport := &cloudapi.Transport{Accounts: accounts, Base: &network{}}
	for to, reason := range map[string]filter.Reason{"919876543210": filter.Allowed, "5352345678": filter.Restricted,
		"9876543210": filter.Invalid} {
		err := sendAs(t, transport, phoneNumberID, `{"to":"`+to+`","type":"text","text":{"body":"hi"}}`)
		if reason == filter.Allowed {
			require.NoError(t, err)
			continue
		}
		require.Equal(t, reason.String(), reasonOf(t, err))
	}
}

// The handle of a closed gate is none; a request whose context ended gets none either.
func TestNoHandle(t *testing.T) {
	g := newGate(t)
	transport := &cloudapi.Transport{Accounts: newAccounts(t, g), Base: &network{}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := transport.RoundTrip(post(t, "messages", toIndia).WithContext(ctx))
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, g.Close())
	_, err = transport.RoundTrip(post(t, "messages", toIndia))
	var unknown *cloudapi.UnknownError
	require.ErrorAs(t, err, &unknown)
	require.True(t, errors.Is(err, gate.ErrClosed))
}

// Without accounts, every message would be refused: somebody forgot them.
func TestNoAccounts(t *testing.T) {
	_, err := cloudapi.NewAccounts(cloudapi.AccountsOptions{Gate: newGate(t)})
	require.ErrorContains(t, err, "no accounts")
}
