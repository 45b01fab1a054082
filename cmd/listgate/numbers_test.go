package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// secretNumbers are the recipients of the lists and webhooks of TestNoNumberIsTold, as their cells
// hold them.
var secretNumbers = []string{
	"+919876543210", "+13024681357", "+5398763412", "+7978 651-42-83", "00447911862345", "919817263548",
	"+49 (0) 171 8642097",
	"tel:+33-6-12-98-45-73", "+12004183659", "+80076549183", "9.19876543210E+11", "+919823", "98765 43219",
	"+91 98234 56712/+91 98234 56713",
	"+447911987612x23", "ask Priya, 9876512340", "+34698127453", "+34698127454", "+34698127455",
}

// secrets are all seven digits in a row that any of the numbers has.
func secrets() []string {
	digits := regexp.MustCompile(`[^0-9]+`)
	var all []string
	for _, number := range secretNumbers {
		plain := digits.ReplaceAllString(number, "")
		for i := range max(len(plain)-6, 0) {
			all = append(all, plain[i:i+7])
		}
	}
	return all
}

// hashes hold digits by chance.
var hashes = regexp.MustCompile(`[0-9a-f]{16,64}`)

// requireNoNumber fails if text holds seven digits in a row of one of the secret numbers.
func requireNoNumber(t *testing.T, what, text string) {
	t.Helper()
	text = hashes.ReplaceAllStringFunc(text, func(s string) string {
		if strings.ContainsAny(s, "abcdef") {
			return "hash"
		}
		return s
	})
	for _, secret := range secrets() {
		if at := strings.Index(text, secret); at >= 0 {
			require.Fail(t, "a number", "%s holds %s: …%s…", what, secret, text[max(0, at-60):min(len(text), at+20)])
		}
	}
}

// numbersStory is every command, over lists and webhooks with known numbers. %s is the format of
// check.
var numbersStory = []string{
	"version",
	"clean .",
	"config schema",
	"config show",
	"rules schema",
	"rules list --json",
	"rules show alcohol --json",
	"rules init wine --allow countries.txt -o wine.toml",
	"rules lint tested.toml",
	"rules lint --json tested.toml",
	"rules diff before.toml tested.toml --list list.csv",
	"rules diff before.toml tested.toml --list list.csv --json",
	"filter -c general list.csv",
	"filter -c general --default-region IN --bare either --validity valid --max-dropped 1 -o other.csv --report other.json list.csv",
	"filter -c general --dedupe --suppress suppress.txt --require city=Pune --region-column city --normalize e164 -o careful.csv list.csv",
	"filter -c general --suppress unreadable.txt -o never.csv list.csv",
	"filter -c general -o never.csv broken.csv",
	"filter -c general -o never.csv two-columns.csv",
	"filter -c general -o never.csv headless.csv",
	"filter -c general --column 7 -o never.csv headless.csv",
	"filter -c general --column phone -o never.csv headless.csv",
	"filter -c +919876543210 -o never.csv list.csv",
	"filter -c general --default-region +919876543210 -o never.csv list.csv",
	"filter -c general --account +919876543210 -o never.csv list.csv",
	"verify --report list.report.json list.kept.csv",
	"verify --report list.report.json --json list.csv",
	"verify --report list.csv list.kept.csv",
	"explain -c general +919876543210",
	"decide -c general",
	"decide -c general --format json",
	"decide -c general --chunk-header",
	"explain --report list.report.json +5398763412",
	"gate ingest --waba 900000000000001 refusals.jsonl",
	"gate ingest broken.csv",
	"gate status --waba 900000000000001",
	"gate status --waba 900000000000001 --json",
	"gate log --waba 900000000000001",
	"gate log --waba 900000000000001 --json",
	"gate halt --waba 900000000000002 --reason paused",
	"gate halt --waba 900000000000002 --reason +919876543210",
	"gate note --waba 900000000000001 --cause policy",
	"filter -c general --gate 900000000000001 -o halted.csv list.csv",
	"gate clear --waba 900000000000001 --reason fixed",
	"gate clear --waba 900000000000001 --sighted ES --reason fixed",
	"gate steps 131031",
}

var (
	// toldToThePerson are what a person typed and asked about, and what may stand in the lists that
	// come out.
	answersThePerson = []string{"explain"}
	outputLists      = regexp.MustCompile(`^(list|other|careful|halted)(\.(kept|dropped))?\.csv$`)
	checkFormats     = []string{"text", "json", "github", "gitlab", "sarif", "junit", "markdown"}
)

