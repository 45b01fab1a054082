//go:build unix

package survival

import (
	"archive/zip"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

const mebibyte = 1 << 20

// A memoryRun is a run whose list comes through a pipe, and is made meanwhile.
type memoryRun struct {
	args    string
	env     []string
	feed    func(w io.Writer) error
	prepare func(pid int) error // before the list is fed
}

// peak does the run, and returns the largest memory that it had, as the system counts it.
func (m memoryRun) peak(t *testing.T, dir string) (status int, peak int64, stderr string) {
	t.Helper()
	path, err := command()
	require.NoError(t, err)
	run := exec.Command(path, strings.Fields(m.args)...)
	run.Dir = dir
	run.Env = append(os.Environ(), m.env...)
	var said strings.Builder
	run.Stderr = &said
	var in io.WriteCloser
	if m.feed != nil {
		in, err = run.StdinPipe()
		require.NoError(t, err)
	}
	// The peak of the process that it is forked from counts as its own: that is made small.
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
	require.NoError(t, run.Start())
	if m.prepare != nil {
		require.NoError(t, m.prepare(run.Process.Pid))
	}
	if m.feed != nil {
		_ = m.feed(in) // a run that ends early breaks the pipe
		_ = in.Close()
	}
	_ = run.Wait()
	usage, _ := run.ProcessState.SysUsage().(*syscall.Rusage)
	return run.ProcessState.ExitCode(), int64(usage.Maxrss) * 1024, said.String()
}

// manyRows writes rows of numbers that differ.
func manyRows(rows int) func(io.Writer) error {
	return func(w io.Writer) error {
		if _, err := io.WriteString(w, "name,phone\n"); err != nil {
			return err
		}
		block := make([]byte, 0, 64<<10)
		for i := range rows {
			block = append(block, "customer,+9198"...)
			block = fmt.Appendf(block, "%08d\n", i%100_000_000)
			if len(block) > 60<<10 || i == rows-1 {
				if _, err := w.Write(block); err != nil {
					return err
				}
				block = block[:0]
			}
		}
		return nil
	}
}

func rowsForMemory() int {
	if Long() {
		return 20_000_000
	}
	return 400_000
}

func TestSurvivalPeak(t *testing.T) {
	skipShort(t)
	status, peak, stderr := memoryRun{args: "filter -c general -o kept.csv --report report.json -",
		feed: manyRows(rowsForMemory())}.peak(t, t.TempDir())
	require.Zero(t, status, stderr)
	require.Less(t, peak, int64(64*mebibyte))
	Held(t, "peak", 1, fmt.Sprintf("%s rows of 26 bytes: %d MiB", decimal(rowsForMemory()), peak/mebibyte))
}

func TestSurvivalMemoryLimit(t *testing.T) {
	skipShort(t)
	status, peak, stderr := memoryRun{args: "filter -c general -o kept.csv --report report.json -", env: []string{"GOMEMLIMIT=16MiB"},
		feed: manyRows(rowsForMemory() / 4)}.peak(t, t.TempDir())
	require.Zero(t, status, stderr)
	Held(t, "limit", 1, fmt.Sprintf("GOMEMLIMIT=16MiB, %s rows: %d MiB", decimal(rowsForMemory()/4), peak/mebibyte))
}

// In a control group that has less memory than the list, and than twice the bound.
func TestSurvivalControlGroup(t *testing.T) {
	skipShort(t)
	const limit = 80 * mebibyte
	group, version := "", ""
	for _, each := range []struct{ version, parent, file string }{
		{"2", "/sys/fs/cgroup", "memory.max"}, {"1", "/sys/fs/cgroup/memory", "memory.limit_in_bytes"},
	} {
		if controllers, _ := os.ReadFile(filepath.Join(each.parent, "cgroup.controllers")); each.version == "2" &&
			!strings.Contains(string(controllers), "memory") {
			continue
		}
		path := filepath.Join(each.parent, "listgate-survival-"+strconv.Itoa(os.Getpid()))
		if os.Mkdir(path, 0o755) != nil {
			continue
		}
		t.Cleanup(func() { _ = os.Remove(path) })
		if os.WriteFile(filepath.Join(path, each.file), []byte(strconv.Itoa(limit)), 0o644) == nil {
			group, version = path, each.version
			break
		}
	}
	if group == "" {
		NotTried(t, "cgroup", "no control group with a limit can be made here")
	}
	status, _, stderr := memoryRun{args: "filter -c general -o kept.csv --report report.json -", feed: manyRows(rowsForMemory()),
		prepare: func(pid int) error {
			return os.WriteFile(filepath.Join(group, "cgroup.procs"), []byte(strconv.Itoa(pid)), 0o644)
		}}.peak(t, t.TempDir())
	require.Zero(t, status, stderr)
	Held(t, "cgroup", 1, fmt.Sprintf("cgroup v%s, 80 MiB with the cache of files, %s rows", version, decimal(rowsForMemory())))
}

// What is small and unpacks to very much more costs no more memory than anything else, beside what
// the format needs.
func TestSurvivalBombs(t *testing.T) {
	skipShort(t)
	size := int64(8 * mebibyte)
	if Long() {
		size = 256 * mebibyte
	}
	row := "name,+919800000001\n"
	rows := func(w io.Writer) error {
		block := []byte(strings.Repeat(row, 1000))
		if _, err := io.WriteString(w, "name,phone\n"); err != nil {
			return err
		}
		for n := int64(0); n < size; n += int64(len(block)) {
			if _, err := w.Write(block); err != nil {
				return err
			}
		}
		return nil
	}
	same := func(text string, n int64) func(io.Writer) error {
		return func(w io.Writer) error {
			block := []byte(strings.Repeat(text, 64<<10/len(text)))
			for ; n > 0; n -= int64(len(block)) {
				if _, err := w.Write(block); err != nil {
					return err
				}
			}
			return nil
		}
	}
	sheet := func(inner func(io.Writer) error) func(io.Writer) error {
		return func(w io.Writer) error {
			if _, err := io.WriteString(w, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`+
				`<row><c t="inlineStr"><is><t>phone</t></is></c></row>`); err != nil {
				return err
			}
			if err := inner(w); err != nil {
				return err
			}
			_, err := io.WriteString(w, `</sheetData></worksheet>`)
			return err
		}
	}
	shared := func(inner func(io.Writer) error) func(io.Writer) error {
		return func(w io.Writer) error {
			if _, err := io.WriteString(w, `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`); err != nil {
				return err
			}
			if err := inner(w); err != nil {
				return err
			}
			_, err := io.WriteString(w, `</sst>`)
			return err
		}
	}
	oneCell := sheet(func(w io.Writer) error {
		_, err := io.WriteString(w, `<row><c t="s"><v>0</v></c></row>`)
		return err
	})
	dir := t.TempDir()
	times, most := 0, map[string]int64{} // the largest peak, in MiB
	for name, write := range map[string]func(w io.Writer) error{
		"rows.csv.gz":    gz(rows),
		"zeros.csv.gz":   gz(same("\x00", size)),
		"quote.csv.gz":   gz(same("\"", size)),
		"oneline.csv.gz": gz(same("9", size)),
		"blank.csv.gz":   gz(same("\n", size)),
		"commas.csv.gz":  gz(same(",", size)),
		"nested.csv.gz":  gz(gz(rows)),
		"many.csv.gz": func(w io.Writer) error { // members of nothing
			for range size / 1000 {
				if err := gz(func(io.Writer) error { return nil })(w); err != nil {
					return err
				}
			}
			return nil
		},
		"rows.csv.zst":  zst(rows),
		"zeros.csv.zst": zst(same("\x00", size)),
		"rows.xlsx":     workbook(sheet(same(`<row><c><v>919800000001</v></c></row>`, size)), nil),
		"columns.xlsx":  workbook(sheet(func(w io.Writer) error { return same(`<c><v>1</v></c>`, size)(w) }), nil),
		"cell.xlsx": workbook(sheet(func(w io.Writer) error {
			return wrap(w, `<row><c t="inlineStr"><is><t>`, same("9", size), `</t></is></c></row>`)
		}), nil),
		"depth.xlsx":     workbook(sheet(same(`<row>`, size)), nil),
		"attribute.xlsx": workbook(sheet(func(w io.Writer) error { return wrap(w, `<row r="`, same("1", size), `"/>`) }), nil),
		"comment.xlsx":   workbook(sheet(func(w io.Writer) error { return wrap(w, `<!--`, same("1", size), `-->`) }), nil),
		"strings.xlsx":   workbook(oneCell, shared(same(`<si><t>919800000001</t></si>`, size))),
		"nothings.xlsx":  workbook(oneCell, shared(same(`<si/>`, size))),
		"string.xlsx":    workbook(oneCell, shared(func(w io.Writer) error { return wrap(w, `<si><t>`, same("9", size), `</t></si>`) })),
		"runs.xlsx":      workbook(oneCell, shared(func(w io.Writer) error { return wrap(w, `<si>`, same(`<r><t>9</t></r>`, size), `</si>`) })),
	} {
		if !Long() && !slices.Contains([]string{"rows.csv.gz", "oneline.csv.gz", "zeros.csv.zst", "rows.xlsx", "strings.xlsx", "attribute.xlsx"}, name) {
			continue
		}
		times++
		file, err := os.Create(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, write(file))
		info, err := file.Stat()
		require.NoError(t, err)
		require.NoError(t, file.Close())
		status, peak, stderr := memoryRun{args: "filter -c general -o kept.csv --report report.json " + name}.peak(t, dir)
		t.Logf("%s: %d KiB, status %d, %d MiB: %.200s", name, info.Size()/1024, status, peak/mebibyte, stderr)
		require.Contains(t, []int{0, 1, 2, 3}, status, "%s: %s", name, stderr)
		bound := int64(64)
		if strings.HasSuffix(name, ".xlsx") || strings.HasSuffix(name, ".zst") {
			bound = 160 // shared strings, and the window
		}
		if peak/mebibyte > most[filepath.Ext(name)] {
			most[filepath.Ext(name)] = peak / mebibyte
		}
		require.LessOrEqual(t, peak/mebibyte, bound, name)
		if status > 1 {
			require.NoFileExists(t, filepath.Join(dir, "report.json"), name)
		}
		require.Less(t, len(stderr), 20_000, name)
		_ = os.Remove(filepath.Join(dir, "kept.csv"))
		_ = os.Remove(filepath.Join(dir, "report.json"))
	}
	Held(t, "bombs", times, fmt.Sprintf("%d MiB unpacked each; at most .gz %d, .zst %d, .xlsx %d MiB", size/mebibyte,
		most[".gz"], most[".zst"], most[".xlsx"]))
}

func wrap(w io.Writer, begin string, inner func(io.Writer) error, end string) error {
	if _, err := io.WriteString(w, begin); err != nil {
		return err
	}
	if err := inner(w); err != nil {
		return err
	}
	_, err := io.WriteString(w, end)
	return err
}

func gz(inner func(io.Writer) error) func(io.Writer) error {
	return func(w io.Writer) error {
		z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
		if err != nil {
			return err
		}
		if err := inner(z); err != nil {
			return err
		}
		return z.Close()
	}
}

func zst(inner func(io.Writer) error) func(io.Writer) error {
	return func(w io.Writer) error {
		z, err := zstd.NewWriter(w, zstd.WithWindowSize(32<<20))
		if err != nil {
			return err
		}
		if err := inner(z); err != nil {
			return err
		}
		return z.Close()
	}
}

// workbook writes a workbook of one sheet, and of shared strings if there are any.
func workbook(sheet, shared func(io.Writer) error) func(io.Writer) error {
	const (
		content = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ` +
			`ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`
		relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" ` +
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
		book = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ` +
			`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`
		parts = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" ` +
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" ` +
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`
	)
	text := func(s string) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.WriteString(w, s)
			return err
		}
	}
	if shared == nil {
		shared = text(`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>`)
	}
	return func(w io.Writer) error {
		z := zip.NewWriter(w)
		for _, part := range []struct {
			name  string
			write func(io.Writer) error
		}{
			{"[Content_Types].xml", text(content)}, {"_rels/.rels", text(relations)}, {"xl/workbook.xml", text(book)},
			{"xl/_rels/workbook.xml.rels", text(parts)}, {"xl/sharedStrings.xml", shared}, {"xl/worksheets/sheet1.xml", sheet},
		} {
			in, err := z.Create(part.name)
			if err != nil {
				return err
			}
			if err := part.write(in); err != nil {
				return err
			}
		}
		return z.Close()
	}
}
