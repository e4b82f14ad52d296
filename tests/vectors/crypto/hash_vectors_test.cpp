#include "table.hpp"
#include <crypto/bech32m.hpp>
#include <crypto/hash.hpp>
#include <crypto/sealed_box.hpp>

#include <algorithm>

using namespace cairn;
using namespace cairn::crypto;
using namespace cairn::test;

namespace {

const std::string vectors = "hash_and_box.txt";

void check_scrypt(const Row& row) {
    const ScryptParameters parameters{static_cast<std::uint8_t>(std::stoul(row.at(2))),
                                      static_cast<std::uint32_t>(std::stoul(row.at(3))),
                                      static_cast<std::uint32_t>(std::stoul(row.at(4)))};
    CHECK(to_hex(scrypt(bytes_of(row.at(0)), bytes_of(row.at(1)), parameters, 64).view()) == row.at(5));
}

} // namespace

TEST_CASE("FIPS 180: SHA-256 and SHA-512", "[crypto]") {
    for (const Row& row : rows_of(vectors, "sha256")) CHECK(to_hex(sha256(bytes_of(row.at(0)))) == row.at(1));
    for (const Row& row : rows_of(vectors, "sha512"))
        CHECK(to_hex(sha512({bytes_of(row.at(0))})) == row.at(1));
}

TEST_CASE("FIPS 180: a million times the letter a", "[crypto]") {
    const Bytes million(1'000'000, 'a');
    const std::string digest = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
    CHECK(to_hex(sha256(million)) == digest);
    Sha256 stream;
    ByteView left = million;
    for (std::size_t step = 1; !left.empty(); step = step % 200 + 1) {
        const std::size_t taken = std::min(step, left.size());
        stream.update(left.first(taken));
        left = left.subspan(taken);
    }
    CHECK(to_hex(stream.finish()) == digest);
    CHECK(to_hex(sha512({million})) == "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
                                       "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b");
}

TEST_CASE("RFC 4231: HMAC-SHA-512", "[crypto]") {
    for (const Row& row : rows_of(vectors, "hmac-sha512")) {
        const std::string mac = to_hex(hmac_sha512(bytes_of(row.at(0)), bytes_of(row.at(1))));
        CHECK(mac.substr(0, row.at(2).size()) == row.at(2));
    }
}

TEST_CASE("PBKDF2 with HMAC-SHA-512", "[crypto]") {
    for (const Row& row : rows_of(vectors, "pbkdf2-hmac-sha512")) {
        const auto iterations = static_cast<std::uint32_t>(std::stoul(row.at(2)));
        CHECK(to_hex(pbkdf2_hmac_sha512(bytes_of(row.at(0)), bytes_of(row.at(1)), iterations)) == row.at(3));
    }
}

TEST_CASE("RFC 7914: scrypt", "[crypto]") {
    for (const Row& row : rows_of(vectors, "scrypt")) check_scrypt(row);
}

TEST_CASE("RFC 7914: scrypt with 1 GiB", "[.slow][crypto]") {
    for (const Row& row : rows_of(vectors, "scrypt-large")) check_scrypt(row);
}

TEST_CASE("RFC 3720: CRC-32C", "[crypto]") {
    for (const Row& row : rows_of(vectors, "crc32c"))
        CHECK(crc32c(bytes_of(row.at(0))) == static_cast<std::uint32_t>(std::stoul(row.at(1), nullptr, 16)));
    CHECK(crc32c({}) == 0);
}

TEST_CASE("draft-irtf-cfrg-xchacha-03: XChaCha20-Poly1305", "[crypto]") {
    for (const Row& row : rows_of(vectors, "xchacha20-poly1305")) {
        const BoxKey key(ByteView(bytes_of(row.at(0))));
        const auto nonce = array_of<24>(row.at(1));
        CHECK(to_hex(seal_box(key, nonce, bytes_of(row.at(2)), bytes_of(row.at(3)))) == row.at(4));
        const auto opened = open_box(key, nonce, bytes_of(row.at(2)), bytes_of(row.at(4)));
        REQUIRE(opened);
        CHECK(to_hex(opened->view()) == row.at(3));
    }
}

TEST_CASE("BIP-350: bech32m texts are judged as published, and written as read", "[crypto]") {
    for (const Row& row : read_table("bech32m.txt")) {
        std::string text = row.at(1);
        if (text.starts_with("hex:")) text = std::string(as_text(bytes_of(text.substr(4))));
        INFO(row.at(1));
        const auto parts = bech32m::split(text);
        const bool valid = parts && bech32m::is_sound(parts->prefix, parts->symbols);
        CHECK(valid == (row.at(0) == "valid"));
        if (!valid) continue;
        std::string lower = text;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        const auto data = ByteView(parts->symbols).first(parts->symbols.size() - bech32m::checksum_size);
        CHECK(bech32m::encode(parts->prefix, data) == lower);
    }
}
