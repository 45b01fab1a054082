package report_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/report"
)

// A report is read, or refused with what is wrong with it. What is read can be asked for all that
// it says, and comes out as it was written. The seal is made to fit, so that what lies behind it is
// met.
func FuzzRead(f *testing.F) {
	whole := newRun(f, testTime)
	f.Add(whole.report)
	for _, edit := range [][2]string{
		{`"rows": 4`, `"rows": 5`}, {`"marketing"`, `"utility"`}, {`"national"`, `"either"`}, {`"allowed"`, `"kept"`},
		{`"IN"`, `"XX"`},
	} {
		f.Add(bytes.Replace(whole.report, []byte(edit[0]), []byte(edit[1]), 1))
	}
	f.Add([]byte(`{"seal":"sha256:`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if sealDigits.Match(text) {
			text = resealed(text)
		}
		r, err := report.Read(bytes.NewReader(text))
		if err != nil {
			var failure *report.CheckError
			require.True(t, errors.As(err, &failure), "%v", err)
			return
		}
		_, _ = r.Deciding()
		_, _ = r.RuleSet()
		_, _ = r.RuleOptions()
		_, _ = whole.verify(text, whole.kept, whole.options())
		again, err := r.Marshal()
		require.NoError(t, err)
		second, err := report.Read(bytes.NewReader(again))
		require.NoError(t, err, "%s", again)
		third, err := second.Marshal()
		require.NoError(t, err)
		require.Equal(t, string(again), string(third))
	})
}
