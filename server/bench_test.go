package server_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/listgate/listgate/config"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/folderstore"
	"github.com/listgate/listgate/server"
)

// newBenchServer returns a server with its proxy in front of an API that takes every message, and
// the address of that API.
func newBenchServer(b *testing.B, accounts ...config.Account) (s *server.Server, upstream string) {
	b.Helper()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"messaging_product":"whatsapp","messages":[{"id":"wamid.X"}]}`)
	}))
	b.Cleanup(api.Close)
	to, err := url.Parse(api.URL)
	if err != nil {
		b.Fatal(err)
	}
	store := folderstore.New(b.TempDir())
	g := gate.New(store, gate.Options{})
	b.Cleanup(func() { _ = g.Close() })
	s, err = server.New(b.Context(),
		server.Options{Gate: g, Store: store, Accounts: accounts, Proxy: server.Proxy{To: to}})
	if err != nil {
		b.Fatal(err)
	}
	return s, api.URL
}

func benchAccount(n int) config.Account {
	return config.Account{Name: fmt.Sprint("brand-", n), WABA: fmt.Sprintf("9000%011d", n),
		PhoneNumberIDs: []string{fmt.Sprintf("9500%011d", n)}, Categories: []string{"general"}}
}

// BenchmarkProxiedSend sends messages over loopback one after another: to the API itself, and to
// the proxy in front of it, in turn, so that both meet the same machine; and messages that the
// proxy refuses. It reports the median and the 99th percentile of a send in microseconds.
func BenchmarkProxiedSend(b *testing.B) {
	account := benchAccount(1)
	s, upstream := newBenchServer(b, account)
	proxy := httptest.NewServer(s.ProxyHandler())
	b.Cleanup(proxy.Close)
	path := "/v25.0/" + account.PhoneNumberIDs[0] + "/messages"
	ways := []struct {
		name, address, body string
		status              int
		took                []time.Duration
	}{
		{name: "direct", address: upstream + path, body: toGB, status: 200},
		{name: "proxied", address: proxy.URL + path, body: toGB, status: 200},
		{name: "refused", address: proxy.URL + path, body: toCuba, status: 403},
	}
	for b.Loop() {
		for i := range ways {
			w := &ways[i]
			began := time.Now()
			answer, err := http.Post(w.address, "application/json", strings.NewReader(w.body))
			if err != nil || answer.StatusCode != w.status {
				b.Fatal(w.name, answer, err)
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
			w.took = append(w.took, time.Since(began))
		}
	}
	for _, w := range ways {
		slices.Sort(w.took)
		at := func(percent int) float64 {
			return float64(w.took[(len(w.took)-1)*percent/100].Nanoseconds()) / 1000
		}
		b.ReportMetric(at(50), w.name+"-median-µs")
		b.ReportMetric(at(99), w.name+"-p99-µs")
	}
}

// BenchmarkDecideOverHTTP asks /v1/decide over loopback, on as many connections as there are
// processors, for one number and for a thousand at a time.
func BenchmarkDecideOverHTTP(b *testing.B) {
	account := benchAccount(1)
	s, _ := newBenchServer(b, account)
	api := httptest.NewServer(s)
	b.Cleanup(api.Close)
	for _, numbers := range []int{1, 1000} {
		var each []string
		for n := range numbers {
			each = append(each, fmt.Sprintf(`"+4915123%06d"`, n))
		}
		body := `{"account":"brand-1","numbers":[` + strings.Join(each, ",") + `]}`
		b.Run(fmt.Sprint(numbers), func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				client := &http.Client{Transport: &http.Transport{}}
				defer client.CloseIdleConnections()
				for pb.Next() {
					answer, err := client.Post(api.URL+"/v1/decide", "application/json", strings.NewReader(body))
					if err != nil || answer.StatusCode != 200 {
						b.Error(answer, err)
						return
					}
					_, _ = io.Copy(io.Discard, answer.Body)
					_ = answer.Body.Close()
				}
			})
			b.ReportMetric(float64(b.N*numbers)/b.Elapsed().Seconds(), "numbers/s")
		})
	}
}

// BenchmarkConnections reports what 1,000 connections to the proxy take that have each sent a
// message and stay open, and what 10,000 accounts take.
func BenchmarkConnections(b *testing.B) {
	for b.Loop() {
		empty := inUse()
		var accounts []config.Account
		for n := range 10_000 {
			accounts = append(accounts, benchAccount(n))
		}
		s, _ := newBenchServer(b, accounts...)
		proxy := httptest.NewServer(s.ProxyHandler())
		withAccounts := inUse()
		message := fmt.Sprintf("POST /v25.0/%s/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"+
			"Content-Length: %d\r\n\r\n%s", accounts[0].PhoneNumberIDs[0], len(toGB), toGB)
		var open []net.Conn
		for range 1000 {
			c, err := net.Dial("tcp", proxy.Listener.Addr().String())
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.WriteString(c, message); err != nil {
				b.Fatal(err)
			}
			if _, err := c.Read(make([]byte, 4096)); err != nil {
				b.Fatal(err)
			}
			open = append(open, c)
		}
		withConnections := inUse()
		for _, c := range open {
			_ = c.Close()
		}
		proxy.Close()
		b.ReportMetric(withAccounts-empty, "MiB/10000accounts")
		b.ReportMetric(withConnections-withAccounts, "MiB/1000connections")
	}
}

// inUse returns the memory that is in use, in MiB: the heap's and the stacks'.
func inUse() float64 {
	runtime.GC()
	runtime.GC() // what the first one found in pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc+m.StackInuse) / (1 << 20)
}
