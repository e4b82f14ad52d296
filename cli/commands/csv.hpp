// Reading comma-separated values (RFC 4180): lists of payments. They are written by output/plain_text.hpp.
// Pure.
#pragma once

#include <base/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::cli {

struct CsvRow {
    std::size_t line = 0; ///< on which it begins, from 1
    std::vector<std::string> fields;
};
struct CsvFault {
    std::size_t line = 0;
    std::string why;
};

/// Rows that are blank, or whose first character is #, are left out; a byte-order mark and CRLF are
/// tolerated. Blanks around a field without quotes are dropped.
Result<std::vector<CsvRow>, CsvFault> parse_csv(std::string_view text);

} // namespace cairn::cli
