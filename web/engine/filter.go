//go:build wasip1

package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/internal/listrun"
	"github.com/listgate/listgate/internal/version"
	"github.com/listgate/listgate/listfile"
	"github.com/listgate/listgate/report"
	"github.com/listgate/listgate/rules"
)

// maxRuleAge is after how many days a run warns of old rules, as in the command.
const maxRuleAge = 90

// prepare reads the options and the rules, as the command reads its flags.
func (r *request) prepare() (*listrun.Run, error) {
	if err := r.readPolicyPage(); err != nil {
		return nil, err
	}
	decisions := &listrun.DecisionOptions{
		PolicyOptions: listrun.PolicyOptions{
			Message: r.message(), At: r.at(), Rules: r.rulePaths(), Confidence: "medium",
			BusinessCountry: r.BusinessCountry,
		},
		Categories: r.Categories, MaxRuleAge: maxRuleAge, DefaultRegion: r.DefaultRegion, Bare: "national",
		Validity: "possible",
	}
	if r.Valid {
		decisions.Validity = "valid"
	}
	d, err := decisions.Load(r.Now, rules.Options{})
	if err != nil {
		return nil, err
	}
	given := &listrun.ListOptions{
		Columns: r.Columns, NoHeader: r.NoHeader, Sheet: r.Sheet, RegionColumn: r.RegionColumn, Dedupe: r.Dedupe,
		Suppress: r.Suppress,
	}
	if r.SuppressColumn != "" {
		given.SuppressColumn = []string{r.SuppressColumn}
	}
	if r.Require != nil {
		given.Require = []string{r.Require.Column + "=" + r.Require.Values}
	}
	list, err := given.Parse()
	if err != nil {
		return nil, err
	}
	if r.Normalize != "" {
		how, err := listrun.Choose("normalize", r.Normalize, "e164", "wa_id")
		if err != nil {
			return nil, err
		}
		list.Normalize = filter.E164 + filter.Normalize(how)
	}
	return &listrun.Run{Decider: d, Given: given, List: list, Created: r.Now.UTC(), Version: version.Version,
		By: "page"}, nil
}

func (r *request) message() string {
	if r.Message == "" {
		return "marketing"
	}
	return r.Message
}

// at returns the planned time: now for today, else the day's beginning, as the command reads a day.
func (r *request) at() string {
	if r.Day == r.Now.UTC().Format("2006-01-02") {
		return ""
	}
	return r.Day
}

// rulePaths is the folder of the rule files, if there are any. A folder may hold files that do not
// decide.
func (r *request) rulePaths() []string {
	if _, err := os.Stat(rulesFolder); err != nil {
		return nil
	}
	return []string{rulesFolder}
}

func filterList(ctx context.Context, r *request) error {
	run, err := r.prepare()
	if err != nil {
		return err
	}
	defer run.Close()
	run.List.Findings = 3
	if run.List.Suppress, run.Suppressed, err = run.Given.ReadSuppressed(ctx, run.Filter); err != nil {
		return err
	}
	if err := run.Open(ctx, r.List, listrun.Source{Summed: true}); err != nil {
		return err
	}
	names := outputNames(r.List, r.Output == "xlsx")
	kept, err := create("/out/kept", names.Kept)
	if err != nil {
		return err
	}
	dropped, err := create("/out/dropped", names.Dropped)
	if err != nil {
		return err
	}
	as := listrun.Outputs{KeptWorkbook: listrun.IsWorkbook(names.Kept),
		DroppedWorkbook: listrun.IsWorkbook(names.Dropped)}
	if err := run.StreamAs(ctx, kept, dropped, as); err != nil {
		return err
	}
	if err := kept.close(); err != nil {
		return err
	}
	if err := dropped.close(); err != nil {
		return err
	}
	if err := writeReport(run, r, kept, dropped); err != nil {
		return err
	}
	return emit("result", describe(run, names, as))
}

func writeReport(run *listrun.Run, r *request, kept, dropped *output) error {
	made := run.Report()
	made.Options.Normalize = r.Normalize
	made.Kept, made.Dropped = kept.describe(made.Kept.Rows), dropped.describe(made.Dropped.Rows)
	text, err := made.Marshal()
	if err != nil {
		return err
	}
	return os.WriteFile("/out/report", text, 0o600)
}

// An output is one of the lists that are written.
type output struct {
	name   string
	file   *os.File
	stored *infile.Summed
	text   io.WriteCloser // compresses where the name asks for it
}

func create(path, name string) (*output, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	o := &output{name: name, file: file, stored: infile.NewSummed(file, true)}
	o.text, err = listfile.Compress(o.stored, name)
	return o, err
}

func (o *output) Write(p []byte) (int, error) { return o.text.Write(p) }

func (o *output) close() error {
	if err := o.text.Close(); err != nil {
		return err
	}
	return o.file.Close()
}

func (o *output) describe(rows int64) report.File {
	return report.File{Name: o.name, Rows: rows, Bytes: o.stored.Bytes, SHA256: o.stored.SHA256()}
}

type outputsNamed struct {
	Kept    string `json:"kept"`
	Dropped string `json:"dropped"`
	Report  string `json:"report"`
}

// outputNames are those that the command gives, but that both are workbooks where one is asked for.
func outputNames(list string, workbook bool) outputsNamed {
	name := filepath.Base(list)
	named := outputsNamed{
		Kept: listrun.OutputName(name, ".kept", ""), Dropped: listrun.OutputName(name, ".dropped", ""),
		Report: listrun.OutputName(name, ".report", ".json"),
	}
	if workbook {
		named.Kept = strings.TrimSuffix(named.Kept, ".csv") + ".xlsx"
		named.Dropped = strings.TrimSuffix(named.Dropped, ".csv") + ".xlsx"
	}
	return named
}
