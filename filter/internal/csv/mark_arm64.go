package csv

// hasVectors reports whether the processor has the instructions of mark_arm64.s: all have.
const hasVectors = true
