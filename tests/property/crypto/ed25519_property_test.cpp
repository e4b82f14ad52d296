#include "catch.hpp"
#include "others.hpp"
#include "vectors/crypto/reference.hpp"
#include "vectors/crypto/table.hpp"
#include <base/random.hpp>
#include <crypto/ed25519.hpp>

using namespace cairn;
using namespace cairn::crypto;
using namespace cairn::test;
using reference::Affine;
using reference::Number;

namespace {

void flip(std::span<Byte> bytes, std::size_t bit) {
    bytes[bit / 8] = static_cast<Byte>(bytes[bit / 8] ^ (1 << bit % 8));
}

Number s_of(const Signature& signature) { return reference::number_of(ByteView(signature.bytes).last(32)); }

Signature with_s(Signature signature, const Number& s) {
    const auto bytes = reference::bytes_of<32>(s);
    std::copy(bytes.begin(), bytes.end(), signature.bytes.begin() + 32);
    return signature;
}

std::vector<Affine> torsion() {
    std::vector<Affine> all;
    for (const Row& row : read_table("ed25519_small_order.txt"))
        if (const auto point = reference::decode(array_of<32>(row.at(0)))) all.push_back(*point);
    REQUIRE(all.size() == 8);
    return all;
}

struct Mixed {
    PublicKey key;
    Signature signature;
    bool cofactorless; ///< whether S·B = R + h·A holds without the factor 8
};

Number random_number(Random& random) {
    ByteArray<64> hash;
    random.fill(hash);
    return reference::number_of(hash) % reference::order;
}

/// A number and that multiple of B.
struct Secret {
    Number number;
    Affine point;
};
Secret secret_of(const Number& number) { return {number, number * reference::base()}; }

/// A signature by one who knows both secrets and adds points of small order to key and commitment.
Mixed sign_mixed(const Secret& key, const Affine& key_part, const Secret& nonce, const Affine& r_part,
                 ByteView message) {
    Mixed mixed;
    mixed.key.bytes = reference::encode(key.point + key_part);
    const auto r_bytes = reference::encode(nonce.point + r_part);
    std::copy(r_bytes.begin(), r_bytes.end(), mixed.signature.bytes.begin());
    const Number h = reference::number_of(sha512({r_bytes, mixed.key.bytes, message})) % reference::order;
    mixed.signature = with_s(mixed.signature, (nonce.number + h * key.number) % reference::order);
    mixed.cofactorless = r_part + (h % 8) * key_part == reference::identity;
    return mixed;
}

} // namespace

TEST_CASE("signatures: twenty thousand cases, sound and spoilt, are judged as by Crypto++ and OpenSSL",
          "[crypto]") {
    Prng random(1);
    std::size_t accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        const KeyPair pair = KeyPair::generate(random);
        Bytes message(random.below(200));
        random.fill(message);
        Signature signature = pair.sign(message);
        PublicKey key = pair.public_key();
        switch (random.below(6)) {
        case 0:
            flip(signature.bytes, random.below(512));
            break;
        case 1:
            flip(key.bytes, random.below(256));
            break;
        case 2:
            message.push_back(0);
            break;
        case 3:
            random.fill(signature.bytes);
            break;
        default:
            break; // sound
        }
        const bool ours = verify(key, message, signature);
        if (ours) ++accepted;
        if (ours != openssl_verifies(key, message, signature)) FAIL("OpenSSL differs on case " << i);
        if (s_of(signature) < reference::order && ours != cryptopp_verifies(key, message, signature))
            FAIL("Crypto++ differs on case " << i);
    }
    CHECK(accepted > 6000);
    CHECK(accepted < 7400);
}

TEST_CASE("signatures: no single bit of signature, key or message can be flipped", "[crypto]") {
    Prng random(2);
    for (int i = 0; i < 8; ++i) {
        const KeyPair pair = KeyPair::generate(random);
        Bytes message(24);
        random.fill(message);
        const Signature signature = pair.sign(message);
        REQUIRE(verify(pair.public_key(), message, signature));
        std::size_t accepted = 0;
        for (std::size_t bit = 0; bit < 512; ++bit) {
            Signature altered = signature;
            flip(altered.bytes, bit);
            accepted += verify(pair.public_key(), message, altered) ? 1U : 0U;
        }
        for (std::size_t bit = 0; bit < 256; ++bit) {
            PublicKey altered = pair.public_key();
            flip(altered.bytes, bit);
            accepted += verify(altered, message, signature) ? 1U : 0U;
        }
        for (std::size_t bit = 0; bit < 8 * message.size(); ++bit) {
            Bytes altered = message;
            flip(altered, bit);
            accepted += verify(pair.public_key(), altered, signature) ? 1U : 0U;
        }
        CHECK(accepted == 0);
    }
}

