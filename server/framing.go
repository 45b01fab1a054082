package server

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"sync"
)

// Go's server takes a request with both Content-Length and Transfer-Encoding for one with the
// latter, and hides the former. What is behind it, or was before it, may read it otherwise. So the
// proxy looks at the bytes.

// watchedConn keeps the beginning of what was read since the last request was answered.
type watchedConn struct {
	net.Conn
	mu   sync.Mutex
	seen []byte
}

// maxSeen is as much as a head may have, and what is read ahead with it.
const maxSeen = maxHeader + 8<<10

func (c *watchedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	if room := maxSeen - len(c.seen); room > 0 {
		c.seen = append(c.seen, p[:min(n, room)]...)
	}
	c.mu.Unlock()
	return n, err
}

func (c *watchedConn) forget() {
	c.mu.Lock()
	c.seen = c.seen[:0]
	c.mu.Unlock()
}

// watchedListener watches the connections that it accepts.
type watchedListener struct{ net.Listener }

func (l watchedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &watchedConn{Conn: c}, nil
}

type connKey struct{}

// watch makes a server keep the heads of its requests. Over TLS, and so over HTTP/2, there are none
// to be seen, and over HTTP/2 none is needed.
func watch(server *http.Server) {
	server.ConnContext = func(ctx context.Context,
		c net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, c)
	}
	server.ConnState = func(c net.Conn, state http.ConnState) {
		if w, ok := c.(*watchedConn); ok && state == http.StateIdle {
			w.forget()
		}
	}
}

// hasBothLengths reports whether the head of a chunked request has a Content-Length, too. One whose
// head was not seen, since it was sent together with the request before it, is taken for such a
// one.
func hasBothLengths(r *http.Request) bool {
	if len(r.TransferEncoding) == 0 {
		return false
	}
	c, ok := r.Context().Value(connKey{}).(*watchedConn)
	if !ok {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	head, _, _ := bytes.Cut(bytes.TrimLeft(c.seen, "\r\n"), []byte("\r\n\r\n"))
	first, fields, _ := bytes.Cut(head, []byte("\n"))
	return !bytes.Contains(first, []byte(r.RequestURI)) ||
		bytes.Contains(bytes.ToLower(fields), []byte("content-length"))
}
