package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
	"github.com/listgate/listgate/internal/disk"
	"github.com/listgate/listgate/internal/gatetext"
	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/internal/printable"
	"github.com/listgate/listgate/listfile"
)

// gateIngestCommand is "listgate gate ingest".
type gateIngestCommand struct {
	gateFlags
	at   string
	json bool
}

func newGateIngestCommand() *cobra.Command {
	c := &gateIngestCommand{}
	cmd := &cobra.Command{
		Use:   "ingest [--waba ID] [FILE…|-]",
		Short: "Read error bodies, webhooks and health statuses of the Cloud API into the gate",
		Long: `ingest reads JSON documents from files, or from standard input: one document, JSON lines, or a
list; error bodies of sends, webhooks and health statuses, mixed; gzip, Zstandard and UTF-16 are
read as lists are. A part of a webhook will do, an entry, a change or a value, and so does what
somebody has put around a document, as JSON or as a text that holds JSON. It prints what each one
changed. A document names its account itself, but for an error body, which is taken for the answer
to a send, and parts of webhooks: whose they are, --waba says. When it happened, the document
says, else --at, else it is now.

Every document that is understood is applied, even if others are not. Of one that is not, the
journal keeps its hash, its size and the names of its fields; it never opens a gate.

Exit status: 0 every document was understood; 2 usage, or an error body and no --waba; 3 there was
one that was not understood, or something could not be read or written.`,
		Example: `  listgate gate ingest webhooks.jsonl
  listgate gate ingest --waba 900000000000001 error.json`,
		RunE: c.run,
	}
	c.addTo(cmd)
	c.create = true
	cmd.Flags().StringVar(&c.at, "at", "", "`TIME` of documents that do not say it themselves (RFC 3339; default: now)")
	cmd.Flags().BoolVar(&c.json, "json", false, "print one JSON document for each document that was read")
	return cmd
}

func (c *gateIngestCommand) run(cmd *cobra.Command, args []string) error {
	if c.waba != "" {
		if err := c.check(); err != nil {
			return err
		}
	}
	at, err := parseTimeOf("--at", c.at)
	if err != nil {
		return err
	}
	g, store, err := c.open()
	if err != nil {
		return err
	}
	in := &ingestRun{
		gate: g.Gate, store: store, command: cmd, json: c.json,
		context: cloudapi.DecodeOptions{WABA: c.waba, At: at, Received: time.Now()},
	}
	if len(args) == 0 {
		args = []string{"-"}
	}
	for _, name := range args {
		if err := in.file(name); err != nil {
			in.failed = append(in.failed, err)
		}
		if err := in.settle(); err != nil {
			in.failed = append(in.failed, err)
		}
	}
	if err := g.Close(); err != nil {
		in.failed = append(in.failed, err)
	}
	return in.result()
}

// parseTimeOf reads the time that a flag gives; the zero time if it is empty.
func parseTimeOf(flag, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || !gate.ValidTime(t) {
		return time.Time{}, usagef("%s: %q is not a time such as 2026-11-22T10:00:00Z", flag, s)
	}
	return t.UTC(), nil
}

// ingestRun is one run of the command.
type ingestRun struct {
	gate      *gate.Gate
	store     gate.Store
	command   *cobra.Command
	json      bool
	context   cloudapi.DecodeOptions
	documents int
	unread    int
	nameless  int
	failed    []error
	held      []ingestResult // to be told when what they say is written
	settled   time.Time
}

const (
	// Documents are told of when what they say is written, so many at once, or after so long.
	holdMost = 256
	holdFor  = time.Second
)

