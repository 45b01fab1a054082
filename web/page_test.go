package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// TestPageIsSmall holds the bound of the file: it is mailed around.
func TestPageIsSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the engine")
	}
	page, err := thePage()
	require.NoError(t, err)
	require.LessOrEqual(t, len(page), 5_000_000)
}

// openings are the two ways in which people open the page.
var openings = map[string]opening{"file": fromFile, "http": fromHTTP}

// TestPageGivesTheCommandsBytes filters every list of testdata in a browser.
func TestPageGivesTheCommandsBytes(t *testing.T) {
	for name, from := range openings {
		t.Run(name, func(t *testing.T) {
			b := openTab(t, from)
			b.set("day", plannedDay)
			for _, list := range testLists(t) {
				requireSame(t, runCommand(t, list, "-c", "general"), b.filterFile(list, "general"))
			}
		})
	}
}

// filterFile filters a list and returns what can be saved.
func (b *tab) filterFile(list, category string) outputs {
	b.Helper()
	b.choose("list", list)
	if refusal := eval[string](b, `byId("error").textContent`); refusal != "" {
		return outputs{refusal: refusal}
	}
	if doubt := eval[string](b, `found.doubt`); doubt != "" {
		return outputs{refusal: doubt}
	}
	if refusal := b.filter(category); refusal != "" {
		return outputs{refusal: refusal}
	}
	return outputs{kept: b.saved("save-kept"), dropped: b.saved("save-dropped"), report: b.saved("save-report")}
}

func TestPageShowsTheAnswer(t *testing.T) {
	b := openTab(t, fromFile)
	b.choose("list", "../testdata/lists/campaign.csv")
	require.Empty(t, b.filter("general"))

	kept, dropped := eval[int](b, `Number(byId("kept-rows").dataset.rows)`),
		eval[int](b, `Number(byId("dropped-rows").dataset.rows)`)
	require.Equal(t, 245, kept+dropped)
	require.Equal(t, 245,
		eval[int](b,
			`[...byId("reasons").querySelectorAll("[data-reason]")].reduce((sum, row) => sum + Number(row.dataset.rows), 0)`))
	require.Equal(t, kept, eval[int](b, `Number(byId("reasons").querySelector("[data-reason=allowed]").dataset.rows)`))
	for id, name := range map[string]string{"save-kept": "campaign.kept.csv", "save-dropped": "campaign.dropped.csv",
		"save-report": "campaign.report.json"} {
		require.Equal(t, name, eval[string](b, `byId(%s).download`, id))
		require.True(t, strings.HasPrefix(eval[string](b, `byId(%s).href`, id), "blob:"))
	}
	shown := eval[string](b, `document.body.innerText`)
	require.NotRegexp(t, `\+\d{7}`, shown, "a whole number is shown")

	b.set("message", "utility") // the answer is not the answer to this
	require.True(t, eval[bool](b, `byId("answer").hidden`))
}

func TestPageVerifiesWhatItSaved(t *testing.T) {
	b := openTab(t, fromFile)
	b.choose("list", "../testdata/lists/campaign-small.csv")
	require.Empty(t, b.filter("general"))
	list, report := filepath.Join(b.folder, "to-send.csv"), filepath.Join(b.folder, "to-send.report.json")
	kept := b.saved("save-kept")
	require.NoError(t, os.WriteFile(list, kept, 0o600))
	require.NoError(t, os.WriteFile(report, b.saved("save-report"), 0o600))

	require.Contains(t, b.verify(list, report), "Yes")
	command, err := theCommand()
	require.NoError(t, err)
	requireExit(t, 0, command, "verify", "--report", report, list)

	require.NoError(t, os.WriteFile(list, append(kept, "Eve,+5355512345,,\n"...), 0o600))
	require.Contains(t, b.verify(list, report), "No: do not send this list")
	requireExit(t, 1, command, "verify", "--report", report, list)
}

