#include <base/fault.hpp>
#include <base/utf8.hpp>
#include <wallet/files.hpp>
#include <wallet/message.hpp>
#include <wallet/pem.hpp>
#include <wallet/wallet.hpp>

#include <algorithm>

namespace cairn::wallet {

using crypto::Address;
using crypto::SecretBytes;

struct Wallet::Secret {
    SecretBytes bytes;      // entropy, or an imported seed
    crypto::BoxKey box_key; // spares a second scrypt when keys are added; empty without a password
    bool derived = false;   // from a mnemonic
    mutable std::optional<ExtendedKey> account; // of the mnemonic, once needed: 2,048 rounds of SHA-512

    /// The one asked for last is kept: who pays much does it from one address. Until the next call.
    const crypto::KeyPair& key(std::uint32_t index) const {
        if (!last_ || last_->first != index) last_.emplace(index, made(index));
        return last_->second;
    }
    /// Whether the keys in the clear are its own. Told once it is derived from.
    bool fits(const KeystoreKeys& keys) const {
        if (!fits_) fits_ = key(0).public_key() == keys.keys.front();
        return *fits_;
    }

  private:
    crypto::KeyPair made(std::uint32_t index) const {
        if (!derived) return crypto::KeyPair::from_seed(bytes);
        if (!account) account = account_key(Mnemonic::from_entropy(bytes.view()));
        return wallet::derive_key(*account, index);
    }

