// From a line of text to tokens: quotes as in POSIX, comments, escapes, and the expansion of `$_` and
// `${name}`. What is expanded never splits into several tokens. Pure.
#pragma once

#include <cli/answer.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::cli {

using Variables = std::map<std::string, std::string>; ///< `_` is the last id printed

struct Token {
    std::string text;
    std::size_t position = 0; ///< of its first byte in the line, from 0
    bool quoted = false;      ///< some of it stood in quotes
};

/// `variables` nullptr: `$` stands for itself. Usage failures: unterminated_quote (tells the position),
/// unknown_variable, not_text (not UTF-8, or a NUL byte).
Expected<std::vector<Token>> tokenize(std::string_view line, const Variables* variables);

/// Whether the line ends with a backslash that joins the next one to it: one outside single quotes and
/// comments.
bool continues(std::string_view line);

/// A token that `tokenize` reads back as `text`.
std::string quote(std::string_view text);

} // namespace cairn::cli
