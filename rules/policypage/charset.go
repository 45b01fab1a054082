//go:build !wasip1

package policypage

import (
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
)

// findEncoding returns the encoding of a page, which its content type may name.
func findEncoding(data []byte, contentType string) encoding.Encoding {
	found, _, _ := charset.DetermineEncoding(data, contentType)
	return found
}
