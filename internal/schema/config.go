package schema

import "github.com/listgate/listgate/config"

// A Default is a top-level key of listgate.toml with what an editor shows of it.
type Default struct {
	config.Key
	Description string
}

// Config returns the schema of a listgate.toml that holds the defaults given, and accounts. Two
// with one name and two types accept either.
func Config(defaults []Default) any {
	properties := object{"account": tables(account())}
	for _, d := range defaults {
		one := defaultValue(d.Type)
		switch other, isThere := properties[d.Name].(object); {
		case !isThere:
			one["description"] = d.Description
			properties[d.Name] = one
		case other["anyOf"] == nil:
			description := other["description"]
			delete(other, "description")
			properties[d.Name] = object{"anyOf": []any{other, one}, "description": description}
		default:
			other["anyOf"] = append(other["anyOf"].([]any), one)
		}
	}
	schema := table("Accounts that send, and defaults for the flags of listgate by their names", properties)
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["title"] = config.Name
	return schema
}

func defaultValue(t config.Type) object {
	// An address such as nats://user:password@host: secrets do not stand in the file.
	value := object{"type": "string", "pattern": `\S`, "not": object{"pattern": "://[^/@]*@"}}
	switch t {
	case config.Integer:
		return object{"type": "integer"}
	case config.Boolean:
		return object{"type": "boolean"}
	case config.List:
		delete(value, "pattern")
		return list(value, "")
	}
	return value
}

func account() object {
	id := object{"type": "string", "pattern": "^[0-9]{1,32}$"}
	return table("An account that sends", object{
		"name":             oneLine("what people call it, and what --account takes"),
		"waba":             described(id, "the id of the WhatsApp Business account"),
		"phone_number_ids": list(id, "the ids of its phone numbers, by which a request tells whose it is"),
		"categories": list(
			object{"type": "string", "pattern": `\S`},
			"the business categories: all must allow a recipient",
		),
		"default_region":   region("the country of numbers that are written without calling code"),
		"business_country": region("where the business is located: the country of its portfolio at Meta"),
		"d360_key_sha256": object{
			"type":        "string",
			"pattern":     "^[0-9A-Fa-f]{64}$",
			"description": "the SHA-256 of its 360dialog key, in hex",
		},
		"permission": tables(permission()),
		"support":    oneLine("whom to ask first, where a provider manages the account"),
	}, "name", "waba")
}
