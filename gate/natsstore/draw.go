package natsstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/listgate/listgate/gate"
)

const (
	// drawn is the beginning of the subjects on which journals are drawn together: a message holds
	// what all messages of the account's journal up to one of them come to. Nothing is deleted: who
	// begins to follow begins with the newest of these.
	drawn = "listgate.drawn." // and the account's id
	// drawnThrough and drawnMessages are its headers: the sequence number of the last message that
	// it stands for, and how many messages of the journal those are.
	drawnThrough  = "Listgate-Through"
	drawnMessages = "Listgate-Messages"
	// drawFrom is how many messages must have come since a journal was drawn together for it to be
	// drawn again.
	drawFrom = 256
	// drawAgain is after how long it is tried again after a failure: the user may not be allowed
	// to.
	drawAgain = 10 * time.Minute
)

// A lastRequest asks for the last message of a subject.
type lastRequest struct {
	LastFor string `json:"last_by_subj"`
}

// A summary is a journal drawn together up to a message.
type summary struct {
	seq      uint64 // its own; 0: there is none
	through  uint64
	messages uint64
	events   []gate.Event
}

// summary returns the newest summary of an account's journal. One that cannot be read is none: all
// that it stands for is still there.
func (l *link) summary(ctx context.Context, waba string) (s summary, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	request, err := json.Marshal(lastRequest{drawn + waba})
	if err != nil {
		return summary{}, err
	}
	m, err := l.conn.RequestWithContext(ctx, l.apiPrefix+"DIRECT.GET."+Stream, request)
	if err != nil {
		return summary{}, err
	}
	switch status := m.Header.Get("Status"); status {
	case "":
	case "404":
		return summary{}, nil
	default:
		return summary{}, fmt.Errorf("stream %s: the server answers %s %s", Stream, status, m.Header.Get("Description"))
	}
	if s.seq, err = strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64); err != nil {
		return summary{}, fmt.Errorf("not a message of stream %s", Stream)
	}
	through, errThrough := strconv.ParseUint(m.Header.Get(drawnThrough), 10, 64)
	messages, errMessages := strconv.ParseUint(m.Header.Get(drawnMessages), 10, 64)
	err = json.Unmarshal(m.Data, &s.events)
	if errors.Join(errThrough, errMessages, err) != nil || through >= s.seq || gate.CheckEvents(waba, s.events) != nil {
		return summary{seq: s.seq}, nil
	}
	s.through, s.messages = through, messages
	return s, nil
}

// A journal is what an account's subject holds.
type journal struct {
	summary  summary
	messages []message // those that came after it
	created  time.Time // of which stream
}

// drawIfLong draws an account's journal together, if enough came since it was last. Where that
// fails nothing is lost, and it is tried again later.
func (s *Store) drawIfLong(ctx context.Context, waba string) {
	if !slices.ContainsFunc(s.of(waba), (*follower).isLong) {
		return
	}
	s.mu.Lock()
	l, tried := s.link, s.drawFailed
	s.mu.Unlock()
	if l == nil || !l.draws || time.Since(tried) < drawAgain {
		return
	}
	if err := s.draw(ctx, l, waba); err != nil {
		s.mu.Lock()
		s.drawFailed = time.Now()
		s.mu.Unlock()
	}
}

func (s *Store) draw(ctx context.Context, l *link, waba string) error {
	j, err := l.readAll(ctx, waba)
	if err != nil {
		return err
	}
	for _, f := range s.of(waba) {
		f.drawnThrough(j.summary, len(j.messages))
	}
	if len(j.messages) <= max(drawFrom, len(j.summary.events)) {
		return nil // another process was faster
	}
	f := &follower{store: s, ctx: ctx, deliver: func(gate.Delivery) {}}
	events := f.take(j)
	if len(f.damage) > 0 {
		return nil // what cannot be read must stay in sight
	}
	data, err := json.Marshal(gate.DrawTogether(events))
	if err != nil {
		return err
	}
	if int64(len(data)) > l.conn.MaxPayload()/2 {
		return errors.New("too large for a message")
	}
	return l.publishSummary(ctx, waba, j, f.last, data)
}

// publishSummary stores a summary, unless another process stored one meanwhile.
func (l *link) publishSummary(ctx context.Context, waba string, j journal, through uint64, data []byte) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	m := &nats.Msg{Subject: drawn + waba, Data: data, Header: nats.Header{
		drawnThrough:  {strconv.FormatUint(through, 10)},
		drawnMessages: {strconv.FormatUint(j.summary.messages+uint64(len(j.messages)), 10)},
	}}
	_, err := l.js.PublishMsg(
		ctx,
		m,
		jetstream.WithExpectStream(Stream),
		jetstream.WithExpectLastSequencePerSubject(j.summary.seq),
	)
	var api *jetstream.APIError
	if errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
		return nil
	}
	return err
}
