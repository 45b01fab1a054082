package main

import (
	"os"
	"os/user"
	"path/filepath"

	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/report"
)

// writeReport writes the record of a run, and puts it in its place.
func (r *filterRun) writeReport() error {
	report := r.Report()
	report.Warnings = append(report.Warnings, r.command.gate.warnings()...)
	report.Options.Normalize, report.Options.Gate, report.Options.MaxDropped = r.command.normalize, r.command.gate.seen,
		r.command.maxDropped
	if r.dropped != nil {
		report.Dropped = reportFile(r.places.dropped, report.Dropped.Rows, r.dropped.Stored)
	}
	switch {
	case r.toStdout != nil:
		report.Kept = reportFile("-", report.Kept.Rows, r.toStdout)
	case r.kept != nil && !r.overLimit():
		report.Kept = reportFile(r.places.kept, report.Kept.Rows, r.kept.Stored)
	}
	text, err := report.Marshal()
	if err != nil {
		return err
	}
	return r.outputs.WriteFile(r.places.report, text, r.access)
}

func reportFile(path string, rows int64, stored *infile.Summed) report.File {
	return report.File{Name: filepath.Base(path), Rows: rows, Bytes: stored.Bytes, SHA256: stored.SHA256()}
}

func userAtHost() string {
	name := "unknown"
	if u, err := user.Current(); err == nil && u.Username != "" {
		name = u.Username
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return name + "@" + host
}
