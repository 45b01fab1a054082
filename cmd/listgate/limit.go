package main

import (
	"fmt"
	"strconv"
	"strings"
)

// A limit is a number of rows, or a share of all rows.
type limit struct {
	set     bool
	rows    int64
	percent float64 // counts if rows < 0
}

// parseLimit reads 25 or 2.5%. An empty string sets no limit.
func parseLimit(flag, s string) (limit, error) {
	if s == "" {
		return limit{}, nil
	}
	if share, ok := strings.CutSuffix(s, "%"); ok {
		percent, err := strconv.ParseFloat(share, 64)
		if err == nil && percent >= 0 && percent <= 100 {
			return limit{set: true, rows: -1, percent: percent}, nil
		}
	} else if rows, err := strconv.ParseInt(s, 10, 64); err == nil && rows >= 0 {
		return limit{set: true, rows: rows}, nil
	}
	return limit{}, usagef("%s: %q is neither a number of rows, such as 25, nor a share, such as 2.5%%", flag, s)
}

// exceeded reports whether rows of all are more than the limit. Exactly at the limit is not.
func (l limit) exceeded(rows, all int64) bool {
	switch {
	case !l.set:
		return false
	case l.rows >= 0:
		return rows > l.rows
	}
	return float64(rows)*100 > l.percent*float64(all)
}

func (l limit) String() string {
	if l.rows >= 0 {
		return fmt.Sprint(l.rows)
	}
	return strconv.FormatFloat(l.percent, 'f', -1, 64) + "%"
}
