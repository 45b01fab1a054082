// Command excelizecells reads a workbook by excelize's iterator and prints the sum of its cells.
package main

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

func main() {
	book, err := excelize.OpenFile(os.Args[1], excelize.Options{RawCellValue: true})
	if err != nil {
		log.Fatal(err)
	}
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		log.Fatal(err)
	}
	sum := sha256.New()
	out := bufio.NewWriter(sum)
	count := 0
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			log.Fatal(err)
		}
		if count++; count > 1 {
			cells[3] = day(cells[3])
		}
		out.WriteString(strings.Join(cells, ",") + "\n")
	}
	if err := rows.Error(); err != nil {
		log.Fatal(err)
	}
	out.Flush()
	fmt.Printf("%d rows, sha256:%x\n", count, sum.Sum(nil))
}

// day writes the number of a day as a date.
func day(number string) string {
	days, err := strconv.ParseFloat(number, 64)
	if err != nil {
		log.Fatal(err)
	}
	date, err := excelize.ExcelDateToTime(days, false)
	if err != nil {
		log.Fatal(err)
	}
	return date.Format("2006-01-02")
}
