// Command workbook measures what reading an .xlsx workbook costs: listgate beside excelize,
// openpyxl and SheetJS, and unzip, which only unpacks the sheet. Answers are compared before
// anything is timed: every reader must find the same cells.
//
//	go run ./workbook -rows 200000 -rounds 5 -install -out workbook/RESULTS.md
package main

import (
	"cmp"
	"embed"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/listgate/listgate/benchmarks/internal/process"
)

//go:embed programs
var programs embed.FS

// A reader is a program that reads a workbook and prints the sum of its cells.
type reader struct {
	name, version string
	args          []string
	bound         bool // it reads no cells
	usage         []process.Usage
}

func main() {
	rows := flag.Int("rows", 200_000, "rows of the workbook")
	seed := flag.Uint64("seed", 1, "of the workbook")
	rounds := flag.Int("rounds", 5, "how often each reader runs")
	folder := flag.String("dir", "", "where programs and the workbook stay (default: a temporary folder)")
	install := flag.Bool("install", false, "get openpyxl and unzip by apt-get, SheetJS by npm")
	out := flag.String("out", "", "file for the results (default: standard output)")
	flag.Parse()
	log.SetFlags(0)
	if *folder == "" {
		made, err := os.MkdirTemp("", "workbook")
		if err != nil {
			log.Fatal(err)
		}
		defer os.RemoveAll(made)
		*folder = made
	}
	folderPath, err := filepath.Abs(*folder)
	if err != nil {
		log.Fatal(err)
	}
	var results strings.Builder
	if err := run(&results, folderPath, *rows, *rounds, *seed, *install); err != nil {
		log.Fatal(err)
	}
	if *out == "" {
		fmt.Print(results.String())
	} else if err := os.WriteFile(*out, []byte(results.String()), 0o666); err != nil {
		log.Fatal(err)
	}
}