    mutable std::optional<bool> fits_;
    mutable std::optional<std::pair<std::uint32_t, crypto::KeyPair>> last_;
};

namespace {

auto refuse_locked() { return refuse(WalletError::locked, "the wallet is locked; unlock it first"); }
auto refuse_unknown() { return refuse(WalletError::unknown_address, "the address is not of this wallet"); }
auto refuse_foreign_keys() {
    return refuse(WalletError::damaged, "the wallet file is damaged: its keys are not those of its secret");
}
auto refuse_single() {
    return refuse(WalletError::not_derived,
                  "the wallet holds one imported key: it has no mnemonic and no further addresses");
}

Outcome<void> check_label(std::string_view label) {
    if (label.size() > Keystore::max_label_bytes)
        return refuse(WalletError::bad_label,
                      "a label has at most 255 bytes, this one has " + std::to_string(label.size()));
    if (!is_utf8(label)) return refuse(WalletError::bad_label, "the label is not UTF-8");
    return {};
}

/// What the two ways of protection make of a secret; `box_key` receives scrypt's result.
Outcome<Keystore> protect(KeystoreKeys keys, KeystoreNotes notes, const SecretBytes& secret,
                          const Protection& protection, Random& random, crypto::BoxKey& box_key) {
    if (!protection.password) return Keystore::in_the_clear(std::move(keys), std::move(notes), secret);
    if (protection.password->empty())
        return refuse(WalletError::bad_password,
                      "the password is empty; a wallet can be made without one, by choice");
    ByteArray<32> salt;
    random.fill(salt);
    auto derived = derive_box_key(protection.derive, *protection.password, salt, protection.scrypt);
    if (!derived) return fail(derived.error());
    box_key = std::move(*derived);
    return Keystore::seal(std::move(keys), std::move(notes), secret, box_key, salt, protection.scrypt,
                          random);
}

} // namespace

Wallet::Wallet(std::filesystem::path file, Keystore keystore, std::unique_ptr<Secret> secret)
    : file_(std::move(file)), secret_(std::move(secret)) {
    take(std::move(keystore));
}
Wallet::Wallet(Wallet&&) noexcept = default;
Wallet& Wallet::operator=(Wallet&&) noexcept = default;
Wallet::~Wallet() = default;

// --- making and opening

Outcome<Wallet> Wallet::create(const std::filesystem::path& file, const Mnemonic& mnemonic,
                               const Protection& protection, Time now, Random& random, std::uint32_t used) {
    if (used < 1 || used > Keystore::max_keys - stock)
        return refuse(WalletError::too_many, "a wallet has 1 to 9,980 addresses when it is made");
    KeystoreKeys keys;
    keys.kind = KeyKind::mnemonic;
    keys.created = now;
    const ExtendedKey account = account_key(mnemonic);
    for (std::uint32_t i = 0; i < used + stock; ++i) keys.keys.push_back(derive_key(account, i).public_key());
    return write_new(file, keys, used, mnemonic.entropy().clone(), protection, random);
}

Outcome<Wallet> Wallet::import_key(const std::filesystem::path& file, const crypto::KeyPair& key,
                                   const Protection& protection, Time now, Random& random) {
    KeystoreKeys keys;
    keys.kind = KeyKind::single;
    keys.created = now;
    keys.keys.push_back(key.public_key());
    return write_new(file, keys, 1, key.seed().clone(), protection, random);
}

Outcome<Wallet> Wallet::write_new(const std::filesystem::path& file, const KeystoreKeys& keys,
                                  std::uint32_t used, SecretBytes secret, const Protection& protection,
                                  Random& random) {
    crypto::BoxKey box_key;
    auto keystore =
        protect(keys, KeystoreNotes{std::vector<std::string>(used)}, secret, protection, random, box_key);
    if (!keystore) return fail(keystore.error());
    auto unlocked = make_secret(keys, std::move(secret), std::move(box_key));
    if (!unlocked) return fail(unlocked.error());
    if (!write_file_atomically(file, keystore->encode().view(), Existing::keep))
        return refuse(WalletError::name_taken, "there is already a file " + file.string());
    return Wallet(file, std::move(*keystore), std::move(*unlocked));
}

Outcome<Wallet> Wallet::open(const std::filesystem::path& file) {
    const auto bytes = read_file(file, Keystore::max_bytes);
    if (!bytes) return refuse(WalletError::not_found, "there is no file " + file.string());
    const auto refused = [&file](const Refusal& why) {
        return refuse(why.code, file.string() + ": " + why.message);
    };
    auto keystore = Keystore::decode(bytes->view());
    // It was a wallet once: nothing else is kept under such a name.
    if (!keystore && keystore.error().code == WalletError::not_a_wallet)
        return refused({WalletError::damaged, "the wallet file is damaged: it does not begin as one"});
    if (!keystore) return refused(keystore.error());
    if (keystore->protection() == KeystoreProtection::password)
        return Wallet(file, std::move(*keystore), nullptr);
    auto secret = keystore->open({});
    if (!secret) return refused(secret.error());
    auto unlocked = make_secret(keystore->keys(), std::move(*secret), {});
    if (!unlocked) return refused(unlocked.error());
    return Wallet(file, std::move(*keystore), std::move(*unlocked));
}

Outcome<std::unique_ptr<Wallet::Secret>> Wallet::make_secret(const KeystoreKeys& keys, SecretBytes bytes,
                                                             crypto::BoxKey box_key) {
    auto out = std::make_unique<Secret>();
    out->derived = keys.kind == KeyKind::mnemonic;
    out->bytes = std::move(bytes);
    out->box_key = std::move(box_key);
    // Without a password whoever asks for a key asks for this too (secret()): looking at a wallet needs none.
    if (!out->box_key.empty() && !out->fits(keys)) return refuse_foreign_keys();
    return out;
}

// --- addresses

void Wallet::take(Keystore keystore) {
    std::vector<WalletAddress> addresses;
    std::map<Address, std::uint32_t> index_of;
    const auto& keys = keystore.keys().keys;
    const auto& labels = keystore.notes().labels;
    for (std::uint32_t i = 0; i < keys.size(); ++i) {
        const Address address = crypto::address_of(keys[i]);
        index_of.emplace(address, i);
        if (i < labels.size()) addresses.push_back({i, labels[i], keys[i], address});
    }
    keystore_ = std::move(keystore);
    addresses_ = std::move(addresses);
    index_of_ = std::move(index_of);
}

void Wallet::save(Keystore keystore) {
    write_file_atomically(file_, keystore.encode().view(), Existing::replace);
    take(std::move(keystore));
}

const WalletAddress* Wallet::find(const Address& address) const {
    const auto found = index_of_.find(address);
    return found != index_of_.end() && found->second < addresses_.size() ? &addresses_[found->second]
                                                                         : nullptr;
}

std::vector<Address> Wallet::stocked() const {
    std::vector<Address> out;
    const auto& keys = keystore_.keys().keys;
    for (std::size_t i = addresses_.size(); i < keys.size(); ++i) out.push_back(crypto::address_of(keys[i]));
    return out;
}

/// Keys up to a full stock past `used`; needs the secret of a mnemonic.
KeystoreKeys Wallet::with_full_stock(std::size_t used) const {
    KeystoreKeys keys = keystore_.keys();
    const std::size_t wanted = std::min(used + stock, Keystore::max_keys);
    while (keys.keys.size() < wanted)
        keys.keys.push_back(secret_->key(static_cast<std::uint32_t>(keys.keys.size())).public_key());
    return keys;
}

/// Writes the notes, and the keys where they changed too: those are sealed anew.
void Wallet::change(std::optional<KeystoreKeys> keys, KeystoreNotes notes, Random& random) {
    if (!keys) return save(keystore_.with_notes(std::move(notes)));
    if (!is_protected())
        return save(Keystore::in_the_clear(std::move(*keys), std::move(notes), secret_->bytes));
    save(Keystore::seal(std::move(*keys), std::move(notes), secret_->bytes, secret_->box_key,
                        keystore_.salt(), keystore_.scrypt(), random));
}

/// Addresses from the stock into use: `labels` are all labels, the new ones included.
void Wallet::use_more(std::vector<std::string> labels, Random& random) {
    std::optional<KeystoreKeys> keys;
    if (secret_) keys = with_full_stock(labels.size());
    change(std::move(keys), KeystoreNotes{std::move(labels)}, random);
}

Outcome<WalletAddress> Wallet::new_address(std::string label, Random& random) {
    if (kind() == KeyKind::single) return refuse_single();
    if (const auto checked = check_label(label); !checked) return fail(checked.error());
    if (!is_locked()) // or the new keys would be others than those there
        if (const auto fits = secret(); !fits) return fail(fits.error());
    const std::size_t used = addresses_.size();
    if (used == Keystore::max_keys)
        return refuse(WalletError::too_many, "the wallet has 10,000 addresses, as many as it can");
    if (used == keystore_.keys().keys.size() && is_locked())
        return refuse(WalletError::locked,
                      "the addresses that were made ahead are used up; unlock the wallet to make more");
    std::vector<std::string> labels = keystore_.notes().labels;
    labels.push_back(std::move(label));
    use_more(std::move(labels), random);
    return addresses_.back();
}

Outcome<void> Wallet::set_label(const Address& address, std::string label) {
    const WalletAddress* found = find(address);
    if (found == nullptr) return refuse_unknown();
    if (const auto checked = check_label(label); !checked) return fail(checked.error());
    KeystoreNotes notes = keystore_.notes();
    notes.labels[found->index] = std::move(label);
    save(keystore_.with_notes(std::move(notes)));
    return {};
}

Outcome<std::uint32_t> Wallet::note_used(std::span<const Address> seen, Random& random) {
    const std::size_t before = addresses_.size();
    std::size_t used = before;
    for (const Address& address : seen) {
        const auto found = index_of_.find(address);
        if (found != index_of_.end()) used = std::max<std::size_t>(used, found->second + std::size_t{1});
    }
    if (used == before) return 0U;
    if (!is_locked())
        if (const auto fits = secret(); !fits) return fail(fits.error());
    std::vector<std::string> labels = keystore_.notes().labels;
    labels.resize(used);
    use_more(std::move(labels), random);
    return static_cast<std::uint32_t>(used - before);
}

// --- the secret

Outcome<void> Wallet::unlock(const SecretBytes& password, Random& random, const DeriveKey& derive) {
    if (!is_protected() || !is_locked()) return {};
    auto box_key = keystore_.derive_key(password, derive);
    if (!box_key) return fail(box_key.error());
    auto bytes = keystore_.open(*box_key);
    if (!bytes) return fail(bytes.error());
    auto secret = make_secret(keystore_.keys(), std::move(*bytes), std::move(*box_key));
    if (!secret) return fail(secret.error());
    secret_ = std::move(*secret);
    if (kind() == KeyKind::mnemonic && keystore_.keys().keys.size() < addresses_.size() + stock) {
        // A disk that is full or read-only must not keep anyone from paying: the stock is filled next time.
        try {
            use_more(keystore_.notes().labels, random);
        } catch (const Fault&) {
        }
    }
    return {};
}

void Wallet::lock() {
    if (is_protected()) secret_.reset();
}

Outcome<void> Wallet::change_password(const SecretBytes& old_password, const Protection& protection,
                                      Random& random) {
    auto old_key = is_protected() ? keystore_.derive_key(old_password, protection.derive)
                                  : Outcome<crypto::BoxKey>(crypto::BoxKey());
    if (!old_key) return fail(old_key.error());
    auto bytes = keystore_.open(*old_key);
    if (!bytes) return fail(bytes.error());
    crypto::BoxKey new_key;
    auto keystore = protect(keystore_.keys(), keystore_.notes(), *bytes, protection, random, new_key);
    if (!keystore) return fail(keystore.error());
    auto secret = make_secret(keystore_.keys(), std::move(*bytes), std::move(new_key));
    if (!secret) return fail(secret.error());
    save(std::move(*keystore));
    if (!is_locked() || !is_protected()) secret_ = std::move(*secret);
    return {};
}

Outcome<const Wallet::Secret*> Wallet::secret() const {
    if (!secret_) return refuse_locked();
    if (!secret_->fits(keystore_.keys())) return refuse_foreign_keys();
    return secret_.get();
}

Outcome<const crypto::KeyPair*> Wallet::find_key(const Address& address) const {
    const auto found = index_of_.find(address);
    if (found == index_of_.end()) return refuse_unknown();
    const auto unlocked = secret();
    if (!unlocked) return fail(unlocked.error());
    const crypto::KeyPair& key = (*unlocked)->key(found->second);
    if (crypto::address_of(key.public_key()) != address)
        return refuse(WalletError::damaged, "the wallet file is damaged: an address is not that of its key");
    return &key;
}

Outcome<crypto::KeyPair> Wallet::key_for(const Address& address) const {
    const auto key = find_key(address);
    if (!key) return fail(key.error());
    return (*key)->clone();
}

Outcome<Transaction> Wallet::sign(TxFields fields, const BlockId& genesis) const {
    const auto key = find_key(crypto::address_of(fields.sender));
    if (!key) return fail(key.error());
    return cairn::sign(std::move(fields), genesis, **key);
}

Outcome<std::string> Wallet::sign_message(const Address& address, std::string_view text) const {
    const auto key = key_for(address);
    if (!key) return fail(key.error());
    return wallet::sign_message(*key, text);
}

Outcome<SecretBytes> Wallet::export_mnemonic() const {
    if (kind() == KeyKind::single) return refuse_single();
    const auto unlocked = secret();
    if (!unlocked) return fail(unlocked.error());
    return Mnemonic::from_entropy((*unlocked)->bytes.view()).words();
}

Outcome<SecretBytes> Wallet::export_pem(const Address& address) const {
    const auto key = key_for(address);
    if (!key) return fail(key.error());
    return private_key_to_pem(*key);
}

std::string Wallet::export_public() const {
    std::string out;
    for (const WalletAddress& address : addresses_) out += public_key_to_pem(address.public_key);
    return out;
}

// --- restoring

std::vector<Address> derive_addresses(const ExtendedKey& account, std::uint32_t from, std::uint32_t n) {
    std::vector<Address> out;
    out.reserve(n);
    for (std::uint32_t i = 0; i < n; ++i)
        out.push_back(crypto::address_of(derive_key(account, from + i).public_key()));
    return out;
}

std::uint32_t count_used(const ExtendedKey& account, const std::function<bool(const Address&)>& is_used) {
    std::uint32_t used = 1;
    std::uint32_t unused_run = 0;
    for (std::uint32_t i = 0; unused_run < Wallet::stock && i < Keystore::max_keys - Wallet::stock; ++i) {
        if (is_used(derive_addresses(account, i, 1).front())) {
            used = i + 1;
            unused_run = 0;
        } else {
            ++unused_run;
        }
    }
    return used;
}

} // namespace cairn::wallet
