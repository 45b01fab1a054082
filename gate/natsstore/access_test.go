package natsstore_test

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/natsstore"
	"github.com/listgate/listgate/internal/natstest"
)

// impatient gives up soon where a test waits for that: where waiting might help.
const impatient = 3 * time.Second

// works checks that an event can be stored and followed.
func works(t *testing.T, options natsstore.Options) {
	t.Helper()
	store := open(t, options)
	g, a := follow(t, store, waba, gate.Options{})
	require.NoError(t, a.Check(gate.MessageCampaign))
	require.NoError(t, g.Apply(t.Context(), lock(waba, 1)))
	_, b := follow(t, open(t, options), waba, gate.Options{})
	await(t, b, "stored", is(gate.StatusHalted))
	accounts, err := store.Accounts(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{waba}, accounts)
}

// fails returns what a store says that cannot be used.
func fails(t *testing.T, options natsstore.Options) string {
	t.Helper()
	options.Patience = cmp.Or(options.Patience, patient)
	store, err := natsstore.Open(options)
	if err == nil {
		_, err = store.Accounts(t.Context())
		_, a := follow(t, store, waba, gate.Options{})
		require.Equal(t, gate.StatusUnknown, a.State().Campaign)
		require.NoError(t, store.Close())
	}
	require.Error(t, err)
	return err.Error()
}

func TestUserAndPassword(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t, func(o *server.Options) { o.Username, o.Password = "gate", "s3cret" })
	works(t, natsstore.Options{URL: s.URL(), Access: natsstore.Access{User: "gate", Password: "s3cret"}})
	refused := s.URL() + ": the server refuses these credentials, or wants some: nats: Authorization Violation"
	require.Equal(t, refused, fails(t, natsstore.Options{URL: s.URL()}))
	require.Equal(
		t,
		refused,
		fails(t, natsstore.Options{URL: s.URL(), Access: natsstore.Access{User: "gate", Password: "wr0ng"}}),
	)

	in := strings.Replace(s.URL(), "://", "://gate:s3cret@", 1)
	require.Equal(t, s.URL(), open(t, natsstore.Options{URL: in}).String())
	require.Equal(t, refused, fails(t, natsstore.Options{URL: strings.Replace(s.URL(), "://", "://gate:wr0ng@", 1)}))
	s.Stop()
	require.NotContains(t, fails(t, natsstore.Options{URL: in, Patience: impatient}), "s3cret")
}

// JetStream of another domain, as on a leaf node, and answers under a prefix of one's own.
func TestDomain(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t, func(o *server.Options) { o.JetStreamDomain = "hub" })
	works(t, natsstore.Options{URL: s.URL(), Access: natsstore.Access{Domain: "hub", InboxPrefix: "_MINE"}})
	works(t, natsstore.Options{URL: natstest.Start(t).URL(), Access: natsstore.Access{APIPrefix: "$JS.API"}})
	require.Contains(
		t,
		fails(t, natsstore.Options{URL: s.URL(), Access: natsstore.Access{Domain: "other"}, Patience: impatient}),
		"JetStream does not answer",
	)
}

func TestToken(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t, func(o *server.Options) { o.Authorization = "t0ken" })
	_, err := natsstore.Open(natsstore.Options{URL: s.URL(), Access: natsstore.Access{Token: "t0ken"}})
	require.NoError(t, err)
	require.Contains(
		t,
		fails(t, natsstore.Options{URL: s.URL(), Access: natsstore.Access{Token: "wr0ng"}}),
		"refuses these credentials",
	)
}

