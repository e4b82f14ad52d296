// Encryption under a password: scrypt (RFC 7914) and XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03).
#pragma once

#include <base/random.hpp>
#include <base/result.hpp>
#include <crypto/secret.hpp>

#include <optional>

namespace cairn::crypto {

/// log2 of N, r, p. Memory is 128·r·N bytes; the default takes 128 MiB.
struct ScryptParameters {
    std::uint8_t log2_n = 17;
    std::uint32_t r = 8;
    std::uint32_t p = 1;
    friend bool operator==(const ScryptParameters&, const ScryptParameters&) = default;
};

/// What a file from elsewhere may ask of this machine: log2_n in 10..20, r in 1..16, p in 1..4 and at most 1
/// GiB.
bool within_limits(const ScryptParameters& parameters);

/// `size` bytes from a password. Parameters outside the limits are the caller's fault: throws
/// std::logic_error.
SecretBytes scrypt(ByteView password, ByteView salt, const ScryptParameters& parameters, std::size_t size);

using BoxKey = SecretBytes; // 32 bytes
using BoxNonce = ByteArray<24>;

/// Ciphertext followed by the 16-byte tag.
Bytes seal_box(const BoxKey& key, const BoxNonce& nonce, ByteView associated, ByteView plain);
/// nullopt where the tag does not hold: wrong key, or anything altered.
std::optional<SecretBytes> open_box(const BoxKey& key, const BoxNonce& nonce, ByteView associated,
                                    ByteView sealed);

} // namespace cairn::crypto
