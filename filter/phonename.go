package filter

import (
	"slices"
	"strings"
	"unicode"
)

// isPhoneName reports whether a header names a phone column, whatever its case, spaces and punctuation: "Mobile Phone No. 2". With
// more digits than such a name has it is none, but a number: "whatsapp:+14155238886".
func isPhoneName(header string) bool {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, header)
	if slices.Contains(phoneNames, name) {
		return true
	}
	if countAnyDigits(name) > 2 {
		return false
	}
	name = strings.TrimRight(name, "0123456789")
	for _, suffix := range []string{"numbers", "number", "num", "no", "nr"} {
		name = strings.TrimSuffix(name, suffix)
	}
	for _, prefix := range phonePrefixes {
		name = strings.TrimPrefix(name, prefix)
	}
	return slices.Contains(phoneNames, name)
}

// phoneNames are the names that people and programs give to the phone column, letters and digits only.
var phoneNames = []string{
	"phone", "phone1value", "phone2value", "phonee164", "e164", "contactnumber", "contactno",
	"mobile", "mobilephone", "cell", "cellphone", "telephone", "tel", "telno", "msisdn",
	"whatsapp", "whatsappphone", "whatsappid", "wa", "waid",
	"telefone", "telemóvel", "telemovel", "fone", "númerodetelefone", "numerodetelefone", // Portuguese
	"teléfono", "telefono", "celular", "móvil", "movil", "númerodeteléfono", "numerodetelefono", // Spanish
	"telefon", "telefonnummer", "handy", "handynummer", "mobil", "mobilnummer", "mobiltelefon", "rufnummer", // German
	"téléphone", "portable", "numérodetéléphone", "numerodetelephone", // French
	"cellulare", "numeroditelefono", "telefoon", "telefoonnummer", "mobiel", // Italian, Dutch
	"nomorhp", "nohp", "nomortelepon", "telepon", // Indonesian
}

// phonePrefixes stand before a phone column's name where a list has several of them, and elsewhere.
var phonePrefixes = []string{
	"customer", "client", "contact", "recipient", "user", "default", "primary", "main", "secondary", "other", "alternative", "alternate", "alt",
	"home", "work", "business", "office", "company", "personal", "private",
}