func write(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

func TestNKey(t *testing.T) {
	t.Parallel()
	pair, err := nkeys.CreateUser()
	require.NoError(t, err)
	public, err := pair.PublicKey()
	require.NoError(t, err)
	seed, err := pair.Seed()
	require.NoError(t, err)
	s := natstest.Start(t, func(o *server.Options) { o.Nkeys = []*server.NkeyUser{{Nkey: public}} })
	works(t, natsstore.Options{URL: s.URL(), Access: natsstore.Access{NKey: write(t, "seed", seed)}})
	require.Contains(
		t,
		fails(t, natsstore.Options{URL: s.URL(), Access: natsstore.Access{NKey: "missing.nk"}}),
		"NKey missing.nk: ",
	)
	require.NotContains(
		t,
		fails(t, natsstore.Options{URL: s.URL(), Access: natsstore.Access{NKey: write(t, "seed", seed[1:])}}),
		string(seed[1:]),
	)
}

// A user of an account that an operator signed, with a credentials file.
func TestCredentials(t *testing.T) {
	t.Parallel()
	operator, account, system, user := newKey(
		t,
		nkeys.CreateOperator,
	), newKey(
		t,
		nkeys.CreateAccount,
	), newKey(
		t,
		nkeys.CreateAccount,
	), newKey(
		t,
		nkeys.CreateUser,
	)
	operatorClaims := jwt.NewOperatorClaims(public(t, operator))
	operatorClaims.SystemAccount = public(t, system)
	accountClaims := jwt.NewAccountClaims(public(t, account))
	accountClaims.Limits.JetStreamLimits = jwt.JetStreamLimits{
		DiskStorage:   -1,
		MemoryStorage: -1,
		Streams:       -1,
		Consumer:      -1,
	}
	resolver := &server.MemAccResolver{}
	for _, a := range []*jwt.AccountClaims{accountClaims, jwt.NewAccountClaims(public(t, system))} {
		text, err := a.Encode(operator)
		require.NoError(t, err)
		require.NoError(t, resolver.Store(a.Subject, text))
	}
	userText, err := jwt.NewUserClaims(public(t, user)).Encode(account)
	require.NoError(t, err)
	seed, err := user.Seed()
	require.NoError(t, err)
	creds, err := jwt.FormatUserConfig(userText, seed)
	require.NoError(t, err)
	s := natstest.Start(t, func(o *server.Options) {
		o.TrustedOperators, o.AccountResolver, o.SystemAccount = []*jwt.OperatorClaims{
			operatorClaims,
		}, resolver, public(
			t,
			system,
		)
	})
	works(t, natsstore.Options{URL: s.URL(), Access: natsstore.Access{Creds: write(t, "user.creds", creds)}})
	require.Contains(
		t,
		fails(t, natsstore.Options{URL: s.URL(), Access: natsstore.Access{Creds: "missing.creds"}}),
		"credentials: open missing.creds: ",
	)
	require.Contains(t, fails(t, natsstore.Options{URL: s.URL()}), "refuses these credentials")
}

func newKey(t *testing.T, create func() (nkeys.KeyPair, error)) nkeys.KeyPair {
	t.Helper()
	pair, err := create()
	require.NoError(t, err)
	return pair
}

func public(t *testing.T, pair nkeys.KeyPair) string {
	t.Helper()
	key, err := pair.PublicKey()
	require.NoError(t, err)
	return key
}

// What the package says that a user needs is enough, and what is missing is named.
func TestPermissions(t *testing.T) {
	t.Parallel()
	publish := []string{
		"listgate.gate.*",
		"$JS.API.STREAM.INFO.LISTGATE_GATE",
		"$JS.API.DIRECT.GET.LISTGATE_GATE",
		"$JS.API.STREAM.CREATE.LISTGATE_GATE",
	}
	subscribe := []string{"listgate.stored.*", "_INBOX.>"}
	allow := func(publish, subscribe []string) func(*server.Options) {
		return func(o *server.Options) {
			o.Users = []*server.User{{Username: "gate", Password: "s3cret", Permissions: &server.Permissions{
				Publish: &server.SubjectPermission{
					Allow: publish,
				}, Subscribe: &server.SubjectPermission{Allow: subscribe},
			}}}
		}
	}
	access := natsstore.Access{User: "gate", Password: "s3cret"}
	works(t, natsstore.Options{URL: natstest.Start(t, allow(publish, subscribe)).URL(), Access: access})
	for _, missing := range publish {
		s := natstest.Start(t, allow(without(publish, missing), subscribe))
		store := open(t, natsstore.Options{URL: s.URL(), Access: access})
		err := store.Append(t.Context(), waba, []gate.Event{lock(waba, 1)})
		if err == nil { // the one that is needed to read
			_, a := follow(t, store, waba, gate.Options{})
			err = a.Check(gate.MessageCampaign)
		}
		require.ErrorContains(
			t,
			err,
			`the user may not do this: nats: permissions violation: Permissions Violation for Publish to "`+
				strings.TrimSuffix(
					missing,
					"*",
				),
		)
	}
}

func without(all []string, one string) (left []string) {
	for _, s := range all {
		if s != one {
			left = append(left, s)
		}
	}
	return left
}

func TestWithoutJetStream(t *testing.T) {
	t.Parallel()
	none := natstest.Start(t, func(o *server.Options) { o.JetStream = false })
	require.Regexp(
		t,
		`: tried for [0-9]+s: JetStream does not answer: it is not enabled on these servers, or has no leader at present$`,
		fails(t, natsstore.Options{URL: none.URL(), Patience: impatient}),
	)
	account := server.NewAccount("NONE")
	s := natstest.Start(t, func(o *server.Options) {
		o.Accounts, o.Users = []*server.Account{
			account,
		}, []*server.User{
			{Username: "gate", Password: "s3cret", Account: account},
		}
	})
	require.Equal(t, s.URL()+": JetStream is not enabled for this user's account",
		fails(t, natsstore.Options{URL: s.URL(), Access: natsstore.Access{User: "gate", Password: "s3cret"}}))
}

func TestTLS(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	cert, key := ca.issue(t)
	secure := func(verify, first bool) func(*server.Options) {
		return func(o *server.Options) {
			pair, err := tls.LoadX509KeyPair(cert, key)
			require.NoError(t, err)
			pool := x509.NewCertPool()
			pool.AddCert(ca.cert)
			o.TLS, o.TLSTimeout, o.TLSHandshakeFirst, o.TLSVerify = true, patient.Seconds(), first, verify
			o.TLSConfig = &tls.Config{
				Certificates: []tls.Certificate{pair},
				ClientCAs:    pool,
				MinVersion:   tls.VersionTLS12,
			}
			if verify {
				o.TLSConfig.ClientAuth = tls.RequireAndVerifyClientCert
			}
		}
	}
	plain := natstest.Start(t)
	s := natstest.Start(t, secure(false, false))
	works(t, natsstore.Options{URL: "tls://" + s.Address(), Access: natsstore.Access{CA: ca.path}})
	works(
		t,
		natsstore.Options{
			URL:    "nats://" + natstest.Start(t, secure(false, false)).Address(),
			Access: natsstore.Access{CA: ca.path},
		},
	)
	works(
		t,
		natsstore.Options{
			URL:    "tls://" + natstest.Start(t, secure(true, true)).Address(),
			Access: natsstore.Access{CA: ca.path, Cert: cert, Key: key, TLSFirst: true},
		},
	)
	for _, test := range []struct {
		options natsstore.Options
		want    string
	}{
		{natsstore.Options{URL: "tls://" + s.Address()},
			"no secure connection: nats: tls error: tls: failed to verify certificate: x509: certificate signed by unknown authority"},
		{natsstore.Options{URL: "tls://" + plain.Address(), Access: natsstore.Access{CA: ca.path}},
			"no secure connection: nats: secure connection not available"},
		{natsstore.Options{URL: "tls://" + natstest.Start(t, secure(true, false)).Address(),
			Access: natsstore.Access{CA: ca.path}}, "certificate required"},
		{natsstore.Options{URL: "tls://" + s.Address(), Access: natsstore.Access{CA: "missing.pem"}},
			"open missing.pem: "},
		{natsstore.Options{URL: "tls://" + s.Address(), Access: natsstore.Access{Cert: cert}},
			"error loading client certificate"},
	} {
		require.Contains(t, fails(t, test.options), test.want)
	}
}

type authority struct {
	path string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{}
	a.cert, a.key = certificate(
		t,
		nil,
		&x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign},
	)
	a.path = write(t, "ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))
	return a
}

// issue returns the paths of a certificate for 127.0.0.1 and its key.
func (a *authority) issue(t *testing.T) (cert, key string) {
	t.Helper()
	c, k := certificate(t, a, &x509.Certificate{
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	})
	text, err := x509.MarshalPKCS8PrivateKey(k)
	require.NoError(t, err)
	return write(t, "cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})),
		write(t, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text}))
}

