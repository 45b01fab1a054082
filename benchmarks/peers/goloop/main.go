// Command goloop filters a list as most Go programs would: a loop over encoding/csv and the phone
// library. It takes what all peers take: goloop LIST KEPT DEFAULT-REGION DENIED-REGIONS
// DENIED-PREFIXES, the last two parted by commas.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/listgate/listgate/benchmarks/library"
	"github.com/listgate/listgate/benchmarks/list"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "goloop:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 5 {
		return errors.New("usage: goloop LIST KEPT DEFAULT-REGION DENIED-REGIONS DENIED-PREFIXES")
	}
	in, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(args[1])
	if err != nil {
		return err
	}
	decider := library.New(args[2],
		library.Denied{Regions: strings.Split(args[3], ","), Prefixes: strings.Split(args[4], ",")})
	return errors.Join(decider.Loop(out, in, list.PhoneColumn), out.Close())
}
