// Package config reads listgate.toml: defaults for the command's flags, and the accounts that send.
//
//	c, err := config.Load("listgate.toml")
//	account, err := c.Account("brand-a")
//
// A file that is not wholly understood is refused, with everything that is wrong with it.
package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/listgate/listgate/internal/disk"
	"github.com/listgate/listgate/internal/infile"
	"github.com/listgate/listgate/internal/strict"
	"github.com/listgate/listgate/rules"
)

// Name is what the file is called.
const Name = "listgate.toml"

// A Config is one file, wholly understood. It is read only.
type Config struct {
	Path     string    // as it was given to Load
	Accounts []Account // in the order of the text
	Defaults []Default // sorted by name
}

// An Account is a WhatsApp Business account that sends. A program without a file may fill it by
// hand.
type Account struct {
	Name           string // what people call it, and what --account takes
	WABA           string // its id, 1 to 32 digits
	PhoneNumberIDs []string
	Categories     []string // as in rules.Options; whether there are such is found out where rules are loaded
	DefaultRegion  rules.Region
	// BusinessCountry is where the business is located: the country of its portfolio at Meta. The
	// zero Region is unknown.
	BusinessCountry rules.Region
	// D360KeySHA256 is the SHA-256 of the account's 360dialog API key, 64 small hex digits; empty:
	// it has none. It tells whose a request with such a key is, and the key cannot be got from it.
	D360KeySHA256 string
	Permissions   []rules.Permission
	Support       string // whom to ask first, for accounts that a provider manages
	Line          int    // of its header in the file; 0: it stands in none
}

// Sender returns what rules ask about the account.
func (a Account) Sender() rules.Sender {
	return rules.Sender{BusinessCountry: a.BusinessCountry, Permissions: a.Permissions}
}

// mostListed is how many accounts an error names.
const mostListed = 50

// An UnknownAccountError says that a file has no account of the name asked for.
type UnknownAccountError struct {
	Name, Path string
	Known      []string
}

func (e *UnknownAccountError) Error() string {
	if len(e.Known) == 0 {
		return fmt.Sprintf("unknown account %q; %s has no [[account]]", e.Name, e.Path)
	}
	listed, more := e.Known, ""
	if n := len(e.Known) - mostListed; n > 0 {
		listed, more = e.Known[:mostListed], fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf(
		"unknown account %q; %s has %s%s%s",
		e.Name,
		e.Path,
		strings.Join(listed, ", "),
		more,
		strict.DidYouMean(e.Name, e.Known),
	)
}

// Account returns the account of a name. The error is an [*UnknownAccountError].
func (c *Config) Account(name string) (*Account, error) {
	unknown := &UnknownAccountError{Name: name, Path: c.Path}
	for i := range c.Accounts {
		if c.Accounts[i].Name == name {
			return &c.Accounts[i], nil
		}
		unknown.Known = append(unknown.Known, c.Accounts[i].Name)
	}
	return nil, unknown
}

// Load reads and checks the file at path. keys are the top-level keys that it may hold; a program
// that names none, because it only wants the accounts, gets no Defaults, and they are not checked.
// The error is [rules.Errors], with everything that is wrong.
func Load(path string, keys ...Key) (*Config, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, rules.Errors{{File: path, Err: err}}
	}
	root, problem := strict.Parse(text, "a "+Name)
	if problem != nil {
		return nil, rules.Errors{{File: path, Line: problem.Line, Err: problem.Err}}
	}
	r := reader{config: &Config{Path: path}, firstLine: map[string]int{}}
	r.defaults(root, keys)
	for _, t := range root.Tables("account") {
		r.account(t)
	}
	if err := r.err(root.Problems()); err != nil {
		return nil, err
	}
	return r.config, nil
}

// readFile reads a text, and makes sure that nobody wrote to it meanwhile.
func readFile(path string) (string, error) {
	file, err := disk.Open(path)
	if err != nil {
		return "", strict.Plain(err)
	}
	defer file.Close()
	watched, err := infile.Of(file, path)
	if errors.Is(err, infile.ErrFolder) {
		return "", infile.ErrFolder
	}
	if err != nil {
		return "", infile.Cause(err)
	}
	text, err := strict.ReadAll(watched)
	if err != nil {
		return "", strict.Plain(err)
	}
	if watched.Unchanged() != nil {
		return "", errors.New("changed while it was read; use it again when it is whole")
	}
	return text, nil
}

