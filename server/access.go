package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
	"strings"
)

// withToken lets nobody in without the token, if there is one.
func (s *Server) withToken(answer http.HandlerFunc) http.Handler {
	if s.Token == "" {
		return answer
	}
	want := sha256.Sum256([]byte(s.Token)) // so that comparing takes the same time for any length
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(strings.TrimSpace(token)))
		if !strings.EqualFold(scheme, "Bearer") || !hmac.Equal(got[:], want[:]) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="listgate"`)
			writeProblem(w, http.StatusUnauthorized, "a bearer token is needed: Authorization: Bearer …")
			return
		}
		answer(w, r)
	})
}
