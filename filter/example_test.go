package filter_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

// load returns the filter of a business without a category of its own, for marketing at a planned
// time.
func load() *filter.Filter {
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	if err != nil {
		panic(err)
	}
	planned := time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	f, err := filter.New(set.Compile(rules.Marketing, planned, rules.Medium), filter.Options{})
	if err != nil {
		panic(err)
	}
	return f
}

// The decision that dispatch code asks for before each send.
func Example() {
	f := load()
	for _, number := range []string{"+91 98765 43210", "+14155550132", "+12005550100", "reception"} {
		d := f.DecideString(number)
		fmt.Printf("%t %s %q\n", d.Kept(), d.Reason, d.Rule)
	}
	// Output:
	// true allowed ""
	// false restricted "platform-us-marketing"
	// false undetermined ""
	// false not_a_number ""
}

// A list is copied row by row, byte for byte.
func ExampleFilter_Stream() {
	f := load()
	list := "name,phone\nAsha,+919876543210\nJoe,+14155550132\n"
	var kept, dropped bytes.Buffer
	result, err := f.Stream(context.Background(), &kept, &dropped, strings.NewReader(list),
		filter.ListOptions{Name: "list.csv"})
	if err != nil {
		panic(err)
	}
	fmt.Println(result.Kept, "kept,", result.Dropped, "dropped")
	fmt.Print(dropped.String())
	// Output:
	// 1 kept, 1 dropped
	// name,phone,listgate_reason,listgate_region,listgate_rule
	// Joe,+14155550132,restricted,US,platform-us-marketing
}

// A dispatcher that runs for months: the rules change under it, and it never sends by those of
// yesterday.
func ExampleLive() {
	live, err := filter.NewLive(filter.LiveOptions{
		Rules: rules.Options{Categories: []string{"general"}}, // and Paths: your own files and folders
		Notify: func(inForce *rules.Set, problem error) {
			if problem != nil {
				log.Printf("rules not taken, those of %s stay in force: %v", inForce.Revision(), problem)
				return
			}
			log.Printf("rules in force: %s", inForce.Revision())
		},
	})
	if err != nil {
		log.Fatal(err) // without rules nothing is sent
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go live.Run(ctx)

	for _, number := range []string{"+919876543210", "+5352345678"} {
		d := live.Filter().DecideString(number) // before each send
		fmt.Println(d.Kept(), d.Regions)
	}
	// Output:
	// true IN
	// false CU
}
