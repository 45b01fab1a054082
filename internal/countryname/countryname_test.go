package countryname

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRegion(t *testing.T) {
	for code, names := range map[string][]string{
		"IN": {"IN", "in", "In", "IND", "India", "INDIA", " india ", "भारत", "Indien", "Índia", "Inde", "Hindistan",
			"الهند", "Индия", "印度", "インド", "🇮🇳", "ভারত", "இந்தியா"},
		"MO": {"Macao SAR China", "Macau", "macao", "中国澳门特别行政区"},
		"GB": {"England", "northern ireland", "SCOTLAND", "Wales", "UK", "U.K.", "United Kingdom",
			"Vereinigtes Königreich", "Reino Unido", "Royaume-Uni", "Великобритания"},
		"CI": {"Cote d Ivoire", "Côte d’Ivoire", "Cote d'Ivoire", "Ivory Coast", "Costa de Marfil"},
		"NA": {"NA", "na", "Namibia"},
		"DE": {"Deutschland", "deutschland", "Germany", "Alemania", "Alemanha", "Allemagne", "Almanya", "ألمانيا",
			"Германия", "Jerman"},
		"BR": {"Brasil", "BRASIL", "Brésil", "Brazil", "Brasilien", "ब्राज़ील", "البرازيل"},
		"US": {"USA", "EE. UU.", "EEUU", "EUA", "Estados Unidos", "États-Unis", "США", "Amerika Serikat",
			"Vereinigte Staaten"},
		"EG": {"مصر", "Egypt", "Ägypten", "Misir", "Mesir", "Египет"},
		"NE": {"Niger", "niger"}, "NG": {"Nigeria", "Nigéria"}, "KP": {"North Korea", "Nordkorea"},
		"CU": {"Kuba", "Cuba", "Куба", "كوبا"},
		"": {"", "Congo", "Конго", "Korea", "Corea", "N/A", "Atlantis", "Bavaria", "XX", "ZZ", "EU", "and", "+91",
			"91", "Unknown"},
	} {
		for _, name := range names {
			r, ok := Region(name)
			require.Equal(t, code != "", ok, "%q", name)
			if ok {
				require.Equal(t, code, r.String(), "%q", name)
			}
		}
	}
}
