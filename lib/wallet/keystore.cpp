#include <base/utf8.hpp>
#include <crypto/hash.hpp>
#include <model/codec.hpp>
#include <wallet/keystore.hpp>

#include <algorithm>

namespace cairn::wallet {
namespace {

using crypto::SecretBytes;

constexpr std::string_view magic = "cairnwlt";
constexpr std::uint16_t known_version = 1;
constexpr std::size_t version_end = 10; // magic and version: the same in every version to come
constexpr std::size_t header_size = 84; // up to and with secret_size
constexpr std::size_t keys_fixed = 13;  // kind, created, count
constexpr std::size_t key_size = 32;    // a public key; an imported seed too
constexpr std::size_t tag_size = 16;
constexpr std::size_t box_key_size = 32;
constexpr std::size_t checksum_size = 32;
constexpr std::size_t smallest = header_size + keys_fixed + key_size + 16 + 4 + 1 + checksum_size;

crypto::Hash256 checksum_of(ByteView bytes) { return crypto::sha256({as_bytes("cairn/wallet"), bytes}); }

auto damaged(const std::string& why) {
    return refuse(WalletError::damaged, "the wallet file is damaged: " + why);
}

bool is_secret_size(KeyKind kind, std::size_t size) {
    if (kind == KeyKind::single) return size == key_size;
    return size >= 16 && size <= 32 && size % 4 == 0;
}

bool checksum_holds(ByteView file) {
    const crypto::Hash256 checksum = checksum_of(file.first(file.size() - checksum_size));
    return std::equal(checksum.begin(), checksum.end(), file.last(checksum_size).begin());
}

/// Of a file that says a later version: whether it is one of this version but for those two bytes.
bool is_damaged_version(ByteView file) {
    if (file.size() < smallest || file.size() > Keystore::max_bytes) return false;
    SecretBytes mended(file);
    store_le(mended.writable().data() + magic.size(), known_version);
    return checksum_holds(mended.view());
}

/// Magic, version and size: what is asked before anything is believed.
Outcome<void> check_start(ByteView file) {
    const ByteView start = file.first(std::min(file.size(), magic.size()));
    if (!std::equal(start.begin(), start.end(), as_bytes(magic).begin()))
        return refuse(WalletError::not_a_wallet, "the file is not a wallet of cairn");
    if (file.size() < version_end) return damaged("it is cut short");
    const auto version = load_le<std::uint16_t>(file.data() + magic.size());
    if (version > known_version && is_damaged_version(file)) return damaged("its version was altered");
    if (version > known_version)
        return refuse(WalletError::too_new, "the wallet file is of version " + std::to_string(version) +
                                                ", which a later cairn wrote; this one reads version 1");
    if (version == 0) return damaged("there is no version 0");
    if (file.size() < smallest) return damaged("it is cut short");
    if (file.size() > Keystore::max_bytes) return damaged("it is longer than a wallet can be");
    if (!checksum_holds(file)) return damaged("its checksum does not hold");
    return {};
}

Outcome<KeystoreKeys> decode_keys(ByteView bytes) {
    Reader in(bytes);
    KeystoreKeys out;
    const auto kind = in.integer<std::uint8_t>();
    out.created = Time{in.integer<std::uint64_t>()};
    const auto count = in.integer<std::uint32_t>();
    if (!in.ok() || kind < 1 || kind > 2) return damaged("its kind of key is unknown");
    out.kind = static_cast<KeyKind>(kind);
    if (count < 1 || count > Keystore::max_keys || (out.kind == KeyKind::single && count != 1) ||
        in.left() != std::size_t{count} * key_size)
        return damaged("its number of keys is impossible");
    out.keys.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) out.keys.push_back({in.array<key_size>()});
    return out;
}

Outcome<KeystoreNotes> decode_notes(ByteView bytes, std::size_t keys) {
    Reader in(bytes);
    const auto used = in.integer<std::uint32_t>();
    if (!in.ok() || used < 1 || used > keys) return damaged("its number of addresses is impossible");
    KeystoreNotes out;
    out.labels.reserve(used);
    for (std::uint32_t i = 0; i < used; ++i) {
        const auto size = in.integer<std::uint8_t>();
        const std::string_view label = as_text(in.raw(size));
        if (!in.ok() || !is_utf8(label)) return damaged("its labels cannot be read");
        out.labels.emplace_back(label);
    }
    if (!in.finished()) return damaged("something follows its labels");
    return out;
}

bool is_zero(ByteView bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](Byte byte) { return byte == 0; });
}

} // namespace

