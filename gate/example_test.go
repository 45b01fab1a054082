package gate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/folderstore"
)

func ExampleAccount_Check() {
	dir, err := os.MkdirTemp("", "gate")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	g := gate.New(folderstore.New(dir), gate.Options{})
	defer g.Close()
	account, err := g.Account(ctx, "900000000000001")
	if err != nil {
		panic(err)
	}
	fmt.Println(account.Check(gate.MessageCampaign))

	// A restriction of campaigns is announced: answers still go out.
	at := time.Now()
	err = g.Apply(ctx, gate.Event{
		Type: gate.EventSighting, WABA: "900000000000001", Time: at, Cause: gate.CauseRestriction,
		Restriction: gate.RestrictionBusinessInitiated, Until: at.Add(72 * time.Hour), Source: "webhook",
	})
	if err != nil {
		panic(err)
	}
	var halted *gate.HaltedError
	if errors.As(account.Check(gate.MessageCampaign), &halted) {
		fmt.Println("halted for", halted.Until().Sub(at))
	}
	fmt.Println(account.Check(gate.MessageReply))
	// Output:
	// <nil>
	// halted for 72h0m0s
	// <nil>
}
