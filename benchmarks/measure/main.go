// Command measure reads a process.Command as JSON from standard input, runs it and prints what it
// cost as JSON. It is a process of its own so that the memory of the one that compares does not
// count.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/listgate/listgate/benchmarks/internal/process"
)

func main() {
	var command process.Command
	if err := json.NewDecoder(os.Stdin).Decode(&command); err != nil {
		fail(err)
	}
	usage, err := process.Run(command)
	if err != nil {
		fail(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(usage); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "measure:", err)
	os.Exit(1)
}
