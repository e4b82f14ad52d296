// Keys as other programs write them: PKCS#8 and SubjectPublicKeyInfo for Ed25519 (RFC 8410) in PEM (RFC
// 7468), as `openssl pkey` reads and writes them. Pure functions.
#pragma once

#include <crypto/ed25519.hpp>
#include <wallet/refusal.hpp>

#include <string>
#include <string_view>

namespace cairn::wallet {

/// -----BEGIN PRIVATE KEY-----, version 1, without the public key.
crypto::SecretBytes private_key_to_pem(const crypto::KeyPair& key);
/// -----BEGIN PUBLIC KEY-----
std::string public_key_to_pem(const crypto::PublicKey& key);

/// The first private key of a text; version 2 with attributes and the public key is read too, and that key
/// must match. bad_pem says what else it is: encrypted, another algorithm, a public key alone, damaged.
Outcome<crypto::KeyPair> private_key_from_pem(std::string_view text);
Outcome<crypto::PublicKey> public_key_from_pem(std::string_view text);

} // namespace cairn::wallet
