// bech32m (BIP-350): text of a prefix and 5-bit symbols under a checksum that catches any four mistyped
// characters, and can tell where one or two of them are. Pure functions.
#pragma once

#include <base/bytes.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cairn::crypto::bech32m {

inline constexpr std::size_t checksum_size = 6; // symbols
inline constexpr std::size_t max_size = 90;     // characters of a whole text, by BIP-173

/// A text taken apart. Its checksum is not judged here.
struct Parts {
    std::string prefix; ///< what stands before the last '1', lower-cased
    Bytes symbols;      ///< each < 32; the last six are the checksum
};

/// The 5-bit value of a character of the alphabet, in either case.
std::optional<Byte> symbol_of(char character);

/// `symbols`: each < 32. `prefix`: lower case, of 1 to 83 printable ASCII characters.
std::string encode(std::string_view prefix, ByteView symbols);

/// nullopt for what has not the form: longer than 90 characters, mixed case, no '1', an empty prefix or one
/// with unprintable characters, fewer than six symbols, a character outside the alphabet.
std::optional<Parts> split(std::string_view text);

/// Whether the checksum holds under this prefix.
bool is_sound(std::string_view prefix, ByteView symbols);

/// Of symbols whose checksum does not hold: the index of the first wrong one, if changing one or two symbols
/// would make it hold. Unambiguous where no more than two are wrong, as sound texts differ in five symbols or
/// more.
std::optional<std::size_t> first_wrong_symbol(std::string_view prefix, ByteView symbols);

} // namespace cairn::crypto::bech32m