Outcome<Keystore> Keystore::decode(ByteView file) {
    if (const auto started = check_start(file); !started) return fail(started.error());
    Keystore out;
    Reader in(file.first(file.size() - checksum_size));
    in.raw(version_end);
    const auto protection = in.integer<std::uint8_t>();
    out.scrypt_.log2_n = in.integer<std::uint8_t>();
    out.scrypt_.r = in.integer<std::uint32_t>();
    out.scrypt_.p = in.integer<std::uint32_t>();
    out.salt_ = in.array<32>();
    out.nonce_ = in.array<24>();
    const auto keys_size = in.integer<std::uint32_t>();
    const auto secret_size = in.integer<std::uint32_t>();

    if (protection > 1) return damaged("its kind of protection is unknown");
    out.protection_ = static_cast<KeystoreProtection>(protection);
    const bool sealed = out.protection_ == KeystoreProtection::password;
    if (sealed && !crypto::within_limits(out.scrypt_))
        return damaged("it asks for more memory or time to unlock than any wallet needs");
    if (!sealed && !is_zero(file.subspan(version_end + 1, header_size - version_end - 1 - 8)))
        return damaged("it has no password, but parameters for one");

    const ByteView keys_bytes = in.raw(keys_size);
    const ByteView secret_bytes = in.raw(secret_size);
    if (!in.ok()) return damaged("its parts are longer than the file");
    auto keys = decode_keys(keys_bytes);
    if (!keys) return fail(keys.error());
    const std::size_t overhead = sealed ? tag_size : 0;
    if (secret_size < overhead || !is_secret_size(keys->kind, secret_size - overhead))
        return damaged("its secret is of an impossible size");
    auto notes = decode_notes(in.raw(in.left()), keys->keys.size());
    if (!notes) return fail(notes.error());
    out.keys_ = std::move(*keys);
    out.notes_ = std::move(*notes);
    out.secret_ = SecretBytes(secret_bytes);
    return out;
}

Bytes Keystore::sealed_prefix(std::size_t secret_size) const {
    Bytes out;
    out.reserve(header_size + keys_fixed + keys_.keys.size() * key_size);
    Writer writer(out);
    writer.raw(as_bytes(magic)).integer(known_version).integer(static_cast<std::uint8_t>(protection_));
    writer.integer(scrypt_.log2_n).integer(scrypt_.r).integer(scrypt_.p).raw(salt_).raw(nonce_);
    writer.integer(static_cast<std::uint32_t>(keys_fixed + keys_.keys.size() * key_size));
    writer.integer(static_cast<std::uint32_t>(secret_size));
    writer.integer(static_cast<std::uint8_t>(keys_.kind)).integer(keys_.created.unix_ms);
    writer.integer(static_cast<std::uint32_t>(keys_.keys.size()));
    for (const crypto::PublicKey& key : keys_.keys) writer.raw(key.bytes);
    return out;
}

SecretBytes Keystore::encode() const {
    const Bytes prefix = sealed_prefix(secret_.size());
    Bytes notes;
    Writer writer(notes);
    writer.integer(static_cast<std::uint32_t>(notes_.labels.size()));
    for (const std::string& label : notes_.labels)
        writer.integer(static_cast<std::uint8_t>(label.size())).raw(as_bytes(label));

    // Of its full size at once: without a password the secret is in it, and must not be left in freed memory.
    SecretBytes out(prefix.size() + secret_.size() + notes.size() + checksum_size);
    auto at = out.writable().begin();
    for (const ByteView part : {ByteView(prefix), secret_.view(), ByteView(notes)})
        at = std::copy(part.begin(), part.end(), at);
    const crypto::Hash256 checksum = checksum_of(out.view().first(out.size() - checksum_size));
    std::copy(checksum.begin(), checksum.end(), at);
    return out;
}

Keystore Keystore::seal(KeystoreKeys keys, KeystoreNotes notes, const SecretBytes& secret,
                        const crypto::BoxKey& key, const ByteArray<32>& salt,
                        const crypto::ScryptParameters& scrypt, Random& random) {
    Keystore out;
    out.protection_ = KeystoreProtection::password;
    out.scrypt_ = scrypt;
    out.salt_ = salt;
    random.fill(out.nonce_);
    out.keys_ = std::move(keys);
    out.notes_ = std::move(notes);
    const Bytes prefix = out.sealed_prefix(secret.size() + tag_size);
    out.secret_ = SecretBytes(ByteView(crypto::seal_box(key, out.nonce_, prefix, secret.view())));
    return out;
}

Keystore Keystore::in_the_clear(KeystoreKeys keys, KeystoreNotes notes, const SecretBytes& secret) {
    Keystore out;
    out.scrypt_ = {0, 0, 0};
    out.keys_ = std::move(keys);
    out.notes_ = std::move(notes);
    out.secret_ = secret.clone();
    return out;
}

std::optional<crypto::BoxKey> derive_key_here(SecretBytes password, const ByteArray<32>& salt,
                                              const crypto::ScryptParameters& parameters) {
    return crypto::scrypt(password.view(), salt, parameters, box_key_size);
}

Outcome<crypto::BoxKey> derive_box_key(const DeriveKey& derive, const SecretBytes& password,
                                       const ByteArray<32>& salt,
                                       const crypto::ScryptParameters& parameters) {
    auto key = derive(password.clone(), salt, parameters);
    if (!key) return refuse(WalletError::given_up, "the password's key was not derived to the end");
    return std::move(*key);
}

Outcome<crypto::BoxKey> Keystore::derive_key(const SecretBytes& password, const DeriveKey& derive) const {
    return derive_box_key(derive, password, salt_, scrypt_);
}

Outcome<SecretBytes> Keystore::open(const crypto::BoxKey& key) const {
    if (protection_ == KeystoreProtection::none) return secret_.clone();
    auto secret = crypto::open_box(key, nonce_, sealed_prefix(secret_.size()), secret_.view());
    if (!secret) return refuse(WalletError::wrong_password, "the password is wrong");
    return std::move(*secret);
}

Keystore Keystore::with_notes(KeystoreNotes notes) const {
    Keystore out;
    out.protection_ = protection_;
    out.scrypt_ = scrypt_;
    out.salt_ = salt_;
    out.nonce_ = nonce_;
    out.keys_ = keys_;
    out.notes_ = std::move(notes);
    out.secret_ = secret_.clone();
    return out;
}

} // namespace cairn::wallet
