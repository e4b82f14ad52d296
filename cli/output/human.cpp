// The human view: aligned fields, lines, colour with meaning.
#include <base/utf8.hpp>
#include <cli/output/table.hpp>
#include <cli/output/wrap.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace cairn::cli {

namespace {

struct Range {
    std::uint32_t first, last;
};
// Unicode 15, East_Asian_Width W and F in blocks, and the emoji blocks.
constexpr std::array wide = {Range{0x1100, 0x115f},   Range{0x2e80, 0x303e},  Range{0x3041, 0xa4cf},
                             Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},  Range{0xfe30, 0xfe6f},
                             Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},  Range{0x1f300, 0x1f64f},
                             Range{0x1f900, 0x1f9ff}, Range{0x20000, 0x3fffd}};
constexpr std::array combining = {Range{0x0300, 0x036f}, Range{0x1ab0, 0x1aff}, Range{0x1dc0, 0x1dff},
                                  Range{0x20d0, 0x20ff}, Range{0xfe00, 0xfe0f}, Range{0xfe20, 0xfe2f}};

template <std::size_t N> bool within(const std::array<Range, N>& ranges, std::uint32_t point) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](Range r) { return point >= r.first && point <= r.last; });
}

std::string fields_text(const Fields& fields, const Style& style) {
    std::string out;
    std::size_t names = 0;
    for (const auto& [name, cell] : fields.rows) names = std::max(names, display_width(name));
    for (const auto& [name, cell] : fields.rows) {
        const std::string blanks(names - display_width(name) + 2, ' ');
        out += coloured(name, Tone::dim, style.colour) + blanks;
        out += coloured(escape_for_display(cell.text), cell.tone, style.colour) + "\n";
    }
    return out;
}

std::string line_text(const Line& line, const Style& style) {
    std::string out;
    for (const auto& cell : line.cells)
        out += coloured(escape_for_display(cell.text), cell.tone, style.colour);
    return out + "\n";
}

} // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        std::uint32_t point = lead < 0x80 ? lead : lead & (0xffu >> (size + 1));
        for (std::size_t i = 1; i < size && at + i < text.size(); ++i)
            point = point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3fu);
        width += within(combining, point) ? 0u : within(wide, point) ? 2u : 1u;
        at += size;
    }
    return width;
}

std::string coloured(std::string_view text, Tone tone, bool colour) {
    if (!colour || tone == Tone::plain || text.empty()) return std::string(text);
    const char* code = "0";
    switch (tone) {
    case Tone::good:
        code = "32";
        break;
    case Tone::bad:
        code = "31";
        break;
    case Tone::warn:
        code = "33";
        break;
    case Tone::dim:
        code = "2";
        break;
    case Tone::strong:
        code = "1";
        break;
    case Tone::print:
        code = "97;40";
        break;
    case Tone::plain:
        break;
    }
    return std::string("\x1b[") + code + "m" + std::string(text) + "\x1b[0m";
}

std::string render_human(const View& view, const Style& style) {
    std::string out;
    for (const auto& section : view.sections()) {
        switch (section.kind) {
        case View::Section::Kind::fields:
            out += wrap_at_words(fields_text(section.fields, style), style.width);
            break;
        case View::Section::Kind::table:
            render_table(out, section.table, style);
            break;
        case View::Section::Kind::line:
            out += wrap_at_words(line_text(section.line, style), style.width);
            break;
        case View::Section::Kind::whole:
            out += section.text;
            break;
        case View::Section::Kind::text:
            out += wrap_at_words(section.text, style.width);
            break;
        }
    }
    return out;
}

} // namespace cairn::cli
