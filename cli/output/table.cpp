// Tables for people: columns aligned, at most as wide as the terminal. What does not fit is shortened where
// its column allows that; a table that is too wide even so is told record by record.
#include <base/utf8.hpp>
#include <cli/output/table.hpp>
#include <cli/output/wrap.hpp>

#include <algorithm>
#include <numeric>
#include <sstream>

namespace cairn::cli {

namespace {

constexpr std::size_t gap = 2;       // columns between two columns
constexpr std::size_t narrowest = 6; // that a column is shortened to
constexpr std::size_t narrowest_wrapped = 20;

std::string blanks(std::size_t count) { return std::string(count, ' '); }

std::size_t code_point_size(char lead) {
    const auto byte = static_cast<unsigned char>(lead);
    return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/// What of the text fits into so many columns.
std::string_view head_of(std::string_view text, std::size_t width) {
    std::size_t end = 0;
    while (end < text.size()) {
        const std::size_t next = std::min(text.size(), end + code_point_size(text[end]));
        if (display_width(text.substr(0, next)) > width) break;
        end = next;
    }
    return text.substr(0, end);
}

/// The same, from the end.
std::string_view tail_of(std::string_view text, std::size_t width) {
    std::size_t begin = 0;
    while (begin < text.size() && display_width(text.substr(begin)) > width)
        begin += code_point_size(text[begin]);
    return text.substr(std::min(begin, text.size()));
}

std::string shorten(const std::string& text, std::size_t width, Cut cut) {
    if (display_width(text) <= width) return text;
    const std::size_t room = width - 1; // beside the ellipsis
    const std::size_t tail = cut == Cut::middle ? room * 2 / 5 : 0;
    return std::string(head_of(text, room - tail)) + "…" + std::string(tail_of(text, tail));
}

/// Columns from the point on; 0 for a whole number, and for what is no number.
std::size_t fraction_of(std::string_view text) {
    const auto point = text.find('.');
    return point == std::string_view::npos ? 0 : text.size() - point;
}

/// A table whose cells are escaped and whose columns are measured.
class Layout {
  public:
    explicit Layout(const Table& table) : table_(table) {
        for (const auto& column : table.columns) widths_.push_back(display_width(column.name));
        for (const auto& row : table.rows) {
            auto& line = texts_.emplace_back();
            for (std::size_t i = 0; i < row.size() && i < widths_.size(); ++i)
                line.push_back(escape_for_display(row[i].text));
        }
        for (std::size_t i = 0; i < widths_.size(); ++i) {
            if (table.columns[i].align == Align::point) align_points(i);
            for (const auto& line : texts_)
                if (i < line.size()) widths_[i] = std::max(widths_[i], display_width(line[i]));
        }
    }

    /// False where even the shortest form is too wide.
    bool fit(std::size_t width) {
        while (total() > width) {
            const auto widest = widest_that_gives_way();
            if (widest == widths_.size()) return false;
            --widths_[widest];
        }
        return true;
    }

    void render_rows(std::string& out, const Style& style) const {
        std::vector<Cell> names;
        std::vector<std::string> texts;
        for (const auto& column : table_.columns) {
            names.emplace_back(column.name, Tone::dim);
            texts.push_back(column.name);
        }
        std::string header;
        render_row(header, names, texts, {style.mode, false, style.width});
        header.pop_back();
        out += coloured(header, Tone::dim, style.colour) + "\n";
        for (std::size_t row = 0; row < texts_.size(); ++row)
            render_row(out, table_.rows[row], texts_[row], style);
    }

    void render_records(std::string& out, const Style& style) const {
        std::size_t names = 0;
        for (const auto& column : table_.columns) names = std::max(names, display_width(column.name));
        for (std::size_t row = 0; row < texts_.size(); ++row) {
            if (row > 0) out += '\n';
            for (std::size_t i = 0; i < texts_[row].size(); ++i) {
                const auto& text = table_.rows[row][i].text;
                if (text.empty()) continue;
                const auto& name = table_.columns[i].name;
                const auto label =
                    coloured(name + blanks(names - display_width(name)), Tone::dim, style.colour);
                out += wrap_at_words(
                    label + blanks(gap) +
                        coloured(escape_for_display(text), table_.rows[row][i].tone, style.colour) + '\n',
                    style.width);
            }
        }
    }

  private:
    /// Blanks at the right, so that the points of right-aligned numbers stand one below the other.
    void align_points(std::size_t column) {
        std::size_t longest = 0;
        for (const auto& line : texts_)
            if (column < line.size()) longest = std::max(longest, fraction_of(line[column]));
        for (auto& line : texts_)
            if (column < line.size() && !line[column].empty())
                line[column] += blanks(longest - fraction_of(line[column]));
    }

    std::size_t total() const {
        return std::accumulate(widths_.begin(), widths_.end(), std::size_t{0}) +
               gap * (std::max<std::size_t>(widths_.size(), 1) - 1);
    }

    std::size_t widest_that_gives_way() const {
        std::size_t found = widths_.size();
        for (std::size_t i = 0; i < widths_.size(); ++i) {
            const auto& column = table_.columns[i];
            const std::size_t least = column.cut == Cut::wrap ? narrowest_wrapped : narrowest;
            const bool gives_way = column.align == Align::left && column.cut != Cut::never &&
                                   widths_[i] > std::max(least, display_width(column.name));
            if (gives_way && (found == widths_.size() || widths_[i] >= widths_[found])) found = i;
        }
        return found;
    }

    /// Of the last column: in as many rows as it takes, each but the first behind the columns before.
    std::string in_rows(const std::string& text, Tone tone, std::size_t column, const Style& style) const {
        std::size_t before = gap * column;
        for (std::size_t i = 0; i < column; ++i) before += widths_[i];
        std::istringstream rows(wrap_at_words(text, widths_[column]));
        std::string out;
        for (std::string row; std::getline(rows, row);)
            out += (out.empty() ? "" : "\n" + blanks(before)) + coloured(row, tone, style.colour);
        return out;
    }

    void render_row(std::string& out, const std::vector<Cell>& cells, const std::vector<std::string>& texts,
                    const Style& style) const {
        std::size_t owed = 0; // blanks that only matter before something else
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (i > 0) owed += gap;
            if (table_.columns[i].cut == Cut::wrap && display_width(texts[i]) > widths_[i]) {
                out += blanks(owed) + in_rows(texts[i], cells[i].tone, i, style);
                break;
            }
            const auto text = shorten(texts[i], widths_[i], table_.columns[i].cut);
            const auto end = text.find_last_not_of(' ') + 1;
            const std::size_t padding = widths_[i] - display_width(text);
            const bool left = table_.columns[i].align == Align::left;
            if (!left) owed += padding;
            if (end > 0) {
                out += blanks(owed) + coloured(text.substr(0, end), cells[i].tone, style.colour);
                owed = 0;
            }
            owed += text.size() - end + (left ? padding : 0);
        }
        out += '\n';
    }

    const Table& table_;
    std::vector<std::vector<std::string>> texts_;
    std::vector<std::size_t> widths_;
};

} // namespace

void render_table(std::string& out, const Table& table, const Style& style) {
    if (table.rows.empty()) {
        if (!table.when_empty.empty()) out += table.when_empty + "\n";
        return;
    }
    Layout layout(table);
    if (layout.fit(style.width))
        layout.render_rows(out, style);
    else
        layout.render_records(out, style);
}

} // namespace cairn::cli
