# Reads a workbook by openpyxl, row by row, and prints the sum of its cells.
import datetime
import hashlib
import sys

import openpyxl

if sys.argv[1:] == ["--version"]:
    print("openpyxl", openpyxl.__version__, "on CPython", sys.version.split()[0])
    sys.exit()


def text(value):
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d")
    return "" if value is None else str(value)


total = hashlib.sha256()
rows = 0
for row in openpyxl.load_workbook(sys.argv[1], read_only=True).worksheets[0].iter_rows(values_only=True):
    total.update((",".join(map(text, row)) + "\n").encode())
    rows += 1
print(f"{rows} rows, sha256:{total.hexdigest()}")
