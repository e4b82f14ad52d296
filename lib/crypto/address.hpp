// Addresses: 20 bytes of a hash of the public key, written as bech32m (BIP-350) with the network's prefix.
#pragma once

#include <base/result.hpp>
#include <crypto/ed25519.hpp>

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::crypto {

struct Address {
    ByteArray<20> bytes{};
    friend auto operator<=>(const Address&, const Address&) = default;
};

/// First 20 bytes of H("cairn/address" ‖ public key).
Address address_of(const PublicKey& key);

/// One 5-bit version symbol 0 and the 20 bytes. `prefix`: the human-readable part, lower case.
std::string to_text(const Address& address, std::string_view prefix);

enum class AddressError {
    malformed, ///< not of the form prefix1data, mixed case, wrong length, a character outside the alphabet
    checksum,  ///< mistyped: the checksum does not hold
    wrong_network, ///< a sound address, of the network whose prefix `AddressFault::prefix` tells
    version,       ///< a sound checksum, but a version symbol other than 0
};
struct AddressFault {
    AddressError error;
    std::string prefix;                  ///< what stood before the last '1', lower-cased
    std::optional<std::size_t> position; ///< of the first wrong character, where one is known
};

Result<Address, AddressFault> address_from_text(std::string_view text, std::string_view prefix);

} // namespace cairn::crypto
