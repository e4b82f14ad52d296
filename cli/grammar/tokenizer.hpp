// From a line of text to tokens: quotes as in POSIX, comments, escapes, and the expansion of `$_` and
// `${name}`. What is expanded never splits into several tokens. Pure.
#pragma once

#include <cli/answer.hpp>

#include <map>
#include <optional>
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

/// A line as far as it was typed: a quote or `${` that is open goes on to its end.
struct UnfinishedLine {
    std::vector<Token> tokens;
    bool in_word = false; ///< the last token goes up to the end of the line
    char quote = '\0';    ///< that is open there: ' or "
    bool comment = false; ///< the end stands in a comment
};
/// Variables that are not set stand for themselves. nullopt: not text.
std::optional<UnfinishedLine> tokenize_unfinished(std::string_view line, const Variables* variables);

/// Whether the line ends with a backslash that joins the next one to it: one outside single quotes and
/// comments.
bool continues(std::string_view line);

/// A token that `tokenize` reads back as `text`.
std::string quote(std::string_view text);

} // namespace cairn::cli
