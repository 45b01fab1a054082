package filter

import (
	"math/rand/v2"
	"testing"

	"github.com/listgate/listgate/internal/survival"
)

func TestSurvivalTwins(t *testing.T) {
	if !survival.Long() {
		t.Skip("TestTwinsAgree… compare some of it")
	}
	fast, slow := twins(t)
	rng := rand.New(rand.NewPCG(5, 6))
	const tries = 100_000
	marks := []string{"", "", "", " ", "-", ".", "(", ")", "/", ",", "\u00a0", "\u202a", "x", "'", "="}
	for range tries {
		text := []string{"", "", "+", "00", "011", "0", "(+", "tel:+", "wa.me/"}[rng.IntN(9)]
		for range 1 + rng.IntN(16) {
			text += string(rune('0'+rng.IntN(10))) + marks[rng.IntN(len(marks)*3)%len(marks)]
		}
		i := rng.IntN(len(fast))
		requireTwinsAgree(t, fast[i:i+1], slow[i:i+1], text)
	}
	survival.Held(t, "twin", tries)
}
