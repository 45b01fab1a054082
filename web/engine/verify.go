//go:build wasip1

package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/listgate/listgate/internal/wording"
	"github.com/listgate/listgate/report"
	"github.com/listgate/listgate/rules"
)

type verdict struct {
	Good  bool     `json:"good"`
	Lines []string `json:"lines"`
}

// verify says whether a list is the one that a report is of, as the command of this name does.
func verify(_ context.Context, r *request) error {
	stored, err := os.Open(r.Report)
	if err != nil {
		return err
	}
	defer stored.Close()
	list, err := os.Open(r.List)
	if err != nil {
		return err
	}
	defer list.Close()
	found, err := report.Verify(stored, list, report.VerifyOptions{Rules: rules.Options{Paths: r.rulePaths()}})
	if err != nil {
		return emit("verdict",
			verdict{false, append([]string{"No: do not send this list."}, strings.Split(plain(err), "\n")...)})
	}
	return emit("verdict", verdict{true, []string{
		fmt.Sprintf("Yes: this is the list that was filtered, %s to send, byte for byte.",
			wording.Count(found.Kept.Rows, "row")),
		fmt.Sprintf("Filtered for %s, %s messages planned for %s.", strings.Join(found.Categories, " and "),
			found.Message,
			found.At.UTC().Format("2006-01-02 15:04 MST")),
	}})
}

// folders are where the page puts files; a person knows them by their names alone.
var folders = regexp.MustCompile(`/?\b(list|rules|policy|stop|report)/`)

// plain returns an error in words that fit a page: without our folders.
func plain(err error) string { return folders.ReplaceAllString(err.Error(), "") }
