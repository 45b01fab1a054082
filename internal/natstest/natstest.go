// Package natstest starts real NATS servers with JetStream for tests, on loopback and in the test's
// own folders.
package natstest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/stretchr/testify/require"
)

// startWithin is patient: a machine that runs other tests is slow.
const startWithin = time.Minute

// A Server is a server that can be stopped and started again, with what it stored.
type Server struct {
	t       testing.TB
	options server.Options
	running *server.Server
}

// Start starts a server with JetStream. change adjusts its options before.
func Start(t testing.TB, change ...func(*server.Options)) *Server {
	t.Helper()
	s := &Server{t: t, options: server.Options{
		Host: "127.0.0.1", Port: FreePort(t), JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true,
		AuthTimeout: startWithin.Seconds(), TLSTimeout: startWithin.Seconds(),
	}}
	for _, f := range change {
		f(&s.options)
	}
	s.Start()
	t.Cleanup(s.Stop)
	return s
}

// Start starts the server again.
func (s *Server) Start() {
	s.t.Helper()
	s.start()
	require.True(s.t, s.running.ReadyForConnections(startWithin), "the server does not start")
}

func (s *Server) start() {
	s.t.Helper()
	options := s.options.Clone()
	running, err := server.NewServer(options)
	require.NoError(s.t, err)
	s.running = running
	go running.Start()
}

// Stop ends the server at once. What it stored stays.
func (s *Server) Stop() {
	s.running.Shutdown()
	s.running.WaitForShutdown()
}

// URL returns the server's address.
func (s *Server) URL() string { return "nats://" + s.Address() }

// Address returns host and port.
func (s *Server) Address() string { return fmt.Sprintf("%s:%d", s.options.Host, s.options.Port) }

// A Cluster is three servers that replicate.
type Cluster []*Server

// StartCluster starts three servers.
func StartCluster(t testing.TB) Cluster {
	t.Helper()
	const size = 3
	var routes []string
	var ports []int
	for range size {
		ports = append(ports, FreePort(t))
		routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", ports[len(ports)-1]))
	}
	var c Cluster
	for i := range size {
		s := &Server{t: t, options: server.Options{
			ServerName: fmt.Sprintf(
				"server%d",
				i+1,
			), Host: "127.0.0.1", Port: FreePort(t), JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true,
			Cluster: server.ClusterOpts{
				Name: "test",
				Host: "127.0.0.1",
				Port: ports[i],
			}, Routes: server.RoutesFromStr(strings.Join(routes, ",")),
		}}
		s.start()
		t.Cleanup(s.Stop)
		c = append(c, s)
	}
	c.Wait()
	return c
}

// Wait waits until every server of the cluster is ready, and has caught up with the others.
func (c Cluster) Wait() {
	t := c[0].t
	t.Helper()
	require.Eventually(t, func() bool {
		leader := false
		for _, s := range c {
			health := s.running.Healthz(&server.HealthzOptions{})
			if !s.running.ReadyForConnections(time.Millisecond) || health.StatusCode != http.StatusOK {
				return false
			}
			leader = leader || s.running.JetStreamIsLeader()
		}
		return leader
	}, startWithin, 20*time.Millisecond, "the cluster does not become ready")
}

// URL returns the addresses of all servers.
func (c Cluster) URL() string {
	var addresses []string
	for _, s := range c {
		addresses = append(addresses, s.Address())
	}
	return "nats://" + strings.Join(addresses, ",")
}

// FreePort returns a port that nobody listens on, nor will before the test ends: whatever asks for
// any port gets a higher one, and others who ask here find it taken, in this process or in another.
func FreePort(t testing.TB) int {
	t.Helper()
	const lowest, highest = 10_000, 32_000
	for {
		port := lowest + rand.IntN(highest-lowest)
		address := fmt.Sprintf("127.0.0.1:%d", port)
		taken, err := net.ListenPacket("udp", address) // nothing else uses UDP here
		if err != nil {
			continue
		}
		l, err := net.Listen("tcp", address)
		if err != nil {
			_ = taken.Close()
			continue
		}
		require.NoError(t, l.Close())
		t.Cleanup(func() { _ = taken.Close() })
		return port
	}
}

// Connections returns how many clients are connected.
func (s *Server) Connections() int { return s.running.NumClients() }

// Subscriptions returns how many subscriptions there are.
func (s *Server) Subscriptions() int { return int(s.running.NumSubscriptions()) }