func (b *tab) verify(list, report string) string {
	b.do(chromedp.Click(chromedp.ID("tab-verify")))
	b.choose("verify-list", list)
	b.choose("verify-report", report)
	eval[bool](b, `delete byId("verdict").dataset.good`)
	b.do(chromedp.Click(chromedp.ID("verify")))
	b.until(`byId("verdict").dataset.good !== undefined`)
	return eval[string](b, `byId("verdict").innerText`)
}

// TestPageAsksForTheColumn gives it a list with two phone columns: it asks, and filters when it is
// told.
func TestPageAsksForTheColumn(t *testing.T) {
	b := openTab(t, fromFile)
	b.choose("list", "../testdata/lists/two-phone-columns.csv")
	require.NotEmpty(t, eval[string](b, `found.doubt`))
	require.Equal(t, "column", eval[string](b, `document.activeElement.id`))
	b.filter("general") // nothing was chosen: it asks again
	require.True(t, eval[bool](b, `byId("answer").hidden`))

	b.set("column", "2")
	b.until(`found !== undefined && found.doubt === ""`)
	require.Empty(t, b.filter("general"))
	require.Positive(t, eval[int](b, `Number(byId("kept-rows").dataset.rows)`))
}

func TestPageRefusesABrokenList(t *testing.T) {
	b := openTab(t, fromFile)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	fmt.Fprint(w, "phone\n", strings.Repeat("+919876543210\n", 1000))
	require.NoError(t, w.Close())
	broken := b.write("broken.csv.gz", packed.Bytes()[:packed.Len()-20])
	b.choose("list", broken)
	refusal := eval[string](b, `byId("error").textContent`)
	if refusal == "" { // its beginning can be read
		refusal = b.filter("general")
	}
	require.Contains(t, refusal, "broken.csv.gz")
	require.NotContains(t, refusal, "list/")
	require.True(t, eval[bool](b, `byId("answer").hidden`))
	require.Empty(t, eval[string](b, `byId("kept-rows").dataset.rows`))
}

// TestPageShowsMarkupAsText gives it names and cells that a careless page would run.
func TestPageShowsMarkupAsText(t *testing.T) {
	b := openTab(t, fromFile)
	markup := `<img src=x onerror=alert(1)><script>window.hit=1</script>`
	list := b.write("<b>bold<img src=x onerror=hit=1>.csv",
		[]byte("phone,"+markup+"\n+919876543210,"+markup+"\nno number "+markup+",x\n"))
	b.choose("list", list)
	require.Empty(t, b.filter("general"))
	require.Zero(t, eval[int](b, `document.querySelectorAll("img, b, main script").length`))
	require.False(t, eval[bool](b, `"hit" in window`))
	require.Contains(t, eval[string](b, `byId("found").textContent`), "<img src=x")
}

func TestPageTakesFilesOfOnesOwn(t *testing.T) {
	b := openTab(t, fromFile)
	rule := b.write("wine-club.toml",
		[]byte("format = 1\ncategory = \"wine-club\"\ntitle = \"Wine club\"\ndefault = \"allow\"\ncomplete = true\n"+
			"as_of = 2026-11-30\nsource = \"ours\"\n[[deny]]\nid = \"wine-club-in\"\nregions = [\"IN\"]\nsource = \"ours\"\n"))
	list := b.write("list.csv", []byte("phone\n+919876543210\n+4915112345678\n+4915112345679\n"))
	stop := b.write("stop.txt", []byte("+4915112345679\n"))
	b.choose("rules", rule)
	b.until(`[...byId("category").options].some((option) => option.value === "wine-club")`)
	b.choose("list", list)
	b.choose("suppress", stop)
	require.Empty(t, b.filter("wine-club"))
	for reason, rows := range map[string]string{"allowed": "1", "restricted": "1", "suppressed": "1"} {
		require.Equal(t, rows,
			eval[string](b, `byId("reasons").querySelector("[data-reason=" + %s + "]").dataset.rows`, reason))
	}
}

