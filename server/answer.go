package server

import (
	"encoding/json"
	"net/http"
)

// A problemAnswer is the body of what could not be answered. BigQuery reads the second name.
type problemAnswer struct {
	Error        string `json:"error"`
	ErrorMessage string `json:"errorMessage,omitempty"`
}

func writeProblem(w http.ResponseWriter, status int, problem string) {
	writeJSON(w, status, problemAnswer{Error: problem})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked has gone
}
