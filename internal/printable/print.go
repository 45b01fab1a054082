package printable

import (
	"fmt"
	"io"
	"reflect"
)

// Fprintf is fmt.Fprintf for text of ours with that of others in it: each argument that is a text,
// an error or says itself in words is shown as Line does, and so adds no line and no command. The
// format is ours.
func Fprintf(w io.Writer, format string, args ...any) (int, error) {
	return fmt.Fprintf(w, format, lines(args)...)
}

// Fprintln is fmt.Fprintln in the same way.
func Fprintln(w io.Writer, args ...any) (int, error) { return fmt.Fprintln(w, lines(args)...) }

// Sprintf is fmt.Sprintf in the same way.
func Sprintf(format string, args ...any) string { return fmt.Sprintf(format, lines(args)...) }

func lines(args []any) []any {
	shown := make([]any, len(args))
	for i, arg := range args {
		shown[i] = shownAs(arg)
	}
	return shown
}

// shownAs returns what to print for an argument. Numbers stay what they are, those with a name too:
// they may be printed as numbers, and their names are ours.
func shownAs(arg any) any {
	switch v := arg.(type) {
	case string:
		return Line(v)
	case []string:
		return Lines(v)
	case error:
		return Line(v.Error())
	}
	kind := reflect.ValueOf(arg).Kind()
	if v, ok := arg.(fmt.Stringer); ok && (kind < reflect.Int || kind > reflect.Float64) {
		return Line(v.String())
	}
	if kind == reflect.String {
		return Line(reflect.ValueOf(arg).String())
	}
	return arg
}
