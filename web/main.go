// Command web makes the page: one HTML file that filters lists in a browser and uploads nothing.
//
//	go run ./web                     serve it on this machine and open the browser
//	go run ./web -o listgate.html    write it to a file that works offline, from a double click
//
// The engine inside is package engine, compiled for WASI.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "web:", err)
		os.Exit(1)
	}
}

func run(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("web", flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("o", "", "write the page to this `FILE` and end")
	listen := flags.String("listen", "127.0.0.1:0", "serve the page at this `ADDRESS`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return errors.New("no arguments are taken; see -help")
	}
	fmt.Fprintln(stderr, "building the engine for the browser …")
	page, err := buildPage()
	if err != nil {
		return err
	}
	if *out != "" {
		if err := os.WriteFile(*out, page, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(stderr, "wrote %s: %.1f MB; open it in a browser\n", *out, float64(len(page))/1e6)
		return nil
	}
	return serve(page, *listen, stderr)
}

// serve answers with the page until it is interrupted.
func serve(page []byte, address string, stderr io.Writer) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server := &http.Server{Handler: handler(page), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { server.Close() })
	url := "http://" + listener.Addr().String() + "/"
	fmt.Fprintf(stderr, "the page is at %s; interrupt to end\n", url)
	openBrowser(url)
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func handler(page []byte) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Write(page)
	})
	return mux
}

// openBrowser opens a browser where there is one; the address was printed in any case.
func openBrowser(url string) {
	command := map[string][]string{"darwin": {"open"},
		"windows": {"rundll32", "url.dll,FileProtocolHandler"}}[runtime.GOOS]
	if command == nil {
		command = []string{"xdg-open"}
	}
	if path, err := exec.LookPath(command[0]); err == nil {
		_ = exec.Command(path, append(command[1:], url)...).Start()
	}
}

// buildEngine compiles package engine for WASI and returns the module.
func buildEngine() ([]byte, error) {
	folder, err := os.MkdirTemp("", "listgate-engine-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	module := filepath.Join(folder, "engine.wasm")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w -buildid=", "-o", module,
		"github.com/listgate/listgate/web/engine")
	build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false")
	if output, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the engine cannot be built: %w\n%s", err, output)
	}
	return os.ReadFile(module)
}
