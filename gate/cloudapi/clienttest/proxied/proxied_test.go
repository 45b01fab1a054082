package proxied

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	mexico = "+525512345678"
	cuba   = "+5352345678"
)

// An account is one of the listgate.toml of the test.
type account struct{ waba, phoneNumberID string }

func (a account) key() string { return "key-of-" + a.waba }

// accountOf returns an account for each number, so that a halt of one concerns no other.
func accountOf(n int) account {
	return account{fmt.Sprintf("9100000000%05d", n), fmt.Sprintf("9200000000%05d", n)}
}

// build builds the command.
func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "listgate")
	if runtime.GOOS == "windows" {
		bin += ".exe"
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "./cmd/listgate")
	cmd.Dir = "../../../.."
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return bin
}

// A proxy is a process that runs "listgate serve --proxy".
type proxy struct {
	api, base string
	mu        sync.Mutex
	log       strings.Builder
}

var address = regexp.MustCompile(`https?://127\.[0-9.]+:[0-9]+`)

// start starts the command for some accounts in front of a graph.
func start(t *testing.T, bin string, g *graph, accounts int, at string, more ...string) *proxy {
	t.Helper()
	folder := t.TempDir()
	var conf strings.Builder
	for n := range accounts {
		a := accountOf(n)
		fmt.Fprintf(&conf, "[[account]]\nname = \"account-%d\"\nwaba = \"%s\"\nphone_number_ids = [\"%s\"]\n"+
			"categories = [\"general\"]\nd360_key_sha256 = \"%x\"\n\n", n, a.waba, a.phoneNumberID,
			sha256.Sum256([]byte(a.key())))
	}
	path := filepath.Join(folder, "listgate.toml")
	require.NoError(t, os.WriteFile(path, []byte(conf.String()), 0o600))
	cmd := exec.CommandContext(t.Context(), bin, append([]string{
		"serve", "--config", path, "--store", filepath.Join(folder, "store"), "--listen", "127.0.0.1:0",
		"--proxy", at, "--to", g.URL, "--to-360dialog", g.URL,
	}, more...)...)
	cmd.Dir = folder
	pipe, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	p := &proxy{}
	lines := bufio.NewScanner(pipe)
	for p.base == "" && lines.Scan() {
		p.log.WriteString(lines.Text() + "\n")
		switch found := address.FindString(lines.Text()); {
		case strings.HasPrefix(lines.Text(), "listening on "):
			p.api = found
		case strings.HasPrefix(lines.Text(), "proxy on "):
			p.base = found
		}
	}
	require.NotEmpty(t, p.base, p.log.String())
	var silent sync.WaitGroup
	silent.Go(func() {
		for lines.Scan() {
			p.mu.Lock()
			p.log.WriteString(lines.Text() + "\n")
			p.mu.Unlock()
		}
	})
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		silent.Wait()
		_ = cmd.Wait()
	})
	return p
}

// Each client is protected by its base address and nothing else: what may be sent arrives byte for
// byte, what may not gets the client's own error with what listgate says and never arrives, and
// after 368 or 131031 in an answer nothing leaves any more.
func TestClientsAreProtected(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no interrupt to stop a process with")
	}
	programs, g := install(t), newGraph(t)
	all := senders(t, programs)
	p := start(t, build(t), g, 2*len(all), "127.0.0.1:0")
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			protects(t, p, g, all[name], g.URL, p.base, accountOf(2*i), accountOf(2*i+1))
		})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	require.NotRegexp(t, `5512345678|52345678|key-of|Bearer`, p.log.String(), "the log holds no number and no secret")
}

// protects tells one client the address of the proxy in place of that of the graph. direct is "" if
// the client cannot reach the graph itself.
func protects(t *testing.T, p *proxy, g *graph, send sender, direct, base string, accounts ...account) {
	g.refuse(0)
	a := accounts[0]
	var want arrival
	if direct != "" {
		o, err := send(t.Context(), direct, a, mexico)
		skipWithout(t, err)
		require.Equal(t, outcome{ID: "wamid.TEST"}, o)
		want = g.last(a.phoneNumberID)
		require.Contains(t, want.body, "Gott")
	}
	before := g.count()
	o, err := send(t.Context(), base, a, mexico)
	skipWithout(t, err)
	require.Equal(t, outcome{ID: "wamid.TEST"}, o)
	require.Equal(t, before+1, g.count())
	if direct != "" {
		require.Equal(t, want, g.last(a.phoneNumberID), "it arrives as it does without the proxy")
	}

	o, err = send(t.Context(), base, a, cuba)
	require.NoError(t, err)
	require.Equal(t, 130497, o.Code)
	require.Contains(t, o.Details, "listgate: ")
	require.Contains(t, o.Details, "restricted in CU")
	require.NotContains(t, o.Details, "52345678")
	require.Equal(t, before+1, g.count(), "nothing of it arrives")

	for i, code := range []int{131031, 368} {
		g.refuse(code)
		before := g.count()
		o, err = send(t.Context(), base, accounts[i], mexico)
		require.NoError(t, err)
		require.Equal(t, outcome{Code: code, Details: "made up details"}, o, "the answer is Meta's own")
		g.refuse(0)
		o, err = send(t.Context(), base, accounts[i], mexico)
		require.NoError(t, err)
		require.Equal(t, code, o.Code)
		require.Contains(t, o.Details, "listgate: ")
		require.Equal(t, before+1, g.count(), "nothing leaves after it")
		status, body := get(t, p.api+"/v1/gate/"+accounts[i].waba)
		require.Equal(t, 423, status, body)
	}
}

// Meta's own SDK takes a host, and speaks TLS on port 443. So do others that insist on TLS.
func TestClientThatInsistsOnTLS(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("listens on an address of loopback that only Linux has")
	}
	const host = "127.0.88.43" // so that 443 of this machine stays as it is
	if l, err := net.Listen("tcp", host+":443"); err != nil {
		require.False(t, needed(), err)
		t.Skip("needs port 443: ", err)
	} else {
		require.NoError(t, l.Close())
	}
	certificate, key := newCertificate(t, host)
	programs, g := install(t), newGraph(t)
	p := start(t, build(t), g, 2, host+":443", "--proxy-cert", certificate, "--proxy-key", key)
	require.Equal(t, "https://"+host+":443", p.base)
	send := program(t, "node", filepath.Join(programs, "meta.cjs"), "NODE_EXTRA_CA_CERTS="+certificate)
	protects(t, p, g, send, "", host, accountOf(0), accountOf(1))
	require.Equal(t, `{"messaging_product":"whatsapp","recipient_type":"individual","to":"`+mexico+
		`","type":"text","text":{"body":"grüß Gott"}}`, g.last("").body)
}

// newCertificate writes a certificate for an address that vouches for itself, and its key.
func newCertificate(t *testing.T, host string) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "listgate"},
		IPAddresses: []net.IP{net.ParseIP(host)},
		NotBefore:   time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	public, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	folder := t.TempDir()
	certificate, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	write := func(path, kind string, block []byte) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
		require.NoError(t, err)
		_, err = io.WriteString(f, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: block})))
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	write(certificate, "CERTIFICATE", public)
	write(key, "PRIVATE KEY", encoded)
	return certificate, key
}
