package fleet_test

import (
	"testing"

	"github.com/listgate/listgate/internal/survival"
)

func TestSurvivalFleet(t *testing.T) {
	if !survival.Long() {
		t.Skip("the test that it tells of runs by itself")
	}
	t.Run("locked", TestLockStopsTheFleet)
	survival.Held(t, "fleet", *seeds, "accounts locked, 4 processes of 4 workers each")
}
