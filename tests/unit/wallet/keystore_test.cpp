#include "catch.hpp"
#include "support.hpp"
#include <base/hex.hpp>
#include <crypto/hash.hpp>
#include <wallet/keystore.hpp>

#include <chrono>

using namespace cairn;
using namespace cairn::wallet;
using namespace cairn::wallet::testing;

namespace {

using Stopwatch = std::chrono::steady_clock;

const crypto::SecretBytes entropy(as_bytes("sixteen of bytes"));

KeystoreKeys some_keys(std::size_t count = 3) {
    KeystoreKeys keys;
    keys.created = Time{1'700'000'000'123};
    for (std::size_t i = 0; i < count; ++i)
        keys.keys.push_back({crypto::sha256(as_bytes(std::to_string(i)))});
    return keys;
}

KeystoreNotes some_notes() { return {{"savings", "Größe \x01"}}; }

crypto::BoxKey box_key() { return crypto::BoxKey(ByteView(crypto::sha256(as_bytes("key")))); }

Keystore sealed(crypto::ScryptParameters scrypt = weak) {
    Prng random(1);
    return Keystore::seal(some_keys(), some_notes(), entropy, box_key(), ByteArray<32>{1, 2, 3}, scrypt,
                          random);
}

Bytes bytes_of(const Keystore& keystore) {
    const auto encoded = keystore.encode();
    return {encoded.view().begin(), encoded.view().end()};
}

/// With the checksum that the altered bytes should have: what someone would do on purpose.
Bytes with_new_checksum(Bytes bytes) {
    const ByteView covered = ByteView(bytes).first(bytes.size() - 32);
    const auto checksum = crypto::sha256({as_bytes("cairn/wallet"), covered});
    std::copy(checksum.begin(), checksum.end(), bytes.end() - 32);
    return bytes;
}

template <typename T> Bytes with(Bytes bytes, std::size_t at, T value) {
    store_le(bytes.data() + at, value);
    return with_new_checksum(std::move(bytes));
}

WalletError refusal(ByteView bytes) {
    const auto decoded = Keystore::decode(bytes);
    REQUIRE_FALSE(decoded);
    CHECK_FALSE(decoded.error().message.empty());
    return decoded.error().code;
}

} // namespace

TEST_CASE("a keystore comes back as it was, sealed or in the clear", "[wallet]") {
    for (const bool protect : {true, false}) {
        const Keystore made = protect ? sealed() : Keystore::in_the_clear(some_keys(), some_notes(), entropy);
        const Bytes bytes = bytes_of(made);
        const auto read = Keystore::decode(bytes);
        REQUIRE(read);
        CHECK(bytes_of(*read) == bytes);
        CHECK((read->protection() == KeystoreProtection::password) == protect);
        CHECK(read->keys().keys == some_keys().keys);
        CHECK(read->keys().created == some_keys().created);
        CHECK(read->notes().labels == some_notes().labels);
        const auto secret = read->open(protect ? box_key() : crypto::BoxKey());
        REQUIRE(secret);
        CHECK(secret->text() == entropy.text());
    }
}

TEST_CASE("the layout of a keystore is the documented one", "[wallet]") {
    const Bytes bytes = bytes_of(Keystore::in_the_clear(some_keys(2), {{"ab"}}, entropy));
    CHECK(to_hex(ByteView(bytes).first(97)) == "636169726e776c74" // magic
                                               "0100"             // version
                                               "00"               // no password
                                               "00" +
                                                   std::string(16, '0') + std::string(64, '0') +
                                                   std::string(48, '0') + // scrypt, salt, nonce
                                                   "4d000000"             // size of the keys part: 77
                                                   "10000000"             // size of the secret part: 16
                                                   "01"                   // a mnemonic
                                                   "7b68e5cf8b010000"     // created
                                                   "02000000");           // two keys
    CHECK(to_hex(ByteView(bytes).subspan(97 + 64, 16)) == to_hex(entropy.view()));
    CHECK(to_hex(ByteView(bytes).subspan(97 + 64 + 16, 7)) == "01000000026162");
    CHECK(bytes.size() == 97 + 64 + 16 + 7 + 32);
}

TEST_CASE("a keystore with any bit altered is refused without scrypt", "[wallet]") {
    for (const Keystore& keystore :
         {sealed({20, 8, 1}), Keystore::in_the_clear(some_keys(), some_notes(), entropy)}) {
        const Bytes bytes = bytes_of(keystore);
        const auto start = Stopwatch::now();
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            Bytes altered = bytes;
            altered[bit / 8] = static_cast<Byte>(altered[bit / 8] ^ (1U << (bit % 8)));
            CHECK_FALSE(Keystore::decode(altered));
        }
        // One run of scrypt with these parameters takes seconds; 3,000 refusals must not.
        CHECK(Stopwatch::now() - start < std::chrono::milliseconds(100) * (bytes.size() * 8) / 100);
    }
}

TEST_CASE("a keystore cut short anywhere, or with more behind it, is refused", "[wallet]") {
    Bytes bytes = bytes_of(sealed());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK(refusal(ByteView(bytes).first(size)) == WalletError::damaged);
    bytes.push_back(0);
    CHECK(refusal(bytes) == WalletError::damaged);
    CHECK(refusal(with_new_checksum(bytes)) == WalletError::damaged);
}