func (in *ingestRun) file(name string) error {
	r, shown := in.command.InOrStdin(), "standard input"
	if name == "-" {
		r = infile.Interruptible(in.command.Context(), r)
	} else {
		f, err := disk.Open(name)
		if err != nil {
			return fmt.Errorf("%s: cannot be read: %w", name, infile.Cause(err))
		}
		defer f.Close()
		r, shown = f, name
	}
	text, err := listfile.OpenText(r)
	if err != nil {
		return fmt.Errorf("%s: %w", shown, infile.Cause(err))
	}
	defer text.Close()
	err = cloudapi.Documents(text, func(line int, body []byte) error {
		in.documents++
		return in.document(fmt.Sprintf("%s:%d", shown, line), body)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", shown, infile.Cause(err))
	}
	return nil
}

// An ingestResult tells what one document changed.
type ingestResult struct {
	Place    string   `json:"place"`
	Shape    string   `json:"shape,omitempty"`
	Accounts []string `json:"accounts"`
	Changes  []string `json:"changes"`
	Problems []string `json:"problems"`
	Failed   []string `json:"failed,omitempty"` // why something is not written
}

// document applies one document. An error is one that ends the file.
func (in *ingestRun) document(place string, body []byte) error {
	if err := in.command.Context().Err(); err != nil {
		return err
	}
	d, err := cloudapi.Decode(body, in.context)
	told := ingestResult{Place: place, Shape: d.Shape, Problems: d.Problems, Accounts: []string{}, Changes: []string{}}
	if errors.Is(err, cloudapi.ErrNeedsAccount) {
		in.nameless++
		told.Problems = []string{err.Error() + " with --waba"}
		return in.tell(told)
	}
	if len(d.Problems) > 0 {
		in.unread++
	}
	byAccount := map[string][]gate.Event{}
	for _, e := range d.Events {
		if byAccount[e.WABA] == nil {
			told.Accounts = append(told.Accounts, e.WABA)
		}
		byAccount[e.WABA] = append(byAccount[e.WABA], e)
	}
	for _, waba := range told.Accounts {
		changes, err := in.apply(waba, byAccount[waba])
		if err != nil {
			in.failed = append(in.failed, err)
			told.Failed = append(told.Failed, err.Error())
			continue
		}
		told.Changes = append(told.Changes, changes...)
	}
	return in.tell(told)
}

// apply applies the events of one account. Repeats among them are written when the documents are
// told of.
func (in *ingestRun) apply(waba string, events []gate.Event) ([]string, error) {
	ctx := in.command.Context()
	a, err := in.gate.Account(ctx, waba)
	if err != nil {
		return nil, err
	}
	before := a.State()
	if err := in.gate.Learn(ctx, events...); err != nil {
		return nil, err
	}
	return changes(before, a.State()), nil
}

// changes says what is different between two states.
func changes(before, after gate.State) []string {
	var changes []string
	add := func(format string, args ...any) {
		changes = append(changes, fmt.Sprintf("account %s: ", after.WABA)+fmt.Sprintf(format, args...))
	}
	for _, c := range after.Causes {
		switch old, found := find(before.Causes, c); {
		case !found:
			add("%s", c)
		case !old.Until.Equal(c.Until):
			add("%s (before: %s)", c, old)
		}
	}
	for _, c := range before.Causes {
		if _, found := find(after.Causes, c); !found {
			add("%s is over", c.Cause)
		}
	}
	for _, t := range after.Warnings {
		if !slices.ContainsFunc(before.Warnings,
			func(b gate.Warning) bool { return b.Name == t.Name && b.Code == t.Code }) {
			add("warning: %s", gatetext.Warning(t))
		}
	}
	for _, r := range after.Sighted {
		old := slices.IndexFunc(before.Sighted, func(b gate.RegionRefusals) bool { return b.Region == r.Region })
		if old < 0 || before.Sighted[old].Sighted != r.Sighted {
			add("%s", gatetext.Refused(r, after.WABA))
		}
	}
	if gatetext.Status(before) != gatetext.Status(after) {
		add("%s, was %s", gatetext.Status(after), gatetext.Status(before))
	}
	return changes
}

func find(causes []gate.ActiveCause, c gate.ActiveCause) (gate.ActiveCause, bool) {
	i := slices.IndexFunc(causes,
		func(o gate.ActiveCause) bool { return o.Cause == c.Cause && o.Restriction == c.Restriction })
	if i < 0 {
		return gate.ActiveCause{}, false
	}
	return causes[i], true
}

// tell tells of a document, as soon as what it says is written.
func (in *ingestRun) tell(d ingestResult) error {
	in.held = append(in.held, d)
	if len(in.held) < holdMost && time.Since(in.settled) < holdFor {
		return nil
	}
	return in.settle()
}

// settle writes what is counted, and tells of the documents that wait for that.
func (in *ingestRun) settle() error {
	failed := in.gate.Flush(in.command.Context())
	if failed != nil {
		in.failed = append(in.failed, failed)
	}
	held := in.held
	in.held, in.settled = nil, time.Now()
	for _, d := range held {
		if failed != nil && len(d.Accounts) > 0 && len(d.Failed) == 0 {
			d.Failed = []string{failed.Error()}
		}
		if err := in.write(d); err != nil {
			return err
		}
	}
	return nil
}

func (in *ingestRun) write(d ingestResult) error {
	w := in.command.OutOrStdout()
	if in.json {
		return json.NewEncoder(w).Encode(d)
	}
	var lines []string
	for _, p := range d.Problems {
		lines = append(lines, "not understood: "+p)
	}
	for _, err := range d.Failed {
		lines = append(lines, "not written: "+err)
	}
	lines = append(lines, d.Changes...)
	if len(lines) == 0 {
		lines = []string{"nothing changed (" + d.Shape + ")"}
	}
	for _, l := range lines {
		if _, err := printable.Fprintf(w, "%s: %s\n", d.Place, l); err != nil {
			return err
		}
	}
	return nil
}

// result says how it went.
func (in *ingestRun) result() error {
	if err := in.command.Context().Err(); err != nil {
		return err
	}
	if in.documents == 0 && len(in.failed) == 0 {
		return errors.New("no document was found")
	}
	if in.unread > 0 {
		in.failed = append(in.failed, fmt.Errorf("%d of %s not understood; the journal keeps their hashes", in.unread,
			gatetext.Were(in.documents, "document")))
	}
	switch {
	case len(in.failed) > 0:
		return joined(in.failed)
	case in.nameless > 0:
		return usagef("%d of %s not applied: an error body does not name its account; say whose it is with --waba",
			in.nameless, gatetext.Were(in.documents, "document"))
	}
	return nil
}

// joined makes one error of several, with each text once.
func joined(errs []error) error {
	var texts []string
	for _, err := range errs {
		if !slices.Contains(texts, err.Error()) {
			texts = append(texts, err.Error())
		}
	}
	return errors.New(strings.Join(texts, "\nlistgate: "))
}