// TestPageReadsASavedPolicyPage takes Meta's lists from the page that a person saved.
func TestPageReadsASavedPolicyPage(t *testing.T) {
	b := openTab(t, fromFile)
	saved, err := filepath.Glob("../rules/policypage/testdata/ok/*.html")
	require.NoError(t, err)
	require.NotEmpty(t, saved)
	b.choose("policy-page", saved[0])
	b.until(`byId("policy-files").childNodes.length > 0 || !byId("error").hidden`)
	require.Empty(t, eval[string](b, `byId("error").textContent`))
	require.Equal(t, 3, eval[int](b, `byId("policy-files").querySelectorAll("a").length`))
	b.choose("list", b.write("list.csv", []byte("phone\n+525512345678\n+4915112345678\n")))
	require.Empty(t, b.filter("alcohol"))
	require.Equal(t, "1", eval[string](b, `byId("kept-rows").dataset.rows`))
	require.Contains(t, string(b.saved("save-report")), time.Now().UTC().Format(time.DateOnly),
		"the lists are of today")

	b.choose("policy-page", b.write("other.html", []byte("<h1>Something else</h1>")))
	b.until(`!byId("error").hidden`)
	require.Contains(t, eval[string](b, `byId("error").textContent`), "other.html")
}

// TestPageSavesWorkbooks takes a workbook and gives one back.
func TestPageSavesWorkbooks(t *testing.T) {
	b := openTab(t, fromFile)
	b.choose("list", "../testdata/lists/campaign-small.xlsx")
	b.set("output", "xlsx")
	require.Empty(t, b.filter("general"))
	require.Equal(t, "campaign-small.kept.xlsx", eval[string](b, `byId("save-kept").download`))
	kept := b.write("kept.xlsx", b.saved("save-kept"))
	report := b.write("kept.report.json", b.saved("save-report"))
	require.Contains(t, b.verify(kept, report), "Yes")
}

// TestPageCancels ends a run of a list that takes seconds, and runs another one after it.
func TestPageCancels(t *testing.T) {
	b := openTab(t, fromFile)
	b.choose("list", b.write("long.csv", bigList(400_000)))
	b.set("category", "general")
	b.do(chromedp.Click(chromedp.ID("run")))
	b.until(`byId("progress").value > 0`)
	b.do(chromedp.Click(chromedp.ID("cancel")))
	b.until(`!byId("run").disabled`)
	require.Contains(t, eval[string](b, `byId("status").textContent`), "Cancelled")
	require.True(t, eval[bool](b, `byId("answer").hidden`))
	b.choose("list", "../testdata/lists/campaign-small.csv")
	require.Empty(t, b.filter("general"))
}

// TestPageTakesAMillionRows watches the engine's memory, and that the page answers while it runs.
func TestPageTakesAMillionRows(t *testing.T) {
	for name, from := range openings {
		t.Run(name, func(t *testing.T) {
			b := openTab(t, from)
			b.choose("list", b.write("million.csv", bigList(1_000_000)))
			eval[bool](b, `window.longest = 0, window.last = performance.now(), setInterval(() => {
				const now = performance.now(); window.longest = Math.max(window.longest, now - window.last); window.last = now;
			}, 20), true`)
			require.Empty(t, b.filter("general"))
			require.Equal(t, "1000000",
				eval[string](b,
					`String(Number(byId("kept-rows").dataset.rows) + Number(byId("dropped-rows").dataset.rows))`))
			require.Less(t, eval[int](b, `Number(document.documentElement.dataset.engineMemory)`), 64<<20)
			t.Log(eval[string](b,
				`byId("status").textContent + " Engine: " + document.documentElement.dataset.engineMemory + " bytes; longest pause of the page: " + Math.round(window.longest) + " ms"`))
		})
	}
}

// bigList returns a plain list of international numbers.
func bigList(rows int) []byte {
	var list bytes.Buffer
	list.WriteString("name,phone,city,consent_at\n")
	for i := range rows {
		fmt.Fprintf(&list, "Renata Zúñiga,+9198%08d,Nagpur,2025-09-10T18:40:09Z\n", i*7919%100_000_000)
	}
	return list.Bytes()
}

func (b *tab) write(name string, text []byte) string {
	path := filepath.Join(b.folder, name)
	require.NoError(b, os.WriteFile(path, text, 0o600))
	return path
}
