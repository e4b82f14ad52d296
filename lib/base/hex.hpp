// Hexadecimal text: lower case out, either case in.
#pragma once

#include <base/bytes.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace cairn {

std::string to_hex(ByteView bytes);

/// nullopt for an odd length or a character that is no hex digit.
std::optional<Bytes> from_hex(std::string_view text);

/// As from_hex, for exactly N bytes.
template <std::size_t N> std::optional<ByteArray<N>> array_from_hex(std::string_view text) {
    if (text.size() != 2 * N) return std::nullopt;
    const auto bytes = from_hex(text);
    if (!bytes) return std::nullopt;
    ByteArray<N> out{};
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return out;
}

} // namespace cairn
