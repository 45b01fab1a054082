package filter

// Normalize says how the phone cells of kept rows are written.
type Normalize uint8

const (
	AsWritten Normalize = iota // as they came: kept rows keep their bytes
	E164                       // +919876543210
	WaID                       // 919876543210
)
