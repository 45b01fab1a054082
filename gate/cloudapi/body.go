package cloudapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// maxSend bounds the body of a message. The largest in use, templates and interactive messages,
// have some kilobytes.
const maxSend = 1 << 20

// firstRead is as large as nearly all messages are.
const firstRead = 16 << 10

// readBody reads the body of a request, and returns the request to send in its place, with the
// bytes that were read: what is judged is what leaves. It is the body itself that is read. GetBody
// would leave it untouched, but it belongs to another body where something between the client and
// us has put a new one in.
func readBody(req *http.Request) ([]byte, *http.Request, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return nil, req, nil
	}
	if req.ContentLength > maxSend {
		return nil, nil, tooLarge(maxSend)
	}
	if req.GetBody == nil { // nothing that lies in memory: reading may block
		stop := context.AfterFunc(req.Context(), func() { _ = req.Body.Close() })
		defer stop()
	}
	body, err := readBounded(req.Body, int(req.ContentLength), maxSend)
	if err != nil {
		return nil, nil, err
	}
	if err := req.Body.Close(); err != nil {
		return nil, nil, fmt.Errorf("the body cannot be closed: %w", err)
	}
	out := req.WithContext(req.Context()) // a shallow copy: not even the header is written to
	out.Body = io.NopCloser(bytes.NewReader(body))
	if req.GetBody != nil {
		out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	return body, out, nil
}

// readBounded reads all of r. size is how much that may be, if anybody said so.
func readBounded(r io.Reader, size, bound int) ([]byte, error) {
	if size <= 0 {
		size = 1024
	}
	b := make([]byte, 0, min(size, bound, firstRead)+1) // what is only announced takes no memory
	for {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case len(b) > bound:
			return nil, tooLarge(bound)
		case errors.Is(err, io.EOF):
			return b, nil
		case err != nil:
			return nil, fmt.Errorf("the body cannot be read: %w", err)
		case len(b) == cap(b):
			b = append(b, 0)[:len(b)]
		}
	}
}

func tooLarge(bound int) error { return fmt.Errorf("the body is larger than %d KiB", bound>>10) }
