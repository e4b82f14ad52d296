#include "catch.hpp"
#include <base/hex.hpp>
#include <base/random.hpp>
#include <crypto/sha256_many.hpp>
#include <crypto/sha256_pairs.hpp>

using namespace cairn;
using namespace cairn::crypto;

namespace {

Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<Byte>(i * 7 + 3);
    return bytes;
}

} // namespace

TEST_CASE("SHA-256 is the same whole, in parts and streamed, at every size around a block", "[crypto]") {
    for (std::size_t size = 0; size <= 200; ++size) {
        const Bytes data = pattern(size);
        const ByteView view = data;
        const Hash256 whole = sha256(view);
        for (const std::size_t cut : {std::size_t{0}, size / 3, size / 2, size}) {
            CHECK(sha256({view.first(cut), view.subspan(cut)}) == whole);
            Sha256 stream;
            for (std::size_t i = 0; i < cut; ++i) stream.update(view.subspan(i, 1));
            stream.update(view.subspan(cut));
            CHECK(stream.finish() == whole);
        }
    }
}

TEST_CASE("a SHA-256 stream is a value, and starts anew after its end", "[crypto]") {
    Sha256 stream;
    stream.update(as_bytes("ab"));
    Sha256 copy = stream;
    copy.update(as_bytes("c"));
    stream.update(as_bytes("d"));
    CHECK(copy.finish() == sha256(as_bytes("abc")));
    CHECK(stream.finish() == sha256(as_bytes("abd")));
    CHECK(stream.finish() == sha256(ByteView{}));
}

TEST_CASE("one compression of the padded message is its SHA-256", "[crypto]") {
    std::array<std::uint32_t, 8> state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    ByteArray<64> block{};
    std::memcpy(block.data(), "abc", 3);
    block[3] = 0x80;
    block[63] = 24;
    sha256_compress(state, block.data());
    const std::array<std::uint32_t, 8> abc{0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223,
                                           0xb00361a3, 0x96177a9c, 0xb410ff61, 0xf20015ad};
    CHECK(state == abc);
}

TEST_CASE("SHA-256 twice hashes the hash", "[crypto]") {
    CHECK(sha256d(as_bytes("cairn")) == sha256(sha256(as_bytes("cairn"))));
    CHECK(sha256d(as_bytes("cairn")) != sha256(as_bytes("cairn")));
}

TEST_CASE("SHA-512 of parts is that of the joined parts", "[crypto]") {
    CHECK(sha512({as_bytes("ab"), ByteView{}, as_bytes("c")}) == sha512({as_bytes("abc")}));
    CHECK(sha512({}) == sha512({ByteView{}}));
}

TEST_CASE("stretching by no iterations is refused", "[crypto]") {
    CHECK_THROWS_AS(pbkdf2_hmac_sha512(as_bytes("p"), as_bytes("s"), 0), std::logic_error);
}

TEST_CASE("SHA-256 of many messages is that of each, of every size and number", "[crypto]") {
    for (std::size_t size = 0; size <= 200; ++size) {
        for (const std::size_t count : {0U, 1U, 2U, 3U, 4U, 5U, 17U}) {
            const Bytes messages = pattern(size * count);
            std::vector<Hash256> out(count);
            sha256_many(messages, size, out);
            for (std::size_t i = 0; i < count; ++i)
                if (out[i] != sha256(ByteView(messages).subspan(i * size, size)))
                    FAIL(i << " of " << count << " of " << size << " bytes");
        }
    }
}

TEST_CASE("SHA-256 of several messages is that of each, whatever their sizes", "[crypto]") {
    const Bytes bytes = pattern(400);
    const auto check = [&](const std::vector<Tagged>& messages) {
        std::vector<Hash256> digests(messages.size());
        sha256_each(messages, digests);
        for (std::size_t i = 0; i < messages.size(); ++i)
            if (digests[i] != sha256({messages[i].tag, messages[i].data}))
                FAIL(i << " of " << messages.size() << ": " << messages[i].tag.size() << " and "
                       << messages[i].data.size() << " bytes");
    };
    const ByteView all(bytes);
    for (const std::size_t tag : {0U, 1U, 8U, 13U, 63U, 64U})
        for (std::size_t size = 0; size <= 260; ++size)
            check({{all.first(tag), all.subspan(tag, size)},
                   {all.first(7), all.subspan(100, (size * 37) % 251)},
                   {all.first(tag), all.subspan(90, size / 2)}});
    Prng random(1);
    for (int round = 0; round < 300; ++round) {
        std::vector<Tagged> messages;
        for (std::uint64_t left = random.below(6); left > 0; --left)
            messages.push_back({all.first(random.below(65)), all.subspan(65, random.below(330))});
        check(messages);
    }
}

TEST_CASE("SHA-256 of a tag and a pair is that of the joined bytes, of every number and last byte",
          "[crypto]") {
    const auto joined = [](Byte tag, const Hash256& left, const Hash256& right) {
        return sha256({ByteView(&tag, 1), left, right});
    };
    for (std::size_t count = 0; count <= 600; count += count < 20 ? 1 : 290) {
        std::vector<Hash256> hashes(2 * count);
        const Bytes bytes = pattern(64 * count);
        std::vector<const Hash256*> pairs;
        for (std::size_t i = 0; i < hashes.size(); ++i)
            std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(32 * i), 32, hashes[i].begin());
        for (std::size_t i = 0; i < count; ++i) {
            hashes[2 * i + 1].back() = static_cast<Byte>(i); // all 256 in the longer ones
            pairs.push_back(&hashes[2 * i]);
        }
        std::vector<Hash256> expected(count);
        for (std::size_t i = 0; i < count; ++i)
            expected[i] = joined(static_cast<Byte>(count), pairs[i][0], pairs[i][1]);
        std::vector<Hash256> out(count);
        std::vector<Hash256*> to;
        for (Hash256& hash : out) to.push_back(&hash);
        sha256_pairs(static_cast<Byte>(count), pairs, to);
        CHECK(out == expected);
        for (std::size_t i = 0; i < count; ++i) to[i] = &hashes[i]; // in the place of what was read
        sha256_pairs(static_cast<Byte>(count), pairs, to);
        hashes.resize(count);
        CHECK(hashes == expected);
    }
}
