package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nyaruka/phonenumbers/v2"
	"github.com/stretchr/testify/require"
)

// shippedNames are the categories that we promise; a script may ask for each.
var shippedNames = []string{"adult", "ai-assistant", "alcohol", "body-parts", "crypto", "dating", "debt-collection",
	"digital-goods", "endangered-species", "finance", "firearms", "general", "government", "government-providers",
	"hazardous-goods", "health",
	"live-animals", "matrimony", "medical-products", "multi-level-marketing", "news", "online-gambling", "otc-drugs",
	"physical-gambling",
	"platform", "police-military", "political", "prescription-drugs", "short-term-lending", "supplements", "tobacco",
	"voting-systems"}

func TestShippedFilesAreGood(t *testing.T) {
	files, errs := readShipped()
	require.NoError(t, errs.orNil())
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
		require.Equal(t, f.Name+".toml", f.Path)
		require.Regexp(t, fmt.Sprintf(`(?m)^entries  = %d$`, len(f.Entries)), f.Text, f.Name)
		require.True(t, strings.HasPrefix(f.Text, "#"), "%s has no comment for its reader", f.Name)
		require.NotEmpty(t, f.Note, f.Name)
		require.NotEmpty(t, f.Tests, f.Name)
		for _, e := range f.Entries {
			require.True(t, strings.HasPrefix(e.ID, f.Name+"-") || e.ID == "platform-sanctioned", e.ID)
			require.Contains(t, e.Source, "https://", e.ID)
			require.NotEmpty(t, e.Reason, e.ID)
		}
	}
	require.Equal(t, shippedNames, names)
}

// The [[test]] blocks of the shipped files are examples for their reader; here they are held to
// what we do. They use only numbers whose region the phone library can tell.
func TestShippedTests(t *testing.T) {
	files, errs := readShipped()
	require.NoError(t, errs.orNil())
	for _, f := range files {
		category := f.Name
		if category == Platform {
			category = "general"
		}
		loaded, err := Load(Options{Categories: []string{category}})
		require.NoError(t, err)
		for _, test := range f.Tests {
			set := loaded.WithSender(Sender{BusinessCountry: test.Business})
			number, err := phonenumbers.Parse(test.Number, "ZZ")
			require.NoError(t, err)
			region, err := ParseRegion(phonenumbers.GetRegionCodeForNumber(number))
			require.NoError(t, err, test.Number)
			verdict := set.Compile(test.Message, test.At, Medium).Judge(region, test.Number[1:])
			require.Equal(t, test.Expect, verdict.Outcome.String(), "%s:%d %s", f.Path, test.Line, verdict.Rule())
		}
	}
}

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}
