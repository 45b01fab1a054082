package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// A form is a line "legacy" or "renumbered" of differences.txt.
type form struct {
	callingCode int
	pattern     string
	today       string
	anyType     bool // today's form may be a valid number of any type
}

// The lines "limit" and "written" of differences.txt.
const (
	maxE164   = 15
	maxDigits = 20
)

func readDifferences(name string) (forms map[int][]form, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	forms = map[int][]form{}
	for i, line := range strings.Split(string(text), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) < 5 {
			return nil, fmt.Errorf("%s:%d: %d fields, want what, calling code, pattern, today's form and reason", name,
				i+1, len(fields))
		}
		callingCode, err := strconv.Atoi(fields[1])
		switch {
		case fields[0] == "limit" && fields[2] == strconv.Itoa(maxE164):
		case fields[0] == "written" && fields[2] == strconv.Itoa(maxDigits):
		case (fields[0] == "legacy" || fields[0] == "renumbered") && err == nil:
			forms[callingCode] = append(forms[callingCode],
				form{callingCode, fields[2], fields[3], fields[0] == "renumbered"})
		default:
			return nil, fmt.Errorf("%s:%d: unknown difference", name, i+1)
		}
	}
	return forms, nil
}
