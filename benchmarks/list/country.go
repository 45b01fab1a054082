package list

import "strings"

// A country is where recipients live. A pattern is the national number of one mobile range, without
// trunk prefix: x is any digit, N one of 2 to 9.
type country struct {
	region      string
	callingCode string
	weight      int // of a thousand recipients
	grouping    string
	patterns    []string
}

// world is where the recipients of a sender of some size live: mostly the countries with the most
// WhatsApp users. The first region that our rules deny is the US; Cuba, Iran and Syria stand for
// the few who should not be on a list at all.
var world = []country{
	{"IN", "91", 220, "55",
		patterns("xxxxxxxx", "70 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 93 94 95 96 97 98 99")},
	{"BR", "55", 120, "254",
		patterns("xxxxxxx", "1196 1197 1198 1199 2196 2198 2199 3198 3199 4199 5199 6198 7198 8199 8599")},
	{"ID", "62", 80, "344", patterns("xxxxxxxx", "812 813 821 822 852 857 878")},
	{"MX", "52", 70, "244", patterns("xxxxxxx", "551 552 554 555 331 333 811 818 222 664 998")},
	{"US", "1", 70, "334",
		patterns("Nxxxxxx", "212 213 305 312 347 404 408 415 469 512 617 646 702 713 718 773 786 832 917 972")},
	{"GB", "44", 50, "46", patterns("xxxxxx", "7400 7412 7525 7711 7735 7800 7855 7903 7944 7980")},
	{"DE", "49", 40, "37",
		append(patterns("xxxxxxxx", "151 152 157 176"), patterns("xxxxxxx", "160 170 171 172 173 175 177")...)},
	{"NG", "234", 40, "334", patterns("xxxxxxx", "803 806 813 816 703 706 810 903 905")},
	{"PK", "92", 35, "37", patterns("xxxxxxx", "300 301 302 321 333 345")},
	{"IT", "39", 30, "37", patterns("xxxxxxx", "320 328 333 347 349 392")},
	{"ES", "34", 30, "333", patterns("xxxxxx", "612 625 636 655 678 699")},
	{"EG", "20", 25, "37", patterns("xxxxxxxx", "10 11 12 15")},
	{"FR", "33", 25, "12222", patterns("xxxxxxx", "60 61 62 66 67 68")},
	{"TR", "90", 25, "334", patterns("xxxxxxx", "505 532 533 535 542 555")},
	{"AR", "54", 20, "1244", patterns("xxxxxxx", "9112 9113 9114 9115 9116")},
	{"SA", "966", 20, "234", patterns("xxxxxxx", "50 53 54 55 56")},
	{"AE", "971", 15, "234", patterns("xxxxxxx", "50 52 54 55 56 58")},
	{"CO", "57", 15, "37", patterns("xxxxxxx", "300 301 310 311 320")},
	{"ZA", "27", 12, "234", patterns("xxxxxxx", "71 72 73 76 82 83")},
	{"MY", "60", 10, "234", patterns("Nxxxxxx", "12 13 16 17 19")},
	{"KE", "254", 8, "36", patterns("xxxxxx", "710 712 720 722 729")},
	{"PH", "63", 8, "334", patterns("xxxxxxx", "905 917 918 927")},
	{"CA", "1", 7, "334", patterns("Nxxxxxx", "416 514 604 403 613")},
	{"RU", "7", 6, "334", append(patterns("xxxxxxx", "903 905 916 926 985"), crimean...)},
	{"KZ", "7", 4, "334", patterns("xxxxxxx", "701 702 705 777")},
	{"PE", "51", 4, "333", patterns("xxxxxx", "912 945 987 999")},
	{"CL", "56", 3, "144", patterns("xxxxxxx", "95 98")},
	{"IR", "98", 3, "334", patterns("xxxxxxx", "912 935 936")},
	{"PR", "1", 2, "334", patterns("Nxxxxxx", "787 939")},
	{"SY", "963", 2, "333", patterns("xxxxxx", "933 944 988")},
	{"CU", "53", 1, "44", patterns("xxxxxx", "52 53 54")},
}

// crimean are the mobile numbers of a place that the rules deny by prefix, within a region that
// they allow.
var crimean = patterns("xxxxxxx", "978")

// shared are calling codes that several regions share, so that more digits must be read to tell the
// region.
var shared = []country{
	{"US", "1", 300, "334", patterns("Nxxxxxx", "212 305 415 713")},
	{"CA", "1", 150, "334", patterns("Nxxxxxx", "416 514 604")},
	{"PR", "1", 50, "334", patterns("Nxxxxxx", "787 939")},
	{"JM", "1", 50, "334", patterns("xxxxxx", "8763 8764")},
	{"DO", "1", 50, "334", patterns("Nxxxxxx", "809 829 849")},
	{"GB", "44", 150, "46", patterns("xxxxxx", "7400 7525 7711 7903")},
	{"JE", "44", 50, "46", patterns("xxxxx", "77977 77978")},
	{"IM", "44", 50, "46", patterns("xxxxx", "76241 76242 76244")},
	{"RU", "7", 50, "334", patterns("xxxxxxx", "903 916 926")},
	{"KZ", "7", 50, "334", patterns("xxxxxxx", "701 705 777")},
	{"MA", "212", 50, "234", patterns("xxxxxxx", "61 66")},
}

// crimea holds nothing but numbers that a prefix rule decides.
var crimea = []country{{"RU", "7", 1000, "334", crimean}}

// patterns returns each of the prefixes, parted by spaces, followed by rest.
func patterns(rest, prefixes string) []string {
	all := strings.Fields(prefixes)
	for i := range all {
		all[i] += rest
	}
	return all
}
