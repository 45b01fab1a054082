package server

import "time"

// sayAgain is how often the same kind of trouble is logged: a storm of webhooks must not fill a
// disk.
const sayAgain = 10 * time.Second

// A repetition is how often something was not logged since it was.
type repetition struct {
	at      time.Time
	skipped int
}

// say logs trouble, of each kind not more often than people can read.
func (s *Server) say(what, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.said[what]
	if known == nil {
		known = &repetition{}
		s.said[what] = known
	}
	if time.Since(known.at) < sayAgain {
		known.skipped++
		return
	}
	s.Log.Warn(what, "why", why, "not_logged_before", known.skipped)
	known.at, known.skipped = time.Now(), 0
}
