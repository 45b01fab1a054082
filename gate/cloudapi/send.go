package cloudapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/rules"
)

// An endpoint is one of those that send messages.
type endpoint uint8

const (
	notASend endpoint = iota
	messagesEndpoint
	marketingEndpoint // marketing templates only
	encryptedEndpoint // the body cannot be read
	batchEndpoint     // any number of requests in one: a batch, or GraphQL
)

var endpoints = map[string]endpoint{
	"messages": messagesEndpoint, "marketing_messages": marketingEndpoint, "messages_encrypted": encryptedEndpoint,
}

// endpointOf returns which endpoint a request goes to, and the id of the sending phone number: the
// path ends in /{digits}/messages, whatever stands before it. The id is "" where the path has none.
// What servers may take for the same counts as the same: other letter case, repeated and trailing
// slashes, dots, what is escaped twice or stands behind the name, an opaque URL, and every method
// but those that read or delete.
func endpointOf(req *http.Request) (e endpoint, phoneNumberID string) {
	if req.URL == nil || !writes(req) {
		return notASend, ""
	}
	at := pathOf(req.URL)
	if e, phoneNumberID = endpointAt(at, endpoints[path.Base(at)]); e != notASend {
		return e, phoneNumberID
	}
	whole := unescapeAll(at)
	for _, at := range []string{whole, path.Clean(whole[:firstOf(whole, "?#;\x00")])} {
		if e, phoneNumberID = endpointAt(at, endpoints[nameIn(path.Base(at))]); e != notASend {
			return e, phoneNumberID
		}
		if holdsOthers(at) {
			return batchEndpoint, ""
		}
	}
	if hasParameter(req.URL.RawQuery, "batch") {
		return batchEndpoint, ""
	}
	return notASend, ""
}

// writes reports whether a request may do more than read or delete.
func writes(req *http.Request) bool {
	switch strings.ToUpper(req.Method) {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodDelete:
		return overridesMethod(req)
	}
	return true
}

func endpointAt(at string, e endpoint) (endpoint, string) {
	if e == notASend {
		return notASend, ""
	}
	phoneNumberID := path.Base(path.Dir(at))
	if gate.CheckID(phoneNumberID) != nil {
		return e, ""
	}
	return e, phoneNumberID
}

// IsSend reports whether a request may be a message, so that a [Transport] reads its body before it
// passes.
func IsSend(req *http.Request) bool {
	e, _ := endpointOf(req)
	return e != notASend
}

// pathOf returns the path of a URL as a server may take it.
func pathOf(u *url.URL) string {
	at := u.Path
	if u.Opaque != "" {
		opaque, _, _ := strings.Cut(u.Opaque, "?")
		if at, _ = url.PathUnescape(opaque); at == "" {
			at = opaque
		}
	}
	if strings.IndexByte(at, '\\') >= 0 {
		at = strings.ReplaceAll(at, "\\", "/")
	}
	return path.Clean(at)
}

var escaped = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// unescapeAll undoes escapes for as long as there are any: a server behind another one may do so
// once more than we know.
func unescapeAll(at string) string {
	for escaped.MatchString(at) {
		at = path.Clean(strings.ReplaceAll(escaped.ReplaceAllStringFunc(at, func(e string) string {
			code, _ := strconv.ParseUint(e[1:], 16, 8)
			return string([]byte{byte(code)})
		}), "\\", "/"))
	}
	return at
}

// firstOf returns where the first of some signs stands in s, its length if none does.
func firstOf(s, signs string) int {
	if i := strings.IndexAny(s, signs); i >= 0 {
		return i
	}
	return len(s)
}

// nameIn returns the name that the last part of a path begins with, in small letters: "messages" of
// " Messages.json".
func nameIn(edge string) string {
	isName := func(r rune) bool { return r >= 'a' && r <= 'z' || r == '_' }
	name := strings.TrimLeftFunc(strings.ToLower(edge), func(r rune) bool { return !isName(r) })
	if end := strings.IndexFunc(name, func(r rune) bool { return !isName(r) }); end >= 0 {
		name = name[:end]
	}
	return name
}

var versionPath = regexp.MustCompile(`(?i)^[/.]*(v[0-9.]+)?$`)

// holdsOthers reports whether a request to a path may hold any number of others: the Graph API's
// batch requests go to no object, and GraphQL to a name of its own.
func holdsOthers(at string) bool {
	if strings.Count(at, "/") <= 1 && versionPath.MatchString(at) {
		return true
	}
	name := nameIn(path.Base(at))
	return name == "graphql" || name == "graphqlbatch"
}

// hasParameter reports whether a query has a parameter, in any letter case, as a list or not,
// well-formed or not.
func hasParameter(query string, names ...string) bool {
	if query == "" {
		return false
	}
	for pair := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' || r == ';' }) {
		key, _, _ := strings.Cut(pair, "=")
		key, _, _ = strings.Cut(unescapeAll(key), "[")
		key = strings.Trim(key, "+ \t")
		if slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(key, name) }) {
			return true
		}
	}
	return false
}

