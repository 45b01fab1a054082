package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/rules"
	"github.com/listgate/listgate/rules/policypage"
)

// Whatever is given as a page: either all three rule files stand in the folder, and load, or
// nothing was made.
func FuzzInitPage(f *testing.F) {
	paths, err := filepath.Glob("../../rules/policypage/testdata/ok/*")
	require.NoError(f, err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Add("no page")
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		p := initPage{out: filepath.Join(dir, "rules")}
		page, err := policypage.Read("page", strings.NewReader(text))
		var files []*pageFile
		if err == nil {
			files, err = p.prepare(page, now)
		}
		if err == nil {
			err = p.publish(files)
		}
		made, readErr := os.ReadDir(dir)
		require.NoError(t, readErr)
		if err != nil {
			require.Empty(t, made)
			return
		}
		written, err := os.ReadDir(p.out)
		require.NoError(t, err)
		require.Len(t, written, 3)
		_, err = rules.List(p.out)
		require.NoError(t, err)
	})
}

// If one file cannot be put in its place, those before it are taken back.
func TestInitPageAllOrNone(t *testing.T) {
	file, err := os.Open("../../rules/policypage/testdata/ok/headings.html")
	require.NoError(t, err)
	defer file.Close()
	page, err := policypage.Read("page", file)
	require.NoError(t, err)
	p := initPage{out: t.TempDir()}
	first := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	files, err := p.prepare(page, first)
	require.NoError(t, err)
	require.NoError(t, p.publish(files[:2]))
	was, err := os.ReadFile(files[0].path)
	require.NoError(t, err)

	files, err = p.prepare(page, first.AddDate(0, 0, 1))
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(files[2].path, 0o700)) // made by somebody else meanwhile
	require.ErrorContains(t, p.publish(files), "a folder was put there while the run went on")
	is, err := os.ReadFile(files[0].path)
	require.NoError(t, err)
	require.Equal(t, string(was), string(is))
	items, err := os.ReadDir(p.out)
	require.NoError(t, err)
	require.Len(t, items, 3, "no file that was half written stays")
}
