// Keys from a seed: SLIP-0010 for Ed25519, where every step is hardened, so that public keys cannot be
// derived without the secret. Pure functions of secrets.
#pragma once

#include <crypto/ed25519.hpp>
#include <wallet/mnemonic.hpp>

#include <cstdint>

namespace cairn::wallet {

/// A node of the tree: key and chain code of 32 bytes each.
class ExtendedKey {
  public:
    /// `seed`: of any size; a mnemonic gives 64 bytes.
    static ExtendedKey master(ByteView seed);
    /// The hardened child `index`', index < 2^31; throws std::logic_error above.
    ExtendedKey child(std::uint32_t index) const;

    crypto::KeyPair key_pair() const { return crypto::KeyPair::from_seed(key_); }
    const crypto::SecretBytes& key() const { return key_; }
    const crypto::SecretBytes& chain_code() const { return chain_code_; }

  private:
    ExtendedKey(crypto::SecretBytes key, crypto::SecretBytes chain_code)
        : key_(std::move(key)), chain_code_(std::move(chain_code)) {}
    static ExtendedKey hashed(ByteView key, ByteView data);
    crypto::SecretBytes key_;
    crypto::SecretBytes chain_code_;
};

/// cairn's coin type in the path.
inline constexpr std::uint32_t coin_type = 1667331694;

/// m/44'/1667331694'/0': its children are a wallet's keys. Takes some milliseconds (PBKDF2).
ExtendedKey account_key(const Mnemonic& mnemonic);
/// m/44'/1667331694'/0'/index'
crypto::KeyPair derive_key(const ExtendedKey& account, std::uint32_t index);

} // namespace cairn::wallet
