#include <cli/output/printer.hpp>
#include <cli/output/wrap.hpp>

#include <algorithm>

namespace cairn::cli {
namespace {

/// Columns of a text with escapes of colour in it: `ESC [ … m`.
std::size_t shown_width(std::string_view text) {
    std::string shown;
    while (true) {
        const auto escape = text.find("\x1b[");
        shown += text.substr(0, escape);
        const auto end = escape == std::string_view::npos ? escape : text.find('m', escape);
        if (end == std::string_view::npos) return display_width(shown);
        text.remove_prefix(end + 1);
    }
}

/// Where the text of a line begins, in columns: behind the last gap of two blanks in its first half, else
/// behind its indent.
std::size_t hanging(std::string_view line, std::size_t width) {
    std::size_t column = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const bool begins =
            line[at] != ' ' && (at == 0 || (line[at - 1] == ' ' && (at == 1 || line[at - 2] == ' ')));
        const bool indent = line.substr(0, at).find_first_not_of(' ') == std::string_view::npos;
        if (!begins && !(indent && line[at] != ' ')) continue;
        const auto before = shown_width(line.substr(0, at));
        if (before > width / 2) break;
        column = before;
    }
    return column;
}

void wrap_line(std::string& out, std::string_view line, std::size_t width) {
    const std::size_t indent = hanging(line, width);
    std::size_t column = 0; // written so far
    bool fresh = true;      // nothing but the indent stands in this row
    while (!line.empty()) {
        const auto word_begin = std::min(line.find_first_not_of(' '), line.size());
        const auto word_end = std::min(line.find(' ', word_begin), line.size());
        const auto piece = line.substr(0, word_end);
        const auto word = line.substr(word_begin, word_end - word_begin);
        line.remove_prefix(word_end);
        if (fresh || column + shown_width(piece) <= width) {
            out += piece;
            column += shown_width(piece);
        } else {
            const std::size_t to = indent + shown_width(word) <= width ? indent : 0;
            out += "\n" + std::string(to, ' ');
            out += word;
            column = to + shown_width(word);
        }
        fresh = false;
    }
}

} // namespace

std::string wrap_at_words(std::string_view text, std::size_t width) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        if (shown_width(line) <= width)
            out += line;
        else
            wrap_line(out, line, width);
        if (end < text.size()) out += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string wrap_question(std::string_view question, std::string_view must_type, std::size_t width) {
    constexpr std::size_t more = 8; // one that is mistyped
    const std::string asks = "Type " + std::string(must_type) + " to agree: ";
    const std::string above = wrap_at_words(question, width);
    const std::size_t last = above.find_last_of('\n') + 1; // 0 where there is one line
    const std::size_t all =
        shown_width(std::string_view(above).substr(last)) + 1 + asks.size() + must_type.size() + more;
    return above + (all > width ? "\n" : " ") + asks;
}

} // namespace cairn::cli
