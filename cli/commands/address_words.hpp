// What to say of an address that is none: mistyped, and where, or of another network. Pure.
#pragma once

#include <crypto/address.hpp>

#include <string>
#include <string_view>

namespace cairn::cli {

/// Whether a text means to be an address rather than a name: it is longer than names are, or it begins with
/// this network's prefix and the separator.
bool looks_like_address(std::string_view text, std::string_view prefix);

/// "wrong_network_address" or "bad_address": the stable word of a fault.
std::string_view word_of(const crypto::AddressFault& fault);

/// A clause: "mistyped: the 12th character cannot be right".
std::string describe(const crypto::AddressFault& fault, std::string_view prefix);

} // namespace cairn::cli
