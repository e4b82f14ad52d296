// Base64 (RFC 4648, section 4) for PEM. What is decoded may be a secret, and stays in SecretBytes.
#pragma once

#include <crypto/secret.hpp>

#include <optional>
#include <string_view>

namespace cairn::wallet {

crypto::SecretBytes to_base64(ByteView bytes);

/// Blanks and line ends between are passed over. nullopt for another character, missing or misplaced padding,
/// or bits that a canonical encoder leaves zero.
std::optional<crypto::SecretBytes> from_base64(std::string_view text);

} // namespace cairn::wallet