TEST_CASE("attack 13: S + L, and every other S of the same remainder, is refused", "[crypto][attack]") {
    Prng random(3);
    for (int i = 0; i < 50; ++i) {
        const KeyPair pair = KeyPair::generate(random);
        const Signature signature = pair.sign(as_bytes("pay"));
        REQUIRE(verify(pair.public_key(), as_bytes("pay"), signature));
        for (Number s = s_of(signature) + reference::order; (s >> 256) == 0; s += reference::order)
            CHECK_FALSE(verify(pair.public_key(), as_bytes("pay"), with_s(signature, s)));
    }
}

TEST_CASE("attack 13: keys that no signature may pass under are told beforehand", "[crypto][attack]") {
    for (const Row& row : read_table("ed25519_small_order.txt"))
        CHECK_FALSE(is_acceptable_key({array_of<32>(row.at(0))}));
    Prng random(4);
    std::size_t acceptable = 0;
    for (int i = 0; i < 200; ++i) {
        PublicKey key;
        random.fill(key.bytes);
        CHECK(is_acceptable_key(key) == reference::decode(key.bytes).has_value());
        acceptable += is_acceptable_key(key) ? 1U : 0U;
    }
    CHECK(acceptable > 60); // half of all numbers are the y of a point
    CHECK(acceptable < 140);
}

TEST_CASE("signatures: with points of small order added, the cofactored equation alone decides", "[crypto]") {
    Prng random(5);
    const auto small = torsion();
    const Secret key = secret_of(random_number(random));
    const Secret nonce = secret_of(random_number(random));
    std::size_t cases = 0;
    std::size_t only_cofactored = 0;
    for (const Affine& key_part : small) {
        for (const Affine& r_part : small) {
            Bytes message(16);
            random.fill(message);
            const Mixed mixed = sign_mixed(key, key_part, nonce, r_part, message);
            CHECK(verify(mixed.key, message, mixed.signature));
            if (cases++ % 4 == 0) CHECK(reference::verify(mixed.key, message, mixed.signature)); // slow
            // The libraries accept where the equation holds without the cofactor, too: rule 8 accepts more.
            CHECK(openssl_verifies(mixed.key, message, mixed.signature) == mixed.cofactorless);
            CHECK(cryptopp_verifies(mixed.key, message, mixed.signature) == mixed.cofactorless);
            only_cofactored += mixed.cofactorless ? 0U : 1U;

            const Signature off_by_one =
                with_s(mixed.signature, (s_of(mixed.signature) + 1) % reference::order);
            CHECK_FALSE(verify(mixed.key, message, off_by_one));
            const Signature off_by_eight =
                with_s(mixed.signature, (s_of(mixed.signature) + 8) % reference::order);
            CHECK_FALSE(verify(mixed.key, message, off_by_eight));
        }
    }
    CHECK(only_cofactored > 40);
}

TEST_CASE("signatures: a small-order key or commitment is refused, though the equation holds", "[crypto]") {
    Prng random(6);
    const Secret nothing = secret_of(0);
    const Secret owner = secret_of(random_number(random));
    for (const Affine& small : torsion()) {
        Bytes message(16);
        random.fill(message);
        const Mixed key = sign_mixed(nothing, small, owner, reference::identity, message);
        CHECK_FALSE(verify(key.key, message, key.signature));
        const Mixed commitment = sign_mixed(owner, reference::identity, nothing, small, message);
        CHECK_FALSE(verify(commitment.key, message, commitment.signature));
    }
}

TEST_CASE("signatures: the plain reference agrees, on sound and on spoilt ones", "[crypto]") {
    Prng random(7);
    for (std::size_t i = 0; i < 18; ++i) {
        const KeyPair pair = KeyPair::generate(random);
        Bytes message(i);
        random.fill(message);
        Signature signature = pair.sign(message);
        if (i % 3 == 1) flip(signature.bytes, 256 + random.below(250));
        CHECK(verify(pair.public_key(), message, signature) == (i % 3 != 1));
        CHECK(reference::verify(pair.public_key(), message, signature) == (i % 3 != 1));
    }
}
