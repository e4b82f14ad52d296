#include <crypto/address_hash.hpp>
#include <crypto/bech32m.hpp>
#include <crypto/hash.hpp>

#include <algorithm>

namespace cairn::crypto {
namespace {

constexpr std::size_t payload_symbols = 1 + 32; // the version and 160 bits
constexpr std::size_t text_symbols = payload_symbols + bech32m::checksum_size;

/// 160 bits as 32 symbols, most significant bits first. 5 bytes are 8 symbols, so nothing is padded.
void spread(const ByteArray<20>& bytes, Byte* symbols) {
    for (std::size_t group = 0; group < 4; ++group) {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < 5; ++i) bits = bits << 8 | bytes[5 * group + i];
        for (std::size_t i = 0; i < 8; ++i)
            symbols[8 * group + i] = static_cast<Byte>(bits >> (35 - 5 * i) & 31);
    }
}

ByteArray<20> gather(const Byte* symbols) {
    ByteArray<20> bytes;
    for (std::size_t group = 0; group < 4; ++group) {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < 8; ++i) bits = bits << 5 | symbols[8 * group + i];
        for (std::size_t i = 0; i < 5; ++i) bytes[5 * group + i] = static_cast<Byte>(bits >> (32 - 8 * i));
    }
    return bytes;
}

/// Of a text that has not the form: the first character after `start` that is not of the alphabet.
std::optional<std::size_t> foreign_character(std::string_view text, std::size_t start) {
    for (std::size_t i = start; i < text.size(); ++i)
        if (!bech32m::symbol_of(text[i])) return i;
    return std::nullopt;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view lower) {
    if (text.size() < lower.size()) return false;
    return std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
        return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
    });
}

AddressFault malformed(std::string_view text, std::string_view prefix) {
    AddressFault fault{AddressError::malformed, {}, std::nullopt};
    std::size_t data = 0;
    if (starts_with_ignoring_case(text, std::string(prefix) + '1')) {
        fault.prefix = prefix;
        data = prefix.size() + 1;
    } else if (const auto separator = text.rfind('1'); separator != std::string_view::npos) {
        data = separator + 1;
    } else {
        return fault;
    }
    fault.position = foreign_character(text, data);
    return fault;
}

AddressFault mistyped(std::string found_prefix, ByteView symbols, std::string_view prefix) {
    std::optional<std::size_t> position;
    if (found_prefix.size() == prefix.size() &&
        bech32m::is_sound(prefix, symbols)) { // the prefix alone is wrong
        const auto differs = std::mismatch(prefix.begin(), prefix.end(), found_prefix.begin()).first;
        position = static_cast<std::size_t>(differs - prefix.begin());
    } else if (const auto symbol = bech32m::first_wrong_symbol(found_prefix, symbols)) {
        position = found_prefix.size() + 1 + *symbol;
    }
    return {AddressError::checksum, std::move(found_prefix), position};
}

} // namespace

Tagged address_message(const PublicKey& key) { return {as_bytes("cairn/address"), key.bytes}; }

Address address_from(const Hash256& digest) {
    Address address;
    std::copy_n(digest.begin(), address.bytes.size(), address.bytes.begin());
    return address;
}

Address address_of(const PublicKey& key) {
    const Tagged message = address_message(key);
    return address_from(sha256({message.tag, message.data}));
}

std::string to_text(const Address& address, std::string_view prefix) {
    ByteArray<payload_symbols> symbols{}; // version 0 first
    spread(address.bytes, symbols.data() + 1);
    return bech32m::encode(prefix, symbols);
}

Result<Address, AddressFault> address_from_text(std::string_view text, std::string_view prefix) {
    auto parts = bech32m::split(text);
    if (!parts || parts->symbols.size() != text_symbols) return fail(malformed(text, prefix));
    if (!bech32m::is_sound(parts->prefix, parts->symbols))
        return fail(mistyped(std::move(parts->prefix), parts->symbols, prefix));
    if (parts->prefix != prefix)
        return fail(AddressFault{AddressError::wrong_network, std::move(parts->prefix), std::nullopt});
    if (parts->symbols[0] != 0)
        return fail(AddressFault{AddressError::version, std::move(parts->prefix), prefix.size() + 1});
    return Address{gather(parts->symbols.data() + 1)};
}

} // namespace cairn::crypto
