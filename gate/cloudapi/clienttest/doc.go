// Package clienttest proves cloudapi.Transport with a client that is not ours,
// github.com/piusalfred/whatsapp, against a loopback server that behaves like the Cloud API. It is
// a module of its own, so that nobody who uses listgate gets that client, too.
package clienttest
