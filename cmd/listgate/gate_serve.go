package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/server"
)

// The environment variables that hold a secret where no file does.
const (
	appSecretVariable   = "LISTGATE_APP_SECRET"
	verifyTokenVariable = "LISTGATE_VERIFY_TOKEN"
	graphTokenVariable  = "LISTGATE_GRAPH_TOKEN"
)

// gateServeCommand is "listgate gate serve".
type gateServeCommand struct {
	settings *settings
	gateFlags
	wabas                              []string
	listen, path                       string
	appSecrets, verifyToken, graphFile string // files
	graphURL                           string
	healthInterval                     time.Duration
}

func newGateServeCommand(s *settings) *cobra.Command {
	c := &gateServeCommand{settings: s}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Take Meta's webhooks, and answer over HTTP whether an account may send",
		Long: `serve is the gate as a server. It runs until it is interrupted or terminated, lets the requests that it is answering end,
and writes what is left.

  GET, POST /webhook       Meta's webhooks: the handshake, and notifications whose signature is right. 200 only for what the
                           store has; else 503, so that Meta sends it again. Off without an app secret and a verify token.
  GET /v1/gate/{waba}      may the account send? ?kind=campaign (default) or reply. 200 open, 423 halted, 503 unknown, which
                           halts as well; 400 a wrong id or kind. The JSON body says why, since when, until when, what to do.
                           Retry-After stands only where the end is known. With --waba every other account is unknown.
  GET /metrics             for Prometheus
  GET /healthz             200 if the store is alive, else 503

With --health-interval it asks the Graph API for the health of accounts that are halted, and of no others.

Secrets stand in files, or in the environment: the app secret in ` + appSecretVariable + ` (while it is changed, both: one a
line), the verify token in ` + verifyTokenVariable + `, the access token for the Graph API in ` + graphTokenVariable + `.

It listens on this machine only, unless --listen says otherwise. It speaks no TLS: put a proxy in front that does, and that
lets nothing through but the webhooks' path.

Exit status: 0 stopped; 2 usage; 3 it could not listen, a secret could not be read, or what was left could not be written.`,
		Example: `  listgate gate serve --app-secret-file app-secret --verify-token-file verify-token
  listgate gate serve --listen 127.0.0.1:9000 --health-interval 5m --graph-token-file token`,
		Args: noArguments,
		RunE: c.run,
	}
	f := cmd.Flags()
	f.StringArrayVar(&c.wabas, "waba", nil, "`id` of an account that you send for; repeatable. What is about others is ignored (default: every account that a webhook names)")
	addAccountFlag(cmd, "in place of --waba")
	c.addStoreTo(cmd)
	c.create = true
	f.StringVar(&c.listen, "listen", "127.0.0.1:8780", "`address` and port to listen on; port 0 takes a free one")
	f.StringVar(&c.path, "webhook-path", "/webhook", "`path` of the webhooks")
	f.StringVar(&c.appSecrets, "app-secret-file", "", "`file` with the app secret that signs the webhooks; several, one a line, while it is changed")
	f.StringVar(&c.verifyToken, "verify-token-file", "", "`file` with the verify token of the webhooks")
	f.StringVar(&c.graphFile, "graph-token-file", "", "`file` with the access token for the Graph API")
	f.StringVar(&c.graphURL, "graph-url", cloudapi.GraphURL, "`address` of the Graph API, with its version")
	f.DurationVar(&c.healthInterval, "health-interval", 0, "`how often` to ask for the health of a halted account, such as 5m; at least 1s (default: never)")
	return cmd
}

func (c *gateServeCommand) run(cmd *cobra.Command, _ []string) error {
	if err := c.checkFlags(); err != nil {
		return err
	}
	secrets, err := c.readSecrets()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	g, store, err := c.open()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	s, err := server.New(cmd.Context(), server.Options{
		Gate: g.Gate, Store: store, WABAs: c.wabas,
		Webhooks: server.Webhooks{Path: c.path, AppSecrets: secrets.app, VerifyToken: secrets.verify},
		Health:   server.HealthChecks{Interval: c.healthInterval, Token: secrets.graph, URL: c.graphURL},
		Support:  c.settings.support,
		Log:      slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil)),
	})
	if err != nil {
		return errors.Join(err, listener.Close(), g.Close())
	}
	c.announce(cmd.ErrOrStderr(), listener.Addr(), store, secrets)
	if err := errors.Join(s.Serve(listener), g.Close()); err != nil {
		return err
	}
	s.Log.Info("stopped")
	return nil
}

func (c *gateServeCommand) checkFlags() error {
	for _, id := range c.wabas {
		if err := gate.CheckID(id); err != nil {
			return optionf("waba", "%w", err)
		}
	}
	if _, _, err := net.SplitHostPort(c.listen); err != nil {
		return optionf("listen", "%q is not an address such as 127.0.0.1:8780", c.listen)
	}
	if !strings.HasPrefix(c.path, "/") || strings.ContainsAny(c.path, "{} \t?#") || slices.Contains([]string{"/", "/metrics", "/healthz"}, c.path) || strings.HasPrefix(c.path, "/v1/") {
		return optionf("webhook-path", "%q is not a path such as /webhook, or is another one's", c.path)
	}
	if u, err := url.Parse(c.graphURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return optionf("graph-url", "not an address such as %s", cloudapi.GraphURL)
	}
	if c.healthInterval != 0 && c.healthInterval < time.Second {
		return optionf("health-interval", "%s is too short; at least 1s", c.healthInterval)
	}
	return nil
}

// announce says where it listens, and what it does not do.
func (c *gateServeCommand) announce(w io.Writer, at net.Addr, store gate.Store, secrets serveSecrets) {
	fmt.Fprintf(w, "listening on http://%s; store %s\n", at, store)
	if tcp, ok := at.(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		fmt.Fprintln(w, "warning: other machines can reach it, and it speaks no TLS: put a proxy with TLS in front, which lets nothing through but "+c.path)
	}
	if len(secrets.app) == 0 {
		fmt.Fprintf(w, "no webhooks are taken: name the app secret with --app-secret-file or %s, and the verify token with --verify-token-file or %s\n", appSecretVariable, verifyTokenVariable)
	} else if len(c.wabas) > 0 {
		fmt.Fprintf(w, "webhooks at %s, for %s; others are ignored\n", c.path, strings.Join(c.wabas, ", "))
	} else {
		fmt.Fprintf(w, "webhooks at %s, for every account that they name\n", c.path)
	}
	if c.healthInterval > 0 {
		fmt.Fprintf(w, "the health of halted accounts is asked for every %s\n", c.healthInterval)
	}
}
