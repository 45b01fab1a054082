// Command listgen writes a recipient list for load to standard output:
//
//	go run ./listgen -rows 5000000 -seed 1 -shape mixed >list.csv
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/listgate/listgate/benchmarks/list"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "listgen:", err)
		os.Exit(1)
	}
}

func run(args []string, w io.Writer) error {
	flags := flag.NewFlagSet("listgen", flag.ContinueOnError)
	rows := flags.Int("rows", 1_000_000, "how many rows, the header not counted")
	seed := flags.Uint64("seed", 1, "the same seed gives the same list")
	name := flags.String("shape", list.Mixed.String(),
		fmt.Sprint("how recipients are written down, one of ", list.Shapes()))
	if err := flags.Parse(args); err != nil {
		return err
	}
	shape, err := list.ParseShape(*name)
	if err != nil {
		return err
	}
	return list.New(shape, *seed).Write(w, *rows)
}
