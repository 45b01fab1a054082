package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"text/template"
)

//go:embed page/index.html
var pageHTML string

//go:embed page/page.css
var pageStyle string

//go:embed page/page.js
var pageScript string

//go:embed page/wasi.js
var wasiScript string

//go:embed page/worker.js
var workerScript string

// buildPage returns the whole page, with the engine inside.
func buildPage() ([]byte, error) {
	engine, err := buildEngine()
	if err != nil {
		return nil, err
	}
	packed, err := pack(engine)
	if err != nil {
		return nil, err
	}
	facts, err := readFacts()
	if err != nil {
		return nil, err
	}
	factsJSON, err := json.Marshal(facts) // escapes "<", so that no text ends the script element
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	err = template.Must(template.New("page").Parse(pageHTML)).Execute(&page, map[string]string{
		"Policy": contentPolicy(pageScript, pageStyle), "Style": pageStyle, "Script": pageScript,
		"Worker": wasiScript + workerScript, "Facts": string(factsJSON), "Engine": packed,
	})
	return page.Bytes(), err
}

// contentPolicy forbids every connection, and every script and style but our own.
func contentPolicy(script, style string) string {
	return fmt.Sprintf("default-src 'none'; script-src '%s' 'wasm-unsafe-eval'; worker-src blob:; style-src '%s'; img-src data:; "+
		"connect-src 'none'; form-action 'none'; base-uri 'none'", hash(script), hash(style))
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// pack compresses the engine; a browser undoes gzip itself.
func pack(engine []byte) (string, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(engine); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return inScript(packed.Bytes()), nil
}

// escaped are the characters that a script element does not keep, or that may end it, and the
// escape itself. Each is written as the escape and its index here.
const escaped = "\x00\r<\x1B"

// inScript writes bytes as text for a script element: seven bits a character. That is a fifth less
// than base64.
func inScript(data []byte) string {
	var text strings.Builder
	text.Grow(len(data) * 6 / 5)
	bits, held := uint32(0), 0
	write := func(c byte) {
		if i := strings.IndexByte(escaped, c); i >= 0 {
			text.WriteByte(escaped[len(escaped)-1])
			c = byte('0' + i)
		}
		text.WriteByte(c)
	}
	for _, b := range data {
		bits, held = bits<<8|uint32(b), held+8
		for held >= 7 {
			held -= 7
			write(byte(bits >> held & 0x7F))
		}
	}
	if held > 0 {
		write(byte(bits << (7 - held) & 0x7F))
	}
	return text.String()
}
