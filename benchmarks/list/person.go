package list

import (
	"strings"
	"time"
)

var (
	firstNames = strings.Fields(`Asha Rahul Priya Arjun Neha Vikram Ana João Bruno Larissa Mateus Camila Budi Siti Agus Dewi
		José Lucía Diego Valentina Emily Michael Sarah David Olivia Harry Amelia Jürgen Zoë Lena Paul Chinedu Ngozi Emeka
		Ahmed Fatima Mohamed Yasmin Giulia Marco Sofia Luca Hugo Inés Camille Théo Ayşe Mehmet Thandi Sipho Wanjiru Kevin
		Anastasia Dmitri Aigerim Nurlan Maria Carlos Wei Li Hana Omar Layla Ali`)
	lastNames = strings.Fields(`Rao Sharma Patel Singh Iyer Khan Souza Silva Oliveira Santos Pereira Lima Santoso Wijaya
		Hernández García López Martínez Smith Johnson Brown Williams Taylor Wilson Müller Schmidt Becker Okafor Adeyemi
		Hassan Mahmoud Rossi Ferrari Bianchi Fernández Moreno Dubois Laurent Yılmaz Demir Nkosi Dlamini Kamau Otieno
		Ivanova Petrov Omarov Reyes Cruz Tan Wong Lee Haddad Saleh Nasser Aziz Costa Vega Rojas Flores Díaz Torres`)
	cities = strings.Split("Mumbai;Delhi;Bengaluru;Chennai;Pune;São Paulo;Rio de Janeiro;Recife;Jakarta;Surabaya;México;Guadalajara;"+
		"New York;Houston;London;Leeds;Berlin;Hamburg;Lagos;Abuja;Karachi;Lahore;Milano;Roma;Madrid;Sevilla;Cairo;Paris;Lyon;"+
		"İstanbul;Ankara;Buenos Aires;Riyadh;Dubai;Bogotá;Cape Town;Kuala Lumpur;Nairobi;Manila;Toronto;Almaty;Lima",
		";")
	days = lastDays(700)
)

// lastDays returns so many days, the last of them fixed so that lists are the same on every day.
func lastDays(count int) []string {
	last := time.Date(2026, time.October, 31, 0, 0, 0, 0, time.UTC)
	all := make([]string, count)
	for i := range all {
		all[i] = last.AddDate(0, 0, -i).Format(time.DateOnly)
	}
	return all
}

// appendName appends a name as CSV, plain but for the shapes that are about names.
func (g *Generator) appendName(b []byte, shape Shape) []byte {
	first, last := one(&g.random, firstNames), one(&g.random, lastNames)
	switch shape {
	case Quoted:
		return g.appendQuotedName(b, first, last)
	case Stray:
		return append(append(b, first...), one(&g.random, strayNames)...)
	}
	b = append(append(b, first...), ' ')
	return append(b, last...)
}

// appendQuotedName appends a name that needs quotes: mostly for a comma, else for a quote or a line
// break in it.
func (g *Generator) appendQuotedName(b []byte, first, last string) []byte {
	between := one(&g.random, quotedBetween)
	b = append(append(append(b, '"'), last...), between...)
	return append(append(b, first...), '"')
}

var (
	strayNames    = []string{` 5" pipe`, ` "the boss"`, ` 6" nails`}
	quotedBetween = spread([]share[string]{{", ", 7}, {` ""Ace"" `, 2}, {"\n", 1}})
)
