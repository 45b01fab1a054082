package main

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"slices"

	"github.com/listgate/listgate/filter"
)

// writeReport writes the record of a run, and puts it in its place.
func (r *filterRun) writeReport() error {
	report := filter.Report{
		Listgate: version, NumberingPlan: filter.NumberingPlan(), Message: r.message.String(), At: r.at, Created: r.created,
		By: userAtHost(), Warnings: slices.Concat(r.warnings(), r.listWarnings(), r.command.gate.warnings()),
		Options: filter.ReportOptions{
			DefaultRegion: r.options.DefaultRegion.String(), Bare: r.command.bare,
			RegionColumn: r.list.RegionColumn, Validity: r.command.validity, Confidence: r.confidence.String(),
			Dedupe: r.list.Dedupe, Suppress: r.suppressed, Require: r.command.require, Normalize: r.command.normalize, Gate: r.command.gate.seen,
		},
		Input: filter.ReportFile{Name: filepath.Base(r.in.name), Bytes: r.in.stored.bytes, SHA256: r.in.stored.sha256()},
	}
	if r.dropped != nil {
		report.Dropped = filter.ReportFile{Name: filepath.Base(r.places.dropped), Bytes: r.dropped.stored.bytes, SHA256: r.dropped.stored.sha256()}
	}
	switch {
	case r.toStdout != nil:
		report.Kept = filter.ReportFile{Name: "-", Bytes: r.toStdout.bytes, SHA256: r.toStdout.sha256()}
	case r.kept != nil && !r.overLimit():
		report.Kept = filter.ReportFile{Name: filepath.Base(r.places.kept), Bytes: r.kept.stored.bytes, SHA256: r.kept.stored.sha256()}
	}
	report.Describe(r.set, r.result)
	text, err := report.Marshal()
	if err != nil {
		return err
	}
	o, err := createOutput(r.places.report, 0o666, false)
	if err != nil {
		return err
	}
	defer o.discard()
	if _, err := o.Write(text); err != nil {
		return fmt.Errorf("%s: cannot be written: %w", r.places.report, plain(err))
	}
	if err := o.finish(); err != nil {
		return err
	}
	return o.publish()
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
