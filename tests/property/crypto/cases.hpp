// Signatures of every kind that rule 8 tells apart, with what it says of each by the way it was made. Quick,
// so that there can be millions: points are those of the code under test, which point_property_test.cpp holds
// against the reference.
#pragma once

#include "catch.hpp"
#include "vectors/crypto/table.hpp"
#include <base/random.hpp>
#include <crypto/batch.hpp>
#include <crypto/ed25519/multi_scalar.hpp>

#include <vector>

namespace cairn::test {

enum class Kind {
    sound,
    flipped_signature, ///< one bit
    flipped_key,
    other_message,
    noise,             ///< a signature of random bytes
    larger_s,          ///< S + L
    mixed_order,       ///< points of small order added to key and commitment, S as it must be: valid
    mixed_order_wrong, ///< the same with another S
    small_key,         ///< a key of small order for which the equation holds
    small_commitment,  ///< R of small order, for which it holds
    not_canonical,     ///< one of the six other encodings of points of small order, as key or as R
    beyond_p,          ///< y + p in place of y, as key or as R
    last = beyond_p
};

struct Case {
    Kind kind = Kind::sound;
    Bytes message;
    crypto::PublicKey key;
    crypto::Signature signature;
    bool valid = false;

    crypto::Signed as_signed() const { return {key, message, signature}; }
};

class Cases {
  public:
    explicit Cases(std::uint64_t seed) : random_(seed) {
        for (const Row& row : read_table("ed25519_small_order.txt")) {
            const auto bytes = array_of<32>(row.at(0));
            if (row.at(1) == "canonical")
                small_.push_back(*crypto::ed25519::decode(bytes));
            else
                not_canonical_.push_back(bytes);
        }
    }

    Prng& random() { return random_; }

    /// Keys of the first few kinds come from so many; 0: each is new.
    void repeat_keys(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) pairs_.push_back(crypto::KeyPair::generate(random_));
    }

    Case any() { return of(static_cast<Kind>(random_.below(static_cast<std::uint64_t>(Kind::last) + 1))); }
    /// Of a kind that is refused.
    Case wrong() {
        Case made = any();
        while (made.valid) made = any();
        return made;
    }

    Case of(Kind kind) {
        Case made = kind < Kind::mixed_order ? sound() : Case{};
        made.kind = kind;
        made.valid = kind == Kind::sound || kind == Kind::mixed_order;
        switch (kind) {
        case Kind::sound:
            break;
        case Kind::flipped_signature:
            flip(made.signature.bytes, 512);
            break;
        case Kind::flipped_key:
            flip(made.key.bytes, 256);
            break;
        case Kind::other_message:
            made.message.push_back(0);
            break;
        case Kind::noise:
            random_.fill(made.signature.bytes);
            made.signature.bytes[63] &= 0x0f; // below L, so that more than S is looked at
            break;
        case Kind::larger_s:
            add_order(made.signature);
            break;
        default:
            special(made);
        }
        return made;
    }

  private:
    using Scalar = crypto::ed25519::Scalar;
    using Point = crypto::ed25519::Point;

    Case sound() {
        Case made;
        made.message.resize(random_.below(150));
        random_.fill(made.message);
        const bool again = !pairs_.empty() && random_.below(8) != 0;
        const auto fresh = again ? std::nullopt : std::optional(crypto::KeyPair::generate(random_));
        const crypto::KeyPair& pair = again ? pairs_[random_.below(pairs_.size())] : *fresh;
        made.key = pair.public_key();
        made.signature = pair.sign(made.message);
        return made;
    }

    Scalar some_scalar() {
        ByteArray<64> hash;
        random_.fill(hash);
        return crypto::ed25519::scalar_from_hash(hash);
    }

    /// Signed by one who knows a and r of A = a·B + key_part and R = r·B + r_part.
    void sign(Case& made, const Scalar& a, const Point& key_part, const Scalar& r, const Point& r_part) {
        using namespace crypto::ed25519;
        made.message.resize(random_.below(40));
        random_.fill(made.message);
        made.key.bytes = encode(multi_scalar(a, {}) + key_part);
        const auto r_bytes = encode(multi_scalar(r, {}) + r_part);
        std::copy(r_bytes.begin(), r_bytes.end(), made.signature.bytes.begin());
        const Scalar h = scalar_from_hash(crypto::sha512({r_bytes, made.key.bytes, made.message}));
        write_s(made.signature, r + h * a);
    }

    void special(Case& made) {
        const Point& one = small_[random_.below(8)];
        const Point& other = small_[random_.below(8)];
        const bool as_key = random_.below(2) == 0;
        const auto replace = [&](const ByteArray<32>& bytes) {
            std::copy(bytes.begin(), bytes.end(),
                      as_key ? made.key.bytes.begin() : made.signature.bytes.begin());
        };
        const Scalar nothing{};
        if (made.kind == Kind::small_key) return sign(made, nothing, one, some_scalar(), other);
        if (made.kind == Kind::small_commitment) return sign(made, some_scalar(), one, nothing, other);
        sign(made, some_scalar(), one, some_scalar(), other);
        if (made.kind == Kind::mixed_order_wrong) write_s(made.signature, some_scalar());
        if (made.kind == Kind::not_canonical) replace(not_canonical_[random_.below(not_canonical_.size())]);
        if (made.kind == Kind::beyond_p) { // p + 0 … p + 18 are below 2^255
            ByteArray<32> bytes;
            bytes.fill(0xff);
            bytes[0] = static_cast<Byte>(0xed + random_.below(19));
            if (random_.below(2) == 0) bytes[31] = 0x7f;
            replace(bytes);
        }
    }

    static void write_s(crypto::Signature& signature, const Scalar& s) {
        for (std::size_t i = 0; i < 4; ++i) store_le(signature.bytes.data() + 32 + 8 * i, s.word[i]);
    }

    static void add_order(crypto::Signature& signature) {
        static const auto order =
            array_of<32>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        unsigned carry = 0;
        for (std::size_t i = 0; i < 32; ++i) {
            carry += static_cast<unsigned>(signature.bytes[32 + i]) + order[i];
            signature.bytes[32 + i] = static_cast<Byte>(carry);
            carry >>= 8;
        }
    }

    void flip(std::span<Byte> bytes, std::uint64_t bits) {
        const auto bit = static_cast<std::size_t>(random_.below(bits));
        bytes[bit / 8] = static_cast<Byte>(bytes[bit / 8] ^ (1 << bit % 8));
    }

    Prng random_;
    std::vector<crypto::KeyPair> pairs_;
    std::vector<crypto::ed25519::Point> small_;
    std::vector<ByteArray<32>> not_canonical_;
};

} // namespace cairn::test
