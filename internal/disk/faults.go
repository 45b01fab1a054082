//go:build faults

package disk

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// The environment says what goes wrong, and at which operation, counted from 1:
//
//	LISTGATE_FAULT=fail 7   the seventh is not done, and fails
//	               done 7   it is done, and reported as failed
//	               short 7  it is done by half; a write fails then, a read goes on later
//	               stay 7   the seventh and all that follow fail, as on a disk that is gone
//	               kill 7   the process is killed before the seventh
//	               late 7   the process is killed when the seventh is done
//	               torn 7   the process is killed when the seventh is done by half
//	               meet 7   before the seventh the shell does what LISTGATE_FAULT_MEETS says
//	LISTGATE_FAULT_LOG=FILE gets a line for each operation
var fault = func() (f struct {
	kind string
	at   int
	log  *os.File
}) {
	if kind, at, found := strings.Cut(os.Getenv("LISTGATE_FAULT"), " "); found {
		f.kind = kind
		f.at, _ = strconv.Atoi(at)
	}
	if name := os.Getenv("LISTGATE_FAULT_LOG"); name != "" {
		f.log, _ = os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	}
	return f
}()

var (
	counting sync.Mutex
	count    int
)

// due counts an operation, and returns which fault it has to have.
func due(operation, name string) (kind string) {
	counting.Lock()
	defer counting.Unlock()
	if count++; fault.log != nil {
		fmt.Fprintf(fault.log, "%d %s %s\n", count, operation, name)
	}
	if count == fault.at || fault.kind == "stay" && fault.at > 0 && count > fault.at {
		return fault.kind
	}
	return ""
}

// meet has the shell do what somebody else does meanwhile.
func meet() { _ = exec.Command("sh", "-c", os.Getenv("LISTGATE_FAULT_MEETS")).Run() }

// kill ends the process as a power cut would.
func kill() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

func broken(operation, name string) error {
	why := syscall.EIO
	if operation == "write" || operation == "open" {
		why = syscall.ENOSPC
	}
	return &fs.PathError{Op: operation, Path: name, Err: why}
}

func do(operation, name string, do func() error) error {
	switch due(operation, name) {
	case "fail", "stay":
		if operation == "close" { // of a file that is closed in any case
			_ = do()
		}
		return broken(operation, name)
	case "done", "short":
		_ = do()
		return broken(operation, name)
	case "meet":
		meet()
	case "kill":
		kill()
	case "late", "torn":
		_ = do()
		kill()
	}
	return do()
}

func transfer(operation, name string, p []byte, do func([]byte) (int, error)) (int, error) {
	switch kind := due(operation, name); kind {
	case "fail", "stay":
		return 0, broken(operation, name)
	case "done":
		n, _ := do(p)
		if operation == "write" {
			n = 0
		}
		return n, broken(operation, name)
	case "short":
		n, err := do(p[:(len(p)+1)/2])
		if operation == "write" {
			err = broken(operation, name)
		}
		return n, err
	case "meet":
		meet()
	case "kill":
		kill()
	case "torn":
		_, _ = do(bytes.Clone(p[:len(p)/2]))
		kill()
	case "late":
		_, _ = do(p)
		kill()
	}
	return do(p)
}
