// The wallet file, version 1: what may be read while locked, and the secret under a password. Bytes ⇄ values;
// no files here. docs/WALLETS.md describes the format byte by byte.
#pragma once

#include <base/time.hpp>
#include <crypto/ed25519.hpp>
#include <crypto/sealed_box.hpp>
#include <wallet/refusal.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cairn::wallet {

enum class KeyKind : std::uint8_t {
    mnemonic = 1, ///< the secret is 16, 20, 24, 28 or 32 bytes of entropy
    single = 2,   ///< the secret is one imported seed of 32 bytes
};

/// Runs scrypt. It takes half a second or more, so whoever hands this in may run it on another thread, tell
/// how far it is, and give it up: nullopt.
using DeriveKey = std::function<std::optional<crypto::BoxKey>(
    crypto::SecretBytes password, const ByteArray<32>& salt, const crypto::ScryptParameters& parameters)>;
/// On this thread, to its end.
std::optional<crypto::BoxKey> derive_key_here(crypto::SecretBytes password, const ByteArray<32>& salt,
                                              const crypto::ScryptParameters& parameters);
/// given_up where it was.
Outcome<crypto::BoxKey> derive_box_key(const DeriveKey& derive, const crypto::SecretBytes& password,
                                       const ByteArray<32>& salt, const crypto::ScryptParameters& parameters);

/// What stands in the clear and is authenticated by the password.
struct KeystoreKeys {
    KeyKind kind = KeyKind::mnemonic;
    Time created;
    std::vector<crypto::PublicKey> keys; ///< in order of index; those past the addresses in use are the stock
};

/// What stands in the clear and may change while locked: under the file's checksum alone.
struct KeystoreNotes {
    std::vector<std::string> labels; ///< of each address in use: at least one, at most as many as keys
};

enum class KeystoreProtection : std::uint8_t { none = 0, password = 1 };

/// A file taken apart. The secret part is as it stands in the file.
class Keystore {
  public:
    static constexpr std::size_t max_keys = 10'000;
    static constexpr std::size_t max_label_bytes = 255;
    static constexpr std::size_t max_bytes = 3'200'000; ///< no sound file is longer

    /// Checks sizes, checksum, canonical form and scrypt's limits, without running scrypt. Refuses with
    /// not_a_wallet, too_new or damaged.
    static Outcome<Keystore> decode(ByteView file);
    /// Holds the secret where there is no password.
    crypto::SecretBytes encode() const;

    /// Seals `secret` under a key that `derive_key` gave for `salt` and `scrypt`; a fresh nonce is taken.
    static Keystore seal(KeystoreKeys keys, KeystoreNotes notes, const crypto::SecretBytes& secret,
                         const crypto::BoxKey& key, const ByteArray<32>& salt,
                         const crypto::ScryptParameters& scrypt, Random& random);
    /// Not encrypted: the secret stands in the file.
    static Keystore in_the_clear(KeystoreKeys keys, KeystoreNotes notes, const crypto::SecretBytes& secret);

    KeystoreProtection protection() const { return protection_; }
    const KeystoreKeys& keys() const { return keys_; }
    const KeystoreNotes& notes() const { return notes_; }
    const ByteArray<32>& salt() const { return salt_; }
    const crypto::ScryptParameters& scrypt() const { return scrypt_; }

    /// From the password, with this file's salt and parameters: the slow step. given_up.
    Outcome<crypto::BoxKey> derive_key(const crypto::SecretBytes& password, const DeriveKey& derive) const;
    /// The secret; wrong_password where it does not open. `key` is not used for an unprotected file.
    Outcome<crypto::SecretBytes> open(const crypto::BoxKey& key) const;

    /// A copy with other notes: needs no secret.
    Keystore with_notes(KeystoreNotes notes) const;

  private:
    /// Header and keys: the associated data. `secret_size`: as in the file.
    Bytes sealed_prefix(std::size_t secret_size) const;

    KeystoreProtection protection_ = KeystoreProtection::none;
    crypto::ScryptParameters scrypt_;
    ByteArray<32> salt_{};
    crypto::BoxNonce nonce_{};
    KeystoreKeys keys_;
    KeystoreNotes notes_;
    crypto::SecretBytes secret_; ///< sealed, or in the clear
};

} // namespace cairn::wallet
