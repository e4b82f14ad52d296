#include <base/utf8.hpp>
#include <cli/output/json_text.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

#include <cmath>
#include <cstdint>

namespace cairn::cli {

namespace {

/// The code point that begins at `text[at]` of well-formed UTF-8, and its length in bytes.
std::pair<std::uint32_t, std::size_t> code_point(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i]));
    };
    const std::uint32_t first = byte(0);
    if (first < 0x80) return {first, 1};
    if (first < 0xe0) return {(first & 0x1f) << 6 | (byte(1) & 0x3f), 2};
    if (first < 0xf0) return {(first & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f), 3};
    return {(first & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f), 4};
}

/// C1 controls, zero-width and bidirectional marks, line separators, the byte-order mark: invisible, or
/// worse.
bool is_steering(std::uint32_t c) {
    return (c >= 0x7f && c <= 0x9f) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    std::string repaired;
    if (!is_utf8(text)) { // bytes of the operating system, such as a file's name
        repaired = escape_for_display(text);
        text = repaired;
    }
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
            ++at;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            if (c == '\n')
                out += "\\n";
            else if (c == '\t')
                out += "\\t";
            else if (c == '\r')
                out += "\\r";
            else
                fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
            ++at;
        } else if (static_cast<unsigned char>(c) < 0x7f) {
            out += c;
            ++at;
        } else {
            const auto [point, size] = code_point(text, at);
            if (is_steering(point))
                fmt::format_to(std::back_inserter(out), "\\u{:04x}", point);
            else
                out += text.substr(at, size);
            at += size;
        }
    }
    out += '"';
}

void append_json(std::string& out, const boost::json::value& value) {
    switch (value.kind()) {
    case boost::json::kind::null:
        out += "null";
        break;
    case boost::json::kind::bool_:
        out += value.get_bool() ? "true" : "false";
        break;
    case boost::json::kind::int64:
        out += std::to_string(value.get_int64());
        break;
    case boost::json::kind::uint64:
        out += std::to_string(value.get_uint64());
        break;
    case boost::json::kind::double_: {
        const double number = value.get_double();
        // fixed, three decimals: rates and seconds, never money
        out += std::isfinite(number) ? fmt::format("{:.3f}", number) : "null";
        break;
    }
    case boost::json::kind::string:
        append_json_string(out, {value.get_string().data(), value.get_string().size()});
        break;
    case boost::json::kind::array: {
        out += '[';
        bool first = true;
        for (const auto& item : value.get_array()) {
            if (!first) out += ',';
            first = false;
            append_json(out, item);
        }
        out += ']';
        break;
    }
    case boost::json::kind::object:
        append_json(out, value.get_object());
        break;
    }
}

void append_json(std::string& out, const boost::json::object& object) {
    out += '{';
    bool first = true;
    for (const auto& [key, item] : object) {
        if (!first) out += ',';
        first = false;
        append_json_string(out, {key.data(), key.size()});
        out += ':';
        append_json(out, item);
    }
    out += '}';
}

} // namespace cairn::cli
