//go:build !linux

package disk

func renameNew(name, to string) error { return lookAndRename(name, to) }
