package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/nyaruka/phonenumbers/v2/metadata"
)

// describeMachine says on what the figures were found.
func describeMachine(w *workspace) []version {
	kernel, _ := output("", "uname", "-sr")
	disk, _ := output(w.folder, "sh", "-c", "df --output=fstype . | tail -1")
	commit, _ := output("", "git", "describe", "--always", "--dirty", "--exclude", "*")
	system := fieldOf("/etc/os-release", "PRETTY_NAME", "=")
	listgate, _ := output(w.folder, "./listgate", "version")
	return []version{
		{"processor", fmt.Sprintf("%s, %d cores", fieldOf("/proc/cpuinfo", "model name", ":"), runtime.NumCPU())},
		{"memory", fieldOf("/proc/meminfo", "MemTotal", ":")},
		{"system", system + ", " + kernel + ", lists on " + disk},
		{"Go", runtime.Version()},
		{"listgate", "commit " + commit + "; " + strings.ReplaceAll(listgate, "\n", "; ")},
	}
}

// phoneLibrary is the module that the Go loop uses.
const phoneLibrary = "github.com/nyaruka/phonenumbers/v2"

func describePhoneLibrary() string {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == phoneLibrary {
				version = module.Version
			}
		}
	}
	return phoneLibrary + " " + version + ", metadata " + metadata.Version + ", " + runtime.Version()
}

// fieldOf returns what stands behind a name in a file of the kernel or the system.
func fieldOf(path, name, separator string) string {
	file, err := os.Open(path)
	if err != nil {
		return "unknown"
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		key, value, ok := strings.Cut(lines.Text(), separator)
		if ok && strings.TrimSpace(key) == name {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return "unknown"
}

func syncDisks() { syscall.Sync() }
