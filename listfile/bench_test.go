package listfile

import (
	"io"
	"strings"
	"testing"
)

// What passing a text on costs, and finding out its encoding.
func BenchmarkOpen(b *testing.B) {
	for name, row := range map[string]string{"ASCII": "Ann Example,+14155550123,2026-11-22\n",
		"UTF-8": "José Müller,+14155550123,2026-11-22\n"} {
		b.Run(name, func(b *testing.B) {
			list := strings.Repeat(row, (16<<20)/len(row))
			b.SetBytes(int64(len(list)))
			buffer := make([]byte, 256<<10)
			for b.Loop() {
				r, err := Open(strings.NewReader(list))
				if err != nil {
					b.Fatal(err)
				}
				for err == nil {
					_, err = r.Read(buffer)
				}
				if err != io.EOF {
					b.Fatal(err)
				}
			}
		})
	}
}
