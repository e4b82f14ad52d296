// A wallet: keys, addresses and labels in one file. What a call changed is on disk before the call returns; a
// refusal or a Fault leaves memory and file as they were.
// One owner, one thread. Locked, it still knows its addresses and hands out new ones from a stock of public
// keys made ahead; the secret is in memory between unlock and lock only, and is wiped then.
#pragma once

#include <crypto/address.hpp>
#include <model/transaction.hpp>
#include <wallet/derivation.hpp>
#include <wallet/keystore.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>

namespace cairn::wallet {

/// How the secret is kept in the file. Without a password it stands there in the clear.
struct Protection {
    std::optional<crypto::SecretBytes> password; ///< not empty
    crypto::ScryptParameters scrypt{};           ///< tests take weaker ones
    DeriveKey derive = derive_key_here;

    static Protection none() { return {}; }
    static Protection with(std::string_view password, crypto::ScryptParameters scrypt = {}) {
        return {crypto::SecretBytes(password), scrypt, derive_key_here};
    }
};

struct WalletAddress {
    std::uint32_t index = 0;
    std::string label;
    crypto::PublicKey public_key;
    crypto::Address address;
};

class Wallet {
  public:
    /// Public keys kept ready past the addresses in use; also the run of unused ones that ends a scan.
    static constexpr std::uint32_t stock = 20;

    /// Writes a new file; name_taken where one stands there. `used`: addresses handed out at once (1, or what
    /// `count_used` found), at most Keystore::max_keys − stock. The wallet is unlocked.
    static Outcome<Wallet> create(const std::filesystem::path& file, const Mnemonic& mnemonic,
                                  const Protection& protection, Time now, Random& random,
                                  std::uint32_t used = 1);
    /// A wallet of one imported key.
    static Outcome<Wallet> import_key(const std::filesystem::path& file, const crypto::KeyPair& key,
                                      const Protection& protection, Time now, Random& random);
    /// Locked, or unlocked where the file has no password. Quick: scrypt is not run.
    static Outcome<Wallet> open(const std::filesystem::path& file);

    const std::filesystem::path& file() const { return file_; }
    std::string name() const { return file_.stem().string(); }
    KeyKind kind() const { return keystore_.keys().kind; }
    Time created() const { return keystore_.keys().created; }
    bool is_protected() const { return keystore_.protection() == KeystoreProtection::password; }
    bool is_locked() const { return !secret_; }

    /// Addresses in use, by index; never empty. The first is the wallet's own where one is wanted.
    const std::vector<WalletAddress>& addresses() const { return addresses_; }
    const WalletAddress& primary() const { return addresses_.front(); }
    /// Among those in use; nullptr where it is not. The pointer holds until the next change.
    const WalletAddress* find(const crypto::Address& address) const;
    /// Those in the stock: not handed out here, but payments to them belong to the wallet (one restored from
    /// its mnemonic, or used from two places).
    std::vector<crypto::Address> stocked() const;

    /// locked once the stock is spent; not_derived for an imported key; bad_label; too_many.
    Outcome<WalletAddress> new_address(std::string label, Random& random);
    Outcome<void> set_label(const crypto::Address& address, std::string label);
    /// The chain has payments to these: stocked ones among them, and those before them, are in use from now
    /// on. Returns how many addresses that added.
    Outcome<std::uint32_t> note_used(std::span<const crypto::Address> seen, Random& random);

    /// One run of scrypt. Fills the stock up. wrong_password, given_up.
    Outcome<void> unlock(const crypto::SecretBytes& password, Random& random,
                         const DeriveKey& derive = derive_key_here);
    /// Wipes the secret. Nothing to lock without a password: stays unlocked.
    void lock();
    /// `old_password` is not looked at where the wallet has none. The wallet stays as locked as it was.
    Outcome<void> change_password(const crypto::SecretBytes& old_password, const Protection& protection,
                                  Random& random);

    /// locked, unknown_address.
    Outcome<crypto::KeyPair> key_for(const crypto::Address& address) const;
    /// By the key of `fields.sender`.
    Outcome<Transaction> sign(TxFields fields, const BlockId& genesis) const;
    /// See message.hpp for the text form.
    Outcome<std::string> sign_message(const crypto::Address& address, std::string_view text) const;

    /// The words. locked, not_derived.
    Outcome<crypto::SecretBytes> export_mnemonic() const;
    /// PKCS#8 of one key. locked, unknown_address.
    Outcome<crypto::SecretBytes> export_pem(const crypto::Address& address) const;
    /// SubjectPublicKeyInfo of each address in use, one after the other.
    std::string export_public() const;

    /// After the file was renamed (WalletDirectory::rename): later changes go there.
    void moved_to(std::filesystem::path file) { file_ = std::move(file); }

    Wallet(Wallet&&) noexcept;
    Wallet& operator=(Wallet&&) noexcept;
    ~Wallet();

  private:
    struct Secret; // what lives between unlock and lock
    Wallet(std::filesystem::path file, Keystore keystore, std::unique_ptr<Secret> secret);
    static Outcome<Wallet> write_new(const std::filesystem::path& file, const KeystoreKeys& keys,
                                     std::uint32_t used, crypto::SecretBytes secret,
                                     const Protection& protection, Random& random);
    static Outcome<std::unique_ptr<Secret>> make_secret(const KeystoreKeys& keys, crypto::SecretBytes bytes,
                                                        crypto::BoxKey box_key);
    Outcome<const Secret*> secret() const;
    /// As key_for; until the next call.
    Outcome<const crypto::KeyPair*> find_key(const crypto::Address& address) const;
    KeystoreKeys with_full_stock(std::size_t used) const;
    void change(std::optional<KeystoreKeys> keys, KeystoreNotes notes, Random& random);
    void use_more(std::vector<std::string> labels, Random& random);
    void save(Keystore keystore);
    void take(Keystore keystore);

    std::filesystem::path file_;
    Keystore keystore_;
    std::vector<WalletAddress> addresses_;              // in use
    std::map<crypto::Address, std::uint32_t> index_of_; // of every key, the stock's too
    std::unique_ptr<Secret> secret_;
};

/// Addresses m/…/from' and the n − 1 after it.
std::vector<crypto::Address> derive_addresses(const ExtendedKey& account, std::uint32_t from,
                                              std::uint32_t n);

/// For restoring: addresses up to the last used one, at least 1, by asking `is_used` of each in turn until
/// `Wallet::stock` in a row are not.
std::uint32_t count_used(const ExtendedKey& account,
                         const std::function<bool(const crypto::Address&)>& is_used);

} // namespace cairn::wallet
