// Properties of the wallet's formats under thousands of seeded cases.
#include "catch.hpp"
#include <base/utf8.hpp>
#include <crypto/hash.hpp>
#include <wallet/base64.hpp>
#include <wallet/keystore.hpp>
#include <wallet/mnemonic.hpp>
#include <wallet/payment_uri.hpp>

using namespace cairn;
using namespace cairn::wallet;

namespace {

Bytes random_bytes(Prng& random, std::size_t size) {
    Bytes out(size);
    random.fill(out);
    return out;
}

/// Well-formed UTF-8 of characters of one to four bytes.
std::string random_text(Prng& random, std::size_t max_characters) {
    static constexpr const char* characters[] = {"a",  "Z",    "0", " ", "%", "&",  "=",
                                                 "\n", "\x7f", "ß", "€", "🜁", "\\", "?"};
    std::string out;
    for (std::uint64_t n = random.below(max_characters + 1); n > 0; --n)
        out += characters[random.below(std::size(characters))];
    return out;
}

Keystore random_keystore(Prng& random) {
    KeystoreKeys keys;
    keys.kind = random.below(4) == 0 ? KeyKind::single : KeyKind::mnemonic;
    keys.created = Time{random.next()};
    const std::uint64_t count = keys.kind == KeyKind::single ? 1 : 1 + random.below(40);
    for (std::uint64_t i = 0; i < count; ++i) random.fill(keys.keys.emplace_back().bytes);
    KeystoreNotes notes;
    for (std::uint64_t i = 1 + random.below(count); i > 0; --i)
        notes.labels.push_back(random_text(random, 60));
    const std::size_t size = keys.kind == KeyKind::single ? 32 : 16 + 4 * random.below(5);
    const crypto::SecretBytes secret{ByteView(random_bytes(random, size))};
    if (random.below(2) == 0) return Keystore::in_the_clear(std::move(keys), std::move(notes), secret);
    const crypto::BoxKey key{ByteView(random_bytes(random, 32))};
    ByteArray<32> salt;
    random.fill(salt);
    return Keystore::seal(std::move(keys), std::move(notes), secret, key, salt, {}, random);
}

} // namespace

TEST_CASE("whatever entropy there is comes back from its words, and a changed word never goes unseen twice",
          "[wallet]") {
    Prng random(11);
    std::size_t accepted = 0;
    for (int round = 0; round < 2000; ++round) {
        const Bytes entropy = random_bytes(random, 16 + 4 * random.below(5));
        const Mnemonic made = Mnemonic::from_entropy(entropy);
        const auto read = Mnemonic::from_words(made.words().text());
        REQUIRE(read);
        REQUIRE(read->entropy().text() == as_text(entropy));

        std::string words(made.words().text());
        const std::size_t last = words.rfind(' ') + 1;
        const auto other = bip39_english()[random.below(2048)];
        if (words.substr(last) == other) continue;
        words.resize(last);
        words += other;
        if (Mnemonic::from_words(words)) ++accepted;
    }
    // A checksum of 4 to 8 bits misses one change in 16 to 256.
    CHECK(accepted < 2000 / 16);
}

TEST_CASE("random keystores are canonical, and random damage to them is refused", "[wallet]") {
    Prng random(12);
    for (int round = 0; round < 2000; ++round) {
        const crypto::SecretBytes encoded = random_keystore(random).encode();
        const auto read = Keystore::decode(encoded.view());
        REQUIRE(read);
        REQUIRE(read->encode().text() == encoded.text());

        Bytes damaged(encoded.view().begin(), encoded.view().end());
        const std::size_t at = random.below(damaged.size());
        switch (random.below(4)) {
        case 0:
            damaged[at] = static_cast<Byte>(damaged[at] + 1 + random.below(255));
            break;
        case 1:
            damaged.resize(at);
            break;
        case 2:
            damaged.insert(damaged.begin() + static_cast<std::ptrdiff_t>(at),
                           static_cast<Byte>(random.next()));
            break;
        default:
            damaged.erase(damaged.begin() + static_cast<std::ptrdiff_t>(at));
            break;
        }
        REQUIRE_FALSE(Keystore::decode(damaged));
    }
}

TEST_CASE("a keystore altered under a renewed checksum is refused or canonical", "[wallet]") {
    Prng random(13);
    std::size_t accepted = 0;
    for (int round = 0; round < 5000; ++round) {
        const crypto::SecretBytes encoded = random_keystore(random).encode();
        Bytes bytes(encoded.view().begin(), encoded.view().end());
        const std::size_t covered = bytes.size() - 32;
        for (std::uint64_t n = 1 + random.below(3); n > 0; --n)
            bytes[random.below(covered)] = static_cast<Byte>(random.next());
        const auto checksum = crypto::sha256({as_bytes("cairn/wallet"), ByteView(bytes).first(covered)});
        std::copy(checksum.begin(), checksum.end(), bytes.begin() + static_cast<std::ptrdiff_t>(covered));
        const auto read = Keystore::decode(bytes);
        if (!read) continue;
        ++accepted;
        REQUIRE(read->encode().text() == as_text(bytes));
    }
    CHECK(accepted > 100); // what is sealed is told by the password alone
}

TEST_CASE("payment URIs of any content come back as they were", "[wallet]") {
    Prng random(14);
    for (int round = 0; round < 5000; ++round) {
        PaymentUri uri;
        random.fill(uri.to.bytes);
        if (random.below(2) == 0) uri.amount = Amount::from_units(random.next() >> random.below(64));
        uri.memo = random_text(random, 60);
        uri.label = random_text(random, 60);
        const std::string text = to_text(uri, "crn");
        REQUIRE(escape_for_display(text) == text);
        REQUIRE(payment_uri_from_text(text, "crn") == uri);
    }
}

TEST_CASE("base64 of any bytes comes back", "[wallet]") {
    Prng random(15);
    for (std::size_t size = 0; size < 300; ++size) {
        const Bytes bytes = random_bytes(random, size);
        const auto decoded = from_base64(to_base64(bytes).text());
        REQUIRE(decoded);
        REQUIRE(decoded->text() == as_text(bytes));
    }
}
