package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/listgate/listgate/benchmarks/library"
)

// compared is a peer beside its answers.
type compared struct {
	name string
	agreement
}

// compareAnswers lets listgate and the peers filter the sample, and sets answer beside answer. It
// is an error if there are differences that no explanation covers: times of programs that do
// different work say nothing.
func compareAnswers(w *workspace, s subject, d library.Denied, sample contestant, peers []contestant,
	log io.Writer) ([]compared, error) {
	rows, ours, err := ownAnswers(w, sample)
	if err != nil {
		return nil, err
	}
	keep := library.New(s.region, d).Keep
	var all []compared
	var unexplained error
	for _, peer := range peers {
		fmt.Fprintln(log, "comparing answers:", peer.name)
		if _, err := w.run(peer); err != nil {
			return nil, err
		}
		theirs, err := readAnswers(w.path(peer.list), w.path(peer.kept()))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", peer.name, err)
		}
		a := agree(rows, ours, theirs, keep, peer.foreign)
		for _, text := range a.unexplained {
			unexplained = errors.Join(unexplained, fmt.Errorf("%s: %s", peer.name, text))
		}
		all = append(all, compared{peer.name, a})
	}
	return all, unexplained
}

// ownAnswers runs listgate on the sample.
func ownAnswers(w *workspace, sample contestant) ([]row, []answer, error) {
	if _, err := w.run(sample); err != nil {
		return nil, nil, err
	}
	rows, err := readRows(w.path(sample.list))
	if err != nil {
		return nil, nil, err
	}
	answers, err := readAnswers(w.path(sample.list), w.path(sample.kept()))
	if err != nil {
		return nil, nil, err
	}
	return rows, answers, addReasons(answers, w.path(sample.outputs[1]))
}

// checkSame runs listgate's ways of writing kept rows, which must all write the same bytes.
func checkSame(w *workspace, contestants []contestant) error {
	first := ""
	for _, c := range contestants {
		if len(c.outputs) == 0 {
			continue
		}
		if _, err := w.run(c); err != nil {
			return err
		}
		sum, err := w.sum(c.kept())
		if err != nil {
			return err
		}
		if first != "" && sum != first {
			return fmt.Errorf("%s: the kept rows are not those of other runs of listgate", c.name)
		}
		first = sum
	}
	return nil
}