// overridesMethod reports whether a request says that it is of another method than it has, as the
// Graph API lets it.
func overridesMethod(req *http.Request) bool {
	if hasParameter(req.URL.RawQuery, "method", "_method") {
		return true
	}
	for name := range req.Header {
		if len(name) < len("X-HTTP-Method") || name[0] != 'X' && name[0] != 'x' {
			continue
		}
		switch strings.ToLower(strings.ReplaceAll(name, "_", "-")) { // CGI takes them for the same
		case "x-http-method", "x-http-method-override", "x-method-override":
			return true
		}
	}
	return false
}

// A send is what decides about a message, read from the request's body.
type send struct {
	noNumber  bool // the path has no phone number id
	isReceipt bool // a read receipt, maybe with a typing indicator: no message
	kind      gate.MessageKind
	messages  messageSet // as which kinds of message it is judged: all of them must be allowed
	noCountry string     // why the recipient has no country; else one of:
	to        []byte     // a phone number as the client wrote it
	user      string     // a business-scoped user id
	region    rules.Region
	reading   filter.Reading // of to
}

// A messageSet is a set of rules.Message.
type messageSet uint8

const everyMessage = messageSet(1<<rules.Marketing | 1<<rules.Utility | 1<<rules.Authentication | 1<<rules.Service)

func only(m rules.Message) messageSet { return 1 << m }

func (s messageSet) has(m rules.Message) bool { return s>>m&1 != 0 }

// The fields of a body that decide. Each must stand at most once, spelt exactly so.
const (
	fieldTo = iota
	fieldRecipient
	fieldRecipientType
	fieldType
	fieldCategory
	fieldTemplate
	fieldStatus
	fields
)

var fieldNames = [fields]string{"to", "recipient", "recipient_type", "type", "category", "template", "status"}

// readSend reads the body of a send to an endpoint that is not the encrypted one. An error says why
// a body cannot be trusted to say the same to us and to whoever reads it next; it does not cite the
// body.
func readSend(body []byte, e endpoint, messageOf func(template, language string) (rules.Message, bool)) (send, error) {
	values, err := readFields(body)
	if err != nil {
		return send{}, err
	}
	words, err := readWords(values)
	if err != nil {
		return send{}, err
	}
	to, recipient := words[fieldTo], words[fieldRecipient]
	noType := values[fieldType] == nil && values[fieldTemplate] == nil && values[fieldCategory] == nil
	if e == messagesEndpoint && string(words[fieldStatus]) == "read" && len(to) == 0 && len(recipient) == 0 && noType {
		return send{isReceipt: true}, nil
	}
	var s send
	s.judge(e, words[fieldType], words[fieldCategory], values[fieldTemplate], messageOf)
	return s, s.address(words[fieldRecipientType], to, recipient)
}

// judge finds out what kind of message it is.
func (s *send) judge(e endpoint, messageType, category, template []byte,
	messageOf func(template, language string) (rules.Message, bool)) {
	isTemplate := template != nil || strings.EqualFold(string(messageType), "template")
	switch {
	case e == marketingEndpoint:
		s.messages = only(rules.Marketing)
	case isTemplate:
		s.messages = messagesOf(template, messageOf)
	case len(category) == 0:
		s.kind, s.messages = gate.MessageReply, only(rules.Service)
		return
	}
	if len(category) > 0 { // Direct Send: business-initiated, whatever its type
		s.messages |= categoryOf(category)
	}
}

// messagesOf returns what a template counts as. One whose name cannot be read for certain, or that
// the caller does not know, counts as everything.
func messagesOf(template []byte, messageOf func(template, language string) (rules.Message, bool)) messageSet {
	name, language, ok := templateOf(template)
	if !ok || messageOf == nil {
		return everyMessage
	}
	m, known := messageOf(name, language)
	if !known || !everyMessage.has(m) {
		return everyMessage
	}
	return only(m)
}

func templateOf(template []byte) (name, language string, ok bool) {
	var values [2][]byte
	if readMembers(template, []string{"name", "language"}, values[:]) != nil {
		return "", "", false
	}
	named, ok := text(values[0])
	if !ok || values[1] == nil {
		return string(named), "", ok
	}
	var code [1][]byte
	if readMembers(values[1], []string{"code"}, code[:]) != nil {
		return "", "", false
	}
	written, ok := text(code[0])
	return string(named), string(written), ok
}

func categoryOf(category []byte) messageSet {
	for _, m := range []rules.Message{rules.Marketing, rules.Utility, rules.Authentication} {
		if strings.EqualFold(string(category), m.String()) {
			return only(m)
		}
	}
	return everyMessage
}

