"""Makes workbooks with LibreOffice: libreoffice.py LISTS OTHERS"""

import os
import sys
import time

import uno
from com.sun.star.beans import NamedValue, PropertyValue

lists, others = (os.path.abspath(folder) for folder in sys.argv[1:])


def connect():
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(60):
        try:
            return resolver.resolve("uno:pipe,name=listgate;urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(1)
    sys.exit("LibreOffice does not answer")


def properties(values):
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


def load(path, **values):
    return desktop.loadComponentFromURL("file://" + path, "_blank", 0, properties({"Hidden": True, "ReadOnly": True, **values}))


def save(document, path, filter_name="Calc MS Excel 2007 XML", **values):
    document.storeToURL("file://" + path, properties({"FilterName": filter_name, **values}))


office = connect()
desktop = office.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", office)

book = load(os.path.abspath("spreadsheet.fods"))
save(book, lists + "/spreadsheet.xlsx")
password = uno.Any("[]com.sun.star.beans.NamedValue", (NamedValue("CryptoType", "Standard"), NamedValue("OOXPassword", "listgate")))
save(book, lists + "/protected.xlsx", EncryptionData=password)
save(book, others + "/legacy.xls", "MS Excel 97")
save(book, others + "/opendocument.ods", "calc8")
book.close(True)

# 44 is the comma, 34 the quote, 76 UTF-8; then each column's number and 2 for text.
for name, columns in ("campaign-small.xlsx", "1/2/2/2/3/2/4/2/5/2/6/2"), ("campaign-small-opened.xlsx", ""):
    source = load(lists + "/campaign-small.csv", FilterName="Text - txt - csv (StarCalc)", FilterOptions="44,34,76,1," + columns)
    save(source, lists + "/" + name)
    source.close(True)
try:
    desktop.terminate()
except Exception:
    pass
