package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/printable"
)

// quickWork is how long work may take before a bar appears.
const quickWork = time.Second

// A progress shows on a terminal how much of the list was read.
type progress struct {
	w       io.Writer
	shown   bool // at all
	since   time.Time
	size    int64
	ready   bool  // size is set
	pending int64 // bytes read that the bar has not been told of
	bar     *progressbar.ProgressBar
}

func newProgress(w io.Writer, when string, quiet bool) *progress {
	if text, ok := w.(*printable.Writer); ok { // a bar is no text
		w = text.Unwrap()
	}
	p := &progress{w: w, since: time.Now()}
	switch when {
	case "always":
		p.shown = true
		p.since = p.since.Add(-quickWork)
	case "auto":
		p.shown = !quiet && isTerminal(w)
	}
	return p
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// of says which list is read. No bar appears before. A workbook was read already.
func (p *progress) of(list *listrun.Input) {
	if list.Text.Sheet == "" {
		p.size, p.ready = list.Size(), true
	}
}

func (p *progress) add(n int64) {
	if !p.shown {
		return
	}
	p.pending += n
	if p.bar == nil && (!p.ready || time.Since(p.since) < quickWork) {
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(p.size, progressbar.OptionSetWriter(p.w), progressbar.OptionShowBytes(true),
			progressbar.OptionSetDescription("reading"), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
	}
	_ = p.bar.Add64(p.pending) // a bar that cannot be drawn is no reason to stop
	p.pending = 0
}

func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
