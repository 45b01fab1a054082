package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/rules"
	"github.com/listgate/listgate/server"
)

// The environment variables that hold a secret where no file does.
const (
	appSecretVariable   = "LISTGATE_APP_SECRET"
	verifyTokenVariable = "LISTGATE_VERIFY_TOKEN"
	graphTokenVariable  = "LISTGATE_GRAPH_TOKEN"
	tokenVariable       = "LISTGATE_TOKEN"
)

// serveCommand is "listgate serve".
type serveCommand struct {
	storeFlags
	settings                           *settings
	rules                              []string
	confidence                         string
	wabas                              []string
	listen, path                       string
	token                              string // file
	appSecrets, verifyToken, graphFile string // files
	graphURL                           string
	healthInterval                     time.Duration
	proxy, to, to360dialog             string
	proxyCert, proxyKey                string // files
}

func newServeCommand(s *settings) *cobra.Command {
	c := &serveCommand{settings: s}
	c.create = true
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Gate and filter over HTTP, for dispatch in any language: decisions, webhooks, a proxy",
		Long: `serve is one process beside the dispatchers. It runs until it is interrupted or terminated, lets
the requests that it is answering end, and writes what is left. On SIGHUP it reads listgate.toml
again; rule files it follows by itself.

  GET /v1/gate/{waba}      may the account send? ?kind=campaign (default) or reply. 200 open, 423 halted, 503 unknown, which
                           halts as well; 404 an account of no configuration and no store; 400 a wrong id or kind. The body
                           says why, since when, until when, what to do. Retry-After stands only where the end is known.
  POST /v1/decide          {"account":"brand-a","kind":"campaign","message":"marketing","numbers":["+91…"]}, or categories in
                           place of account; at most 10,000 numbers: 200 with a decision for each, in order; 423, 503, 400
  POST /v1/decide/bigquery the same as a remote function of BigQuery
  GET, POST /webhook       Meta's webhooks: the handshake, and notifications whose signature is right. 200 only for what the
                           store has; else 503, so that Meta sends it again. Off without an app secret and a verify token.
  GET /metrics             for Prometheus
  GET /healthz             200 if the store answers and can be written, else 503
  GET /openapi.json        the description of all of these

With --proxy it listens a second time, as the Graph API: give a sender that address in place of
https://graph.facebook.com. Everything passes as it is, to --to and nowhere else, but messages
(POST …/messages, marketing_messages, messages_encrypted), which are asked about first: gate,
rules and sightings of the account whose phone_number_ids have the number. What may not be sent is
answered with 403 in the shape of the Graph API's own errors, and nothing of it leaves; what the
answers say of an account is in force before they are passed back. Requests with a 360dialog key
(D360-API-KEY) go to --to-360dialog, for the account with its d360_key_sha256. Batch requests are
refused.

With --health-interval it asks the Graph API for the health of accounts that are halted, and of no
others.

Secrets stand in files, or in the environment: the app secret in` + appSecretVariable + ` (while it is changed, both: one a
line), the verify token in ` + verifyTokenVariable + `, the access token for the Graph API in ` + graphTokenVariable + `, the token
for /v1/ in ` + tokenVariable + `.

It listens on this machine only, unless --listen says otherwise, which needs a token for /v1/; /metrics and /healthz need none.
It speaks TLS for the proxy only, with --proxy-cert and --proxy-key.

Exit status: 0 stopped; 2 usage; 3 it could not listen, a file could not be read, or what was left could not be written.`,
		Example: `  listgate serve --app-secret-file app-secret --verify-token-file verify-token
  listgate serve --config listgate.toml --proxy 127.0.0.1:8781`,
		Args: noArguments,
		RunE: c.run,
	}
	f := cmd.Flags()
	f.StringArrayVar(&c.wabas, "waba", nil,
		"`ID` of an account whose webhooks are taken; repeatable. What is about others is ignored (default: every account that a webhook names)")
	addAccountFlag(cmd, "in place of --waba")
	f.StringArrayVar(&c.rules, "rules", nil, "your own rule `FILE`, or a folder of them; repeatable")
	f.StringVar(&c.confidence, "confidence", "medium",
		"minimum confidence of an allow entry: low, medium or high (`LEVEL`)")
	c.addStoreTo(cmd)
	f.StringVar(&c.listen, "listen", "127.0.0.1:8780", "`ADDRESS` and port to listen on; port 0 takes a free one")
	f.StringVar(&c.token, "token-file", "",
		"`FILE` with the bearer token that clients of /v1/ must send; needed if other machines can reach it")
	f.StringVar(&c.path, "webhook-path", "/webhook", "`PATH` of the webhooks")
	f.StringVar(&c.appSecrets, "app-secret-file", "",
		"`FILE` with the app secret that signs the webhooks; several, one a line, while it is changed")
	f.StringVar(&c.verifyToken, "verify-token-file", "", "`FILE` with the verify token of the webhooks")
	f.StringVar(&c.graphFile, "graph-token-file", "", "`FILE` with the access token for the Graph API")
	f.StringVar(&c.graphURL, "graph-url", cloudapi.GraphURL,
		"`ADDRESS` of the Graph API, with its version, for --health-interval")
	f.DurationVar(&c.healthInterval, "health-interval", 0,
		"`DURATION` between questions for the health of a halted account, such as 5m; at least 1s (default: never)")
	f.StringVar(&c.proxy, "proxy", "", "`ADDRESS` and port to listen on as the Graph API (default: no proxy)")
	f.StringVar(&c.to, "to", "https://graph.facebook.com", "`ADDRESS` that the proxy passes requests on to")
	f.StringVar(&c.to360dialog, "to-360dialog", "",
		"`ADDRESS` that requests with a 360dialog key go to, such as https://waba-v2.360dialog.io (default: they are refused)")
	f.StringVar(&c.proxyCert, "proxy-cert", "",
		"`FILE` with the proxy's TLS certificate, for clients that insist on TLS")
	f.StringVar(&c.proxyKey, "proxy-key", "", "`FILE` with the key of --proxy-cert")
	return cmd
}

