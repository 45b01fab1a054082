#!/bin/sh
# Makes the workbooks of the tests with the programs that people have. Debian: libreoffice-calc python3-uno python3-openpyxl.
# Their bytes differ from run to run and program to program; what the tests expect of them does not.
set -eu
cd "$(dirname "$0")"
profile=$(mktemp -d)
soffice --headless --norestore "-env:UserInstallation=file://$profile" '--accept=pipe,name=listgate;urp' &
trap 'kill $! 2>/dev/null; rm -rf "$profile"' EXIT
/usr/bin/python3 libreoffice.py ../../../../../testdata/lists ..
/usr/bin/python3 openpyxl_lists.py ../../../../../testdata/lists
