// The one encoding, on random values and on bytes that random changes made of them.
#include "catch.hpp"
#include "support/builders.hpp"
#include "support/ledger.hpp"
#include "support/random_blocks.hpp"

using namespace cairn;
using namespace cairn::test;

namespace {

std::string random_text(Random& random) {
    static const char* const pieces[] = {
        "a", "stone ", "\n", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x8c\x84", "\x7f"};
    std::string out;
    for (std::uint64_t n = random.below(30); n > 0; --n) out += pieces[random.below(std::size(pieces))];
    return out;
}

Body random_body(Random& random) {
    switch (random.below(4)) {
    case 0: {
        Bytes content(random.below(5) == 0 ? random.below(Document::max_inline_bytes + 1) : random.below(40));
        random.fill(content);
        return document_of(random_text(random), content, random.below(2) == 0);
    }
    case 1: {
        OpaqueBody out{static_cast<std::uint8_t>(random.below(256)), Bytes(random.below(60))};
        random.fill(out.bytes);
        return out;
    }
    default:
        Transfer out;
        for (std::uint64_t n = 1 + random.below(random.below(5) == 0 ? 256 : 3); n > 0; --n) {
            Output& output = out.outputs.emplace_back();
            random.fill(output.to.bytes);
            output.amount = units(random.next_u64() >> random.below(64) | 1);
            output.memo = random_text(random);
        }
        return out;
    }
}

Transaction random_transaction(Random& random) {
    TxFields fields;
    fields.version = static_cast<std::uint8_t>(random.below(3));
    random.fill(fields.chain.bytes);
    random.fill(fields.sender.bytes);
    fields.nonce = Nonce{random.next_u64()};
    fields.fee = units(random.next_u64());
    fields.expiry = static_cast<std::uint32_t>(random.next_u64());
    fields.time = Time{random.next_u64()};
    fields.body = random_body(random);
    crypto::Signature signature;
    random.fill(signature.bytes);
    return {std::move(fields), signature};
}

Block random_block(Random& random) {
    Block out;
    Header& header = out.head.header;
    header.version = static_cast<std::uint16_t>(random.next_u64());
    random.fill(header.parent.bytes);
    header.height = Height{static_cast<std::uint32_t>(random.next_u64())};
    header.time = Time{random.next_u64()};
    random.fill(header.producer.bytes);
    random.fill(header.state_root);
    random.fill(header.history_root);
    header.target = CompactTarget{static_cast<std::uint32_t>(random.next_u64())};
    for (std::uint64_t n = random.below(4); n > 0; --n)
        out.transactions.push_back(random_transaction(random));
    commit(out);
    out.head.seal = WorkSeal{random.next_u64()};
    return out;
}

/// One of the changes that a careless or hostile peer might make.
Bytes mutated(Bytes bytes, Random& random) {
    for (std::uint64_t n = 1 + random.below(3); n > 0 && !bytes.empty(); --n) {
        const std::size_t at = random.below(bytes.size());
        const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        switch (random.below(4)) {
        case 0:
            bytes[at] = static_cast<Byte>(random.below(256));
            break;
        case 1:
            bytes[at] ^= static_cast<Byte>(1U << random.below(8));
            break;
        case 2:
            bytes.insert(place, static_cast<Byte>(random.below(256)));
            break;
        default:
            bytes.erase(place);
        }
    }
    return bytes;
}

} // namespace

TEST_CASE("a transaction is read as it was written, and no shorter piece is one", "[model][property]") {
    Prng random(101);
    for (int round = 0; round < 1'000; ++round) {
        const Transaction tx = random_transaction(random);
        const Bytes bytes = encode(tx);
        REQUIRE(bytes.size() == tx.size());
        const auto read = decode_transaction(bytes);
        REQUIRE(read);
        REQUIRE(read->fields() == tx.fields());
        REQUIRE(read->signature() == tx.signature());
        REQUIRE(read->id() == tx.id());
        REQUIRE(read->witness_id() == tx.witness_id());
        if (bytes.size() > 2'000) continue;
        for (std::size_t size = 0; size < bytes.size(); ++size)
            if (decode_transaction(ByteView(bytes).first(size))) FAIL("read from " << size << " bytes");
    }
}

TEST_CASE("a block is read as it was written, and no shorter piece is one", "[model][property]") {
    Prng random(102);
    for (int round = 0; round < 200; ++round) {
        const Block block = random_block(random);
        const Bytes bytes = encode(block);
        REQUIRE(bytes.size() == encoded_size(block));
        REQUIRE(decode_block(bytes, SealKind::work) == block);
        if (bytes.size() > 2'000) continue;
        for (std::size_t size = 0; size < bytes.size(); ++size)
            if (decode_block(ByteView(bytes).first(size), SealKind::work))
                FAIL("read from " << size << " bytes");
    }
}

TEST_CASE("whatever bytes are accepted, they are the only form of what was read", "[model][property]") {
    Prng random(103);
    int accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
        const Bytes bytes = mutated(encode(random_transaction(random)), random);
        if (const auto tx = decode_transaction(bytes)) {
            ++accepted;
            REQUIRE(encode(*tx) == bytes);
            // Built from its fields, it is the same: the body is read alike on both ways.
            REQUIRE(Transaction(tx->fields(), tx->signature()).fields() == tx->fields());
        }
        if (round % 10 != 0) continue;
        const Bytes whole = mutated(encode(random_block(random)), random);
        if (const auto block = decode_block(whole, SealKind::work)) {
            ++accepted;
            REQUIRE(encode(*block) == whole);
        }
    }
    CHECK(accepted > 5'000);
}

TEST_CASE("random bytes are refused quietly", "[model][property]") {
    Prng random(104);
    for (int round = 0; round < 50'000; ++round) {
        Bytes bytes(random.below(300));
        random.fill(bytes);
        if (bytes.size() > 69 && random.below(2) == 0) { // a length that may fit
            store_le<std::uint32_t>(bytes.data() + 66, static_cast<std::uint32_t>(random.below(300)));
        }
        if (const auto tx = decode_transaction(bytes)) REQUIRE(encode(*tx) == bytes);
        if (const auto fields = decode_unsigned(bytes)) REQUIRE(encode_unsigned(*fields) == bytes);
        if (const auto block = decode_block(bytes, SealKind::work)) REQUIRE(encode(*block) == bytes);
    }
}

TEST_CASE("altered parameters are read as they stand or blamed, never misread", "[consensus][property]") {
    Prng random(105);
    auto parameters = dev_parameters({{address_of(1), coins(5)}, {address_of(2), units(1)}});
    const std::string json = consensus::to_json(parameters);
    const Bytes bytes(json.begin(), json.end());
    int read = 0;
    for (int round = 0; round < 20'000; ++round) {
        const Bytes changed = mutated(bytes, random);
        const auto result = consensus::parameters_from_json(as_text(changed));
        if (!result) {
            REQUIRE_FALSE(result.error().why.empty());
            continue;
        }
        ++read;
        if (!consensus::Network::make(*result)) continue;
        REQUIRE(consensus::parameters_from_json(consensus::to_json(*result)) == *result);
    }
    CHECK(read > 100);
}
