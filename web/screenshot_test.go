package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

var screenshots = flag.String("screenshots", "", "write pictures of the page to this `FOLDER`, for a person to look at")

// TestScreenshots takes pictures for a person, and checks what a person would see first: that
// nothing is cut off.
func TestScreenshots(t *testing.T) {
	for _, view := range []struct {
		name, scheme string
		width        int64
	}{{"light", "light", 1280}, {"dark", "dark", 1280}, {"narrow", "light", 360}} {
		t.Run(view.name, func(t *testing.T) {
			b := openTab(t, fromFile)
			b.prefer(view.scheme)
			b.do(chromedp.EmulateViewport(view.width, 900))
			b.shoot(view.name + "-empty")
			b.choose("list", "../testdata/lists/campaign.csv")
			b.shoot(view.name + "-found")
			require.Empty(t, b.filter("alcohol"))
			b.shoot(view.name + "-answer")
			require.True(t,
				eval[bool](b, `document.documentElement.scrollWidth <= document.documentElement.clientWidth`),
				"the page scrolls sideways")
		})
	}
}

func (b *tab) shoot(name string) {
	if *screenshots == "" {
		return
	}
	picture, err := chromedp.Run(b.Context, chromedp.FullScreenshot(100))
	require.NoError(b, err)
	require.NoError(b, os.WriteFile(filepath.Join(*screenshots, name+".png"), picture, 0o600))
}

// prefer sets the colour scheme that the person prefers.
func (b *tab) prefer(scheme string) {
	b.do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return chromedp.Void{}, err
	})
}
