// Package schema describes rule files and listgate.toml as JSON Schemas (draft 2020-12), by which
// editors complete and check TOML files.
//
// A schema accepts every file that the loader accepts. It refuses what can be told from one key, or
// from one table: unknown keys, wrong types, values that are none. What needs more than that, such
// as two entries with one id, only the loader finds (listgate rules lint).
package schema

import (
	"encoding/json"
	"io"

	"github.com/listgate/listgate/rules"
)

// object is one JSON object.
type object = map[string]any

// Write writes a schema as JSON, with a line for each member.
func Write(w io.Writer, schema any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(schema)
}

// table is a table that has no other keys than those of properties.
func table(description string, properties object, required ...string) object {
	t := object{"type": "object", "description": description, "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		t["required"] = required
	}
	return t
}

// tables is an array of at least one table.
func tables(of object) object { return object{"type": "array", "minItems": 1, "items": of} }

// described is a schema with a description.
func described(schema object, description string) object {
	with := object{"description": description}
	for name, value := range schema {
		with[name] = value
	}
	return with
}

// text is a string that is not blank.
func text(description string) object {
	return object{"type": "string", "pattern": `\S`, "description": description}
}

// oneLine is a text without control characters.
func oneLine(description string) object {
	return object{
		"type":        "string",
		"pattern":     "^[^\x00-\x1f\u007f-\u009f]*\\S[^\x00-\x1f\u007f-\u009f]*$",
		"description": description,
	}
}

// list is an array of different strings, at least one.
func list(items object, description string) object {
	return object{"type": "array", "minItems": 1, "uniqueItems": true, "items": items, "description": description}
}

func oneOf(values []string, description string) object {
	return object{"type": "string", "enum": values, "description": description}
}

// day is a local date. TOML has dates, JSON has none: programs that check TOML by a schema hand
// them on as strings.
func day(description string) object {
	return object{"type": "string", "format": "date", "pattern": `^\d{4}-\d{2}-\d{2}$`, "description": description}
}

// regionCodes are the ISO 3166-1 codes that may stand in a file, after the names of groups.
func regionCodes(groups ...string) []string {
	codes := groups
	for _, r := range rules.Regions() {
		codes = append(codes, r.String())
	}
	return codes
}

func region(description string) object { return oneOf(regionCodes(), description) }

func regions(description string) object {
	return list(object{"type": "string", "enum": regionCodes("EU", "EEA")}, description)
}

func permission() object {
	return table("Meta's permission to this sender, for regions where the category needs one", object{
		"regions":   regions("the countries that it is for: ISO 3166-1 codes, EU, EEA"),
		"reference": text("where it can be looked up, such as the number of the case"),
		"last_day":  day("the last day on which it holds, whole, in UTC; absent: without end"),
	}, "regions", "reference")
}

func messages() []string {
	var names []string
	for _, m := range []rules.Message{rules.Marketing, rules.Utility, rules.Authentication, rules.Service} {
		names = append(names, m.String())
	}
	return names
}