// No phone number, nor seven digits of one, stands in what any command prints or writes down, in
// any format: only in the lists that come out, and in the answer of explain to the person who
// asked.
func TestNoNumberIsTold(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("LISTGATE_STORE", "store")
	inputs := writeNumbers(t)
	story := slices.Clone(numbersStory)
	every := "check -c general --default-region IN list.csv broken.csv two-columns.csv headless.csv clean.csv"
	for _, format := range checkFormats {
		story = append(story, every+" --format "+format)
		every += " --output " + format + "=findings." + format
	}
	story = append(story, every, "check -c general --quiet --max invalid=90% list.csv")

	told := map[string]bool{}
	for _, line := range story {
		args := strings.Fields(line)
		var stdout, stderr bytes.Buffer
		run(args, strings.NewReader(strings.Join(secretNumbers, "\n")), &stdout, &stderr)
		cmd, _, err := newRoot(&settings{}).Find(args)
		require.NoError(t, err)
		told[cmd.CommandPath()] = true
		require.NotContains(t, stderr.String(), "unknown flag", line)
		// whose examples are ours
		if !slices.Contains(answersThePerson, args[0]) && !strings.HasSuffix(line, " schema") {
			requireNoNumber(t, "standard output of "+line, stdout.String())
		}
		requireNoNumber(t, "standard error of "+line, withoutArguments(stderr.String(), args))
	}
	t.Run("serve", func(t *testing.T) {
		skipOnWindows(t)
		s := serveWebhooks(t, "store")
		for _, body := range refusals() {
			require.Equal(t, 200, s.webhook(t, []byte(body), serveSecret))
		}
		for _, path := range []string{"/metrics", "/healthz", "/v1/gate/900000000000001", "/v1/gate/919876543210",
			"/webhook?hub.challenge=x"} {
			_, header, body := s.get(t, path)
			requireNoNumber(t, path, fmt.Sprint(header))
			requireNoNumber(t, path, strings.ReplaceAll(body, "919876543210", "")) // what was asked for
		}
		s.stop(t)
		requireNoNumber(t, "standard error of serve", s.stderr.String())
		told["listgate serve"] = true
	})
	for _, name := range leaves(newRoot(&settings{})) {
		require.True(t, told[name] || strings.HasPrefix(name, "listgate completion") || name == "listgate help",
			"%s is not in this test", name)
	}
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || inputs[path] || outputLists.MatchString(path) {
			return err
		}
		text, err := os.ReadFile(path)
		requireNoNumber(t, path, string(text))
		return err
	}))
	require.FileExists(t, "findings.sarif")
	require.FileExists(t, "list.report.json")
	require.FileExists(t, "store/900000000000001.jsonl")
}

// withoutArguments takes out what the person typed, which errors may quote to them.
func withoutArguments(text string, args []string) string {
	for _, arg := range args {
		text = strings.ReplaceAll(text, fmt.Sprintf("%q", arg), "")
	}
	return text
}

// leaves returns the paths of all commands that do something.
func leaves(cmd *cobra.Command) []string {
	if !cmd.HasSubCommands() {
		return []string{cmd.CommandPath()}
	}
	var all []string
	for _, sub := range cmd.Commands() {
		all = append(all, leaves(sub)...)
	}
	return all
}

// refusals are documents about messages to recipients: failed statuses, a status of each recipient,
// an error that quotes one.
func refusals() []string {
	status := `{"object":"whatsapp_business_account","entry":[{"id":"900000000000001","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",` +
		`"metadata":{"display_phone_number":"919823456712","phone_number_id":"900000000000003"},"statuses":[{"id":"wamid.HBgL%s","status":"failed","timestamp":"1790000000",` +
		`"recipient_id":"%s","errors":[{"code":%d,"title":"no","message":"no +%[2]s","error_data":{"details":"to %[2]s"}}]}]}}]}]}`
	var all []string
	for _, number := range []string{"34698127453", "34698127454", "34698127455"} {
		all = append(all, fmt.Sprintf(status, number, number, 130497))
	}
	return append(all,
		fmt.Sprintf(status, "919876543210", "919876543210", 131031),
		fmt.Sprintf(status, "919876543210", "919876543210", 131026),
		`{"error":{"message":"(#368) to +919876543210","type":"OAuthException","code":368,"fbtrace_id":"919876543210","error_data":{"details":"919876543210"}}}`,
		`{"object":"whatsapp_business_account","919876543210":1,"entry":[{"id":"900000000000001","time":1790000001,"changes":[{"field":"account_update","value":{"event":"E919876543210","phone_number":"919876543210"}}]}]}`,
		`{"919876543210":{"to":"919876543210"}}`,
		`[not JSON, +919876543210`,
	)
}

// writeNumbers writes the inputs, and returns their names.
func writeNumbers(t *testing.T) map[string]bool {
	t.Helper()
	list := "name,phone,city\n"
	for i, number := range secretNumbers {
		list += fmt.Sprintf("\"Name, %d\",\"%s\",Pune\n", i, number)
	}
	rule := "format = 1\ncategory = \"wine\"\ntitle = \"Wine\"\ndefault = \"allow\"\ncomplete = true\nas_of = 2026-11-22\nsource = \"https://example.com\"\n"
	files := map[string]string{
		"list.csv":        list,
		"clean.csv":       "phone\n+447911862345\n",
		"broken.csv":      "phone\n+919876543210\n\"+5398763412\" x\n",
		"two-columns.csv": "mobile,phone\n+919876543210,+5398763412\n",
		"headless.csv":    "+919876543210,+5398763412,Pune\n+919817263548,+5398763412,Pune\n",
		"suppress.txt":    "+919876543210\n",
		"unreadable.txt":  "+91 98234 56712/+91 98234 56713\n",
		"countries.txt":   "Brazil\nIndia\n",
		"before.toml":     rule,
		"tested.toml": rule +
			"[[deny]]\nid = \"wine-in\"\nregions = [\"IN\"]\nprefixes = [\"+5398\"]\nsource = \"https://example.com\"\n" +
			"[[test]]\nnumber = \"+919876543210\"\nexpect = \"allowed\"\n",
		"refusals.jsonl": strings.Join(refusals(), "\n"),
	}
	names := map[string]bool{}
	for name, text := range files {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		names[name] = true
	}
	return names
}
