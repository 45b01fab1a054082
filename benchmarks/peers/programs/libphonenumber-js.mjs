// Filters a list with libphonenumber-js: LIST KEPT DEFAULT-REGION DENIED-REGIONS DENIED-PREFIXES.
// The decision is that of package library. The "max" metadata is the one that can tell assigned ranges.

import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { parse } from "csv-parse";
import { stringify } from "csv-stringify";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";

const [source, target, region, deniedRegions, deniedPrefixes] = process.argv.slice(2);
const denied = new Set(deniedRegions.split(","));
const prefixes = deniedPrefixes.split(",").map((digits) => "+" + digits);

function read(text) {
  if (text.startsWith("00")) text = "+" + text.slice(2);
  if (text.startsWith("+")) return good(parsePhoneNumberFromString(text, { extract: false }), "isPossible");
  const national = region && good(parsePhoneNumberFromString(text, { defaultCountry: region, extract: false }), "isValid");
  return national || good(parsePhoneNumberFromString("+" + text, { extract: false }), "isValid");
}

function good(number, check) {
  return number !== undefined && number[check]() ? number : undefined;
}

// A number whose country cannot be told is allowed if all that it may belong to are.
function allowed(number) {
  if (number.isNonGeographic()) return false;
  const candidates = number.country ? [number.country] : number.getPossibleCountries();
  return candidates.length > 0 && !candidates.some((candidate) => denied.has(candidate));
}

function keep(cell) {
  const number = read(cell.trim());
  return number !== undefined && !prefixes.some((prefix) => number.number.startsWith(prefix)) && allowed(number);
}

async function* filter(rows) {
  let column = -1;
  for await (const row of rows) {
    if (column < 0) {
      column = row.indexOf("phone");
      if (column < 0) throw new Error("no column phone");
      yield row;
    } else if (column < row.length && keep(row[column])) {
      yield row;
    }
  }
}

await pipeline(
  createReadStream(source),
  parse({ relax_column_count: true, relax_quotes: true }),
  filter,
  stringify(),
  createWriteStream(target),
);
