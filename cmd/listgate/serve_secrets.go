package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/listgate/listgate/internal/infile"
)

// maxSecretFile bounds a file that is meant to hold a secret.
const maxSecretFile = 64 << 10

// serveSecrets are what serve must know and never tells.
type serveSecrets struct {
	app    []string
	verify string
	graph  string
	token  string
}

// readSecrets reads what is there, and finds what is missing.
func (c *serveCommand) readSecrets() (s serveSecrets, err error) {
	if s.app, err = readSecret("app-secret-file", c.appSecrets, appSecretVariable); err != nil {
		return s, err
	}
	if s.verify, err = readOneSecret("verify-token-file", c.verifyToken, verifyTokenVariable); err != nil {
		return s, err
	}
	if s.graph, err = readOneSecret("graph-token-file", c.graphFile, graphTokenVariable); err != nil {
		return s, err
	}
	if s.token, err = readOneSecret("token-file", c.token, tokenVariable); err != nil {
		return s, err
	}
	switch {
	case s.token == "" && !isLoopback(c.listen):
		return s,
			usageOf("listen", "--listen %s: other machines can reach it; name a token for /v1/ with --token-file or %s",
				c.listen, tokenVariable)
	case len(s.app) > 0 && s.verify == "":
		return s, usagef("webhooks need a verify token, too: --verify-token-file or %s", verifyTokenVariable)
	case len(s.app) == 0 && s.verify != "":
		return s, usagef("webhooks need an app secret, too: --app-secret-file or %s", appSecretVariable)
	case c.healthInterval > 0 && s.graph == "":
		return s, usageOf("health-interval", "--health-interval needs an access token: --graph-token-file or %s",
			graphTokenVariable)
	}
	return s, nil
}

// readSecret reads secrets, one a line, from the file that a flag names, else from an environment
// variable. There may be none if neither is given. No error tells what stands there.
func readSecret(flag, path, variable string) ([]string, error) {
	text, where := []byte(os.Getenv(variable)), variable
	if path == "" && len(text) == 0 {
		return nil, nil
	}
	if path != "" {
		where = "--" + flag + ": " + path
		var err error
		if text, err = os.ReadFile(path); err != nil {
			return nil, fmt.Errorf("%s: cannot be read: %w", where, infile.Cause(err))
		}
		if len(text) > maxSecretFile || bytes.IndexByte(text, 0) >= 0 {
			return nil, fmt.Errorf("%s: is no file with a secret", where)
		}
	}
	var secrets []string
	// some editors write a byte order mark
	for line := range strings.Lines(strings.TrimPrefix(string(text), "\ufeff")) {
		switch line = strings.TrimSpace(line); {
		case strings.HasPrefix(line, "#"):
			return nil,
				fmt.Errorf("%s: holds a line that begins with #; there are no comments in it, only secrets, one a line",
					where)
		case line != "":
			secrets = append(secrets, line)
		}
	}
	if len(secrets) == 0 {
		return nil, fmt.Errorf("%s: is empty", where)
	}
	return secrets, nil
}

func readOneSecret(flag, path, variable string) (string, error) {
	secrets, err := readSecret(flag, path, variable)
	if err != nil || len(secrets) == 0 {
		return "", err
	}
	if len(secrets) > 1 {
		return "", fmt.Errorf("--%s or %s: %d lines; there can be only one", flag, variable, len(secrets))
	}
	return secrets[0], nil
}
