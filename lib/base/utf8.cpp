#include <base/utf8.hpp>

#include <cstdint>
#include <cstdio>

namespace cairn {
namespace {

struct Decoded {
    std::uint32_t code = 0;
    std::size_t size = 0; // 0: malformed
};

/// The table of RFC 3629, section 4.
Decoded decode_one(std::string_view text) {
    const auto at = [&](std::size_t i) -> std::uint32_t {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto tail = [&](std::size_t i) { return (at(i) & 0xc0U) == 0x80U; };
    const std::uint32_t lead = at(0);
    if (lead < 0x80) return {lead, 1};
    if (lead >= 0xc2 && lead <= 0xdf && tail(1)) return {(lead & 0x1fU) << 6 | (at(1) & 0x3fU), 2};
    if (lead >= 0xe0 && lead <= 0xef && tail(1) && tail(2)) {
        const std::uint32_t code = (lead & 0x0fU) << 12 | (at(1) & 0x3fU) << 6 | (at(2) & 0x3fU);
        if (code >= 0x800 && (code < 0xd800 || code > 0xdfff)) return {code, 3};
    }
    if (lead >= 0xf0 && lead <= 0xf4 && tail(1) && tail(2) && tail(3)) {
        const std::uint32_t code =
            (lead & 0x07U) << 18 | (at(1) & 0x3fU) << 12 | (at(2) & 0x3fU) << 6 | (at(3) & 0x3fU);
        if (code >= 0x10000 && code <= 0x10ffff) return {code, 4};
    }
    return {};
}

bool must_escape(std::uint32_t code) {
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x061c || code == 0x00ad ||
           (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) ||
           (code >= 0xe0000 && code <= 0xe007f);
}

void append_escape(std::string& out, std::uint32_t code) {
    char text[16];
    if (code == '\n') {
        out += "\\n";
    } else if (code == '\t') {
        out += "\\t";
    } else if (code == '\r') {
        out += "\\r";
    } else {
        const char* form = code < 0x100 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x";
        std::snprintf(text, sizeof text, form, static_cast<unsigned>(code));
        out += text;
    }
}

} // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const Decoded one = decode_one(text);
        if (one.size == 0) return false;
        text.remove_prefix(one.size);
    }
    return true;
}

std::string escape_for_display(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Decoded one = decode_one(text);
        if (one.size == 0) {
            append_escape(out, static_cast<unsigned char>(text.front()));
            text.remove_prefix(1);
            continue;
        }
        if (one.code == '\\') {
            out += "\\\\";
        } else if (must_escape(one.code)) {
            append_escape(out, one.code);
        } else {
            out += text.substr(0, one.size);
        }
        text.remove_prefix(one.size);
    }
    return out;
}

} // namespace cairn
