package config

import (
	"io/fs"

	"golang.org/x/sys/windows"
)

// distrustOwner says why something may be another user's work; "" means that it belongs to the
// user, to Administrators or to the system. Who else may write it is not looked at: rights are
// inherited in ways that no short list of rules covers.
func distrustOwner(path string, _ fs.FileInfo) string {
	const unknown = "does not say whose it is"
	descriptor, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return unknown
	}
	owner, _, err := descriptor.Owner()
	if err != nil || owner == nil {
		return unknown
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return unknown
	}
	if owner.Equals(user.User.Sid) || owner.IsWellKnown(windows.WinBuiltinAdministratorsSid) ||
		owner.IsWellKnown(windows.WinLocalSystemSid) {
		return ""
	}
	return "belongs to another user"
}
