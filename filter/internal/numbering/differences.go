package numbering

import _ "embed"

// Differences is the list of what is answered otherwise than by the phone library, with reasons.
//
//go:embed differences.txt
var Differences string
