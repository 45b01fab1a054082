package bodies_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/listgate/listgate/internal/bodies"
)

func read(t *testing.T, b *bodies.Budget, body io.Reader, length int64, bound int) ([]byte, func(), error) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", body)
	r.ContentLength = length
	return b.Read(httptest.NewRecorder(), r, bound)
}

func TestRead(t *testing.T) {
	b := bodies.NewBudget(1 << 20)
	for _, size := range []int{0, 1, 4095, 4096, 4097, 16384, 65535, 65536} {
		for _, length := range []int64{-1, int64(size)} {
			text := strings.Repeat("x", size)
			body, release, err := read(t, b, iotest.HalfReader(strings.NewReader(text)), length, 64<<10)
			require.NoError(t, err)
			require.Equal(t, text, string(body))
			release()
			release()
		}
	}
	for _, length := range []int64{-1, 64<<10 + 1} {
		_, _, err := read(t, b, strings.NewReader(strings.Repeat("x", 64<<10+1)), length, 64<<10)
		require.ErrorAs(t, err, new(*bodies.TooLargeError))
		require.EqualError(t, err, "a body of more than 64 KiB")
	}
	torn := errors.New("torn")
	_, _, err := read(t, b, iotest.ErrReader(torn), -1, 64<<10)
	require.ErrorIs(t, err, torn)
	// Everything was given back: one body may take all of it.
	_, release, err := read(t, b, strings.NewReader(strings.Repeat("x", 1<<20-1)), 1<<20-1, 1<<20)
	require.NoError(t, err)
	_, _, err = read(t, b, strings.NewReader("x"), 1, 10)
	require.ErrorIs(t, err, bodies.ErrCutOff, "bodies that are read are not cut off for others")
	release()
	_, _, err = read(t, b, strings.NewReader("x"), 1, 10)
	require.NoError(t, err)
}

// Of many stalled bodies those that got nothing for the longest are cut off; one that comes is
// read.
func TestStalledBodies(t *testing.T) {
	const size, stalled = 64 << 10, 40
	b := bodies.NewBudget(10 * size)
	var got sync.WaitGroup
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, release, err := b.Read(w, r, size)
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		defer release()
		fmt.Fprint(w, len(body))
	}))
	defer server.Close()
	var connections []net.Conn
	for range stalled {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		require.NoError(t, err)
		defer c.Close()
		_, err = fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", size,
			strings.Repeat("x", size/2))
		require.NoError(t, err)
		connections = append(connections, c)
	}
	for range 20 {
		resp, err := http.Post(server.URL, "text/plain", strings.NewReader(strings.Repeat("y", size)))
		require.NoError(t, err)
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, fmt.Sprint(size), string(text))
	}
	b.CutOff()
	for _, c := range connections {
		got.Go(func() {
			answer := make([]byte, 12)
			if _, err := io.ReadFull(c, answer); err != nil || string(answer) != "HTTP/1.1 503" {
				t.Errorf("%q, %v", answer, err)
			}
		})
	}
	got.Wait()
}
