// Filters a list with Google's libphonenumber: LIST KEPT DEFAULT-REGION DENIED-REGIONS DENIED-PREFIXES.
// The decision is that of package library, line by line.

#include <phonenumbers/phonenumberutil.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <list>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

std::vector<std::string> Split(const std::string& joined) {
  std::vector<std::string> parts;
  std::stringstream stream(joined);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

std::string Trim(const std::string& text) {
  const char* blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

class Decider {
 public:
  Decider(const std::string& region, const std::string& regions, const std::string& prefixes)
      : util_(*PhoneNumberUtil::GetInstance()), region_(region), prefixes_(Split(prefixes)) {
    for (const auto& denied : Split(regions)) regions_.insert(denied);
  }

  bool Keep(const std::string& cell) const {
    PhoneNumber number;
    return Read(Trim(cell), &number) && !DeniedByPrefix(number) && Allowed(number);
  }

 private:
  bool Read(std::string text, PhoneNumber* number) const {
    if (text.compare(0, 2, "00") == 0) text = "+" + text.substr(2);
    if (text.compare(0, 1, "+") == 0) return Parse(text, "ZZ", number) && IsPossible(*number);
    if (!region_.empty() && Parse(text, region_, number) && util_.IsValidNumber(*number)) return true;
    return Parse("+" + text, "ZZ", number) && util_.IsValidNumber(*number);
  }

  bool Parse(const std::string& text, const std::string& region, PhoneNumber* number) const {
    number->Clear();
    return util_.Parse(text, region, number) == PhoneNumberUtil::NO_PARSING_ERROR;
  }

  bool IsPossible(const PhoneNumber& number) const {
    return util_.IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE;
  }

  bool DeniedByPrefix(const PhoneNumber& number) const {
    std::string e164;
    util_.Format(number, PhoneNumberUtil::E164, &e164);
    for (const auto& prefix : prefixes_) {
      if (e164.compare(1, prefix.size(), prefix) == 0) return true;
    }
    return false;
  }

  bool Allowed(const PhoneNumber& number) const {
    std::string region;
    util_.GetRegionCodeForNumber(number, &region);
    if (region == "001") return false;
    if (region != "ZZ") return regions_.count(region) == 0;
    std::list<std::string> all;
    util_.GetRegionCodesForCountryCallingCode(number.country_code(), &all);
    for (const auto& candidate : all) {
      if (regions_.count(candidate) > 0) return false;
    }
    return true;
  }

  const PhoneNumberUtil& util_;
  const std::string region_;
  const std::vector<std::string> prefixes_;
  std::set<std::string> regions_;
};

// ReadRecord reads the row that begins at `at`: its raw bytes and its cells. It returns false at the end.
bool ReadRecord(const std::string& data, size_t* at, std::string* raw, std::vector<std::string>* cells) {
  if (*at >= data.size()) return false;
  const size_t start = *at;
  cells->assign(1, "");
  bool quoted = false;
  size_t cell_start = start;
  for (size_t i = start; i < data.size(); i++) {
    const char c = data[i];
    if (quoted && c == '"' && i + 1 < data.size() && data[i + 1] == '"') {
      cells->back() += data[++i];
    } else if (c == '"' && (quoted || i == cell_start)) {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells->emplace_back();
      cell_start = i + 1;
    } else if (c == '\n' && !quoted) {
      *at = i + 1;
      raw->assign(data, start, *at - start);
      return true;
    } else {
      cells->back() += c;
    }
  }
  *at = data.size();
  raw->assign(data, start, std::string::npos);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: libphonenumber LIST KEPT DEFAULT-REGION DENIED-REGIONS DENIED-PREFIXES\n";
    return 2;
  }
  std::ifstream in(argv[1], std::ios::binary);
  const std::string data((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::ofstream out(argv[2], std::ios::binary);
  const Decider decider(argv[3], argv[4], argv[5]);

  size_t at = 0;
  std::string raw;
  std::vector<std::string> cells;
  if (!in || !ReadRecord(data, &at, &raw, &cells)) return 1;
  size_t column = 0;
  while (column < cells.size() && cells[column] != "phone") column++;
  if (column == cells.size()) return 1;
  out << raw;
  while (ReadRecord(data, &at, &raw, &cells)) {
    if (column < cells.size() && decider.Keep(cells[column])) out << raw;
  }
  out.close();
  return out ? 0 : 1;
}
