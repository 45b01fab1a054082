package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/listgate/listgate/filter"
)

// limitFlags say what is allowed of a list.
type limitFlags struct {
	maxDropped string
	max        []string
	minRows    int64
}

func (l *limitFlags) addTo(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&l.maxDropped, "max-dropped", "0", "fail if more than `N|P%` of a list's rows are dropped for reasons without a --max of their own")
	f.StringArrayVar(&l.max, "max", nil, "`REASON=N|P%`: a limit of its own for the rows of a reason, such as invalid=2%; repeatable")
	f.Int64Var(&l.minRows, "min-rows", 1, "fail if a list has fewer than `N` rows: an empty export is rarely meant")
}

func (l *limitFlags) parse() (limits, error) {
	parsed := limits{reasons: map[filter.Reason]limit{}, minRows: l.minRows}
	if l.minRows < 0 {
		return parsed, usagef("--min-rows: %d; it is 0 or more", l.minRows)
	}
	if l.maxDropped == "" { // of a variable that is not set, rather than no limit
		return parsed, usagef("--max-dropped: empty; it is a number of rows, such as 25, or a share, such as 2.5%%")
	}
	var err error
	if parsed.dropped, err = parseLimit("--max-dropped", l.maxDropped); err != nil {
		return parsed, err
	}
	for _, asked := range l.max {
		name, value, _ := strings.Cut(asked, "=")
		reason, err := droppingReason(name)
		if err != nil {
			return parsed, err
		}
		if value == "" {
			return parsed, usagef("--max: %q is not REASON=N or REASON=P%%, such as %s=2%%", asked, name)
		}
		if parsed.reasons[reason], err = parseLimit("--max "+name, value); err != nil {
			return parsed, err
		}
	}
	return parsed, nil
}

// droppingReason returns the reason of a name. Rows that are kept have no limit.
func droppingReason(name string) (filter.Reason, error) {
	var names []string
	for _, reason := range filter.Reasons() {
		if reason.Kept() {
			continue
		}
		if reason.String() == name {
			return reason, nil
		}
		names = append(names, reason.String())
	}
	return filter.Undecided, usagef("--max: unknown reason %q; it is one of %s", name, strings.Join(names, ", "))
}

// limits are what is allowed of each list.
type limits struct {
	dropped limit                   // shared by all reasons that have none of their own
	reasons map[filter.Reason]limit // of their own
	minRows int64
}

// broken returns the limit that the rows of each reason break, as a flag.
func (l *limits) broken(res *filter.Result) map[filter.Reason]string {
	broken := map[filter.Reason]string{}
	shared := int64(0)
	for reason, rows := range res.Reasons {
		own, hasOwn := l.reasons[reason]
		switch {
		case reason.Kept():
		case !hasOwn:
			shared += rows
		case own.exceeded(rows, res.Rows):
			broken[reason] = fmt.Sprintf("--max %s=%s", reason, own)
		}
	}
	if !l.dropped.exceeded(shared, res.Rows) {
		return broken
	}
	for reason, rows := range res.Reasons {
		if _, hasOwn := l.reasons[reason]; !hasOwn && rows > 0 && !reason.Kept() {
			broken[reason] = "--max-dropped " + l.dropped.String()
		}
	}
	return broken
}

// accepting returns the flag that would accept the rows of a reason.
func accepting(reason filter.Reason, res *filter.Result) string {
	return fmt.Sprintf("--max %s=%d", reason, res.Reasons[reason])
}
