package findings

import (
	"fmt"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/listrun"
)

// LimitOptions say what is allowed of a list, as a person writes it.
type LimitOptions struct {
	MaxDropped string   // 25 or 2.5%
	Max        []string // invalid=2%
	MinRows    int64
}

// Parse reads the options. The error is a *listrun.OptionError.
func (l *LimitOptions) Parse() (Limits, error) {
	parsed := Limits{reasons: map[filter.Reason]listrun.Limit{}, minRows: l.MinRows}
	if l.MinRows < 0 {
		return parsed, listrun.OptionErrorf("min-rows", "%d; it is 0 or more", l.MinRows)
	}
	if l.MaxDropped == "" { // of a variable that is not set, rather than no limit
		return parsed,
			listrun.OptionErrorf("max-dropped", "empty; it is a number of rows, such as 25, or a share, such as 2.5%%")
	}
	var err error
	if parsed.dropped, err = listrun.ParseLimit("max-dropped", l.MaxDropped); err != nil {
		return parsed, err
	}
	for _, asked := range l.Max {
		name, value, _ := strings.Cut(asked, "=")
		reason, err := droppingReason(name)
		if err != nil {
			return parsed, err
		}
		if value == "" {
			return parsed, listrun.OptionErrorf("max", "%q is not REASON=N or REASON=P%%, such as %s=2%%", asked, name)
		}
		if parsed.reasons[reason], err = listrun.ParseLimit("max "+name, value); err != nil {
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
	return filter.Undecided, listrun.OptionErrorf("max", "unknown reason %q; it is one of %s", name,
		strings.Join(names, ", "))
}

// Limits are what is allowed of a list.
type Limits struct {
	dropped listrun.Limit                   // shared by all reasons that have none of their own
	reasons map[filter.Reason]listrun.Limit // of their own
	minRows int64
}

// broken returns the limit that the rows of each reason break, as a flag.
func (l *Limits) broken(res *filter.Result) map[filter.Reason]string {
	broken := map[filter.Reason]string{}
	shared := int64(0)
	for reason, rows := range res.Reasons {
		own, hasOwn := l.reasons[reason]
		switch {
		case reason.Kept():
		case !hasOwn:
			shared += rows
		case own.Exceeded(rows, res.Rows):
			broken[reason] = fmt.Sprintf("--max %s=%s", reason, own)
		}
	}
	if !l.dropped.Exceeded(shared, res.Rows) {
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
