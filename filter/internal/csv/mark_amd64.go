package csv

import "golang.org/x/sys/cpu"

// hasVectors reports whether the processor has the instructions of mark_amd64.s.
var hasVectors = cpu.X86.HasAVX2
