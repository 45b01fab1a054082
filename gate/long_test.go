package gate

import "flag"

// long makes the tests that try many cases try ten times as many. CI sets it.
var long = flag.Bool("gate.long", false, "try ten times as many cases")

func rounds(n int) int {
	if *long {
		return 10 * n
	}
	return n
}
