package cloudapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/listgate/listgate/gate"
)

const (
	// GraphURL is where the Graph API is asked.
	GraphURL = "https://graph.facebook.com/v25.0"

	maxHealth     = 1 << 20
	healthWithin  = 30 * time.Second
	maxHealthWait = time.Hour
	// healthAgain is how long an answer that says the same is not written again.
	healthAgain = 24 * time.Hour
)

// A HealthWatch asks the Graph API for the health of accounts that are halted, and applies the
// answers: one without a blocked entity, after one with, is how the end of a block or a lock is
// known without a person. It never asks for an account that is open, and never sends a message.
type HealthWatch struct {
	Gate     *gate.Gate
	Accounts func(context.Context) ([]string, error) // those to look after
	Token    string                                  // an access token with whatsapp_business_management
	URL      string                                  // "": GraphURL; for a proxy, or another version
	// Interval is how often a halted account is asked for. After an error the wait doubles, up to
	// an hour.
	Interval time.Duration
	Client   *http.Client // nil: one of its own
	// Report, if there is one, is called with each answer.
	Report func(waba string, d Document, err error)

	asked map[string]*askedHealth
}

// askedHealth is what is remembered of an account while it is halted.
type askedHealth struct {
	next   time.Time // when to ask again
	wait   time.Duration
	said   string    // the newest answer that was applied
	saidAt time.Time // and when
}

// Run asks until the context ends.
func (w *HealthWatch) Run(ctx context.Context) {
	if w.Client == nil {
		w.Client = &http.Client{Timeout: healthWithin}
	}
	if w.Report == nil {
		w.Report = func(string, Document, error) {}
	}
	w.asked = map[string]*askedHealth{}
	ticker := time.NewTicker(w.Interval)
	defer ticker.Stop()
	for {
		w.round(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// round asks for each halted account whose time has come.
func (w *HealthWatch) round(ctx context.Context) {
	accounts, err := w.Accounts(ctx)
	if err != nil {
		w.Report("", Document{}, err)
		return
	}
	for _, waba := range accounts {
		a, err := w.Gate.Account(ctx, waba)
		if err != nil {
			return
		}
		s := a.State()
		if s.Campaign != gate.StatusHalted && s.Reply != gate.StatusHalted {
			delete(w.asked, waba)
			continue
		}
		known := w.asked[waba]
		if known == nil {
			known = &askedHealth{wait: w.Interval}
			w.asked[waba] = known
		}
		if now := time.Now(); !now.Before(known.next) {
			known.next = now.Add(w.ask(ctx, s, known))
		}
	}
}

// ask asks for one account, and returns how long to wait until the next time.
func (w *HealthWatch) ask(ctx context.Context, s gate.State, known *askedHealth) time.Duration {
	d, err := w.get(ctx, s.WABA)
	if err == nil && !known.saysAgain(d, s) {
		if err = w.Gate.Apply(ctx, d.Events...); err == nil {
			known.said, known.saidAt = saying(d), time.Now()
		}
	}
	if ctx.Err() != nil {
		return 0
	}
	w.Report(s.WABA, d, err)
	if err == nil {
		known.wait = w.Interval
	} else {
		known.wait = min(2*known.wait, max(maxHealthWait, w.Interval))
	}
	// A little less than a whole number of rounds, which would be missed by a hair.
	return known.wait - w.Interval/2
}

// saysAgain reports whether an answer changes nothing: the newest one said the same, and nothing
// was sighted since.
func (k *askedHealth) saysAgain(d Document, s gate.State) bool {
	for _, c := range s.Causes {
		if !c.Last.Before(k.saidAt) {
			return false
		}
	}
	return k.said == saying(d) && time.Since(k.saidAt) < healthAgain
}

// saying is what two answers that say the same have in common.
func saying(d Document) string {
	var b strings.Builder
	for _, e := range d.Events {
		fmt.Fprintln(&b, e.Type, e.Code, e.Name, e.SHA256)
	}
	return b.String()
}

func (w *HealthWatch) get(ctx context.Context, waba string) (Document, error) {
	url := strings.TrimSuffix(w.URL, "/")
	if url == "" {
		url = GraphURL
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/"+waba+"?fields=health_status", nil)
	if err != nil {
		return Document{}, err
	}
	r.Header.Set("Authorization", "Bearer "+w.Token)
	answer, err := w.Client.Do(r)
	if err != nil {
		return Document{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxHealth))
	if err != nil {
		return Document{}, err
	}
	// An error of this call says nothing about sending.
	d, err := Decode(body, DecodeOptions{WABA: waba, Received: time.Now(), Source: OtherCall})
	if err != nil {
		return Document{}, err
	}
	if d.Shape != "health_status" {
		return Document{}, refusedHealth(answer.StatusCode, body)
	}
	for _, e := range d.Events {
		if e.WABA != waba {
			return Document{}, errors.New("the answer is about another account")
		}
	}
	return d, nil
}

// refusedHealth says why there is no health status, in the words of our table: the answer's own may
// hold anything.
func refusedHealth(status int, body []byte) error {
	value, _ := parse(body)
	o, _ := value.(object)
	e, _ := o["error"].(object)
	code, ok := integer(e["code"])
	if !ok {
		return fmt.Errorf("HTTP status %d and no health_status", status)
	}
	known := Lookup(int(code))
	if known.Class == UnknownClass {
		return fmt.Errorf("HTTP status %d, error %d", status, code)
	}
	return fmt.Errorf("HTTP status %d, error %d (%s: %s)", status, code, known.Scope, known.Meaning)
}
