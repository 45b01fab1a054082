package natsstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Access is how a user proves who they are, and whom they trust. The zero value is nobody, and the
// system's certificates. Its JSON names are those of the context files of the NATS command line.
type Access struct {
	User     string `json:"user"`
	Password string `json:"password"`
	Token    string `json:"token"`
	Creds    string `json:"creds"` // path of a credentials file: a JWT and its key
	NKey     string `json:"nkey"`  // path of a file with an NKey seed

	CA       string `json:"ca"` // path of the certificates that sign servers'
	Cert     string `json:"cert"`
	Key      string `json:"key"`
	TLSFirst bool   `json:"tls_first"` // TLS before the server says anything

	InboxPrefix string `json:"inbox_prefix"`
	Domain      string `json:"jetstream_domain"`
	APIPrefix   string `json:"jetstream_api_prefix"`
}

// ReadContext reads a context of the NATS command line: a file if what is given ends in .json or
// holds a path separator, else the one of that name in the user's configuration. Of its fields
// those of Access and the URL count; a context that needs nsc, a proxy or the certificate store of
// Windows is refused.
func ReadContext(nameOrFile string) (servers string, access Access, err error) {
	path := nameOrFile
	if !strings.HasSuffix(path, ".json") && !strings.ContainsAny(path, `/\`) {
		if path, err = contextFile(nameOrFile); err != nil {
			return "", access, err
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", access, fmt.Errorf("NATS context: %w", err)
	}
	var file struct {
		URL string `json:"url"`
		Access
		NSC     string `json:"nsc"`
		Proxy   string `json:"socks_proxy"`
		UserJWT string `json:"user_jwt"`
		Windows string `json:"windows_cert_store"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return "", access, fmt.Errorf(
			"NATS context %s: not a JSON document of a context",
			path,
		) // the decoder's words could hold a secret
	}
	for name, value := range map[string]string{"nsc": file.NSC, "socks_proxy": file.Proxy, "user_jwt": file.UserJWT,
		"windows_cert_store": file.Windows} {
		if value != "" {
			return "", access, fmt.Errorf(
				"NATS context %s: %s is not supported; use creds, nkey, user and password, token, or cert and key",
				path,
				name,
			)
		}
	}
	for _, name := range []*string{&file.Creds, &file.NKey, &file.CA, &file.Cert, &file.Key} {
		*name = expand(*name)
	}
	if file.URL == "" {
		file.URL = nats.DefaultURL
	}
	return file.URL, file.Access, nil
}

func contextFile(name string) (string, error) {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("NATS context %s: %w", name, err)
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "nats", "context", name+".json"), nil
}

// expand resolves variables and a leading ~ in a path, as the NATS command line does.
func expand(path string) string {
	path = os.ExpandEnv(path)
	if rest, ok := strings.CutPrefix(path, "~"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return home + rest
		}
	}
	return path
}

// CheckURL returns an error if a URL cannot name servers. It does not quote it, since it may hold a
// password.
func CheckURL(url string) error {
	_, _, err := servers(url)
	return err
}

// servers returns the servers of a URL, and their name for people.
func servers(text string) (urls []string, name string, err error) {
	scheme, _, found := strings.Cut(text, "://")
	if !found || scheme != "nats" && scheme != "tls" {
		return nil, "", errors.New(
			"the URL of a NATS server is nats://host:port or tls://host:port, several parted by commas",
		)
	}
	var shown []string
	for i, part := range strings.Split(text, ",") {
		part = strings.TrimSpace(part)
		if !strings.Contains(part, "://") {
			part = scheme + "://" + part
		}
		u, err := url.Parse(part)
		if err != nil || u.Hostname() == "" || u.Scheme != scheme || strings.Trim(u.Path, "/") != "" ||
			u.RawQuery != "" ||
			u.Fragment != "" {
			return nil, "", fmt.Errorf("server %d of the URL is not %s://host:port", i+1, scheme)
		}
		urls, shown = append(urls, part), append(shown, u.Host)
	}
	return urls, scheme + "://" + strings.Join(shown, ","), nil
}

// prepare makes the client's options, and reads the files that they name once, to find what is
// wrong with them.
func (s *Store) prepare() error {
	urls, name, err := servers(s.options.URL)
	if err != nil {
		return err
	}
	s.name = name
	o := nats.GetDefaultOptions()
	o.Servers = urls
	o.Name = "listgate"
	o.Timeout = answerWithin
	o.CustomDialer = dialer{s.context}
	o.MaxReconnect = -1
	o.ReconnectWait = lookAgain
	o.ReconnectBufSize = -1 // an event that cannot be sent is an error now, not a surprise later
	o.PingInterval = 5 * time.Second
	o.IgnoreAuthErrorAbort = true
	o.ReconnectedCB = func(*nats.Conn) { s.lookNow() }
	o.AsyncErrorCB = func(_ *nats.Conn, _ *nats.Subscription, err error) {
		if errors.Is(err, nats.ErrPermissionViolation) {
			s.denied.Store(&denial{err, time.Now()})
		}
	}
	a := s.options.Access
	s.apiPrefix = jetstream.DefaultAPIPrefix
	switch {
	case a.APIPrefix != "":
		s.apiPrefix = strings.TrimSuffix(a.APIPrefix, ".") + "."
	case a.Domain != "":
		s.apiPrefix = "$JS." + a.Domain + ".API."
	}
	for _, option := range a.options() {
		if err == nil {
			err = option(&o)
		}
	}
	s.connect = o
	return s.named(err)
}

func (a Access) options() []nats.Option {
	var options []nats.Option
	add := func(set bool, option func() nats.Option) {
		if set {
			options = append(options, option())
		}
	}
	add(a.User != "", func() nats.Option { return nats.UserInfo(a.User, a.Password) })
	add(a.Token != "", func() nats.Option { return nats.Token(a.Token) })
	add(a.Creds != "", func() nats.Option { return readable(a.Creds, nats.UserCredentials(a.Creds)) })
	add(a.NKey != "", func() nats.Option {
		option, err := nats.NkeyOptionFromSeed(a.NKey)
		if err != nil {
			return func(*nats.Options) error { return fmt.Errorf("NKey %s: %w", a.NKey, err) }
		}
		return option
	})
	add(a.CA != "", func() nats.Option { return nats.RootCAs(a.CA) })
	add(a.Cert != "" || a.Key != "", func() nats.Option { return nats.ClientCert(a.Cert, a.Key) })
	add(a.TLSFirst, func() nats.Option { return nats.TLSHandshakeFirst() })
	add(a.InboxPrefix != "", func() nats.Option { return nats.CustomInboxPrefix(a.InboxPrefix) })
	return options
}

// readable makes a missing file an error at once: the client reads it only when a server asks.
func readable(path string, option nats.Option) nats.Option {
	return func(o *nats.Options) error {
		if _, err := os.ReadFile(path); err != nil {
			return fmt.Errorf("credentials: %w", err)
		}
		return option(o)
	}
}

// A dialer stops when the store is closed.
type dialer struct{ ctx context.Context }

func (d dialer) Dial(network, address string) (net.Conn, error) {
	n := net.Dialer{Timeout: answerWithin}
	return n.DialContext(d.ctx, network, address)
}
