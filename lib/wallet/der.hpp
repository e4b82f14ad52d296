// The little of DER (X.690) that keys need: tag, length, content, one after the other. Values are views into
// the input.
#pragma once

#include <base/bytes.hpp>

#include <optional>

namespace cairn::wallet::der {

enum Tag : Byte {
    integer = 0x02,
    bit_string = 0x03,
    octet_string = 0x04,
    object_identifier = 0x06,
    sequence = 0x30,
    attributes = 0xa0, ///< [0] of OneAsymmetricKey
    public_key = 0x81, ///< [1] of OneAsymmetricKey, implicitly a bit string
};

/// Takes an element of that tag off the front of `in`: its content; nullopt, and `in` as it was, for another
/// tag, a length that is not minimal or longer than what is left, or one above 65,535.
std::optional<ByteView> take(ByteView& in, Byte tag);

} // namespace cairn::wallet::der
