// Package version says which listgate this is: for the command, the server and the page.
package version

// Version is the version, without a "v". A release has it as its tag.
const Version = "0.1.0"
