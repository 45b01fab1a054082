// Command gen makes plan.bin and table.go of package numbering from the metadata of
// github.com/nyaruka/phonenumbers/v2. It runs in the package's folder, by go generate, and needs
// nothing but the module and differences.txt.
//
// The library's parsing is written down as machines that read one digit after another: regular
// languages for the patterns (language), all patterns of a calling code side by side (plan),
// stripping of national prefixes (replacer, strip), WhatsApp's old forms (legacy), and the readings
// of what somebody dials in a region (idd, dialled). A tree is then grown for each length of
// number, from the last digit to the first, in which equal nodes are one.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func generate() error {
	forms, err := readDifferences("differences.txt")
	if err != nil {
		return err
	}
	world, err := newWorld(forms)
	if err != nil {
		return err
	}
	words := newWords(world.sets())
	table, err := build(world, newTree(words))
	if err != nil {
		return err
	}
	text, err := source(world, table, words, forms)
	if err != nil {
		return err
	}
	if err := os.WriteFile("plan.bin", table.blob, 0o644); err != nil {
		return err
	}
	return os.WriteFile("table.go", text, 0o644)
}
