package documents

import _ "github.com/listgate/listgate/internal/survival" // its flag: go test ./... -survival.long
