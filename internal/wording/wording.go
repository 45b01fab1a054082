// Package wording says in words what the command, the page and the server have to say: reasons,
// countries, counts, and how a list is written. The words may change; the names that scripts rely
// on are elsewhere.
package wording

import "fmt"

// Count says "1 row", "2 rows".
func Count(n int64, what string) string { return Named(n, what, what+"s") }

// Named says "1 country", "2 countries".
func Named(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
