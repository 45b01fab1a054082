// Package proxied proves that "listgate serve --proxy" protects senders that are not ours, in
// several languages, which are told its address and nothing else. Its programs come from the npm
// registry and from the system; LISTGATE_TEST_CLIENTS=needed gets those from the registry, and
// makes one that is missing a failure.
package proxied
