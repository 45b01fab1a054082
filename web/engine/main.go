//go:build wasip1

// Command engine is what the page runs in a browser: the filter over files that stay there. It
// reads a request, JSON, from its first argument, and prints one JSON object a line. What it
// refuses is one of them, {"error": …}; its status is 0 unless it fails.
//
// Lists, rule files and the like lie in folders below the root: list/, rules/, policy/, stop/,
// report/. It writes out/kept, out/dropped and out/report.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// A request says what to do, as the page's fields hold it.
type request struct {
	Do              string    `json:"do"` // look, filter, categories or verify
	Now             time.Time `json:"now"`
	List            string    `json:"list"`
	Report          string    `json:"report"`
	Categories      []string  `json:"categories"`
	Message         string    `json:"message"`
	Day             string    `json:"day"`
	BusinessCountry string    `json:"businessCountry"`
	DefaultRegion   string    `json:"defaultRegion"`
	Sheet           string    `json:"sheet"`
	Columns         []string  `json:"columns"`
	NoHeader        bool      `json:"noHeader"`
	RegionColumn    string    `json:"regionColumn"`
	Require         *require  `json:"require"`
	Dedupe          bool      `json:"dedupe"`
	Valid           bool      `json:"valid"`
	Normalize       string    `json:"normalize"`
	Output          string    `json:"output"` // xlsx: a workbook
	PolicyPage      string    `json:"policyPage"`
	Suppress        string    `json:"suppress"`
	SuppressColumn  string    `json:"suppressColumn"`
}

type require struct {
	Column string `json:"column"`
	Values string `json:"values"`
}

// emit prints one event.
func emit(name string, value any) error {
	return json.NewEncoder(os.Stdout).Encode(map[string]any{name: value})
}

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		if err := emit("error", plain(err)); err != nil {
			os.Exit(1)
		}
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("one request expected, found %d arguments", len(args))
	}
	var r request
	if err := json.Unmarshal([]byte(args[0]), &r); err != nil {
		return fmt.Errorf("the request: %w", err)
	}
	do, ok := map[string]func(context.Context, *request) error{
		"look": look, "filter": filterList, "categories": listCategories, "verify": verify,
	}[r.Do]
	if !ok {
		return fmt.Errorf("unknown request %q", r.Do)
	}
	return do(ctx, &r)
}
