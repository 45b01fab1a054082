package natsstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/listgate/listgate/gate"
)

// SetAside begins the journal of an account anew with the events, the first of which marks the beginning. The messages
// before it stay in the stream, and are not read any more. It refuses to do so to a journal that can be read, and to one
// that somebody adds to meanwhile.
func (s *Store) SetAside(ctx context.Context, waba string, begin []gate.Event) (kept string, err error) {
	if err := gate.CheckEvents(waba, begin); err != nil {
		return "", err
	}
	last, err := s.lastIfDamaged(ctx, waba)
	if err != nil {
		return "", err
	}
	header := nats.Header{setAsideHeader: {strconv.FormatUint(last, 10)}}
	err = s.publish(ctx, begin[0], header, jetstream.WithExpectLastSequencePerSubject(last))
	if isConflict(err) {
		return "", s.named(fmt.Errorf("account %s: somebody added to its journal just now; look at its state, and clear it again", waba))
	}
	if err != nil {
		return "", err
	}
	if err := s.Append(ctx, waba, begin[1:]); err != nil {
		return "", err
	}
	for _, f := range s.of(waba) { // whoever set it aside sees what it is then
		if err := s.fill(ctx, f); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("the messages of subject %s%s up to %d in stream %s", subjects, waba, last, Stream), nil
}

// lastIfDamaged returns the sequence number of the last message of a journal that cannot be read.
func (s *Store) lastIfDamaged(ctx context.Context, waba string) (last uint64, err error) {
	err = s.try(ctx, func(ctx context.Context, l *link) error {
		messages, _, err := l.readAll(ctx, subjects+waba)
		if err != nil {
			return err
		}
		f := &follower{store: s, ctx: ctx, deliver: func(gate.Delivery) {}}
		f.take(messages)
		if last = f.last; f.damage == nil {
			return &finalError{fmt.Errorf("account %s: its journal can be read; nothing to set aside", waba)}
		}
		return nil
	})
	return last, err
}

func isConflict(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && (api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}
