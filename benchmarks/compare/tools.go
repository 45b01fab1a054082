package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// tools are the peers that this machine has.
type tools struct {
	ripgrep, cpp, js, duckDB bool
	python                   string // the interpreter that knows phonenumbers
	versions                 []version
	missing                  []string
}

// A version is what a program says of itself.
type version struct{ name, text string }

// pythons are the interpreters to try. Debian's packages are seen by Debian's interpreter only,
// which need not be the first one in the path.
var pythons = []string{"python3", "/usr/bin/python3"}

// install gets what is missing by the machine's package managers. What cannot be had is said, and
// is no error.
func install(w *workspace, log io.Writer) {
	if packages := missingPackages(); len(packages) > 0 {
		args := append([]string{"apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y",
			"--no-install-recommends"}, packages...)
		tryInstall(log, "", args...)
	}
	if exists("npm") {
		tryInstall(log, w.folder, "npm", "install", "--no-audit", "--no-fund", "--no-package-lock")
	}
}

func tryInstall(log io.Writer, folder string, args ...string) {
	fmt.Fprintln(log, "installing:", strings.Join(args, " "))
	if _, err := output(folder, args...); err != nil {
		fmt.Fprintln(log, "not installed:", err)
	}
}

// missingPackages returns the Debian packages of what is not here. What is here by other ways is
// left alone.
func missingPackages() []string {
	var packages []string
	for program, name := range map[string]string{"rg": "ripgrep", "g++": "g++", "node": "nodejs", "npm": "npm"} {
		if !exists(program) {
			packages = append(packages, name)
		}
	}
	if _, err := os.Stat("/usr/include/phonenumbers/phonenumberutil.h"); err != nil {
		packages = append(packages, "libphonenumber-dev")
	}
	if python, _ := findPython(); python == "" {
		packages = append(packages, "python3-phonenumbers")
	}
	return packages
}

func exists(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// findTools finds out which peers run.
func findTools(w *workspace) tools {
	t := tools{versions: []version{{goLoop, describePhoneLibrary()}}}
	t.ripgrep = t.has("ripgrep", "", "rg", "--version")
	t.cpp = t.has(cppLoop, w.folder, "sh", "-c",
		`g++ -O2 -std=c++17 -o libphonenumber libphonenumber.cc -lphonenumber >/dev/null && `+
			`{ dpkg-query -W -f 'libphonenumber ${Version}' libphonenumber-dev || echo 'version unknown'; }`)
	var text string
	if t.python, text = findPython(); t.python == "" {
		t.missing = append(t.missing, pythonLoop)
	} else {
		t.versions = append(t.versions, version{pythonLoop, text})
	}
	t.js = t.has(jsLoop, w.folder, "node", "--input-type=module", "-e",
		`import "csv-parse"; import "csv-stringify"; import "libphonenumber-js/max";`+
			`import { readFileSync } from "fs"; const v = (p) => JSON.parse(readFileSync("node_modules/" + p + "/package.json")).version;`+
			`console.log("libphonenumber-js", v("libphonenumber-js"), "with metadata max, csv-parse", v("csv-parse"), "on node", process.version)`)
	t.duckDB = t.has("DuckDB", w.folder, "node", "duckdb.mjs", "SELECT version()")
	return t
}

// has reports whether a command that prints a version runs, and takes note of the answer.
func (t *tools) has(name, folder string, args ...string) bool {
	text, err := output(folder, args...)
	if err != nil {
		t.missing = append(t.missing, name)
		return false
	}
	first, _, _ := strings.Cut(text, "\n")
	t.versions = append(t.versions, version{name, strings.Trim(first, `[]"`)})
	return true
}

func findPython() (interpreter, text string) {
	for _, python := range pythons {
		text, err := output("", python, "-c",
			`import phonenumbers, platform; print("phonenumbers", phonenumbers.__version__, "on", platform.python_implementation(), platform.python_version())`)
		if err == nil {
			return python, text
		}
	}
	return "", ""
}
