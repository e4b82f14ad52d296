// The human view: aligned fields and tables, colour with meaning.
#include <base/utf8.hpp>
#include <cli/output/printer.hpp>

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

std::string pad(std::string_view text, std::size_t width, Align align) {
    const std::size_t have = display_width(text);
    const std::string blanks(have < width ? width - have : 0, ' ');
    return align == Align::left ? std::string(text) + blanks : blanks + std::string(text);
}

/// The first `width` columns, the last one an ellipsis where something is left out.
std::string shorten(const std::string& text, std::size_t width) {
    if (display_width(text) <= width) return text;
    std::string kept;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
        if (display_width(kept) + display_width(std::string_view(text).substr(at, end - at)) + 1 > width)
            break;
        kept += text.substr(at, end - at);
        at = end;
    }
    return kept + "…";
}

void render_fields(std::string& out, const Fields& fields, const Style& style) {
    std::size_t names = 0;
    for (const auto& [name, cell] : fields.rows) names = std::max(names, display_width(name));
    for (const auto& [name, cell] : fields.rows) {
        out += coloured(pad(name, names, Align::left), Tone::dim, style.colour) + "  ";
        out += coloured(escape_for_display(cell.text), cell.tone, style.colour) + "\n";
    }
}

void render_table(std::string& out, const Table& table, const Style& style) {
    if (table.rows.empty()) {
        if (!table.when_empty.empty()) out += table.when_empty + "\n";
        return;
    }
    std::vector<std::size_t> widths;
    for (const auto& column : table.columns) widths.push_back(display_width(column.name));
    std::vector<std::vector<std::string>> texts;
    for (const auto& row : table.rows) {
        auto& line = texts.emplace_back();
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
            line.push_back(escape_for_display(row[i].text));
            widths[i] = std::max(widths[i], display_width(line.back()));
        }
    }
    // Too wide: the last left-aligned column (a memo, a title) gives way, down to 12 columns.
    std::size_t total = 0;
    for (const std::size_t width : widths) total += width + 2;
    for (std::size_t i = widths.size(); i-- > 0 && total > style.width + 2;) {
        if (table.columns[i].align == Align::right || widths[i] <= 12) continue;
        const std::size_t cut = std::min(total - style.width - 2, widths[i] - 12);
        if (i + 1 != widths.size()) break;
        widths[i] -= cut;
        total -= cut;
    }
    std::string header;
    for (std::size_t i = 0; i < widths.size(); ++i)
        header += (i > 0 ? "  " : "") + pad(table.columns[i].name, widths[i], table.columns[i].align);
    header.erase(header.find_last_not_of(' ') + 1);
    out += coloured(header, Tone::dim, style.colour) + "\n";
    for (std::size_t r = 0; r < texts.size(); ++r) {
        for (std::size_t i = 0; i < texts[r].size(); ++i) {
            const auto text = shorten(texts[r][i], widths[i]);
            const bool last = i + 1 == texts[r].size();
            const auto padded = last && table.columns[i].align == Align::left
                                    ? text
                                    : pad(text, widths[i], table.columns[i].align);
            out += (i > 0 ? "  " : "") + coloured(padded, table.rows[r][i].tone, style.colour);
        }
        out += '\n';
    }
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
            render_fields(out, section.fields, style);
            break;
        case View::Section::Kind::table:
            render_table(out, section.table, style);
            break;
        case View::Section::Kind::line:
            for (const auto& cell : section.line.cells)
                out += coloured(escape_for_display(cell.text), cell.tone, style.colour);
            out += '\n';
            break;
        case View::Section::Kind::text:
            out += section.text;
            break;
        }
    }
    return out;
}

} // namespace cairn::cli
