package main

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// TestPageIsAccessible has axe-core look for barriers: LISTGATE_TEST_AXE is the path of its
// axe.min.js.
func TestPageIsAccessible(t *testing.T) {
	path := os.Getenv("LISTGATE_TEST_AXE")
	if path == "" {
		t.Skip("runs with LISTGATE_TEST_AXE=…/axe.min.js")
	}
	axe, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, scheme := range []string{"light", "dark"} {
		t.Run(scheme, func(t *testing.T) {
			b := openTab(t, fromFile)
			b.prefer(scheme)
			eval[bool](b, `%s; true`, raw(axe))
			b.requireNoBarrier("empty")
			b.choose("list", "../testdata/lists/campaign.csv")
			eval[bool](b, `byId("more").open = true`)
			b.requireNoBarrier("found")
			require.Empty(t, b.filter("general"))
			b.requireNoBarrier("answer")
			b.do(chromedp.Click(chromedp.ID("tab-verify")))
			b.requireNoBarrier("verify")
		})
	}
}

func (b *tab) requireNoBarrier(state string) {
	b.Helper()
	found := eval[[]string](b,
		`axe.run().then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target + ": " + n.failureSummary)))`)
	require.Empty(b, found, state)
}

// TestPageWorksWithTheKeyboard filters a list without a mouse.
func TestPageWorksWithTheKeyboard(t *testing.T) {
	b := openTab(t, fromFile)
	b.choose("list", "../testdata/lists/campaign-small.csv") // the file dialogue is the browser's own
	b.do(chromedp.Focus(chromedp.ID("category")), chromedp.KeyEvent("General"), chromedp.KeyEvent(kb.Enter))
	if eval[string](b, `byId("category").value`) == "" { // a list of choices that is open takes the key to close
		b.do(chromedp.KeyEvent(kb.ArrowDown))
	}
	for range 40 {
		if eval[string](b, `document.activeElement.id`) == "run" {
			break
		}
		b.do(chromedp.KeyEvent(kb.Tab))
	}
	require.Equal(t, "run", eval[string](b, `document.activeElement.id`))
	b.do(chromedp.KeyEvent(kb.Enter))
	b.until(`!byId("answer").hidden`)
	require.Equal(t, "answer-title", eval[string](b, `document.activeElement.id`), "the answer takes the focus")
	b.do(chromedp.KeyEvent(kb.Tab))
	require.Equal(t, "save-kept", eval[string](b, `document.activeElement.id`))
}
