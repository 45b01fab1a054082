"""Makes a workbook with openpyxl, as programs do that export lists: openpyxl_lists.py LISTS"""

import datetime
import sys

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.utils.datetime import CALENDAR_MAC_1904

book = openpyxl.Workbook()
book.epoch = CALENDAR_MAC_1904
rows = book.active
rows.title = "Export"
for row in [
    ["phone", "name", "opt_in", "since", "score"],
    [447700900123, "Ada", True, datetime.date(2024, 3, 15), 0.1 + 0.2],
    [447700900456.0, "Bo", False, datetime.datetime(2024, 3, 15, 13, 45, 30), 1e-5],
    ["+447700900789", "Cy,\nwith a line break", None, datetime.time(9, 5), 1e21],
    [44770090012345678, "Di", None, datetime.timedelta(hours=27, minutes=30)],
    ["=44&7700900222", "Em, never calculated"],
    ["+447700900333", "Fay", None, None, " a space "],
    [],
    [None, "Gus"],
    ["#N/A", "Hal", None, None, '"quoted"'],
    ["07700900444", "Ivy"],
]:
    rows.append(row)
rows["A7"].quotePrefix = True
rows.row_dimensions[3].hidden = True
chart = book.create_chartsheet("Chart", 0)
bars = BarChart()
bars.add_data(Reference(rows, min_col=5, min_row=2, max_row=4))
chart.add_chart(bars)
hidden = book.create_sheet("Hidden", 1)
hidden.append(["phone"])
hidden.sheet_state = "veryHidden"
book.save(sys.argv[1] + "/openpyxl.xlsx")