func certificate(t *testing.T, by *authority, c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	c.SerialNumber, c.Subject = big.NewInt(time.Now().UnixNano()), pkix.Name{CommonName: "test"}
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)
	parent, signer := c, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(raw)
	require.NoError(t, err)
	return parsed, key
}

func TestURLs(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"nats://a":                          "nats://a",
		"tls://a:4222,b:4223":               "tls://a:4222,b:4223",
		"nats://a, nats://b":                "nats://a,b",
		"nats://u:p@a:1,u:p@b:2":            "nats://a:1,b:2",
		"nats://[::1]:4222":                 "nats://[::1]:4222",
		"":                                  "",
		"a:4222":                            "",
		"ws://a":                            "",
		"nats://":                           "",
		"nats://a,":                         "",
		"nats://a,tls://b":                  "",
		"nats://a/x":                        "",
		"nats://a:port":                     "",
		"nats://user:s3cret@a:s3cret":       "",
		"nats://user:s3cret%zz@a":           "",
		"nats://user:s3cret@a?tls=s3cret":   "",
		"nats://user:s3cret@a:1,s3cret@:99": "",
	} {
		s, err := natsstore.Open(natsstore.Options{URL: url, Patience: impatient})
		if want == "" {
			require.Error(t, err, url)
			require.NotContains(t, err.Error(), "s3cret")
			continue
		}
		require.NoError(t, err, url)
		require.Equal(t, want, s.String())
		require.NoError(t, s.Close())
	}
}