// address finds out who the recipient is. to goes before recipient, as Meta says.
func (s *send) address(recipientType, to, recipient []byte) error {
	switch {
	case string(recipientType) == "group":
		s.noCountry = "a group has no country"
	case len(recipientType) > 0 && string(recipientType) != "individual":
		return errors.New("recipient_type is neither individual nor group")
	case len(to) > 0:
		s.to = to
	case len(recipient) > 0:
		return s.addressUser(string(recipient))
	default:
		s.noCountry = "the body names no recipient, neither to nor recipient"
	}
	return nil
}

const maxUserID = 128

// addressUser reads a business-scoped user id: CC.letters and digits, or CC.ENT.letters and digits.
func (s *send) addressUser(id string) error {
	code, rest, _ := strings.Cut(id, ".")
	rest = strings.TrimPrefix(rest, "ENT.")
	notAlphanumeric := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}
	isCode := len(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z'
	if !isCode || rest == "" || len(rest) > maxUserID || strings.ContainsFunc(rest, notAlphanumeric) {
		return errors.New("recipient is not a business-scoped user id, such as US.1a2b3c; a phone number belongs into to")
	}
	region, err := rules.ParseRegion(code)
	if err != nil {
		s.noCountry = fmt.Sprintf("%s, with which the user id begins, is no known country", code)
		return nil
	}
	s.user, s.region = id, region
	return nil
}

// readFields returns the values of the fields that decide; nil where one is missing or null.
func readFields(body []byte) (values [fields][]byte, err error) {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return values, errors.New("the body is empty")
	case !utf8.Valid(body) || !json.Valid(body):
		return values, errors.New("the body is not well-formed JSON in UTF-8")
	}
	err = readMembers(body, fieldNames[:], values[:])
	return values, err
}

// readMembers finds the values of names in a JSON object; nil where one is missing or null. An
// error says that another reader may find something else there: a name that stands twice, one that
// encoding/json would take for it ("To"), or one that is not plain ASCII, which decoders write in
// different ways.
func readMembers(object []byte, names []string, values [][]byte) error {
	m, ok := membersOf(object)
	if !ok {
		return errors.New("the body is not a JSON object")
	}
	var seen uint
	for {
		key, value, more := m.next()
		if !more {
			return nil
		}
		if !isPlain(key) {
			return errors.New("a name in the body is written with other signs than plain ASCII ones")
		}
		for i, name := range names {
			switch {
			case len(key) != len(name) || !strings.EqualFold(string(key), name):
				continue
			case string(key) != name:
				return fmt.Errorf("the body spells %s in another letter case, which some readers take for the same",
					name)
			case seen>>i&1 != 0:
				return fmt.Errorf("%s stands twice in the body", name)
			}
			seen |= 1 << i
			if string(value) != "null" {
				values[i] = value
			}
		}
	}
}

func isPlain(key []byte) bool {
	for _, b := range key {
		if b <= ' ' || b == '\\' || b > '~' {
			return false
		}
	}
	return true
}

// readWords reads the fields that must be strings, if they are there at all: all but the template.
func readWords(values [fields][]byte) (words [fields][]byte, err error) {
	for field, value := range values {
		if value == nil || field == fieldTemplate {
			continue
		}
		var ok bool
		if words[field], ok = text(value); !ok {
			return words, fmt.Errorf("%s is not a string", fieldNames[field])
		}
	}
	return words, nil
}

// text reads a JSON string that json.Valid has seen. Some encoders write + as \u002b.
func text(value []byte) (text []byte, ok bool) {
	if len(value) == 0 || value[0] != '"' {
		return nil, false
	}
	if inner := value[1 : len(value)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return inner, true
	}
	var s string
	err := json.Unmarshal(value, &s)
	return []byte(s), err == nil
}

// checkQuery returns an error if the URL's query says something about the message: the Graph API
// takes parameters from there, too.
func checkQuery(query string) error {
	if query == "" {
		return nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("the URL's query is not well-formed")
	}
	for key := range values {
		name, _, _ := strings.Cut(key, "[")
		name = strings.NewReplacer(".", "_", " ", "_").Replace(strings.TrimSpace(name)) // as PHP reads it
		for _, field := range fieldNames {
			if strings.EqualFold(name, field) {
				return fmt.Errorf("%s stands in the URL's query; it belongs into the body", field)
			}
		}
	}
	return nil
}

// checkHeader returns an error if the body may not be JSON, or is not written as it is.
func checkHeader(h http.Header) error {
	for name, values := range h {
		switch {
		case strings.EqualFold(name, "Content-Type"):
			if len(values) != 1 || !isJSON(values[0]) {
				return errors.New("its Content-Type is not application/json")
			}
		case strings.EqualFold(name, "Content-Encoding"):
			if len(values) != 1 || !strings.EqualFold(values[0], "identity") {
				return errors.New("its body is compressed")
			}
		}
	}
	return nil
}

func isJSON(contentType string) bool {
	if contentType == "application/json" {
		return true
	}
	kind, parameters, err := mime.ParseMediaType(contentType)
	charset, ok := parameters["charset"]
	return err == nil && kind == "application/json" && (!ok || strings.EqualFold(charset, "utf-8"))
}
