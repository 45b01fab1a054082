package filter

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// This file knows what people and programs call the columns of recipient lists, in the languages
// and scripts of the twenty countries with the most WhatsApp users.

// isPhoneName reports whether a header names a phone column, whatever its case, spaces and
// punctuation: "Mobile Phone No. 2". With more digits than such a name has it is a number:
// "whatsapp:+14155238886".
func isPhoneName(header string) bool {
	name := joinedLetters(header)
	if slices.Contains(phoneNames, name) || isChatIDName(header) {
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

// hasPhoneWord reports whether a header that is no phone column's name has a word for a phone in
// it: "WhatsApp number (if different)", "Контактный телефон". Its cells have to say whether it
// holds numbers: "Accepts WhatsApp Marketing" does not.
func hasPhoneWord(header string) bool {
	if countAnyDigits(header) >= fewestOfNumber {
		return false
	}
	words := headerWords(header)
	// the id of a sender's number, a device, a call
	if slices.Contains(words, "id") && !slices.Contains(words, "whatsapp") {
		return false
	}
	for _, word := range words {
		if slices.Contains(shortPhoneWords, word) {
			return true
		}
		for _, begin := range phoneWordStarts {
			if strings.HasPrefix(word, begin) {
				return true
			}
		}
	}
	joined := joinedLetters(header)
	return slices.ContainsFunc(phoneWordParts, func(part string) bool { return strings.Contains(joined, part) })
}

// isChatIDName reports whether a header names a column of WhatsApp's own ids of people, which begin
// with the calling code by definition: "wa_id", "remoteJid", "Chat ID", "contacts.wa_id".
func isChatIDName(header string) bool {
	name := strings.TrimRight(joinedLetters(header), "0123456789") // "jid 2"
	for !slices.Contains(chatIDNames, name) {
		prefix := slices.IndexFunc(chatIDPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		if prefix < 0 {
			return false
		}
		name = name[len(chatIDPrefixes[prefix]):]
	}
	return true
}

// isConsentName reports whether a header names a column that says who agreed to messages on
// WhatsApp, or to messages as such. Columns about other channels ("Accepts Email Marketing") are
// none.
func isConsentName(header string) bool {
	joined := joinedLetters(header)
	has := func(part string) bool { return strings.Contains(joined, part) }
	if slices.ContainsFunc(otherChannels, has) && !has("whatsapp") {
		return false
	}
	words := headerWords(header)
	return slices.ContainsFunc(consentParts, has) ||
		slices.ContainsFunc(consentWords, func(word string) bool { return slices.Contains(words, word) })
}

// isCallingCodeName reports whether a header may name a column of calling codes: "Country Code",
// "DDI", "ISD code".
func isCallingCodeName(header string) bool {
	joined, words := joinedLetters(header), headerWords(header)
	return slices.ContainsFunc(callingCodeParts, func(part string) bool { return strings.Contains(joined, part) }) ||
		slices.ContainsFunc(callingCodeWords, func(word string) bool { return slices.Contains(words, word) })
}

// joinedLetters returns the letters and digits of a header in small letters, and the vowel signs of
// scripts that have them.
func joinedLetters(header string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, header))
}

// headerWords returns the words of a header in small letters: what stands between other characters
// than letters, and from each capital behind a small letter on ("homePhone").
func headerWords(header string) []string {
	var spaced strings.Builder
	before := ' '
	for _, r := range norm.NFC.String(header) {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsMark(r):
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(before):
			spaced.WriteByte(' ')
		}
		spaced.WriteRune(unicode.ToLower(r))
		before = r
	}
	return strings.Fields(spaced.String())
}

// phoneNames are the names that people and programs give to the phone column, letters and digits
// only.
var phoneNames = []string{
	"phone", "phone1value", "phone2value", "phonee164", "e164", "contactnumber", "contactno",
	"mobile", "mobilephone", "cell", "cellphone", "telephone", "tel", "telno", "msisdn",
	"whatsapp", "whatsappphone", "wa",
	"telefone", "telemóvel", "telemovel", "fone", "númerodetelefone", "numerodetelefone", // Portuguese
	"teléfono", "telefono", "celular", "móvil", "movil", "númerodeteléfono", "numerodetelefono", // Spanish
	"telefon", "telefonnummer", "handy", "handynummer", "mobil", "mobilnummer", "mobiltelefon", "rufnummer", // German
	"téléphone", "portable", "numérodetéléphone", "numerodetelephone", // French
	"cellulare", "numeroditelefono", "telefoon", "telefoonnummer", "mobiel", // Italian, Dutch
	"nomorhp", "nohp", "nomortelepon", "telepon", // Indonesian
	"телефон", "номертелефона", "мобильный", "мобильныйтелефон", // Russian
	// Arabic, Urdu
	"هاتف", "الهاتف", "رقمالهاتف", "جوال", "الجوال", "رقمالجوال", "موبايل", "فون", "فوننمبر", "موبائل", "موبائلنمبر",
	// Hindi, Marathi, Bengali
	"फ़ोन", "फोन", "फ़ोननंबर", "फोननंबर", "मोबाइल", "मोबाइलनंबर", "मोबाईल", "ফোন", "মোবাইল", "ফোননম্বর", "মোবাইলনম্বর",
	// Chinese, Japanese, Korean
	"电话", "手机", "手机号", "手机号码", "电话号码", "電話", "電話番号", "電話號碼", "手機", "手機號碼", "携帯", "携帯電話", "전화번호", "휴대폰", "휴대폰번호",
	"ceptelefonu", "cep", "ceptel", "telefonnumarası", "gsm", // Turkish
}

