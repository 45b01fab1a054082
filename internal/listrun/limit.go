package listrun

import (
	"fmt"
	"strconv"
	"strings"
)

// A Limit is a number of rows, or a share of all rows.
type Limit struct {
	Set     bool
	rows    int64
	percent float64 // counts if rows < 0
}

// ParseLimit reads the value of an option: 25 or 2.5%. An empty string sets no limit.
func ParseLimit(option, s string) (Limit, error) {
	if s == "" {
		return Limit{}, nil
	}
	if share, ok := strings.CutSuffix(s, "%"); ok {
		percent, err := strconv.ParseFloat(share, 64)
		if err == nil && percent >= 0 && percent <= 100 {
			return Limit{Set: true, rows: -1, percent: percent}, nil
		}
	} else if rows, err := strconv.ParseInt(s, 10, 64); err == nil && rows >= 0 {
		return Limit{Set: true, rows: rows}, nil
	}
	return Limit{}, OptionErrorf(option, "%q is neither a number of rows, such as 25, nor a share, such as 2.5%%", s)
}

// Exceeded reports whether rows of all are more than the limit. Exactly at the limit is not.
func (l Limit) Exceeded(rows, all int64) bool {
	switch {
	case !l.Set:
		return false
	case l.rows >= 0:
		return rows > l.rows
	}
	return float64(rows)*100 > l.percent*float64(all)
}

// String returns what ParseLimit reads.
func (l Limit) String() string {
	if l.rows >= 0 {
		return fmt.Sprint(l.rows)
	}
	return strconv.FormatFloat(l.percent, 'f', -1, 64) + "%"
}