func run(results io.Writer, folder string, rows, rounds int, seed uint64, install bool) error {
	path := filepath.Join(folder, "list.xlsx")
	sheetBytes, err := makeBook(path, rows, seed)
	if err != nil {
		return err
	}
	readers, missing, err := prepare(folder, path, install)
	if err != nil {
		return err
	}
	answer, err := compare(readers, path)
	if err != nil {
		return err
	}
	kept := filepath.Join(folder, "kept.xlsx")
	if out, err := exec.Command(filepath.Join(folder, "listgatekept"), path, kept).CombinedOutput(); err != nil {
		return fmt.Errorf("filtering the workbook: %w: %s", err, out)
	}
	written, err := compare(readers, kept)
	if err != nil {
		return err
	}
	for range rounds {
		for _, r := range readers {
			usage, err := process.Run(process.Command{Args: r.args, Dir: folder})
			if err != nil || usage.Status != 0 {
				return fmt.Errorf("%s: status %d, %v: %s", r.name, usage.Status, err, usage.Stderr)
			}
			r.usage = append(r.usage, usage)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	fmt.Fprintf(results,
		"# Reading workbooks\n\nWritten by `go run ./workbook -rows %d -rounds %d -seed %d` in `benchmarks/`. "+
			"A workbook of %d rows and five columns, %.1f MB, whose sheet has %.1f MB of XML; whole processes in turn, medians.\n\n",
		rows, rounds, seed, rows, float64(info.Size())/1e6, float64(sheetBytes)/1e6)
	fmt.Fprintf(results,
		"All readers found the same cells: %s. So they do in the workbook of kept rows that listgate makes of it: %s.\n\n", answer, written)
	report(results, readers)
	for _, name := range missing {
		fmt.Fprintf(results, "\nNot here, and so left out: %s.\n", name)
	}
	return nil
}

// prepare builds and finds the readers. The first one is what the others are compared with.
func prepare(folder, path string, install bool) (readers []*reader, missing []string, err error) {
	for _, name := range []string{"openpyxl_cells.py", "sheetjs_cells.mjs", "package.json"} {
		content, err := programs.ReadFile("programs/" + name)
		if err != nil {
			return nil, nil, err
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o666); err != nil {
			return nil, nil, err
		}
	}
	if install {
		try(folder, "apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "--no-install-recommends", "unzip",
			"python3-openpyxl")
		try(folder, "npm", "install", "--no-audit", "--no-fund", "--no-package-lock")
	}
	for _, name := range []string{"listgatecells", "listgatekept", "excelizecells"} {
		if out, err := exec.Command("go", "build", "-o", filepath.Join(folder, name),
			"./workbook/"+name).CombinedOutput(); err != nil {
			return nil, nil, fmt.Errorf("building %s: %w: %s", name, err, out)
		}
	}
	candidates := []*reader{
		{name: "unzip -p of the sheet", args: []string{"unzip", "-p", path, "xl/worksheets/sheet1.xml"}, bound: true,
			version: first(folder, "unzip", "-v")},
		{name: "listgate", args: []string{"./listgatecells", path}, version: "this tree"},
		{name: "excelize", args: []string{"./excelizecells", path}, version: "v2.11.1, its row iterator"},
		{name: "openpyxl", args: []string{"/usr/bin/python3", "openpyxl_cells.py", path},
			version: first(folder, "/usr/bin/python3", "openpyxl_cells.py", "--version")},
		{name: "SheetJS", args: []string{"node", "sheetjs_cells.mjs", path},
			version: first(folder, "node", "sheetjs_cells.mjs", "--version")},
	}
	for _, r := range candidates {
		if r.version == "" {
			missing = append(missing, r.name)
		} else {
			readers = append(readers, r)
		}
	}
	return readers, missing, nil
}

func try(folder string, args ...string) {
	command := exec.Command(args[0], args[1:]...)
	command.Dir = folder
	if out, err := command.CombinedOutput(); err != nil {
		log.Printf("not installed: %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// first returns the first line that a command prints, empty if it fails.
func first(folder string, args ...string) string {
	command := exec.Command(args[0], args[1:]...)
	command.Dir = folder
	out, err := command.Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}

// compare returns what all readers find in a workbook.
func compare(readers []*reader, path string) (answer string, err error) {
	for _, r := range readers {
		if r.bound {
			continue
		}
		command := exec.Command(r.args[0], append(slices.Clone(r.args[1:len(r.args)-1]), path)...)
		command.Dir = filepath.Dir(path)
		out, err := command.Output()
		found := strings.TrimSpace(string(out))
		if err != nil {
			return "", fmt.Errorf("%s: %w", r.name, err)
		}
		if answer = cmp.Or(answer, found); answer != found {
			return "", fmt.Errorf("%s found other cells: %s, not %s", r.name, found, answer)
		}
	}
	return answer, nil
}

func report(w io.Writer, readers []*reader) {
	fmt.Fprintln(w,
		"| reader | version | seconds | processor seconds | against unzip | peak memory |\n| --- | --- | --- | --- | --- | --- |")
	for _, r := range readers {
		wall := median(r, func(u process.Usage) time.Duration { return u.Wall })
		used := median(r, func(u process.Usage) time.Duration { return u.CPU })
		peak := median(r, func(u process.Usage) time.Duration { return time.Duration(u.PeakBytes) })
		against := "–"
		if readers[0].bound {
			against = fmt.Sprintf("%.1f ×", ratio(r, readers[0]))
		}
		fmt.Fprintf(w, "| %s | %s | %.2f | %.2f | %s | %.0f MiB |\n", r.name, r.version, wall.Seconds(), used.Seconds(),
			against, float64(peak)/(1<<20))
	}
}

func median(r *reader, of func(process.Usage) time.Duration) time.Duration {
	values := make([]time.Duration, len(r.usage))
	for i, u := range r.usage {
		values[i] = of(u)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// ratio returns the median of the ratios of processor time within each round.
func ratio(r, base *reader) float64 {
	ratios := make([]float64, len(r.usage))
	for i, u := range r.usage {
		ratios[i] = u.CPU.Seconds() / base.usage[i].CPU.Seconds()
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}
