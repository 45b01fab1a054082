package cell

import "testing"

// The shapes that people send, from the cheapest on. Budgets on the machines we build on: canonical
// 8 ns, formatted 15 ns; the others leave the fast path and have none.
func BenchmarkCell(b *testing.B) {
	for _, shape := range []struct{ name, cell string }{
		{"canonical", "+919876543210"},
		{"bare", "919876543210"},
		{"formatted", "+91 98765-43210"},
		{"national", "(020) 7946 0123"},
		{"dots", "06.12.34.56.78"},
		{"no-break spaces", "+33\u00A06\u00A012\u00A034\u00A056\u00A078"},
		{"chat id", "919876543210@c.us"},
		{"link", "https://wa.me/919876543210"},
		{"extension", "+1 201-555-0123 x12"},
		{"scientific", "9.19876543210E+11"},
		{"two", "+91 98765 43210 / +91 98765 43211"},
		{"words", "call the reception first"},
	} {
		b.Run(shape.name, func(b *testing.B) {
			text := []byte(shape.cell)
			b.ReportAllocs()
			var c Cell
			for b.Loop() {
				c.Read(text)
			}
		})
	}
}
