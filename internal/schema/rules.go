package schema

import (
	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/rules"
)

// RuleFile returns the schema of a user's rule file.
func RuleFile() any {
	shipped := shippedCategories()
	properties := object{
		"format": object{"const": 1, "description": "the form of the file; always 1"},
		"category": object{
			"type":        "string",
			"pattern":     "^[a-z][a-z0-9-]*$",
			"description": "the category that the file is for, and what --category takes; company and platform always decide",
		},
		"title":   text("what people call the category"),
		"default": oneOf([]string{"deny", "allow"}, "what becomes of a country that no entry names"),
		"complete": object{
			"type":        "boolean",
			"description": "the lists are the policy's whole lists: a country that they do not name is restricted, and not only unlisted",
		},
		"as_of":  day("the day on which the facts were last read"),
		"source": text("where the facts were read"),
		"note":   text("what a reader should know"),
		"extends": oneOf(
			shipped,
			"the shipped file that this one adds to; absent: it takes the place of the shipped one of its category",
		),
		"entries": object{
			"type":        "integer",
			"minimum":     0,
			"description": "how many [[allow]], [[deny]] and [[warn]] the file has; a file with fewer was cut short, and is refused",
		},
		"allow": tables(
			entry("Keeps the numbers that it names, if it is sure enough and nothing denies them", true),
		),
		"deny":       tables(entry("Drops the numbers that it names, whatever else the file says", false)),
		"warn":       tables(entry("Reports the numbers that it names, and drops none", false)),
		"lift":       tables(lift()),
		"permission": tables(permission()),
		"test":       tables(test()),
	}
	schema := table(
		"A rule file of listgate: who may be messaged by a kind of business",
		properties,
		"format",
		"category",
	)
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["title"] = "listgate rule file"
	schema["anyOf"] = []any{
		object{"required": []string{"extends"}},
		object{"required": []string{"title", "default", "complete", "as_of", "source"}},
	}
	isPlatform := object{
		"properties": object{"category": object{"const": rules.Platform}},
		"required":   []string{"category"},
	}
	extendsPlatform := object{
		"properties": object{"extends": object{"const": rules.Platform}},
		"required":   []string{"extends"},
	}
	isCompany := object{
		"properties": object{"category": object{"const": rules.Company}},
		"required":   []string{"category"},
	}
	noCode := object{"items": object{"properties": object{"code": false}}}
	schema["allOf"] = []any{
		object{"if": isPlatform, "then": extendsPlatform},
		object{"if": extendsPlatform, "then": isPlatform},
		object{
			"if":   isCompany,
			"then": object{"properties": object{"extends": false, "allow": noCode, "deny": noCode, "warn": noCode}},
		},
	}
	return schema
}

// shippedCategories are the names that extends may have.
func shippedCategories() []string {
	files, err := rules.List()
	if err != nil {
		panic("schema: the shipped rules do not load: " + err.Error())
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	return names
}

func entry(description string, allows bool) object {
	properties := object{
		"id": object{
			"type":        "string",
			"maxLength":   100,
			"pattern":     "^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$",
			"description": "letters, digits and dashes, unique; it stands in reports",
		},
		"regions": regions("the countries that it names: ISO 3166-1 codes, EU, EEA"),
		"prefixes": list(
			object{"type": "string", "pattern": "^\\+[1-9][0-9]{0,14}$"},
			"the beginnings of E.164 numbers that it names, such as +7978; the longest wins",
		),
		"messages": list(
			object{"type": "string", "enum": messages()},
			"the kinds of message that it is about; absent: all",
		),
		"first_day": day("the first day on which it holds, whole, in UTC; absent: always"),
		"last_day":  day("the last day on which it holds, whole, in UTC; absent: without end"),
		"business_not_in": regions(
			"it holds only for senders whose business is located elsewhere; where that is not known, it warns",
		),
		"code": object{
			"type":        "integer",
			"minimum":     0,
			"maximum":     9999999,
			"description": "the error that it prevents; 130497 when absent, 0 where Meta names none",
		},
		"source": text("where the fact was read"),
		"by":     text("who answers for it"),
		"confidence": oneOf(
			[]string{"low", "medium", "high"},
			"how sure it is; high when absent. An allow counts from --confidence (medium) upwards",
		),
		"reason": text("why, in one sentence"),
	}
	if allows {
		properties["requires_permission"] = object{
			"type":        "boolean",
			"description": "it counts only in countries for which there is a [[permission]]",
		}
	}
	e := table(description, properties, "id", "source")
	e["anyOf"] = []any{object{"required": []string{"regions"}}, object{"required": []string{"prefixes"}}}
	return e
}

func lift() object {
	return table("Takes one shipped entry out, until a day", object{
		"id":       text("the entry's"),
		"reason":   text("why it does not hold here"),
		"source":   text("where that was read"),
		"by":       text("who answers for it"),
		"last_day": day("the last day on which it is out, whole, in UTC"),
	}, "id", "reason", "source", "by", "last_day")
}

func test() object {
	var reasons []string
	for _, r := range filter.Reasons() {
		reasons = append(reasons, r.String())
	}
	return table("A number and what must become of it, which listgate rules lint checks", object{
		"number":   text("as it would stand in a list"),
		"message":  oneOf(messages(), "the kind of message; marketing when absent"),
		"at":       day("the planned send time; as_of when absent"),
		"business": region("where the sender's business is located; not known when absent"),
		"expect":   oneOf(reasons, "the reason that the row must have"),
	}, "number", "expect")
}
