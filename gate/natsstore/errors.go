package natsstore

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Error codes of JetStream that its client has no names for.
const (
	noPeers     = 10005 // too few servers for the replicas, at present
	noResources = 10023 // the account's or the server's storage is full
	noCluster   = 10074 // more than one replica, and only one server
	storeFailed = 10077 // the stream is full
)

var (
	errClosed = errors.New("the store is closed")
	errBehind = errors.New("the servers that answer do not have yet what the stream's leader has")
)

// An unreachableError says that there is no connection, and why.
type unreachableError struct{ err error }

func (e *unreachableError) Error() string { return "no server can be reached: " + e.err.Error() }
func (e *unreachableError) Unwrap() error { return e.err }

// A finalError is one that waiting does not end.
type finalError struct{ err error }

func (e *finalError) Error() string { return e.err.Error() }
func (e *finalError) Unwrap() error { return e.err }

// A brokenError says that the stream is not one that holds all events.
type brokenError struct{ text string }

func (e *brokenError) Error() string { return e.text }

func brokenf(format string, args ...any) error { return &brokenError{fmt.Sprintf(format, args...)} }

// isTransient reports whether the reason of an error may pass by itself.
func isTransient(err error) bool {
	var (
		final  *finalError
		broken *brokenError
	)
	return !errors.As(err, &final) && !errors.As(err, &broken) && !errors.Is(err, errClosed)
}

// A denial is something that the server did not let the user do. It says so apart from the answer,
// which does not come.
type denial struct {
	err error
	at  time.Time
}

// explain says in words what the client's error means to who runs this.
func (s *Store) explain(err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout) {
		if refused := s.denied.Load(); refused != nil && time.Since(refused.at) < 2*answerWithin {
			err = refused.err
		}
	}
	return explain(err)
}

func explain(err error) error {
	var (
		api  *jetstream.APIError
		cert *tls.CertificateVerificationError
		said *finalError
		dial *net.OpError
	)
	switch {
	case err == nil, errors.As(err, &said):
		return err
	case errors.Is(err, nats.ErrAuthorization),
		errors.Is(err, nats.ErrAuthExpired),
		errors.Is(err, nats.ErrAuthRevoked),
		errors.Is(err, nats.ErrAccountAuthExpired):
		return &finalError{fmt.Errorf("the server refuses these credentials, or wants some: %w", err)}
	case errors.Is(err, nats.ErrPermissionViolation):
		return &finalError{
			fmt.Errorf(
				"the user may not do this: %w; what it needs stands in the documentation of package natsstore",
				err,
			),
		}
	case errors.Is(err, nats.ErrSecureConnWanted), errors.As(err, &cert), strings.Contains(err.Error(), "tls: "):
		return &finalError{fmt.Errorf("no secure connection: %w", err)}
	case errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount):
		return &finalError{errors.New("JetStream is not enabled for this user's account")}
	case errors.Is(err, jetstream.ErrJetStreamNotEnabled),
		errors.Is(err, jetstream.ErrNoStreamResponse),
		errors.Is(err, nats.ErrNoResponders):
		return fmt.Errorf("JetStream does not answer: it is not enabled on these servers, or has no leader at present")
	case errors.Is(err, nats.ErrReconnectBufExceeded),
		errors.Is(err, nats.ErrConnectionClosed),
		errors.Is(err, nats.ErrDisconnected):
		return &unreachableError{errors.New("the connection was lost")}
	case errors.Is(err, nats.ErrNoServers):
		return &unreachableError{errors.New("connection refused")} // what the client makes of it
	case errors.As(err, &dial):
		return &unreachableError{err}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout):
		return errors.New("the servers do not answer")
	case errors.As(err, &api) && api.ErrorCode == noPeers:
		return err
	// what the server understood and refuses
	case errors.As(err, &api) && (api.Code < 500 || api.ErrorCode == storeFailed || api.ErrorCode == noResources):
		return &finalError{fmt.Errorf("stream %s: %w", Stream, err)}
	}
	return err
}