func (c *serveCommand) run(cmd *cobra.Command, _ []string) error {
	if err := c.checkFlags(); err != nil {
		return err
	}
	conf := c.settings.config
	if c.proxy != "" && (conf == nil || len(conf.Accounts) == 0) {
		return usageOf("proxy",
			"--proxy needs a %s with an [[account]]: a message of an unknown account is refused, so that every one would be; see --config", config.Name)
	}
	secrets, err := c.readSecrets()
	if err != nil {
		return err
	}
	options, err := c.options(secrets)
	if err != nil {
		return err
	}
	store, err := c.openStore()
	if err != nil {
		return err
	}
	g := &openGate{gate.New(store, gate.Options{}), store}
	options.Gate, options.Store, options.Support = g.Gate, store, c.settings.support
	options.Log = slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
	if conf != nil {
		options.Accounts = conf.Accounts
	}
	if err := c.serve(cmd, options, conf); err != nil {
		return errors.Join(err, g.Close())
	}
	if err := g.Close(); err != nil {
		return err
	}
	options.Log.Info("stopped")
	return nil
}

// options are those that the flags give.
func (c *serveCommand) options(secrets serveSecrets) (o server.Options, err error) {
	o = server.Options{
		Rules: c.rules, WABAs: c.wabas, Token: secrets.token,
		Webhooks: server.Webhooks{Path: c.path, AppSecrets: secrets.app, VerifyToken: secrets.verify},
		Health:   server.HealthChecks{Interval: c.healthInterval, Token: secrets.graph, URL: c.graphURL},
	}
	if o.Confidence, err = rules.ParseConfidence(c.confidence); err != nil {
		return o, optionf("confidence", "%w", err)
	}
	o.Proxy.To, _ = url.Parse(c.to)
	if c.to360dialog != "" {
		o.Proxy.To360dialog, _ = url.Parse(c.to360dialog)
	}
	if c.proxyCert != "" {
		certificate, err := tls.LoadX509KeyPair(c.proxyCert, c.proxyKey)
		if err != nil {
			return o, fmt.Errorf("--proxy-cert, --proxy-key: %w", infile.Cause(err))
		}
		o.Proxy.Certificate = &certificate
	}
	return o, nil
}

// serve listens and serves until the command ends.
func (c *serveCommand) serve(cmd *cobra.Command, o server.Options, conf *config.Config) error {
	s, err := server.New(cmd.Context(), o)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	var proxy net.Listener
	if c.proxy != "" {
		if proxy, err = net.Listen("tcp", c.proxy); err != nil {
			return errors.Join(fmt.Errorf("--proxy: %w", err), listener.Close())
		}
	}
	c.announce(cmd.ErrOrStderr(), listener, proxy, o)
	stop := reloadOnHangup(cmd.Context(), s, conf)
	defer stop()
	return s.Serve(listener, proxy)
}

