package policypage

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
)

// readMHTML reads a page with all its files in one, in the form of an e-mail. ok is false if data
// is no such thing.
func readMHTML(data []byte) (doc *document, ok bool, err error) {
	message, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return nil, false, nil
	}
	header := textproto.MIMEHeader(message.Header)
	mediaType, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(mediaType, "multipart/") && !isText(mediaType) {
		return nil, false, nil
	}
	body, err := io.ReadAll(message.Body)
	if err != nil {
		return nil, true, errors.New("its MIME parts cannot be read; save the page again")
	}
	offset := len(data) - len(body)
	address := pageAddress(header.Get("Snapshot-Content-Location"))
	if isText(mediaType) {
		doc, err = readMIMEPart(data, body, offset, header, address)
		return doc, true, err
	}
	doc, err = readMultipart(data, body, params["boundary"], address)
	return doc, true, err
}

func isText(mediaType string) bool { return mediaType == "text/html" || mediaType == "text/plain" }

// readMultipart reads the first part that is a page: the others are its frames, styles and
// pictures.
func readMultipart(data, body []byte, boundary, address string) (*document, error) {
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	searched := len(data) - len(body)
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return nil, errors.New("no HTML in it; save the page again")
		}
		if err != nil {
			return nil, errors.New("its MIME parts cannot be read; save the page again")
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, errors.New("it ends within a MIME part; save the page again")
		}
		if i := bytes.Index(data[searched:], content); i >= 0 && len(content) > 0 {
			searched += i
		}
		if mediaType, _, err := mime.ParseMediaType(part.Header.Get("Content-Type")); err != nil || !isText(mediaType) {
			continue
		}
		return readMIMEPart(data, content, searched, part.Header, address)
	}
}

// readMIMEPart decodes and reads one part, which begins at an offset of the file.
func readMIMEPart(data, content []byte, offset int, header textproto.MIMEHeader, address string) (*document, error) {
	first := 1 + bytes.Count(data[:offset], []byte("\n"))
	at := func(line int) int { return first + line - 1 }
	var err error
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		lines := quotedLines(content)
		at = func(line int) int { return first + lines[min(max(line, 1), len(lines))-1] }
		content, err = io.ReadAll(quotedprintable.NewReader(bytes.NewReader(content)))
	case "base64":
		at = func(int) int { return first } // no line of the page is a line of the file
		content, err = io.ReadAll(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(content)))
	}
	if err != nil {
		return nil, errorAt(first, "its MIME part cannot be decoded; save the page again")
	}
	doc, err := readPart(content, header.Get("Content-Type"), at)
	if err != nil {
		return nil, err
	}
	if location := pageAddress(header.Get("Content-Location")); address == "" {
		address = location
	}
	if address != "" {
		doc.address = address
	}
	return doc, nil
}

// quotedLines returns for each line of what quoted-printable content says its line in content, from
// 0.
func quotedLines(content []byte) []int {
	lines := []int{0}
	for i, text := range strings.Split(string(content), "\n") {
		for range strings.Count(strings.ToUpper(text), "=0A") {
			lines = append(lines, i)
		}
		if !strings.HasSuffix(strings.TrimRight(text, " \t\r"), "=") {
			lines = append(lines, i+1)
		}
	}
	return lines
}
