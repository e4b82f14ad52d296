#include <base/utf8.hpp>
#include <cli/output/plain_text.hpp>

#include <algorithm>

namespace cairn::cli {
namespace {

/// A sign, digits, a point and digits.
bool is_number(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of(".0123456789") == std::string_view::npos &&
           std::count(text.begin(), text.end(), '.') <= 1;
}

std::string csv_cell(const std::string& text) {
    std::string safe = without_controls(text); // it may end at a terminal
    if (!safe.empty() && std::string_view("=+-@").find(safe[0]) != std::string_view::npos && !is_number(safe))
        safe.insert(0, "'");
    if (safe.find_first_of(",\"\r\n") == std::string::npos) return safe;
    std::string quoted = "\"";
    for (const char c : safe) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

} // namespace

std::string without_controls(std::string_view text) {
    std::string out;
    while (true) {
        const auto backslash = text.find('\\');
        out += escape_for_display(text.substr(0, backslash));
        if (backslash == std::string_view::npos) return out;
        out += '\\';
        text.remove_prefix(backslash + 1);
    }
}

std::string csv_row(const std::vector<std::string>& fields) {
    std::string row;
    for (const auto& each : fields) {
        if (&each != &fields.front()) row += ',';
        row += csv_cell(each);
    }
    return row;
}

} // namespace cairn::cli
