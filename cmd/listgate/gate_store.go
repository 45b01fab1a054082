package main

import (
	"cmp"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/folderstore"
	"github.com/listgate/listgate/gate/natsstore"
)

// storeFlags say which store is meant, and who asks.
type storeFlags struct {
	store, creds, context string
	create                bool           // whether a folder that is named and does not exist is made
	flags                 *pflag.FlagSet // those of the command
}

func (f *storeFlags) addStoreTo(cmd *cobra.Command) {
	f.flags = cmd.Flags()
	cmd.Flags().StringVar(&f.store, "store", "",
		"`DIR` of the gate's journals, or nats://host:port[,host:port] (default: LISTGATE_STORE, else the user's state directory)")
	cmd.Flags().StringVar(&f.creds, "nats-creds", "", "`FILE` with NATS credentials (default: NATS_CREDS)")
	cmd.Flags().StringVar(&f.context, "nats-context", "",
		"`NAME` or file of a context of the NATS command line: server, credentials, TLS (default: NATS_CONTEXT)")
}

// openStore opens the store.
func (f *storeFlags) openStore() (gate.Store, error) {
	if strings.Contains(f.store, "://") && strings.Contains(f.store, "@") {
		return nil,
			optionf("store",
				"everybody on this machine can read a user, password or token on a command line; put the address into LISTGATE_STORE, or use --nats-creds or --nats-context")
	}
	place := f.store
	if place == "" && f.flags.Changed("store") {
		return nil, usagef("--store: no folder or address is given; leave it out for the folder of the user's state")
	}
	if place == "" && f.context == "" {
		place = os.Getenv("LISTGATE_STORE")
	}
	scheme, _, isURL := strings.Cut(place, "://")
	switch {
	case isURL && scheme != "nats" && scheme != "tls":
		return nil,
			optionf("store", "no stores of the kind %s://; name a folder, nats://host:port or tls://host:port", scheme)
	case isURL, place == "" && f.context != "":
		return f.openNATS(place)
	case f.creds != "" || f.context != "":
		return nil, usagef("--nats-creds and --nats-context are for a store nats://host:port, not for the folder %s",
			cmp.Or(place, "of the user's state"))
	}
	switch {
	case place == "":
		return folderstore.Default()
	case f.create:
		return folderstore.Create(place), nil
	}
	return folderstore.New(place), nil
}

// openNATS opens a store on NATS. What flags say counts before the environment, and the environment
// before a context.
func (f *storeFlags) openNATS(url string) (gate.Store, error) {
	options := natsstore.Options{URL: url}
	if context := cmp.Or(f.context, os.Getenv("NATS_CONTEXT")); context != "" {
		of, access, err := natsstore.ReadContext(context)
		if err != nil {
			return nil, err
		}
		options.URL, options.Access = cmp.Or(url, of), access
	}
	if err := natsstore.CheckURL(options.URL); err != nil {
		return nil, optionf("store", "%w", err)
	}
	a := &options.Access
	for name, value := range map[string]*string{
		"NATS_USER": &a.User, "NATS_PASSWORD": &a.Password, "NATS_TOKEN": &a.Token, "NATS_CREDS": &a.Creds,
		"NATS_NKEY": &a.NKey,
		"NATS_CA":   &a.CA, "NATS_CERT": &a.Cert, "NATS_KEY": &a.Key,
	} {
		*value = cmp.Or(os.Getenv(name), *value)
	}
	a.Creds = cmp.Or(f.creds, a.Creds)
	return natsstore.Open(options)
}

// An openGate is a gate and its store, which are closed together.
type openGate struct {
	*gate.Gate
	store gate.Store
}

func (g *openGate) Close() error {
	err := g.Gate.Close()
	if store, ok := g.store.(io.Closer); ok {
		err = errors.Join(err, store.Close())
	}
	return err
}
