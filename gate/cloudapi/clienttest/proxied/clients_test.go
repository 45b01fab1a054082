package proxied

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/go-resty/resty/v2"
	whatsapp "github.com/piusalfred/whatsapp/config"
	"github.com/piusalfred/whatsapp/message"
	werrors "github.com/piusalfred/whatsapp/pkg/errors"
	whttp "github.com/piusalfred/whatsapp/pkg/http"
	"github.com/stretchr/testify/require"
)

const text = `{"messaging_product":"whatsapp","to":"%s","type":"text","text":{"body":"grüß Gott"}}`

// An outcome is what a client tells its user of a message: an id, or the code and the details of an
// error.
type outcome struct {
	ID      string
	Code    int
	Details string
}

// A sender sends one text to the API at base, and knows nothing of listgate.
type sender func(ctx context.Context, base string, account account, to string) (outcome, error)

// senders are those that take the base address of the API as their one setting.
func senders(t *testing.T, programs string) map[string]sender {
	return map[string]sender{
		"curl":                            withCurl,
		"curl, a 360dialog client":        with360dialog,
		"Python: urllib":                  program(t, python(t, "urllib.request"), filepath.Join(programs, "stdlib.py")),
		"Python: requests":                program(t, python(t, "requests"), filepath.Join(programs, "with_requests.py")),
		"Node: @kapso/whatsapp-cloud-api": program(t, "node", filepath.Join(programs, "kapso.mjs")),
		"Node: @great-detail/whatsapp":    program(t, "node", filepath.Join(programs, "great-detail.mjs")),
		"Go: piusalfred/whatsapp":         withPiusalfred,
		"Go: resty":                       withResty,
	}
}

// needed reports whether a client that is missing is a failure.
func needed() bool { return os.Getenv("LISTGATE_TEST_CLIENTS") == "needed" }

// install returns a folder with the programs and, if they are needed, the npm packages beside them.
func install(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(folder, os.DirFS("programs")))
	if needed() {
		npm := exec.CommandContext(t.Context(), "npm", "ci", "--silent", "--no-fund", "--no-audit", "--ignore-scripts")
		npm.Dir = folder
		out, err := npm.CombinedOutput()
		require.NoError(t, err, "npm ci: %s", out)
	}
	return folder
}

// python returns a Python that has a module; "python3" if there is none.
func python(t *testing.T, module string) string {
	for _, name := range []string{"python3", "/usr/bin/python3"} { // Debian's, where another one stands before it
		if exec.CommandContext(t.Context(), name, "-c", "import "+module).Run() == nil {
			return name
		}
	}
	return "python3 with " + module
}

// skipWithout skips a test whose client is not here, or fails it where it is needed.
func skipWithout(t *testing.T, err error) {
	t.Helper()
	var missing errMissing
	if errors.As(err, &missing) {
		require.False(t, needed(), err)
		t.Skip(err)
	}
	require.NoError(t, err)
}

// An errMissing says that a client is not here.
type errMissing string

func (e errMissing) Error() string {
	return string(e) + " is not here; LISTGATE_TEST_CLIENTS=needed gets what npm has, and fails without the rest"
}

// program returns a sender that is a program: it is told the base address, the phone number id and
// the recipient, and prints the outcome.
func program(t *testing.T, interpreter, file string, environment ...string) sender {
	t.Helper()
	return func(ctx context.Context, base string, a account, to string) (o outcome, err error) {
		if _, err := exec.LookPath(interpreter); err != nil {
			return o, errMissing(interpreter)
		}
		if interpreter == "node" && !exists(filepath.Join(filepath.Dir(file), "node_modules")) {
			return o, errMissing(filepath.Base(file) + "'s package")
		}
		cmd := exec.CommandContext(ctx, interpreter, file, base, a.phoneNumberID, to)
		cmd.Env = append(os.Environ(), environment...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			return o, fmt.Errorf("%s: %w: %s", file, err, stderr.Bytes())
		}
		return o, json.Unmarshal(out, &o)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func withCurl(ctx context.Context, base string, a account, to string) (outcome, error) {
	return curl(ctx, base+"/v25.0/"+a.phoneNumberID+"/messages", "Authorization: Bearer T", to)
}

func with360dialog(ctx context.Context, base string, a account, to string) (outcome, error) {
	return curl(ctx, base+"/messages", "D360-API-KEY: "+a.key(), to)
}

func curl(ctx context.Context, url, header, to string) (o outcome, err error) {
	if _, err := exec.LookPath("curl"); err != nil {
		return o, errMissing("curl")
	}
	out, err := exec.CommandContext(ctx, "curl", "--silent", "--show-error", "--noproxy", "*", "-H", header, "-H",
		"Content-Type: application/json", "--data-binary", fmt.Sprintf(text, to), url).Output()
	if err != nil {
		return o, err
	}
	return readAnswer(out)
}

// readAnswer reads an answer of the Graph API, as a sender without a library does.
func readAnswer(body []byte) (outcome, error) {
	var answer struct {
		Messages []struct{ ID string }
		Error    struct {
			Code      int
			ErrorData struct{ Details string } `json:"error_data"`
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return outcome{}, fmt.Errorf("%w: %s", err, body)
	}
	if len(answer.Messages) == 1 {
		return outcome{ID: answer.Messages[0].ID}, nil
	}
	return outcome{Code: answer.Error.Code, Details: answer.Error.ErrorData.Details}, nil
}

func withPiusalfred(ctx context.Context, base string, a account, to string) (outcome, error) {
	conf := whatsapp.ReaderFunc(func(context.Context) (*whatsapp.Config, error) {
		return &whatsapp.Config{
			BaseURL: base, APIVersion: "v25.0", AccessToken: "T", PhoneNumberID: a.phoneNumberID,
		}, nil
	})
	client, err := message.NewBaseClient(whttp.NewSender[message.Message](), conf)
	if err != nil {
		return outcome{}, err
	}
	answer, err := client.SendText(ctx, message.NewRequest(to, &message.Text{Body: "grüß Gott"}))
	if theirs, ok := errors.AsType[*werrors.Error](err); ok {
		return outcome{Code: theirs.Code, Details: theirs.Data.Details}, nil
	}
	if err != nil {
		return outcome{}, err
	}
	return outcome{ID: answer.Messages[0].ID}, nil
}

func withResty(ctx context.Context, base string, a account, to string) (outcome, error) {
	client := resty.New().SetBaseURL(base).SetAuthToken("T").SetHeader("Content-Type", "application/json")
	answer, err := client.R().SetContext(ctx).SetBody(fmt.Sprintf(text, to)).
		Post("/v25.0/" + a.phoneNumberID + "/messages")
	if err != nil {
		return outcome{}, err
	}
	return readAnswer(answer.Body())
}

// get asks the server itself.
func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	answer, err := http.Get(url)
	require.NoError(t, err)
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(read)
}
