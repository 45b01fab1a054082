package cloudapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/listgate/listgate/gate"
)

// An object is a JSON object with its keys as they stand. encoding/json's structs would take "CODE"
// for "code", and the second of two equal keys.
type object map[string]any

const maxDepth = 64

// parse reads one JSON value: objects as object, lists as []any, numbers as json.Number. Repeated
// keys are an error.
func parse(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := parseValue(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("not one JSON document: something follows its end")
	}
	return v, nil
}

// errNotJSON does not wrap the decoder's errors: they cite the text.
var errNotJSON = errors.New("not well-formed JSON")

func parseValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	token, err := d.Token()
	if err != nil {
		return nil, errNotJSON
	}
	switch token {
	case json.Delim('{'):
		return parseObject(d, depth)
	case json.Delim('['):
		return parseList(d, depth)
	}
	return token, nil
}

func parseObject(d *json.Decoder, depth int) (object, error) {
	o := object{}
	for d.More() {
		key, err := d.Token()
		name, ok := key.(string)
		if err != nil || !ok {
			return nil, errNotJSON
		}
		if o.has(name) {
			return nil, fmt.Errorf("the key %s stands twice", quote(name))
		}
		if o[name], err = parseValue(d, depth+1); err != nil {
			return nil, err
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, errNotJSON
	}
	return o, nil
}

func parseList(d *json.Decoder, depth int) ([]any, error) {
	list := []any{}
	for d.More() {
		v, err := parseValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	if _, err := d.Token(); err != nil {
		return nil, errNotJSON
	}
	return list, nil
}

func (o object) has(name string) bool { _, ok := o[name]; return ok }

// object returns the object of a name, nil if there is none.
func (o object) object(name string) object { inner, _ := unpacked(o[name]).(object); return inner }

func (o object) string(name string) (string, bool) { s, ok := o[name].(string); return s, ok }

// objects returns the objects of a list, or the one that stands there instead of a list. A name
// that is missing, or null, has none; ok is false if something else is found.
func (o object) objects(name string) (objects []object, ok bool) {
	switch v := unpacked(o[name]).(type) {
	case nil:
		return nil, true
	case object:
		return []object{v}, true
	case []any:
		ok = true
		for _, item := range v {
			if one, isObject := unpacked(item).(object); isObject {
				objects = append(objects, one)
			} else {
				ok = false
			}
		}
		return objects, ok
	}
	return nil, false
}

// words returns a string, or the strings of a list.
func (o object) words(name string) (words []string, ok bool) {
	list, isList := o[name].([]any)
	if !isList {
		list = []any{o[name]}
	}
	for _, item := range list {
		word, isString := item.(string)
		if !isString {
			return nil, false
		}
		words = append(words, word)
	}
	return words, len(words) > 0
}

// integer reads a whole number, written as a number or as a string.
func integer(v any) (int64, bool) {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = strings.TrimSpace(v)
	default:
		return 0, false
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(text, 64) // 131031.0
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}

// digits reads the id of an account.
func digits(v any) (string, bool) {
	text, ok := v.(string)
	if n, isNumber := v.(json.Number); isNumber {
		text, ok = n.String(), true
	}
	return text, ok && gate.CheckID(text) == nil
}

// unixTime reads the time of an event, in seconds.
func unixTime(v any) (time.Time, bool) {
	seconds, ok := integer(v)
	t := time.Unix(seconds, 0).UTC()
	return t, ok && gate.ValidTime(t)
}

// endLayouts are the forms in which an expiration was seen beside seconds. The first has no colon
// in its offset, so that it is not RFC 3339.
var endLayouts = []string{"2006-01-02T15:04:05-0700", time.RFC3339Nano}

// endTime reads an expiration. One that cannot be read, or that is not later than its event, is no
// known end (inference: Meta's own sample has both equal, and would have ended before it came).
func endTime(v any, event time.Time) time.Time {
	t, ok := unixTime(v)
	if text, isString := v.(string); isString && !ok {
		for _, layout := range endLayouts {
			if parsed, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
				t, ok = parsed.UTC(), true
			}
		}
	}
	if !ok || !gate.ValidTime(t) || !t.After(event) {
		return time.Time{}
	}
	return t
}
