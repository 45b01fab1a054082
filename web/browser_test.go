package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// thePage builds the page once for all tests.
var thePage = sync.OnceValues(buildPage)

// findBrowser returns the path of a Chromium. Tests in a browser take a minute or more: they run
// where LISTGATE_TEST_CHROMIUM is "needed".
func findBrowser(t *testing.T) string {
	if os.Getenv("LISTGATE_TEST_CHROMIUM") != "needed" {
		t.Skip("runs with LISTGATE_TEST_CHROMIUM=needed")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Chromium is installed")
	return ""
}

// A tab is the page in a real browser. Every request that leaves it is noted.
type tab struct {
	*testing.T
	context.Context
	folder   string // with the page in it
	mu       sync.Mutex
	requests []string
}

// opening says from where a tab opens the page.
type opening bool

const (
	fromFile opening = true
	fromHTTP opening = false
)

func openTab(t *testing.T, from opening) *tab {
	path := findBrowser(t)
	page, err := thePage()
	require.NoError(t, err)

	ctx, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("proxy-server", "127.0.0.1:9"), // nothing listens there: no network but this machine
	)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)

	b := &tab{T: t, Context: ctx, folder: t.TempDir()}
	file := filepath.Join(b.folder, "listgate.html")
	url := "file://" + file
	require.NoError(t, os.WriteFile(file, page, 0o600))
	server := httptest.NewServer(handler(page))
	t.Cleanup(server.Close)
	if from == fromHTTP {
		url = server.URL + "/"
	}
	b.do(chromedp.Navigate(url))
	server.Close() // from here on nothing answers at all
	require.NoError(t, chromedp.Listen(ctx, b.note))
	b.do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		return chromedp.Void{}, err
	})
	t.Cleanup(func() { require.Empty(t, b.requests, "requests left the page") })
	return b
}

// note keeps the address of a request that would leave the browser.
func (b *tab) note(event any) {
	sent, ok := event.(*network.EventRequestWillBeSent)
	if !ok || strings.HasPrefix(sent.Request.URL, "blob:") || strings.HasPrefix(sent.Request.URL, "data:") {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.requests = append(b.requests, sent.Request.URL)
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	require.NoError(b, chromedp.Do(b.Context, actions...))
}

// raw is JavaScript that stands in an expression as it is.
type raw string

// eval returns what an expression gives, a promise once it is kept. Arguments are put in as JSON.
func eval[T any](b *tab, format string, args ...any) T {
	b.Helper()
	for i, arg := range args {
		if _, ok := arg.(raw); ok {
			continue
		}
		text, err := json.Marshal(arg)
		require.NoError(b, err)
		args[i] = string(text)
	}
	value, err := chromedp.Run(b.Context, chromedp.Evaluate[T](fmt.Sprintf(format, args...), chromedp.EvalAwaitPromise))
	require.NoError(b, err)
	return value
}

// choose gives a file to the page; a list it waits for until it was looked at.
func (b *tab) choose(id string, paths ...string) {
	b.Helper()
	for i, path := range paths {
		full, err := filepath.Abs(path)
		require.NoError(b, err)
		paths[i] = full
	}
	b.do(chromedp.SetUploadFiles(chromedp.ID(id), paths))
	if id == "list" {
		b.until(`found !== undefined || !byId("error").hidden`)
	}
}

func (b *tab) until(condition string) {
	b.Helper()
	_, err := chromedp.Run(b.Context, chromedp.Poll[bool](condition, chromedp.WithPollingTimeout(4*time.Minute),
		chromedp.WithPollingInterval(20*time.Millisecond)))
	require.NoError(b, err, condition)
}

func (b *tab) set(id, value string) {
	b.Helper()
	got := eval[string](b,
		`byId(%s).value = %s, byId(%[1]s).dispatchEvent(new Event("change", {bubbles: true})), byId(%[1]s).value`, id,
		value)
	require.Equal(b, value, got, id)
}

// filter runs the list for a category and waits for the end. It returns what the page refuses with,
// if it does.
func (b *tab) filter(category string) (refusal string) {
	b.Helper()
	b.set("category", category)
	b.do(chromedp.Click(chromedp.ID("run")))
	b.until(`!byId("run").disabled && (!byId("answer").hidden || !byId("error").hidden || byId("found").querySelector(".bad") !== null)`)
	return eval[string](b, `byId("error").textContent`)
}

// saved returns the bytes behind a link.
func (b *tab) saved(id string) []byte {
	b.Helper()
	text := eval[string](b, `new Promise((done, failed) => {
		const reader = new FileReader();
		reader.onload = () => done(reader.result.split(",")[1] ?? "");
		reader.onerror = failed;
		reader.readAsDataURL(pages.get(%s).blob);
	})`, id)
	decoded, err := base64.StdEncoding.DecodeString(text)
	require.NoError(b, err)
	return decoded
}