// phonePrefixes stand before a phone column's name where a list has several of them, and elsewhere.
var phonePrefixes = []string{
	"customer", "client", "contact", "recipient", "user", "default", "primary", "main", "secondary", "other",
	"alternative", "alternate", "alt",
	"home", "work", "business", "office", "company", "personal", "private",
}

// shortPhoneWords are words for a phone that other words have in them, too.
var shortPhoneWords = []string{
	"phone", "phones", "mobile", "mob", "cell", "tel", "hp", "wa", "gsm", "tlf", "tfno", "tfn", "telp", "telpon", "tlp",
	"hape", "ponsel",
	"fone", "fon", "cel", "móvil", "movil", "zap", "zapzap", "handy", "cep", "sdt", "sđt", "simu", "waya", "fóònù",
	"selula", "cellulare",
	"portable", "portatile", "tél", "тел", "моб", "сот", "جوال", "فون", "تلفن",
}

// phoneWordStarts begin longer words for a phone.
var phoneWordStarts = []string{
	"phone", "mobil", "mobiel", "telef", "teléf", "téléph", "teleph", "telep", "celul", "cellul", "cellph", "rufnummer",
	"handynum", "selfoon", "ekwent",
	"телефон", "мобил", "сотов", "ватсап", "вотсап", "вацап", "смартфон",
}

// phoneWordParts stand anywhere in a header: long words, and those of scripts that part no words by
// spaces.
var phoneWordParts = []string{
	"whatsapp", "whatsap", "watsapp", "msisdn", "telephone", "telefon", "telefone", "phonenumber", "phoneno",
	"cellphone", "mobilephone",
	"هاتف", "موبايل", "موبائل", "موبایل", "تليفون", "تلفون", "واتساب", "واتس", "المحمول", "واٹس",
	"फ़ोन", "फोन", "मोबाइल", "मोबाईल", "दूरभाष", "व्हाट्सएप", "व्हाट्सऐप", "ফোন", "মোবাইল", "হোয়াটসঅ্যাপ", "ਫ਼ੋਨ",
	"ਫੋਨ", "ਮੋਬਾਈਲ",
	"ફોન", "મોબાઇલ", "મોબાઈલ", "தொலைபேசி", "மொபைல்", "அலைபேசி", "கைபேசி", "வாட்ஸ்", "ఫోన్", "మొబైల్", "వాట్సాప్",
	"ಫೋನ್", "ಮೊಬೈಲ್", "ದೂರವಾಣಿ", "ഫോൺ", "മൊബൈൽ",
	"电话", "電話", "手机", "手機", "携帯", "전화", "휴대폰", "핸드폰", "โทร", "มือถือ", "điệnthoại", "diđộng", "טלפון", "נייד", "τηλ",
	"κινητό",
}

// chatIDNames are the names of columns of WhatsApp's ids of people, as its webhooks and the tools
// around it write them.
var chatIDNames = []string{
	"waid", "jid", "remotejid", "remotejidalt", "chatid", "whatsappid", "wauserid", "whatsappuserid", "wid",
	"senderjid", "participantjid", "wajid",
	"idserialized", "serialized", "iduser",
}

// chatIDPrefixes stand before them in the exports of tools.
var chatIDPrefixes = []string{
	"contacts", "contact", "customer", "client", "recipient", "user", "message", "key", "data", "chats", "chat",
	"whatsapp", "wa", "remote", "sender",
	"participant", "owner",
}

var (
	// consentParts stand in the names of consent columns.
	consentParts = []string{
		"optin", "optedin", "optout", "optedout", "consent", "acceptswhatsapp", "acceptsmarketing", "acceptedmarketing",
		"marketingallowed", "subscribed", "unsubscribed",
		"gdpr", "lgpd", "dsgvo", "einwilligung", "zustimmung", "consentimiento", "consentimento", "aceita", "acepta",
		"autoriza", "consentement", "consenso",
		"persetujuan", "izin", "onay", "согласие", "подписан", "موافقة", "सहमति", "同意", "동의",
	}
	consentWords  = []string{"dnd", "permission", "subscription"}
	otherChannels = []string{"email", "mail", "sms", "push", "post", "call", "telegram", "newsletter"}

	// callingCodeParts and callingCodeWords stand in the names of columns of calling codes.
	callingCodeParts = []string{
		"countrycode", "countryprefix", "callingcode", "dialcode", "dialingcode", "diallingcode", "phonecode",
		"codecountry", "ländervorwahl", "landesvorwahl",
		"códigodopaís", "codigodopais", "códigodelpaís", "codigodelpais", "códigopaís", "codigopais", "indicatif",
		"prefissointernazionale", "kodenegara",
		"ülkekodu", "ulkekodu", "кодстраны", "رمزالدولة", "كودالدولة", "देशकोड", "国家代码", "國碼", "国番号", "국가번호",
	}
	callingCodeWords = []string{"ddi", "isd", "idd", "cc", "vorwahl", "prefix", "prefijo", "prefixo", "prefisso",
		"préfixe", "код"}
)
