package cloudapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/rules"
)

const (
	// maxAnswer bounds what is read of an answer. An error body has some hundred bytes.
	maxAnswer = 64 << 10
	// minRead is how much is read of an answer at once, at least: that of an accepted message has
	// some 200 bytes.
	minRead = 512
	// learnWithin bounds how long an answer is kept from the client for what can be learned of it.
	learnWithin = time.Second
	// writeWithin bounds how long the store may take for it.
	writeWithin = 10 * time.Second
)

// learn puts what an answer says of the account in force before it returns. Should the answer
// trickle in, or the store hang, it returns after a second all the same, and the rest is done
// meanwhile. An error body counts whatever the status; all else that comes with a 2xx is the
// client's matter, be it broken.
func (t *Transport) learn(ctx context.Context, a *account, s *send, resp *http.Response) {
	accepted := resp.StatusCode < 300
	if resp.Body == nil || resp.Header.Get(RefusedHeader) != "" || accepted && resp.ContentLength > maxAnswer {
		return
	}
	ahead := newReadAhead(resp.Body)
	resp.Body = ahead
	c := DecodeOptions{WABA: a.waba, Received: time.Now(), Recipient: s.recipient(), Message: s.messages.name()}
	encoding, status := resp.Header.Get("Content-Encoding"), resp.StatusCode
	done := make(chan struct{})
	go func() {
		defer close(done)
		body, err := ahead.fill(encoding)
		// Its reader gets the end only when what it says is in force, or when that takes too long.
		late := time.AfterFunc(learnWithin, ahead.show)
		defer func() { late.Stop(); ahead.show() }()
		if accepted && (err != nil || !bytes.Contains(body, []byte(`"error"`))) {
			return
		}
		if err == nil {
			err = t.apply(context.WithoutCancel(ctx), body, c)
		}
		if err != nil && t.Report != nil {
			t.Report(fmt.Errorf("account %s: an answer with status %d: %w", a.waba, status, err))
		}
	}()
	timeout := time.NewTimer(learnWithin)
	defer timeout.Stop()
	select {
	case <-done:
	case <-timeout.C:
	case <-ctx.Done():
	}
}

func (t *Transport) apply(ctx context.Context, body []byte, c DecodeOptions) error {
	document, err := Decode(body, c)
	if err != nil {
		return err
	}
	// Of what is no error body, a proxy's page above all, no journal has to know: there may be
	// thousands.
	events := slices.DeleteFunc(document.Events, func(e gate.Event) bool { return e.Type == gate.EventUnread })
	if len(document.Problems) > 0 {
		err = fmt.Errorf("nothing learned: %s", strings.Join(document.Problems, "; "))
	}
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	return errors.Join(err, t.Accounts.gate.Learn(ctx, events...))
}

// recipient returns whom a message went to, if that is certain: of a number of the sender's own
// country, written without '+', WhatsApp may have made another one.
func (s *send) recipient() string {
	switch {
	case s.user != "":
		return s.user
	case s.reading == filter.ReadingInternational || s.reading == filter.ReadingBareInternational:
		return string(s.to)
	}
	return ""
}

// name returns the name of the one kind of message that it is, or "".
func (s messageSet) name() string {
	for m := rules.Marketing; m <= rules.Service; m++ {
		if s == only(m) {
			return m.String()
		}
	}
	return ""
}

func decompress(body []byte, encoding string) ([]byte, error) {
	switch {
	case encoding == "" || strings.EqualFold(encoding, "identity"):
		return body, nil
	case !strings.EqualFold(encoding, "gzip"):
		return nil,
			fmt.Errorf("nothing learned: it is compressed with %q; leave it to Go's http.Transport to ask for compression", encoding)
	}
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err == nil {
		body, err = readBounded(r, 0, maxAnswer)
	}
	if err != nil {
		return nil, fmt.Errorf("nothing learned: gzip: %w", err)
	}
	return body, nil
}

// A readAhead is a body that is read before its reader asks for it, up to a bound. Its reader gets
// the same bytes, then the same error or end, or what comes after the bound, right from the source.
// What makes the body whole, its reader gets only after show.
type readAhead struct {
	source io.ReadCloser

	mu    sync.Mutex
	more  sync.Cond
	ahead []byte
	shown int   // how much of it its reader may have
	at    int   // how much of it its reader has
	err   error // of the source, after ahead
	full  bool  // nothing more is read ahead
}

func newReadAhead(source io.ReadCloser) *readAhead {
	r := &readAhead{source: source}
	r.more.L = &r.mu
	return r
}

// fill reads ahead, until the body is whole. It returns it, decompressed, or why it could not. That
// a server has not yet ended a body does not keep it from being whole: over HTTP/2, the end may
// come long after the last byte.
func (r *readAhead) fill(encoding string) ([]byte, error) {
	for {
		r.mu.Lock()
		r.ahead = slices.Grow(r.ahead, minRead)
		room := r.ahead[len(r.ahead):cap(r.ahead)]
		r.mu.Unlock()
		n, err := r.source.Read(room)
		r.mu.Lock()
		r.ahead, r.err = r.ahead[:len(r.ahead)+n], err
		tooLong := len(r.ahead) > maxAnswer
		body, errBody := r.ahead, error(nil)
		if err == nil && !tooLong {
			body = wholeAnswer(r.ahead, encoding)
		}
		if r.full = err != nil || tooLong || body != nil; !r.full {
			r.shown = len(r.ahead)
			r.more.Broadcast()
		}
		full := r.full
		r.mu.Unlock()
		switch {
		case !full:
			continue
		case tooLong:
			return nil, fmt.Errorf("nothing learned: it is larger than %d KiB", maxAnswer>>10)
		case errors.Is(err, io.EOF):
			body, errBody = decompress(body, encoding)
		case err != nil:
			return nil, fmt.Errorf("nothing learned: %w", err)
		}
		return body, errBody
	}
}

// wholeAnswer returns what a body says, decompressed, if nothing of its JSON is missing, else nil.
func wholeAnswer(body []byte, encoding string) []byte {
	if encoding == "" {
		if trimmed := bytes.TrimRight(body, " \r\n\t"); len(trimmed) == 0 || trimmed[len(trimmed)-1] != '}' {
			return nil
		}
	}
	body, err := decompress(body, encoding)
	if err != nil || !json.Valid(body) {
		return nil
	}
	return body
}

// show lets its reader have all that was read.
func (r *readAhead) show() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shown = len(r.ahead)
	r.more.Broadcast()
}

// Read implements [io.Reader].
func (r *readAhead) Read(p []byte) (int, error) {
	r.mu.Lock()
	for r.at == r.shown && !(r.full && r.shown == len(r.ahead)) && len(p) > 0 {
		r.more.Wait()
	}
	n := copy(p, r.ahead[r.at:r.shown])
	r.at += n
	err := r.err
	r.mu.Unlock()
	switch {
	case n > 0 || len(p) == 0:
		return n, nil
	case err != nil:
		return 0, err
	}
	return r.source.Read(p)
}

// Close implements [io.Closer]. It ends reading ahead, too.
func (r *readAhead) Close() error { return r.source.Close() }