// reloadOnHangup reads listgate.toml again on SIGHUP, until it is stopped.
func reloadOnHangup(ctx context.Context, s *server.Server, conf *config.Config) (stop func()) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangups:
			}
			if conf == nil {
				s.Log.Info("SIGHUP: there is no " + config.Name + " to read again")
				continue
			}
			again, err := config.Load(conf.Path)
			if err == nil {
				err = s.Reload(again.Accounts)
			}
			if err != nil {
				s.Log.Warn("SIGHUP: "+conf.Path+" is not good; what it said before stays in force", "why", err.Error())
				continue
			}
			s.Log.Info("SIGHUP: read again "+conf.Path, "accounts", len(again.Accounts))
		}
	}()
	return func() { signal.Stop(hangups); cancel() }
}

func (c *serveCommand) checkFlags() error {
	for _, id := range c.wabas {
		if err := gate.CheckID(id); err != nil {
			return optionf("waba", "%w", err)
		}
	}
	if _, _, err := net.SplitHostPort(c.listen); err != nil {
		return optionf("listen", "%q is not an address such as 127.0.0.1:8780", c.listen)
	}
	if _, _, err := net.SplitHostPort(c.proxy); c.proxy != "" && err != nil {
		return optionf("proxy", "%q is not an address such as 127.0.0.1:8781", c.proxy)
	}
	if !strings.HasPrefix(c.path, "/") || strings.ContainsAny(c.path, "{} \t?#") ||
		slices.Contains([]string{"/", "/metrics", "/healthz", "/openapi.json"}, c.path) ||
		strings.HasPrefix(c.path, "/v1/") {
		return optionf("webhook-path", "%q is not a path such as /webhook, or is another one's", c.path)
	}
	for _, of := range [][2]string{{"graph-url", c.graphURL}, {"to", c.to},
		{"to-360dialog", cmp.Or(c.to360dialog, c.to)}} {
		flag, address := of[0], of[1]
		if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" ||
			u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return optionf(flag, "not an address such as %s", cloudapi.GraphURL)
		}
	}
	switch {
	case c.healthInterval != 0 && c.healthInterval < time.Second:
		return optionf("health-interval", "%s is too short; at least 1s", c.healthInterval)
	case (c.proxyCert == "") != (c.proxyKey == ""):
		return usagef("--proxy-cert and --proxy-key go together")
	case c.proxy == "" && c.proxyCert != "":
		return usagef("--proxy-cert is for --proxy")
	}
	return nil
}

// isLoopback reports whether only this machine can reach an address.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// announce says where it listens, and what it does not do.
func (c *serveCommand) announce(w io.Writer, listener, proxy net.Listener, o server.Options) {
	printable.Fprintf(w, "listening on http://%s; store %s\n", listener.Addr(), o.Store)
	if !isLoopback(listener.Addr().String()) {
		printable.Fprintln(w,
			"warning: other machines can reach it, and it speaks no TLS: put a proxy with TLS in front, which lets nothing through but "+c.path)
	}
	if len(o.Webhooks.AppSecrets) == 0 {
		printable.Fprintf(w,
			"no webhooks are taken: name the app secret with --app-secret-file or %s, and the verify token with --verify-token-file or %s\n", appSecretVariable, verifyTokenVariable)
	} else if len(c.wabas) > 0 {
		printable.Fprintf(w, "webhooks at %s, for %s; others are ignored\n", c.path, strings.Join(c.wabas, ", "))
	} else {
		printable.Fprintf(w, "webhooks at %s, for every account that they name\n", c.path)
	}
	if c.healthInterval > 0 {
		printable.Fprintf(w, "the health of halted accounts is asked for every %s\n", c.healthInterval)
	}
	if proxy == nil {
		return
	}
	scheme := "http"
	if o.Proxy.Certificate != nil {
		scheme = "https"
	}
	printable.Fprintf(w, "proxy on %s://%s, to %s\n", scheme, proxy.Addr(), c.to)
	if !isLoopback(proxy.Addr().String()) {
		printable.Fprintln(w,
			"warning: other machines can reach the proxy, and it asks for no token of its own: let nobody but your senders through")
	}
	if o.Proxy.To.Scheme == "http" && !isLoopback(cmp.Or(o.Proxy.To.Host, "")) {
		printable.Fprintln(w, "warning: --to speaks no TLS: access tokens go over the network in the clear")
	}
}