func TestContexts(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("CREDS_DIR", "/creds")
	dir := filepath.Join(home, ".config", "nats", "context")
	require.NoError(t, os.MkdirAll(dir, 0o700))
	file := filepath.Join(dir, "prod.json")
	save := func(fields map[string]any) {
		text, err := json.Marshal(fields)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, text, 0o600))
	}
	save(map[string]any{
		"description": "of the NATS command line", "url": "nats://a,nats://b", "user": "u", "password": "p",
		"token": "", "creds": "$CREDS_DIR/x.creds", "nkey": "~/seed",
		"cert": "c", "key": "k", "ca": "ca", "nsc": "", "jetstream_domain": "hub", "jetstream_api_prefix": "",
		"jetstream_event_prefix": "x", "inbox_prefix": "_MINE",
		"user_jwt": "", "color_scheme": "", "tls_first": true, "something_of_tomorrow": map[string]any{"a": 1},
	})
	want := natsstore.Access{
		User: "u", Password: "p", Creds: "/creds/x.creds", NKey: home + "/seed", Cert: "c", Key: "k", CA: "ca",
		Domain: "hub", InboxPrefix: "_MINE", TLSFirst: true,
	}
	for _, name := range []string{"prod", file} {
		url, access, err := natsstore.ReadContext(name)
		require.NoError(t, err)
		require.Equal(t, "nats://a,nats://b", url)
		require.Equal(t, want, access)
	}
	save(map[string]any{"nsc": "nsc://o/a/u"})
	_, _, err := natsstore.ReadContext("prod")
	require.ErrorContains(
		t,
		err,
		"prod.json: nsc is not supported; use creds, nkey, user and password, token, or cert and key",
	)
	require.NoError(t, os.WriteFile(file, []byte(`{"password": s3cret}`), 0o600))
	_, _, err = natsstore.ReadContext("prod")
	require.ErrorContains(t, err, "not a JSON document of a context")
	require.NotContains(t, err.Error(), "s3cret")
	_, _, err = natsstore.ReadContext("staging")
	require.ErrorIs(t, err, os.ErrNotExist)
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	_, _, err = natsstore.ReadContext("prod")
	require.ErrorIs(t, err, os.ErrNotExist)
}
