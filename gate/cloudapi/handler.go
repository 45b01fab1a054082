package cloudapi

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/listgate/listgate/internal/bodies"
)

const (
	// maxBody bounds a webhook's body. Meta's largest is 3 MB.
	maxBody = 3 << 20
	// maxBodies bounds what the bodies that are held at one time take together.
	maxBodies = 64 << 20
	// maxChallenge bounds what a handshake makes us answer.
	maxChallenge = 256
	// storeWithin is how long a store may take for a body. Meta sends again what is not answered.
	storeWithin = 10 * time.Second
)

// What can be wrong with a request to a [Handler]; a WebhookResult says which.
var (
	ErrSignature   = errors.New("X-Hub-Signature-256 is missing, or none of the app secrets made it: check the app secret")
	ErrVerifyToken = errors.New("the handshake's hub.verify_token is not ours: check the verify token")
	ErrHandshake   = errors.New("not a handshake: hub.mode=subscribe and hub.challenge are needed")
	ErrCutOff      = errors.New("a body that came too slowly was cut off, since others waited for its memory, or the server stops; Meta sends it again")
	ErrTooLarge    = fmt.Errorf("a body of more than %d MiB; Meta's largest is 3 MB", maxBody>>20)
	ErrMethod      = errors.New("neither GET nor POST")
)

// HandlerOptions of a [Handler].
type HandlerOptions struct {
	// AppSecrets are the secrets of the apps that may sign a body, at least one. While a secret is
	// changed, give both.
	AppSecrets []string
	// VerifyToken is what Meta sends in the handshake: the same as in the app's settings.
	VerifyToken string
	// Report, if there is one, is called for each request before it is answered. It must be quick.
	Report func(WebhookResult)
}

// A WebhookResult tells what became of a request. It holds no recipient and no text of the body.
type WebhookResult struct {
	Status   int      // what is answered
	Document Document // what the body says, if its signature is right
	Err      error    // why it is not answered 200: one of the errors above, or the store's
}

// A Handler is the endpoint of Meta's webhooks: the handshake (GET) and the notifications (POST).
// Its answers are
//
//	200  the store has what the body says
//	401  the signature is missing or wrong; nothing was read of what the body says
//	403  a handshake with a wrong token
//	413  a body over 3 MiB
//	503  the store could not take it, or the body was cut off: Meta sends it again
//
// A body that is not understood is answered 200, too, once the store has its hash: it will not be
// understood the next time either, and Meta would send it again for days, before what comes after
// it. The bodies that it holds take 64 MiB at most, all together: should that be used up, those
// that have got nothing for the longest are cut off.
//
// It may be used by any number of goroutines.
type Handler struct {
	bodies   *bodies.Budget
	receiver *Receiver
	secrets  [][]byte
	token    [sha256.Size]byte
	report   func(WebhookResult)
}

// NewHandler returns the handler that gives what it gets to a receiver. An error means that a
// secret or the token is missing: without them, anybody could halt or open an account.
func NewHandler(r *Receiver, options HandlerOptions) (*Handler, error) {
	if len(options.AppSecrets) == 0 || options.VerifyToken == "" {
		return nil, errors.New("a webhook endpoint needs at least one app secret and a verify token")
	}
	h := &Handler{bodies: bodies.NewBudget(maxBodies), receiver: r, token: sha256.Sum256([]byte(options.VerifyToken)),
		report: options.Report}
	for _, secret := range options.AppSecrets {
		if secret == "" {
			return nil, errors.New("an app secret is empty")
		}
		h.secrets = append(h.secrets, []byte(secret))
	}
	if h.report == nil {
		h.report = func(WebhookResult) {}
	}
	return h, nil
}

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		h.handshake(w, r)
	case http.MethodPost:
		h.answer(w, h.take(w, r))
	default:
		w.Header().Set("Allow", "GET, POST")
		h.answer(w, WebhookResult{Status: http.StatusMethodNotAllowed, Err: ErrMethod})
	}
}

// answer answers without saying more than the status does: why, the WebhookResult tells those who
// run this.
func (h *Handler) answer(w http.ResponseWriter, result WebhookResult) {
	h.report(result)
	if result.Status != http.StatusOK {
		http.Error(w, http.StatusText(result.Status), result.Status)
	}
}

// CutOff cuts off the bodies that are being read, and those that come: Meta sends them again. A
// server that stops calls it for those that keep it from doing so.
func (h *Handler) CutOff() { h.bodies.CutOff() }

// handshake answers Meta's question whether this endpoint is ours.
func (h *Handler) handshake(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	// so that comparing takes the same time for any length
	token := sha256.Sum256([]byte(query.Get("hub.verify_token")))
	challenge := query.Get("hub.challenge")
	switch {
	case query.Get("hub.mode") != "subscribe" || challenge == "" || len(challenge) > maxChallenge:
		h.answer(w, WebhookResult{Status: http.StatusBadRequest, Err: ErrHandshake})
	case !hmac.Equal(token[:], h.token[:]):
		h.answer(w, WebhookResult{Status: http.StatusForbidden, Err: ErrVerifyToken})
	default:
		h.report(WebhookResult{Status: http.StatusOK})
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, challenge)
	}
}

// take takes a notification.
func (h *Handler) take(w http.ResponseWriter, r *http.Request) WebhookResult {
	signature, ok := strings.CutPrefix(r.Header.Get("X-Hub-Signature-256"), "sha256=")
	sum, err := hex.DecodeString(signature)
	if !ok || err != nil || len(sum) != sha256.Size { // before anything is read of the body
		return WebhookResult{Status: http.StatusUnauthorized, Err: ErrSignature}
	}
	body, release, err := h.bodies.Read(w, r, maxBody)
	if err != nil {
		w.Header().Set("Connection", "close") // rather than reading on
		switch {
		case errors.As(err, new(*bodies.TooLargeError)):
			return WebhookResult{Status: http.StatusRequestEntityTooLarge, Err: ErrTooLarge}
		case errors.Is(err, bodies.ErrCutOff):
			return WebhookResult{Status: http.StatusServiceUnavailable, Err: ErrCutOff}
		}
		return WebhookResult{Status: http.StatusBadRequest, Err: err}
	}
	defer release()
	if !h.signed(body, sum) {
		return WebhookResult{Status: http.StatusUnauthorized, Err: ErrSignature}
	}
	return h.apply(r.Context(), body)
}

// signed reports whether sum is made with one of the secrets, over the bytes as they came.
func (h *Handler) signed(body, sum []byte) bool {
	for _, secret := range h.secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write(body)
		if hmac.Equal(sum, mac.Sum(nil)) {
			return true
		}
	}
	return false
}

func (h *Handler) apply(ctx context.Context, body []byte) WebhookResult {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	d, err := h.receiver.Apply(ctx, body)
	if errors.Is(err, ErrNeedsAccount) {
		d, err = h.receiver.applyUnread(ctx, body, "not a webhook")
	}
	if err != nil {
		return WebhookResult{Status: http.StatusServiceUnavailable, Document: d, Err: err}
	}
	return WebhookResult{Status: http.StatusOK, Document: d}
}
