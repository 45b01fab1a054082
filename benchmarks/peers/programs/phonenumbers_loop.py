"""Filters a list with phonenumbers: LIST KEPT DEFAULT-REGION DENIED-REGIONS DENIED-PREFIXES.

The decision is that of package library, line by line.
"""

import csv
import sys

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    ValidationResult,
    is_possible_number_with_reason,
    is_valid_number,
)


class Decider:
    def __init__(self, region, denied_regions, denied_prefixes):
        self.region = region
        self.denied_regions = set(denied_regions.split(","))
        self.denied_prefixes = tuple("+" + p for p in denied_prefixes.split(","))

    def keep(self, cell):
        number = self.read(cell.strip())
        return number is not None and not self.denied_by_prefix(number) and self.allowed(number)

    def read(self, text):
        if text.startswith("00"):
            text = "+" + text[2:]
        if text.startswith("+"):
            return parse(text, None, is_possible)
        if self.region:
            number = parse(text, self.region, is_valid_number)
            if number is not None:
                return number
        return parse("+" + text, None, is_valid_number)

    def denied_by_prefix(self, number):
        return phonenumbers.format_number(number, PhoneNumberFormat.E164).startswith(self.denied_prefixes)

    def allowed(self, number):
        region = phonenumbers.region_code_for_number(number)
        if region == "001":
            return False
        if region is not None:
            return region not in self.denied_regions
        return self.denied_regions.isdisjoint(phonenumbers.region_codes_for_country_code(number.country_code))


def parse(text, region, is_good):
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    return number if is_good(number) else None


def is_possible(number):
    return is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE


def main(source, target, region, denied_regions, denied_prefixes):
    decider = Decider(region, denied_regions, denied_prefixes)
    with open(source, newline="", encoding="utf-8") as rows, open(target, "w", newline="", encoding="utf-8") as kept:
        reader, writer = csv.reader(rows), csv.writer(kept, lineterminator="\n")
        header = next(reader)
        column = header.index("phone")
        writer.writerow(header)
        for row in reader:
            if column < len(row) and decider.keep(row[column]):
                writer.writerow(row)


if __name__ == "__main__":
    main(*sys.argv[1:])
