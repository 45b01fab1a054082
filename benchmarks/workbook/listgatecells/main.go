// Command listgatecells reads a workbook as listgate does and prints the sum of its cells.
package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/listgate/listgate/listfile"
)

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	info, err := file.Stat()
	if err != nil {
		log.Fatal(err)
	}
	list, err := listfile.OpenWorkbook(file, info.Size(), "")
	if err != nil {
		log.Fatal(err)
	}
	sum := sha256.New()
	rows := 0
	buffer := make([]byte, 64<<10)
	for {
		n, err := list.Read(buffer)
		sum.Write(buffer[:n]) // no cell of the workbook needs quotes, so its CSV is what the others sum
		rows += bytes.Count(buffer[:n], []byte("\n"))
		if err == io.EOF {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("%d rows, sha256:%x\n", rows, sum.Sum(nil))
}
