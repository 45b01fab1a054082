package folderstore

import "time"

// WaitFor sets how long a call waits for a lock that another process holds.
func (s *Store) WaitFor(d time.Duration) { s.patience = d }
