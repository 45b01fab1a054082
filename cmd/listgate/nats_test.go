package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/listgate/listgate/internal/natstest"
)

type natsServer struct {
	*natstest.Server
	user, password string
}

// natsCommands are commands for scripts that use a real NATS server. t outlives the scripts.
func natsCommands(t *testing.T) map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	started := func(ts *testscript.TestScript) map[string]natsServer { return ts.Value("nats").(map[string]natsServer) }
	return map[string]func(ts *testscript.TestScript, neg bool, args []string){
		// natsserver NAME [USER PASSWORD] starts one, puts its URL into the variable NAME and a
		// context into NAME.json.
		"natsserver": func(ts *testscript.TestScript, _ bool, args []string) {
			s := natsServer{}
			if len(args) == 3 {
				s.user, s.password = args[1], args[2]
			}
			s.Server = natstest.Start(t, func(o *server.Options) { o.Username, o.Password = s.user, s.password })
			started(ts)[args[0]] = s
			ts.Setenv(args[0], s.URL())
			context, err := json.Marshal(map[string]any{"description": "of a test", "url": s.URL(), "user": s.user,
				"password": s.password, "color_scheme": ""})
			ts.Check(err)
			ts.Check(os.WriteFile(ts.MkAbs(args[0]+".json"), context, 0o600))
		},
		// natsstop NAME stops it.
		"natsstop": func(ts *testscript.TestScript, _ bool, args []string) { started(ts)[args[0]].Stop() },
		// natspublish NAME SUBJECT TEXT publishes a message to a stream.
		"natspublish": func(ts *testscript.TestScript, _ bool, args []string) {
			s := started(ts)[args[0]]
			conn, err := nats.Connect(s.URL(), nats.UserInfo(s.user, s.password), nats.Timeout(time.Minute))
			ts.Check(err)
			defer conn.Close()
			answer, err := conn.Request(args[1], []byte(strings.Join(args[2:], " ")), time.Minute)
			ts.Check(err)
			ts.Logf("%s", answer.Data)
		},
	}
}
