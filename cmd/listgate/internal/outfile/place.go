package outfile

import (
	"os"
	"path/filepath"
	"strings"
)

// IsStream reports whether what is written to path goes to a device, a pipe or something that
// another program has opened for us.
func IsStream(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && (!info.Mode().IsRegular() || isDescriptor(BehindLinks(path)))
}

// isDescriptor reports whether path names an open file, as the ends of /dev/stdout and /dev/fd/3
// do.
func isDescriptor(path string) bool {
	return strings.HasPrefix(path, "/proc/") || strings.HasPrefix(path, "/dev/fd/")
}

// BehindLinks returns what the symbolic links at path lead to, be there a file or not, so that
// outputs go there and links stay: whoever reads behind a link must not find an earlier run's
// output.
func BehindLinks(path string) string {
	for range 40 { // as many as Linux follows
		target, err := os.Readlink(path)
		if err != nil || isDescriptor(path) {
			break
		}
		if !filepath.IsAbs(target) {
			// not cleaned: ".." may lead out of a link
			target = filepath.Dir(path) + string(filepath.Separator) + target
		}
		path = target
	}
	return path
}
