package redact

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		"expected '.', got 0919876543210":         "expected '.', got …",
		`"+91 98765-43210" and "(020) 7946/0123"`: `"…" and "(…"`,
		"91_987_654_3210, ٩١٩٨٧٦٥٤٣٢١٠":           "…, …",
		"from 2026-11-22 is not before 2026-11-1": "from 2026-11-22 is not before …",
		"id is 123456; 20261122":                  "id is 123456; …",
		"":                                        "",
	} {
		require.Equal(t, want, Mask(text), text)
	}
}
