package server

import (
	_ "embed"
	"net/http"
)

// openAPI describes every path but the proxy's, which are the Graph API's own.
//
//go:embed openapi.json
var openAPI []byte

func answerOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openAPI) // whoever asked has gone
}
