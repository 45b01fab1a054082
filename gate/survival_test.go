package gate

import (
	"testing"

	"github.com/listgate/listgate/internal/survival"
)

func TestSurvivalEvents(t *testing.T) {
	if !survival.Long() {
		t.Skip("the tests that it tells of run by themselves")
	}
	t.Run("in any order, repeated", TestOrderAndRepetitionDoNotMatter)
	t.Run("at random", TestModelAtRandom)
	t.Run("what opens", TestOnlyEndingsOpen)
	survival.Held(t, "events", 3, "tests, against a slow model")
}
