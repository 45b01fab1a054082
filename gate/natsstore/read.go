package natsstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/listgate/listgate/gate"
)

// setAsideHeader marks the message with which a person sets aside what cannot be read of an
// account's journal. It holds the sequence number of the last message that this is about.
const setAsideHeader = "Listgate-Set-Aside"

// A message is a message of the stream.
type message struct {
	seq      uint64
	waba     string
	drawn    bool // it is a summary, no event
	data     []byte
	setAside uint64 // what cannot be read of its account's journal up to here does not count; 0: it does
}

// parse reads a message as the stream republishes it, and as it answers direct requests.
func parse(m *nats.Msg) (message, error) {
	seq, err := strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
	subject := m.Header.Get(jetstream.SubjectHeader)
	waba, ours := strings.CutPrefix(subject, subjects)
	if summarised, isSummary := strings.CutPrefix(subject, drawn); isSummary {
		return message{seq: seq, waba: summarised, drawn: true}, err
	}
	if err != nil || !ours || m.Header.Get(jetstream.StreamHeader) != Stream {
		return message{}, fmt.Errorf("not a message of stream %s", Stream)
	}
	one := message{seq: seq, waba: waba, data: m.Data}
	if last, err := strconv.ParseUint(m.Header.Get(setAsideHeader), 10, 64); err == nil && last < seq {
		one.setAside = last
	}
	return one, nil
}

// A batchRequest asks for messages of a subject from a sequence number on, without a consumer. See
// ADR-31 of NATS.
type batchRequest struct {
	Seq      uint64 `json:"seq"`
	NextFor  string `json:"next_by_subj"`
	Batch    int    `json:"batch"`
	MaxBytes int    `json:"max_bytes"`
}

// read returns messages of a subject from a sequence number on: some of those that there are, or
// none if there are none.
func (l *link) read(ctx context.Context, from uint64, subject string) ([]message, error) {
	request, err := json.Marshal(batchRequest{Seq: from, NextFor: subject, Batch: 256, MaxBytes: 1 << 20})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	inbox := l.conn.NewInbox()
	answers, err := l.conn.SubscribeSync(inbox)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answers.Unsubscribe() }()
	if err := l.conn.PublishRequest(l.apiPrefix+"DIRECT.GET."+Stream, inbox, request); err != nil {
		return nil, err
	}
	var messages []message
	for {
		m, err := answers.NextMsgWithContext(ctx)
		if err != nil {
			return nil, err
		}
		switch status := m.Header.Get("Status"); {
		case status == "204", status == "404": // the end of the batch; nothing to begin with
			return messages, nil
		case status == "503":
			return nil, nats.ErrNoResponders
		case status != "":
			return nil, fmt.Errorf("stream %s: the server answers %s %s", Stream, status, m.Header.Get("Description"))
		case m.Header.Get("Nats-Num-Pending") == "":
			return nil, &finalError{errors.New("the server is too old; 2.11 or newer is needed")}
		}
		one, err := parse(m)
		if err != nil {
			return nil, err
		}
		messages = append(messages, one)
	}
}

// holds reports whether a message of the stream can be read as an event. A replica that is behind
// does not have it yet: then the event is stored twice, which is harmless.
func (l *link) holds(ctx context.Context, seq uint64, e gate.Event) (bool, error) {
	messages, err := l.read(ctx, seq, subjects+e.WABA)
	if err != nil || len(messages) == 0 || messages[0].seq != seq {
		return false, err
	}
	known, err := messages[0].event()
	return err == nil && known.ID() == e.ID(), nil
}

// count returns which stream it is, and how many messages its leader has for each subject.
func (l *link) count(ctx context.Context, subject string) (created time.Time, counts map[string]uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	info, err := l.stream.Info(ctx, jetstream.WithSubjectFilter(subject))
	if err != nil {
		return created, nil, err
	}
	return info.Created, info.State.Subjects, nil
}

// readAll reads an account's journal: its newest summary, and of the messages that came after it as
// many as the leader says there are: whoever answers may be behind it.
func (l *link) readAll(ctx context.Context, waba string) (j journal, err error) {
	subject := subjects + waba
	if l.draws {
		if j.summary, err = l.summary(ctx, waba); err != nil {
			return j, err
		}
	}
	created, counts, err := l.count(ctx, subject)
	if err != nil {
		return j, err
	}
	j.created = created
	progress := time.Now()
	for next := j.summary.through + 1; j.summary.messages+uint64(len(j.messages)) < counts[subject]; {
		messages, err := l.read(ctx, next, subject)
		switch {
		case err != nil:
			return j, err
		case len(messages) > 0:
			j.messages = append(j.messages, messages...)
			next, progress = messages[len(messages)-1].seq+1, time.Now()
		case time.Since(progress) > answerWithin:
			return j, errBehind
		default:
			if err := pause(ctx, behind); err != nil {
				return j, err
			}
		}
	}
	return j, nil
}
