package natsstore

import (
	"context"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"

	"github.com/listgate/listgate/gate"
)

// SetAside puts the messages of an account's journal aside that cannot be read, and adds the
// events, the first of which says so. The messages stay in the stream, and are skipped from then
// on; what can be read still counts. It refuses to do so to a journal that can be read.
func (s *Store) SetAside(ctx context.Context, waba string, added []gate.Event) (kept string, err error) {
	if err := gate.CheckEvents(waba, added); err != nil {
		return "", err
	}
	last, err := s.lastIfDamaged(ctx, waba)
	if err != nil {
		return "", err
	}
	header := nats.Header{setAsideHeader: {strconv.FormatUint(last, 10)}}
	if err := s.publish(ctx, added[0], header); err != nil {
		return "", err
	}
	if err := s.Append(ctx, waba, added[1:]); err != nil {
		return "", err
	}
	for _, f := range s.of(waba) { // whoever set it aside sees what it is then
		if err := s.load(ctx, f); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf(
		"the messages of subject %s%s up to %d in stream %s that cannot be read",
		subjects,
		waba,
		last,
		Stream,
	), nil
}

// lastIfDamaged returns the sequence number of the last message of a journal that cannot be read.
func (s *Store) lastIfDamaged(ctx context.Context, waba string) (last uint64, err error) {
	err = s.try(ctx, func(ctx context.Context, l *link) error {
		j, err := l.readAll(ctx, waba)
		if err != nil {
			return err
		}
		f := &follower{store: s, ctx: ctx, deliver: func(gate.Delivery) {}}
		f.take(j)
		if last = f.last; len(f.damage) == 0 {
			return &finalError{fmt.Errorf("account %s: its journal can be read; nothing to set aside", waba)}
		}
		return nil
	})
	return last, err
}
