// Signed messages: proof that the owner of an address wrote a text. The signature is over "cairn/message" ‖
// text; its text form is 192 hex digits: public key 32 bytes, signature 64 bytes. Pure functions.
#pragma once

#include <crypto/address.hpp>
#include <wallet/refusal.hpp>

namespace cairn::wallet {

std::string sign_message(const crypto::KeyPair& key, std::string_view text);

/// Whether the owner of `address` signed exactly `text`. bad_signature where `signature` has not the form.
Outcome<bool> verify_message(const crypto::Address& address, std::string_view signature,
                             std::string_view text);

} // namespace cairn::wallet
