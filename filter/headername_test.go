package filter

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// What is compared with composed text must be composed.
func TestHeaderWordsAreComposed(t *testing.T) {
	for _, word := range slices.Concat(phoneNames, shortPhoneWords, phoneWordStarts, phoneWordParts, chatIDNames,
		consentParts, consentWords, callingCodeParts, callingCodeWords) {
		require.Equal(t, norm.NFC.String(word), word)
	}
}
