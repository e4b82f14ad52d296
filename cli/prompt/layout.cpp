#include <cli/output/printer.hpp>
#include <cli/prompt/layout.hpp>

#include <algorithm>

namespace cairn::cli {

namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80; }

/// The character that begins at `at`.
std::string_view character(std::string_view text, std::size_t at) {
    std::size_t end = at + 1;
    while (end < text.size() && is_continuation(text[end])) ++end;
    return text.substr(at, end - at);
}

std::size_t width_of(std::string_view one, std::size_t column) {
    constexpr std::size_t tab = 8;
    if (one == "\t") return tab - column % tab;
    const auto lead = static_cast<unsigned char>(one[0]);
    return lead < 0x20 || lead == 0x7f ? 2 : display_width(one);
}

} // namespace

Spot spot_after(std::string_view text, std::size_t columns) {
    Spot spot;
    for (std::size_t at = 0; at < text.size();) {
        const auto one = character(text, at);
        at += one.size();
        if (one == "\n") {
            spot = {spot.row + 1, 0};
            continue;
        }
        const std::size_t width = width_of(one, spot.column);
        if (spot.column + width > columns) spot = {spot.row + 1, 0};
        spot.column += width;
    }
    if (spot.column >= columns) spot = {spot.row + 1, 0};
    return spot;
}

std::string without_marks(std::string_view prompt, bool and_escapes) {
    std::string out;
    bool hidden = false;
    for (const char c : prompt) {
        if (c == '\x01' || c == '\x02')
            hidden = c == '\x01';
        else if (!hidden || !and_escapes)
            out += c;
    }
    return out;
}

std::string fitted(const std::string& text, std::size_t columns) {
    if (display_width(text) <= columns) return text;
    std::string kept;
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto one = character(text, at);
        if (width + display_width(one) + 1 > columns) break;
        kept += one;
        width += display_width(one);
        at += one.size();
    }
    const bool blank = kept.find_first_not_of(' ') == std::string::npos;
    return blank ? std::string() : kept + "…";
}

std::string fitted_behind(const std::string& hint, std::string_view shown, std::size_t columns) {
    const Spot end = spot_after(shown, columns);
    // At the left edge the terminal may still hold the cursor in the row above.
    if (hint.empty() || (end.column == 0 && end.row > 0) || end.column + 2 >= columns) return {};
    return fitted(hint, columns - end.column - 1);
}

std::string in_columns(const std::vector<std::string>& words, std::size_t columns) {
    constexpr std::size_t gap = 2;
    std::size_t widest = 1;
    for (const auto& word : words) widest = std::max(widest, display_width(word));
    const std::size_t across = std::max<std::size_t>(1, (columns + gap - 1) / (widest + gap));
    const std::size_t rows = (words.size() + across - 1) / across;
    std::string text;
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t i = row; i < words.size(); i += rows) {
            text += words[i];
            if (i + rows < words.size()) text += std::string(widest + gap - display_width(words[i]), ' ');
        }
        text += "\n";
    }
    return text;
}

} // namespace cairn::cli
