#include <crypto/bech32m.hpp>

#include <algorithm>
#include <array>

namespace cairn::crypto::bech32m {
namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::uint32_t sound_remainder = 0x2bc830a3; // BIP-350; bech32 (BIP-173) has 1

/// One step of the BCH code's division: the remainder of 30 bits takes in a symbol (BIP-173, "Checksum").
constexpr std::uint32_t step(std::uint32_t remainder, std::uint32_t symbol) {
    constexpr std::array<std::uint32_t, 5> generator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                     0x2a1462b3};
    const std::uint32_t top = remainder >> 25;
    remainder = ((remainder & 0x1ffffff) << 5) ^ symbol;
    for (std::size_t bit = 0; bit < generator.size(); ++bit)
        if ((top >> bit & 1) != 0) remainder ^= generator[bit];
    return remainder;
}

std::uint32_t remainder_of(std::string_view prefix, ByteView symbols) {
    std::uint32_t remainder = 1;
    for (const char c : prefix) remainder = step(remainder, static_cast<Byte>(c) >> 5);
    remainder = step(remainder, 0);
    for (const char c : prefix) remainder = step(remainder, static_cast<Byte>(c) & 31);
    for (const Byte symbol : symbols) remainder = step(remainder, symbol);
    return remainder;
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
char lowered(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

} // namespace

std::optional<Byte> symbol_of(char character) {
    const auto at = alphabet.find(lowered(character));
    if (at == std::string_view::npos) return std::nullopt;
    return static_cast<Byte>(at);
}

std::string encode(std::string_view prefix, ByteView symbols) {
    std::string text(prefix);
    text += '1';
    for (const Byte symbol : symbols) text += alphabet[symbol];
    std::uint32_t remainder = remainder_of(prefix, symbols);
    for (std::size_t i = 0; i < checksum_size; ++i) remainder = step(remainder, 0);
    remainder ^= sound_remainder;
    for (std::size_t i = 0; i < checksum_size; ++i)
        text += alphabet[remainder >> (5 * (checksum_size - 1 - i)) & 31];
    return text;
}

std::optional<Parts> split(std::string_view text) {
    if (text.size() > max_size) return std::nullopt;
    if (std::any_of(text.begin(), text.end(), is_lower) && std::any_of(text.begin(), text.end(), is_upper))
        return std::nullopt;
    const auto separator = text.rfind('1');
    if (separator == std::string_view::npos || separator == 0) return std::nullopt;
    if (text.size() - separator - 1 < checksum_size) return std::nullopt;

    Parts parts;
    for (const char c : text.substr(0, separator)) {
        if (c < '!' || c > '~') return std::nullopt;
        parts.prefix += lowered(c);
    }
    for (const char c : text.substr(separator + 1)) {
        const auto symbol = symbol_of(c);
        if (!symbol) return std::nullopt;
        parts.symbols.push_back(*symbol);
    }
    return parts;
}

bool is_sound(std::string_view prefix, ByteView symbols) {
    return remainder_of(prefix, symbols) == sound_remainder;
}

std::optional<std::size_t> first_wrong_symbol(std::string_view prefix, ByteView symbols) {
    // The code is linear: a change of symbol i by e moves the remainder by a value that depends on (i, e)
    // alone. One wrong symbol: that value is the deviation. Two: the deviation is the sum (xor) of two such
    // values.
    struct Change {
        std::uint32_t moves;
        std::size_t index;
    };
    std::vector<Change> changes;
    for (std::size_t index = 0; index < symbols.size(); ++index) {
        for (std::uint32_t e = 1; e < 32; ++e) {
            std::uint32_t moves = e;
            for (std::size_t i = index + 1; i < symbols.size(); ++i) moves = step(moves, 0);
            changes.push_back({moves, index});
        }
    }
    const auto less = [](const Change& a, const Change& b) { return a.moves < b.moves; };
    std::sort(changes.begin(), changes.end(), less);
    const auto index_moving = [&](std::uint32_t moves) -> std::optional<std::size_t> {
        const auto found = std::lower_bound(changes.begin(), changes.end(), Change{moves, 0}, less);
        if (found == changes.end() || found->moves != moves) return std::nullopt;
        return found->index;
    };

    const std::uint32_t deviation = remainder_of(prefix, symbols) ^ sound_remainder;
    if (const auto only = index_moving(deviation)) return only;
    for (const Change& first : changes)
        if (const auto second = index_moving(deviation ^ first.moves)) return std::min(first.index, *second);
    return std::nullopt;
}

} // namespace cairn::crypto::bech32m
