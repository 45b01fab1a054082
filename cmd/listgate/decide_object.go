package main

import (
	"bytes"
	"encoding/json"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/internal/decision"
)

// appendObject appends a JSON object with the decision about its field as the member "listgate". Of
// what is no such object the decision stands alone, with the line as the member "line".
func appendObject(b []byte, f *filter.Filter, line []byte, field string) []byte {
	object, value, ok := readObject(line, field)
	if !ok {
		b = append(decision.AppendJSON(append(b, `{"listgate":`...), filter.Decision{Reason: filter.NotANumber}),
			`,"line":`...)
		quoted, _ := json.Marshal(string(line)) // what is not UTF-8 is replaced
		return append(append(b, quoted...), '}')
	}
	b = append(b, object...)
	if object[len(object)-1] != '{' {
		b = append(b, ',')
	}
	return append(decision.AppendJSON(append(b, `"listgate":`...), decideValue(f, value)), '}')
}

// decideValue decides the value of a field: a string, or a number written without quotes.
func decideValue(f *filter.Filter, value json.RawMessage) filter.Decision {
	switch {
	case value == nil:
		return filter.Decision{Reason: filter.ShortRow} // the object has no such member
	case string(value) == "null":
		return filter.Decision{Reason: filter.Empty}
	case value[0] == '"':
		var text string
		if json.Unmarshal(value, &text) == nil {
			return f.DecideString(text)
		}
	case value[0] == '-' || value[0] >= '0' && value[0] <= '9':
		return f.Decide(value)
	}
	return filter.Decision{Reason: filter.NotANumber}
}

// readObject returns a JSON object without its last brace and without an earlier decision, and the
// value of the field: nil if it has none. A member that stands twice may mean two numbers; such an
// object is not understood.
func readObject(line []byte, field string) (object []byte, value json.RawMessage, ok bool) {
	d := json.NewDecoder(bytes.NewReader(line))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return nil, nil, false
	}
	object = append(object, line[:d.InputOffset()]...)
	for d.More() {
		begin := d.InputOffset()
		name, err := d.Token()
		if err != nil {
			return nil, nil, false
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, nil, false
		}
		if name == field {
			if value != nil {
				return nil, nil, false
			}
			value = raw
		}
		if name == "listgate" {
			continue
		}
		member := bytes.TrimLeft(line[begin:d.InputOffset()], ", \t")
		if object[len(object)-1] != '{' {
			object = append(object, ',')
		}
		object = append(object, member...)
	}
	if token, err := d.Token(); err != nil || token != json.Delim('}') {
		return nil, nil, false
	}
	if len(bytes.TrimSpace(line[d.InputOffset():])) > 0 {
		return nil, nil, false
	}
	return object, value, true
}
