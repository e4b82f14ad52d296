#include "catch.hpp"
#include "support/builders.hpp"
#include "support/ledger.hpp"

using namespace cairn;
using namespace cairn::test;

namespace {

Block sample() {
    const consensus::Network network = funded_network(1);
    Block block;
    Header& header = block.head.header;
    header.version = 0x0201;
    header.parent.bytes.fill(0x11);
    header.height = Height{0x04030201};
    header.time = Time{0x0807060504030201};
    header.producer.bytes.fill(0x22);
    header.state_root.fill(0x44);
    header.history_root.fill(0x55);
    header.target = CompactTarget{0x1e080000};
    block.head.seal = WorkSeal{0x0f0e0d0c0b0a0908};
    block.transactions = {transfer(network, key_of(0), 0, address_of(1), units(1)),
                          document(network, key_of(0), 1, "t", as_bytes("x"))};
    commit(block);
    return block;
}

std::string repeated(const char* byte, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += byte;
    return out;
}

} // namespace

TEST_CASE("a header is 170 bytes, field by field", "[model]") {
    const Block block = sample();
    const std::string expected = "0102" + repeated("11", 32) + "01020304" + "0102030405060708" +
                                 repeated("22", 20) + "02000000" + to_hex(block.header().tx_root) +
                                 repeated("44", 32) + repeated("55", 32) + "0000081e";
    CHECK(to_hex(encode(block.header())) == expected);
    CHECK(encode(block.header()).size() == Header::encoded_size);
    CHECK(to_hex(encode(block.head)) == expected + "01" + "08090a0b0c0d0e0f");
}

TEST_CASE("an id hashes the digest and the nonce, 40 bytes, twice", "[model]") {
    const Block block = sample();
    const Hash256 digest = crypto::sha256({as_bytes("cairn/header"), encode(block.header())});
    CHECK(header_digest(block.header()) == digest);
    Bytes searched(digest.begin(), digest.end());
    Writer(searched).integer(std::get<WorkSeal>(block.head.seal).nonce);
    REQUIRE(searched.size() == 40);
    CHECK(block_id(block.head).bytes == crypto::sha256d(searched));
}

TEST_CASE("a block is its head and its transactions, nothing between", "[model]") {
    const Block block = sample();
    Bytes expected = encode(block.head);
    for (const Transaction& tx : block.transactions) append(expected, encode(tx));
    CHECK(encode(block) == expected);
    CHECK(encoded_size(block) == expected.size());
    CHECK(decode_block(expected, SealKind::work) == block);
}

TEST_CASE("a block is refused that is longer, shorter or otherwise counted", "[model]") {
    const Block block = sample();
    Bytes bytes = encode(block);
    bytes.push_back(0);
    CHECK_FALSE(decode_block(bytes, SealKind::work));
    bytes.resize(bytes.size() - 2);
    CHECK_FALSE(decode_block(bytes, SealKind::work));
    for (const std::uint32_t count : {0U, 1U, 3U, UINT32_MAX}) {
        Block other = block;
        other.head.header.tx_count = count;
        CHECK_FALSE(decode_block(encode(other), SealKind::work));
    }
}

TEST_CASE("a seal of another kind than the network's is no seal", "[model]") {
    Bytes bytes = encode(sample());
    CHECK_FALSE(decode_block(bytes, SealKind::stake));
    for (const Byte kind : {Byte{0}, Byte{2}, Byte{3}, Byte{255}}) {
        bytes[Header::encoded_size] = kind;
        CHECK_FALSE(decode_block(bytes, SealKind::work));
        CHECK_FALSE(decode_block(bytes, SealKind::stake));
        Reader in(bytes);
        CHECK_FALSE(take_sealed_header(in, SealKind::work));
        CHECK_FALSE(in.ok());
    }
}

TEST_CASE("an account record is 44 bytes", "[model]") {
    const Account account{address_of(1), units(0x0102), Nonce{3}, units(4)};
    CHECK(to_hex(encode(account)) ==
          to_hex(address_of(1).bytes) + "0201000000000000" + "0300000000000000" + "0400000000000000");
    CHECK(decode_account(encode(account)) == account);
}

TEST_CASE("ids are read as they are written", "[model]") {
    const BlockId id = block_id(sample().head);
    CHECK(BlockId::from_hex(id.hex()) == id);
    CHECK_FALSE(BlockId::from_hex(id.hex().substr(1)));
    CHECK_FALSE(BlockId::from_hex(id.hex() + "00"));
    CHECK(id.prefix() == load_le<std::uint64_t>(id.bytes.data()));
    CHECK(chain_tag(id).bytes == ByteArray<4>{id.bytes[0], id.bytes[1], id.bytes[2], id.bytes[3]});
}
