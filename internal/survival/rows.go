package survival

// A row is a line of the table.
type row struct {
	name    string // what tests call it
	promise string
	tried   string
	held    string
}

// The promises of the design, as their rows are grouped.
const (
	whole    = "Each row comes out once, bytes unchanged; no partial output ever has an output's name; the status is 0 only if nothing was lost"
	killed   = "A run that is killed or interrupted leaves nothing that looks complete, and what it leaves is removed by the next one"
	changing = "What changes while it is read, or is planted by others, is noticed"
	equal    = "Region, possible and valid are those of the phone library"
	same     = "The same bytes for any number of workers and any split of the reads"
	memory   = "Memory is bounded, also in the hands of an attacker"
	silent   = "No phone number in messages, logs and reports, and nothing of others in them that could pass for ours"
	page     = "The page uploads nothing"
	halted   = "A halted account sends nothing more; what was learned is not lost"
)

var rows = []row{
	{"fail", whole, "each file operation of 14 kinds of run fails, once", "status 3, or 0 with the right outputs; nothing under an output's name otherwise"},
	{"done", whole, "each file operation is done and reported as failed", "the same"},
	{"short", whole, "each file operation is done by half: short reads and writes", "the same"},
	{"stay", whole, "from each file operation on the disk is gone", "status 3; what could not be taken back is named"},
	{"full", whole, "a file system of each size from 0 to what the outputs need, for real", "status 3 and nothing published, or the right outputs"},
	{"inodes", whole, "a file system with room for each number of files", "the same"},
	{"fsize", whole, "a bound on the size of files (RLIMIT_FSIZE) of each size", "the same"},
	{"descriptors", whole, "a bound on open files (RLIMIT_NOFILE) of each number", "the same"},
	{"readonly", whole, "folders and file systems that cannot be written to", "status 3, and what stood there before still stands"},
	{"stdout", whole, "standard output closed, full, or left by its reader after each number of rows", "never status 0 with a row lost; a reader that left gets no words"},
	{"strace", whole, "each system call on files fails (injected by strace)", "status 3 or 2, or the right outputs"},
	{"lists", whole, "lists made to be misread, against encoding/csv", "the same rows and cells, each row out once"},

	{"kill", killed, "SIGKILL before, in and after each file operation of 14 kinds of run", "a report only with all it tells of; the next run succeeds, and leaves none of the killed one's files"},
	{"kill-time", killed, "SIGKILL at any time of a larger run", "the same"},
	{"signals", killed, "SIGINT, SIGTERM, SIGHUP at any time of a run", "status 3 and nothing left, or status 0 and all outputs"},
	{"twice", killed, "a second signal while the first is being answered", "the end at once, status 3"},
	{"journal", killed, "SIGKILL and faults at each file operation of gate ingest, halt, clear", "the journal can be read; what was said to be written is there"},

	{"changes", changing, "a list, stop list or rule file that grows, shrinks or is rewritten while it is read, its time put back or not", "status 3"},
	{"replaced", changing, "a list that is replaced by rename while it is read", "the first one, whole, and that is said"},
	{"two-runs", changing, "two runs on one output at the same time", "one is refused with status 3; outputs and report are those of one run"},
	{"links", changing, "links, files and folders put at an output's place during a run", "status 3; nothing is written through them"},
	{"config", changing, "a listgate.toml planted above, with each flag that writes, reveals or loosens", "not taken, and that is said"},

	{"library", equal, "numbers of all regions, types and prefixes, against the phone library", "equal, but for a list of differences with reasons"},
	{"twin", equal, "cells, against a slow twin that asks the library", "equal"},

	{"workers", same, "lists with any number of workers and any split of the reads", "the same bytes, and the same result"},

	{"peak", memory, "a list far larger than the bound", "64 MiB at most, measured by the system"},
	{"cgroup", memory, "the same in a control group with a limit", "status 0"},
	{"limit", memory, "the same with GOMEMLIMIT", "status 0"},
	{"bombs", memory, "compressed lists and workbooks that unpack to very much more", "status 3 or 0 within the bound"},
	{"workbooks", memory, "workbooks damaged at any place, or made to be misread", "an error, or the rows that the undamaged one has"},
	{"reports", memory, "reports cut at each byte, changed, and floods of nesting and repetition", "refused, at a cost that grows with the length"},
	{"toml", memory, "rule files cut at any byte, and floods of keys, tables, entries, prefixes, nesting", "refused, or nothing of it was lost; time that grows with the length"},

	{"numbers", silent, "phone numbers as each flag's value and argument of each command", "masked"},
	{"forged", silent, "control characters, direction marks and CI annotations in names and texts", "made visible"},

	{"page", page, "the page from a file, in a browser that refuses all connections", "the command's bytes; no connection was tried"},

	{"fleet", halted, "a fleet of dispatchers over one store, an account locked in the middle", "calls after the lock: at most those in flight"},
	{"events", halted, "events of an account in any order, repeated, lost and late", "the state is that of the set of events, or one that halts"},
}
