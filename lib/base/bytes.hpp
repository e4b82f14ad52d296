// Byte sequences: the vocabulary that every layer shares. Values only; no ownership beyond the containers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace cairn {

using Byte = std::uint8_t;
using Bytes = std::vector<Byte>;
using ByteView = std::span<const Byte>;
template <std::size_t N> using ByteArray = std::array<Byte, N>;

/// The bytes of a text, without a terminator. The view lives as long as the text.
inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}

/// The text of bytes. Whether it is UTF-8 is the caller's to know (see utf8.hpp).
inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Appends `tail` to `out`.
inline void append(Bytes& out, ByteView tail) { out.insert(out.end(), tail.begin(), tail.end()); }

/// Little-endian integers at a fixed place; `from` must hold sizeof(T) bytes.
template <typename T> T load_le(const Byte* from) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
        value = static_cast<T>(value | (static_cast<T>(from[i]) << (8 * i)));
    return value;
}
template <typename T> T load_be(const Byte* from) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>((value << 8) | from[i]);
    return value;
}
template <typename T> void store_le(Byte* to, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) to[i] = static_cast<Byte>(value >> (8 * i));
}

} // namespace cairn