TEST_CASE("what is no wallet, or a later one, is told apart", "[wallet]") {
    CHECK(refusal(as_bytes("-----BEGIN PRIVATE KEY-----")) == WalletError::not_a_wallet);
    CHECK(refusal(as_bytes("c4irnwlt")) == WalletError::not_a_wallet);
    const Bytes bytes = bytes_of(sealed());
    Bytes later = bytes;
    later[8] = 2;
    CHECK(refusal(later) == WalletError::damaged); // one of ours but for the version
    CHECK(refusal(with_new_checksum(later)) == WalletError::too_new);
    later.push_back(7);
    CHECK(refusal(later) == WalletError::too_new); // whatever its checksum may be by then
    CHECK(refusal(with(bytes, 8, std::uint16_t{0})) == WalletError::damaged);
}

TEST_CASE("scrypt parameters that would exhaust the machine are refused at once", "[wallet]") {
    const Bytes bytes = bytes_of(sealed());
    const auto start = Stopwatch::now();
    for (const unsigned log2_n : {0U, 9U, 21U, 63U, 255U})
        CHECK(refusal(with(bytes, 11, static_cast<std::uint8_t>(log2_n))) == WalletError::damaged);
    for (const std::uint32_t r : {0U, 17U, 0x80000000U, 0xffffffffU})
        CHECK(refusal(with(bytes, 12, r)) == WalletError::damaged);
    for (const std::uint32_t p : {0U, 5U, 0xffffffffU})
        CHECK(refusal(with(bytes, 16, p)) == WalletError::damaged);
    // Each within its own bound, together 2 GiB.
    CHECK(refusal(with(with(bytes, 11, std::uint8_t{20}), 12, 16U)) == WalletError::damaged);
    CHECK(Stopwatch::now() - start < std::chrono::milliseconds(100));
}

TEST_CASE("sizes that do not fit are refused though the checksum holds", "[wallet]") {
    const Bytes bytes = bytes_of(sealed());
    for (const std::uint32_t size : {0U, 1U, 108U, 110U, 0x7fffffffU, 0xffffffffU}) {
        CHECK(refusal(with(bytes, 76, size)) == WalletError::damaged); // keys
        CHECK(refusal(with(bytes, 80, size)) == WalletError::damaged); // secret
    }
    for (const std::uint32_t count : {0U, 2U, 4U, 0xffffffffU})
        CHECK(refusal(with(bytes, 93, count)) == WalletError::damaged);
    const std::size_t notes = 97 + 96 + 32;
    for (const std::uint32_t used : {0U, 1U, 3U, 4U, 0xffffffffU})
        CHECK(refusal(with(bytes, notes, used)) == WalletError::damaged);
    CHECK(refusal(with(bytes, notes + 4, std::uint8_t{200})) == WalletError::damaged);
    CHECK(refusal(with(bytes, notes + 5, std::uint8_t{0xff})) == WalletError::damaged); // not UTF-8
    CHECK(refusal(with(bytes, 10, std::uint8_t{2})) == WalletError::damaged);           // protection
    CHECK(refusal(with(bytes, 10, std::uint8_t{0})) == WalletError::damaged);
    CHECK(refusal(with(bytes, 84, std::uint8_t{0})) == WalletError::damaged); // kind
    CHECK(refusal(with(bytes, 84, std::uint8_t{2})) == WalletError::damaged); // a single key has one key
    CHECK(refusal(Bytes(Keystore::max_bytes + 1)) == WalletError::not_a_wallet);
}

TEST_CASE("without a password no parameter for one may stand there", "[wallet]") {
    const Bytes bytes = bytes_of(Keystore::in_the_clear(some_keys(), some_notes(), entropy));
    for (std::size_t at = 11; at < 76; ++at) {
        CAPTURE(at);
        CHECK(refusal(with(bytes, at, std::uint8_t{1})) == WalletError::damaged);
    }
}

TEST_CASE("keys and header are authenticated by the password, labels are not", "[wallet]") {
    const Bytes bytes = bytes_of(sealed());
    const std::size_t notes = 97 + 96 + 32;
    for (std::size_t at = 20; at < notes; ++at) {
        if (at >= 76 && at < 85) continue; // sizes and kind: refused before
        if (at >= 93 && at < 97) continue;
        CAPTURE(at);
        const auto read = Keystore::decode(with(bytes, at, static_cast<std::uint8_t>(bytes[at] ^ 1U)));
        REQUIRE(read);
        const auto opened = read->open(box_key());
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == WalletError::wrong_password);
    }
    const auto relabelled = Keystore::decode(with(bytes, notes + 5, static_cast<std::uint8_t>('S')));
    REQUIRE(relabelled);
    CHECK(relabelled->notes().labels.front() == "Savings");
    CHECK(relabelled->open(box_key()));
}

TEST_CASE("two seals of one secret share no nonce", "[wallet]") {
    Prng random(1);
    const auto make = [&] {
        return bytes_of(Keystore::seal(some_keys(), some_notes(), entropy, box_key(), {}, weak, random));
    };
    const Bytes first = make();
    const Bytes second = make();
    CHECK_FALSE(std::equal(first.begin() + 52, first.begin() + 76, second.begin() + 52));
}

TEST_CASE("the greatest keystore there can be is within the limit", "[wallet]") {
    KeystoreNotes notes;
    notes.labels.assign(Keystore::max_keys, std::string(Keystore::max_label_bytes, 'l'));
    const Keystore greatest =
        Keystore::in_the_clear(some_keys(Keystore::max_keys), std::move(notes), entropy);
    const Bytes bytes = bytes_of(greatest);
    CHECK(bytes.size() <= Keystore::max_bytes);
    CHECK(Keystore::decode(bytes));
}
