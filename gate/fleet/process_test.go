package fleet_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/gate/natsstore"
	"github.com/listgate/listgate/rules"
)

const (
	processVariable = "LISTGATE_TEST_FLEET_STORE" // the store; set in the processes of the fleet only
	staleVariable   = "LISTGATE_TEST_FLEET_STALE_AFTER"
	processHeader   = "X-Process"
)

// An order tells a process to send.
type order struct {
	Server, WABA, Phone string
	Process             int
	AwaitStore          bool // the store was gone: wait until it is back, and has said what became of the account
}

// An outcome says what stopped a process.
type outcome struct {
	SentAt    time.Time // the first time; zero: never
	Refusal   string    // deferred or unknown
	RefusedAt time.Time // the first time
	Trouble   string    // what should not have happened
}

// runProcess is a process of the fleet: it sends as it is told on standard input, until that ends.
func runProcess() {
	store, err := natsstore.Open(natsstore.Options{URL: os.Getenv(processVariable)})
	if err != nil {
		panic(err)
	}
	staleAfter, err := time.ParseDuration(os.Getenv(staleVariable))
	if err != nil {
		panic(err)
	}
	g := gate.New(
		store,
		gate.Options{
			StaleAfter: map[gate.MessageKind]time.Duration{
				gate.MessageCampaign: staleAfter,
				gate.MessageReply:    staleAfter,
			},
		},
	)
	base := &http.Transport{MaxIdleConnsPerHost: workers}
	orders, outcomes := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var o order
		if err := orders.Decode(&o); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			panic(err)
		}
		if o.AwaitStore {
			awaitStore(store)
		}
		if err := outcomes.Encode(o.run(g, base)); err != nil {
			panic(err)
		}
	}
	if err := errors.Join(g.Close(), store.Close()); err != nil {
		panic(err)
	}
}

// run sends from all workers until each was refused.
func (o order) run(g *gate.Gate, base http.RoundTripper) outcome {
	accounts, err := cloudapi.NewAccounts(cloudapi.AccountsOptions{Gate: g},
		config.Account{Name: "fleet", WABA: o.WABA, PhoneNumberIDs: []string{o.Phone}, Categories: []string{"general"}})
	if err != nil {
		return outcome{Trouble: err.Error()}
	}
	if o.AwaitStore {
		o.awaitAccount(g)
	}
	client := &http.Client{Transport: &cloudapi.Transport{
		Accounts: accounts, Base: base,
		Message: func(string, string) (rules.Message, bool) { return rules.Marketing, true },
	}}
	outcomes := make([]outcome, workers)
	var running sync.WaitGroup
	for i := range outcomes {
		running.Go(func() { outcomes[i] = o.work(client) })
	}
	running.Wait()
	first := outcomes[0]
	for _, other := range outcomes[1:] {
		switch {
		case other.Trouble != "":
			first.Trouble = other.Trouble
		case other.Refusal != first.Refusal:
			first.Trouble = "one worker was " + first.Refusal + ", another " + other.Refusal
		}
		first.SentAt, first.RefusedAt = earlier(first.SentAt, other.SentAt), earlier(first.RefusedAt, other.RefusedAt)
	}
	return first
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// awaitStore waits until this process has the servers back. It may know before what became of an
// account, if others have written it, and what it has to write itself when it closes must find
// them.
func awaitStore(store *natsstore.Store) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		if _, err := store.Accounts(ctx); err == nil || ctx.Err() != nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// awaitAccount waits until the account is known to be open, or halted.
func (o order) awaitAccount(g *gate.Gate) {
	a, err := g.Account(context.Background(), o.WABA)
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_ = a.Watch(ctx, func(s gate.State) {
		if s.Campaign != gate.StatusUnknown {
			cancel()
		}
	})
}

// work sends until it is refused, and then some times more: nothing may pass any more.
func (o order) work(client *http.Client) (first outcome) {
	for refusals := 0; refusals < 20; {
		err := o.send(client)
		now := time.Now()
		refusal := refusalOf(err)
		switch {
		case refusal == "" && err != nil:
			return outcome{Trouble: err.Error()}
		case refusal == "" && refusals > 0:
			return outcome{Trouble: "sent after a refusal"}
		case refusal == "":
			first.SentAt = earlier(first.SentAt, now)
			continue
		case refusals == 0:
			first.Refusal, first.RefusedAt = refusal, now
		}
		refusals++
	}
	return first
}

func refusalOf(err error) string {
	if _, ok := errors.AsType[*cloudapi.DeferredError](err); ok {
		return "deferred"
	}
	if unknown, ok := errors.AsType[*cloudapi.UnknownError](err); ok {
		if _, ok := errors.AsType[*gate.UnknownError](unknown.Err); ok {
			return "unknown"
		}
	}
	return ""
}

// send sends a marketing template, and reads the answer whatever it is.
func (o order) send(client *http.Client) error {
	const body = `{"messaging_product":"whatsapp","recipient_type":"individual","to":"+447700900123","type":"template",` +
		`"template":{"name":"promo_a","language":{"code":"en_GB"}}}`
	req, err := http.NewRequest(
		http.MethodPost,
		fmt.Sprintf("%s/v25.0/%s/messages", o.Server, o.Phone),
		strings.NewReader(body),
	)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(processHeader, strconv.Itoa(o.Process))
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
