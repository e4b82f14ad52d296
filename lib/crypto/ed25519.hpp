// Ed25519 (RFC 8032). Signing is Crypto++'s; verification follows rule 8 of the consensus rules and is our
// own (ed25519/ beside this file), because the rule is cofactored and Crypto++ is not.
#pragma once

#include <base/bytes.hpp>
#include <base/random.hpp>
#include <crypto/secret.hpp>

#include <compare>
#include <utility>

namespace cairn::crypto {

struct PublicKey {
    ByteArray<32> bytes{};
    friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

struct Signature {
    ByteArray<64> bytes{};
    friend auto operator<=>(const Signature&, const Signature&) = default;
};

/// A signing key: the 32-byte seed of RFC 8032 and the public key that follows from it.
class KeyPair {
  public:
    /// Throws std::logic_error where the seed is not of 32 bytes.
    static KeyPair from_seed(const SecretBytes& seed32);
    /// From the next 32 bytes of `random`, which for keys in use must be SystemRandom.
    static KeyPair generate(Random& random);

    const PublicKey& public_key() const { return public_key_; }
    const SecretBytes& seed() const { return seed_; }
    Signature sign(ByteView message) const;
    KeyPair clone() const;

  private:
    KeyPair(SecretBytes seed, PublicKey public_key) : seed_(std::move(seed)), public_key_(public_key) {}
    SecretBytes seed_;
    PublicKey public_key_;
};

/// Rule 8: S < L; A and R canonically encoded and neither of small order; 8·S·B = 8·R + 8·h·A with
/// h = SHA-512(R ‖ A ‖ M) mod L. Variable time: for public data only.
bool verify(const PublicKey& key, ByteView message, const Signature& signature);

/// As a key in a transaction must be for any signature to pass: canonical, on the curve, not of small order.
bool is_acceptable_key(const PublicKey& key);

} // namespace cairn::crypto
