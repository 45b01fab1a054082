package natsstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

const beginAnew = "make the stream anew, and halt by hand the accounts that the provider has blocked: see listgate gate halt --help"

// streamConfig returns how the stream is made: nothing in it is ever discarded, deleted or changed.
func streamConfig(replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:        Stream,
		Description: "listgate: what happened to WhatsApp Business accounts",
		Subjects:    []string{subjects + "*", drawn + "*"},
		Storage:     jetstream.FileStorage,
		Retention:   jetstream.LimitsPolicy,
		Discard:     jetstream.DiscardNew,
		Replicas:    replicas,
		DenyDelete:  true,
		DenyPurge:   true,
		Compression: jetstream.S2Compression,
		AllowDirect: true,
		RePublish:   republish(),
	}
}

func republish() *jetstream.RePublish {
	return &jetstream.RePublish{Source: subjects + "*", Destination: stored + "{{wildcard(1)}}"}
}

// hasSubjects reports whether a stream has the subjects of the journals, and no others than these
// and those of their summaries. Without the latter, journals are not drawn together.
func hasSubjects(names []string) bool {
	return slices.Contains(names, subjects+"*") && len(names) <= 2 &&
		!slices.ContainsFunc(names, func(name string) bool {
			return name != subjects+"*" && name != drawn+"*"
		})
}

// create makes the stream. If another process makes it meanwhile, it is that one.
func (s *Store) create(ctx context.Context, l *link) (jetstream.Stream, error) {
	replicas := s.options.Replicas
	if replicas == 0 {
		replicas = 3
	}
	stream, err := l.js.CreateStream(ctx, streamConfig(replicas))
	var api *jetstream.APIError
	known := errors.As(err, &api)
	if known && api.ErrorCode == noCluster && s.options.Replicas == 0 {
		replicas = 1
		stream, err = l.js.CreateStream(ctx, streamConfig(replicas))
	}
	switch {
	case errors.Is(err, jetstream.ErrStreamNameAlreadyInUse):
		return l.js.Stream(ctx, Stream)
	case err != nil && known:
		return nil, fmt.Errorf("stream %s cannot be made with %d replicas: %w", Stream, replicas, err)
	}
	return stream, err
}

// checkStream returns an error unless the stream keeps every event, as it was written, and holds
// all that it ever held.
func (s *Store) checkStream(info *jetstream.StreamInfo) error {
	c := info.Config
	var wrong []string
	for _, must := range []struct {
		ok   bool
		text string
	}{
		{hasSubjects(c.Subjects), "its subjects must be " + subjects + "* and " + drawn + "*, or the first alone"},
		{c.Storage == jetstream.FileStorage, "it must be stored in files"},
		{c.Retention == jetstream.LimitsPolicy, "its retention must be limits"},
		{c.Discard == jetstream.DiscardNew, "when it is full it must refuse new messages, not discard old ones"},
		{c.MaxAge == 0, "it must not have a maximum age"},
		{c.MaxMsgsPerSubject <= 0, "it must not have a maximum of messages per subject"},
		{c.DenyDelete && c.DenyPurge, "it must deny that messages are deleted and purged"},
		{!c.AllowRollup && !c.AllowMsgTTL && c.SubjectDeleteMarkerTTL == 0,
			"it must not allow rollups or a time to live"},
		{c.PersistMode == jetstream.DefaultPersistMode && !c.NoAck, "it must acknowledge a message when it is stored"},
		{!c.Sealed && c.Mirror == nil && len(c.Sources) == 0 && c.SubjectTransform == nil,
			"it must be a stream of its own, without seal, mirror, sources or transforms"},
		{c.AllowDirect, "it must allow direct access to its messages"},
		{c.RePublish != nil && *c.RePublish == *republish(),
			fmt.Sprintf("it must republish %s* to %s*, with the messages", subjects, stored)},
		{c.Replicas >= s.options.Replicas,
			fmt.Sprintf("it has %d replicas, and %d were asked for", c.Replicas, s.options.Replicas)},
	} {
		if !must.ok {
			wrong = append(wrong, must.text)
		}
	}
	if len(wrong) > 0 {
		return brokenf(
			"stream %s could lose events, or not tell them: %s; change it, or remove it, and it is made anew when it is next used",
			Stream,
			strings.Join(wrong, "; "),
		)
	}
	if state := info.State; state.LastSeq > 0 &&
		(state.FirstSeq != 1 || state.Msgs != state.LastSeq || state.Lost != nil) {
		return brokenf(
			"stream %s holds %d messages of %d: events were lost; %s",
			Stream,
			state.Msgs,
			state.LastSeq,
			beginAnew,
		)
	}
	return nil
}
