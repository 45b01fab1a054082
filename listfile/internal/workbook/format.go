package workbook

import (
	"fmt"
	"strconv"
)

// readFormats returns the format of each cell style. Style 0 is always there, and the only one of a
// part that is named and not there.
func (a archive) readFormats(name string) ([]format, stylesheet, error) {
	styles := stylesheet{codes: map[int]string{}}
	if name == "" || !a.has(name) {
		styles.ids = make([]int, 1)
		return make([]format, 1), styles, nil
	}
	custom := map[int]format{}
	err := a.read(name, "styleSheet", maxPartBytes, func(p *part, child *tag) error {
		switch string(child.name) {
		case "numFmts":
			return p.each("numFmt", func(start *tag) error {
				id, err := formatID(start, len(custom), maxFormats)
				code := string(start.attribute("formatCode"))
				if custom[id] = parseFormat(code); len(code) <= maxFormatBytes {
					styles.codes[id] = code
				}
				return err
			})
		case "cellXfs":
			return p.each("xf", func(start *tag) error {
				id, err := formatID(start, len(styles.ids), maxEntries)
				styles.ids = append(styles.ids, id)
				return err
			})
		}
		return p.skip()
	})
	if len(styles.ids) == 0 {
		styles.ids = make([]int, 1)
	}
	return resolve(styles.ids, custom), styles, err
}

// formatID returns the number of the format that an element names.
func formatID(start *tag, have, most int) (int, error) {
	if have == most {
		return 0, fmt.Errorf("its styles: %w", ErrTooLarge)
	}
	value := string(start.attribute("numFmtId"))
	if value == "" {
		return 0, nil
	}
	id, err := strconv.Atoi(value)
	if err != nil {
		return 0, fmt.Errorf("it has a style without a number: %w", ErrDamaged)
	}
	return id, nil
}

func resolve(styles []int, custom map[int]format) []format {
	formats := make([]format, len(styles))
	for i, id := range styles {
		f, ok := custom[id]
		if !ok {
			f = builtin(id)
		}
		formats[i] = f
	}
	return formats
}

// builtin returns the format of a number below 164, which files need not spell out (ECMA-376 part
// 1, 18.8.30; 27 to 36 and 50 to 58 are dates in East Asian editions).
func builtin(id int) format {
	switch {
	case id == 46:
		return format{sections: []section{{shows: aDuration}}}
	case 14 <= id && id <= 22, 27 <= id && id <= 36, 45 <= id && id <= 47, 50 <= id && id <= 58:
		return format{sections: []section{{shows: aDate}}}
	case id == 11, id == 48:
		return format{sections: []section{{scientific: true}}}
	}
	return format{}
}