// reader turns the tables of a file into a Config.
type reader struct {
	config *Config

	// firstLine is where each name, WABA and phone number id was first used.
	firstLine map[string]int
}

// err returns the problems, sorted as those of rule files.
func (r *reader) err(problems []strict.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	slices.SortStableFunc(problems, func(a, b strict.Problem) int { return a.Line - b.Line })
	var errs rules.Errors
	for _, p := range problems {
		errs = append(errs, &rules.Error{File: r.config.Path, Line: p.Line, Err: p.Err})
	}
	return errs
}

func (r *reader) account(t strict.Table) {
	t.AllowOnly(
		"name",
		"waba",
		"phone_number_ids",
		"categories",
		"default_region",
		"business_country",
		"d360_key_sha256",
		"permission",
		"support",
	)
	a := Account{Line: t.Line("")}
	if name, ok := oneLine(t, "name", true); ok {
		a.Name = name
		r.reserve(t, "name", name, t.Line("name"))
	}
	if id, ok := t.Text("waba", true); ok {
		a.WABA = id
		r.reserveID(t, "waba", id, t.Line("waba"))
	}
	t.Strings("phone_number_ids", func(id string, line int) {
		a.PhoneNumberIDs = append(a.PhoneNumberIDs, id)
		r.reserveID(t, "phone_number_ids", id, line)
	})
	t.Strings("categories", func(name string, line int) {
		if strings.TrimSpace(name) == "" {
			t.ErrorAtLine(line, "categories holds an empty name")
		}
		a.Categories = append(a.Categories, name)
	})
	a.DefaultRegion = region(t, "default_region")
	a.BusinessCountry = region(t, "business_country")
	if sum, ok := t.Text("d360_key_sha256", false); ok {
		a.D360KeySHA256 = strings.ToLower(sum)
		r.reserveSum(t, "d360_key_sha256", a.D360KeySHA256)
	}
	a.Support, _ = oneLine(t, "support", false)
	for _, permission := range t.Tables("permission") {
		a.Permissions = append(a.Permissions, rules.ReadPermission(permission, r.config.Path))
	}
	r.config.Accounts = append(r.config.Accounts, a)
}

func region(t strict.Table, name string) rules.Region {
	code, ok := t.Text(name, false)
	if !ok {
		return rules.Region{}
	}
	region, err := rules.ParseRegion(code)
	if err != nil {
		t.Errorf(name, "%w", err)
	}
	return region
}

// reserveSum checks the SHA-256 of a key. What stands there instead is not repeated: it may be the
// key.
func (r *reader) reserveSum(t strict.Table, name, sum string) {
	if len(sum) != 64 || strings.Trim(sum, "0123456789abcdef") != "" {
		t.Errorf(name, "%s is no SHA-256 of a key; it is 64 hex digits: printf %%s \"$KEY\" | sha256sum", name)
		return
	}
	r.reserve(t, name, sum, t.Line(name))
}

// oneLine reads a text that messages show.
func oneLine(t strict.Table, name string, required bool) (string, bool) {
	s, ok := t.Text(name, required)
	if ok && strings.ContainsFunc(s, unicode.IsControl) {
		t.Errorf(name, "%s is one line; it holds a line break or another control character", name)
		return "", false
	}
	return s, ok
}

// reserve notes a value that no other account may have.
func (r *reader) reserve(t strict.Table, name, value string, line int) {
	key := name + "\x00" + value
	if first, ok := r.firstLine[key]; ok {
		t.ErrorAtLine(line, "another account has this %s; first at line %d", strings.TrimSuffix(name, "s"), first)
		return
	}
	r.firstLine[key] = line
}

func (r *reader) reserveID(t strict.Table, name, id string, line int) {
	if len(id) > 32 || strings.Trim(id, "0123456789") != "" || id == "" {
		t.ErrorAtLine(
			line,
			"%s holds what is no id; an id is 1 to 32 digits",
			name,
		) // not which: it may be a phone number
		return
	}
	r.reserve(t, name, id, line)
}
