// Command listgatekept filters a workbook and writes the kept rows as a workbook.
package main

import (
	"context"
	"errors"
	"log"
	"os"

	"github.com/listgate/listgate/filter"
	"github.com/listgate/listgate/listfile"
	"github.com/listgate/listgate/rules"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(from, to string) error {
	set, err := rules.Load(rules.Options{Categories: []string{"general"}})
	if err != nil {
		return err
	}
	f, err := filter.New(set.Compile(rules.Marketing, set.Files()[0].AsOf, rules.Medium), filter.Options{})
	if err != nil {
		return err
	}
	file, err := os.Open(from)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	list, err := listfile.OpenWorkbook(file, info.Size(), "")
	if err != nil {
		return err
	}
	kept, err := os.Create(to)
	if err != nil {
		return err
	}
	out := list.WorkbookOutput()
	started := func(l filter.Layout) { out.Started(l.HeaderRow, []int{l.Phones[0].Number - 1}, l.Replaced()) }
	_, err = f.Stream(context.Background(), out.Kept(kept), nil, list,
		filter.ListOptions{Name: from, Delimiter: ',', Started: started, Decided: out.Decided})
	return errors.Join(err, out.Close(), kept.Close())
}
