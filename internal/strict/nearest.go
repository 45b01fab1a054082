package strict

import "fmt"

// Nearest returns the choice that s most likely misspells, or "" if none is near: at most one edit
// in three letters.
func Nearest(s string, choices []string) string {
	best, bestDistance := "", len(s)/3+1
	if len(s) < 3 || len(s) > 100 {
		return ""
	}
	for _, choice := range choices {
		if max(len(s)-len(choice), len(choice)-len(s)) >= bestDistance {
			continue // so long a difference alone takes as many edits
		}
		if d := distance(s, choice); d < bestDistance {
			best, bestDistance = choice, d
		}
	}
	return best
}

// DidYouMean words the nearest choice as the end of a message, if there is one.
func DidYouMean(s string, choices []string) string {
	if near := Nearest(s, choices); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// distance is Levenshtein's, in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			substitute := diagonal
			if a[i] != b[j] {
				substitute++
			}
			diagonal = row[j+1]
			row[j+1] = min(substitute, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
