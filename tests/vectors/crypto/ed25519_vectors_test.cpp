#include "reference.hpp"
#include "table.hpp"
#include <crypto/ed25519.hpp>

using namespace cairn;
using namespace cairn::crypto;
using namespace cairn::test;

namespace {

PublicKey key_of(const std::string& hex) { return {array_of<32>(hex)}; }
Signature signature_of(const std::string& hex) { return {array_of<64>(hex)}; }

} // namespace

TEST_CASE("RFC 8032: keys, signatures and their verification", "[crypto]") {
    const auto rows = read_table("ed25519_rfc8032.txt");
    CHECK(rows.size() == 5);
    for (const Row& row : rows) {
        INFO("test " << row.at(0));
        const Bytes seed = bytes_of(row.at(1));
        const Bytes message = bytes_of(row.at(3));
        const KeyPair pair = KeyPair::from_seed(SecretBytes(ByteView(seed)));
        CHECK(pair.public_key() == key_of(row.at(2)));
        CHECK(pair.sign(message).bytes == signature_of(row.at(4)).bytes);
        CHECK(verify(pair.public_key(), message, pair.sign(message)));
    }
}

TEST_CASE("Wycheproof: signatures are judged as published", "[crypto]") {
    const auto rows = read_table("ed25519_wycheproof.txt");
    CHECK(rows.size() == 125);
    for (const Row& row : rows) {
        INFO("test " << row.at(0));
        const bool valid = verify(key_of(row.at(2)), bytes_of(row.at(3)), signature_of(row.at(4)));
        CHECK(valid == (row.at(1) == "valid"));
    }
}

TEST_CASE("the edge cases of \"Taming the many EdDSAs\" are judged by rule 8", "[crypto]") {
    const auto rows = read_table("ed25519_speccheck.txt");
    CHECK(rows.size() == 17);
    for (const Row& row : rows) {
        INFO("case " << row.at(0) << ": " << row.at(5));
        const bool valid = row.at(1) == "valid";
        const auto key = key_of(row.at(3));
        const auto signature = signature_of(row.at(4));
        CHECK(verify(key, bytes_of(row.at(2)), signature) == valid);
        CHECK(reference::verify(key, bytes_of(row.at(2)), signature) == valid);
    }
}

TEST_CASE("attack 13: all 196 cases of small-order keys and commitments are refused", "[crypto][attack]") {
    const auto rows = read_table("ed25519_small_order.txt");
    REQUIRE(rows.size() == 14);
    std::size_t refused = 0;
    for (const Row& a : rows) {
        CHECK_FALSE(is_acceptable_key(key_of(a.at(0))));
        CHECK(reference::decode(array_of<32>(a.at(0))).has_value() == (a.at(1) == "canonical"));
        for (const Row& r : rows) {
            const auto signature = signature_of(r.at(0) + std::string(64, '0'));
            if (!verify(key_of(a.at(0)), as_bytes("Zcash"), signature)) ++refused;
        }
    }
    CHECK(refused == 196);
}
