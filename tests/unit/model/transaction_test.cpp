#include "catch.hpp"
#include "support/builders.hpp"

using namespace cairn;
using namespace cairn::test;

namespace {

const consensus::Network& network() {
    static const consensus::Network one = funded_network(2);
    return one;
}

Transaction unsigned_with(Body body) {
    return {fields_of(network(), key_of(0), 0, std::move(body)), crypto::Signature{}};
}

/// The encoded transaction with another body and its right length.
Bytes with_body(const Transaction& tx, std::uint8_t type, ByteView body) {
    Bytes out = encode(tx);
    out[5] = type;
    out.resize(66);
    Writer(out).integer(static_cast<std::uint32_t>(body.size())).raw(body).raw(tx.signature().bytes);
    return out;
}

bool is_opaque(const std::optional<Transaction>& tx) {
    return tx && std::holds_alternative<OpaqueBody>(tx->fields().body);
}

} // namespace

TEST_CASE("a transfer is encoded field by field", "[model]") {
    TxFields fields = fields_of(network(), key_of(0), 0x0102030405060708,
                                Transfer{{{address_of(1), units(5), "hi"}}}, units(9));
    fields.expiry = 0x0a0b0c0d;
    fields.time = Time{0x1112131415161718};
    const Transaction tx = sign(fields, network().id(), key_of(0));
    const std::string expected =
        "01" + to_hex(network().tag().bytes) + "01" + to_hex(key_of(0).public_key().bytes) +
        "0807060504030201" + "0900000000000000" + "0d0c0b0a" + "1817161514131211" + "21000000" + "0100" +
        to_hex(address_of(1).bytes) + "0500000000000000" + "02" + "6869" + to_hex(tx.signature().bytes);
    CHECK(to_hex(encode(tx)) == expected);
    CHECK(tx.size() == expected.size() / 2);
    CHECK(tx.size() == Transaction::envelope_bytes + 33);
    CHECK(decode_transaction(encode(tx)) == tx);
    CHECK(decode_transaction(encode(tx))->fields() == fields);
    CHECK(decode_unsigned(encode_unsigned(fields)) == fields);
    CHECK(crypto::verify(key_of(0).public_key(), signing_message(fields, network().id()), tx.signature()));
}

TEST_CASE("copies of a transaction share what it holds, and outlive it", "[model]") {
    auto first = std::make_unique<Transaction>(document(network(), key_of(0), 0, "ab", as_bytes("stone")));
    const Transaction copy = *first;
    CHECK(&copy.fields() == &first->fields());
    const Bytes encoded = encode(*first);
    first.reset();
    CHECK(encode(copy) == encoded);
}

TEST_CASE("a document is encoded field by field", "[model]") {
    const Transaction tx = document(network(), key_of(0), 0, "ab", as_bytes("stone"));
    const std::string body =
        to_hex(crypto::sha256(as_bytes("stone"))) + "02" + "6162" + "05000000" + "73746f6e65";
    CHECK(to_hex(encode(tx)).substr(140, body.size()) == body);
    CHECK(decode_transaction(encode(tx))->fields() == tx.fields());
    CHECK(total_out(tx.fields().body) == 0);
}

TEST_CASE("the largest transaction is 72,840 bytes, and nothing larger is built or read", "[model]") {
    Transfer full;
    for (std::size_t i = 0; i < Transfer::max_outputs; ++i)
        full.outputs.push_back({address_of(1), units(1), std::string(255, 'x')});
    const Transaction tx = unsigned_with(full);
    CHECK(tx.size() == Transaction::max_bytes);
    CHECK(decode_transaction(encode(tx))->fields() == tx.fields());
    CHECK_THROWS_AS(unsigned_with(OpaqueBody{9, Bytes(72'707)}), std::length_error);
    CHECK_THROWS_AS(unsigned_with(Document{{}, std::string(256, 'x'), {}}), std::length_error);
    CHECK_FALSE(decode_transaction(with_body(tx, 9, Bytes(72'707))));
    CHECK(decode_transaction(with_body(tx, 9, Bytes(72'706))));
    const Transaction largest_document =
        document(network(), key_of(0), 0, std::string(255, 't'), Bytes(65'536));
    CHECK(decode_transaction(encode(largest_document))->fields() == largest_document.fields());
}

TEST_CASE("a body that breaks its form is carried as bytes, whether built or read", "[model]") {
    const Output good{address_of(1), units(1), ""};
    CHECK(is_opaque(unsigned_with(Transfer{})));
    CHECK(is_opaque(unsigned_with(Transfer{std::vector<Output>(257, good)})));
    CHECK_FALSE(is_opaque(unsigned_with(Transfer{std::vector<Output>(256, good)})));
    CHECK(is_opaque(unsigned_with(Transfer{{good, {address_of(1), Amount{}, ""}}})));
    CHECK(is_opaque(unsigned_with(Transfer{{{address_of(1), units(1), "\xc0\xaf"}}})));
    CHECK(is_opaque(unsigned_with(Document{{}, "\xff", {}})));
    CHECK(is_opaque(unsigned_with(Document{{}, "of other content", {1}})));
    CHECK(is_opaque(unsigned_with(document_of("too long", Bytes(65'537)))));
    // Control characters are text: showing them escaped is the reader's part.
    CHECK_FALSE(
        is_opaque(unsigned_with(Transfer{{{address_of(1), units(1), std::string("\x1b[31m\0", 6)}}})));
    // A body given as bytes is read, so both ways agree.
    const Transaction built = unsigned_with(Transfer{{good}});
    const Bytes body = [&] {
        const Bytes whole = encode(built);
        return Bytes(whole.begin() + 70, whole.end() - 64);
    }();
    CHECK(unsigned_with(OpaqueBody{1, body}).fields() == built.fields());
    CHECK(is_opaque(decode_transaction(with_body(built, 1, Bytes(body.begin(), body.end() - 1)))));
    Bytes longer = body;
    longer.push_back(0);
    CHECK(is_opaque(decode_transaction(with_body(built, 1, longer))));
    CHECK(is_opaque(decode_transaction(with_body(built, 3, body))));
    CHECK(type_of(decode_transaction(with_body(built, 200, body))->fields().body) ==
          static_cast<TxType>(200));
}

TEST_CASE("a length beyond any transaction is refused before memory is taken", "[model]") {
    Bytes bytes = encode(unsigned_with(Transfer{{{address_of(1), units(1), ""}}}));
    for (const std::uint32_t size : {UINT32_MAX, 0x80000000U, 72'707U, 72'706U}) {
        store_le(bytes.data() + 66, size);
        Reader in(bytes);
        CHECK_FALSE(take_transaction(in));
        CHECK_FALSE(in.ok());
    }
}

TEST_CASE("the txid leaves the signature out, the witness id does not", "[model]") {
    const Transaction tx = transfer(network(), key_of(0), 0, address_of(1), units(1));
    crypto::Signature other = tx.signature();
    other.bytes[63] = static_cast<Byte>(other.bytes[63] ^ 0x10); // S + 2^252: malleated
    const Transaction twin(tx.fields(), other);
    CHECK(twin.id() == tx.id());
    CHECK(twin.witness_id() != tx.witness_id());
    CHECK_FALSE(twin == tx);
    const Bytes encoded = encode(tx);
    const ByteView body = ByteView(encoded).first(encoded.size() - 64);
    CHECK(tx.id().bytes == crypto::sha256({as_bytes("cairn/tx"), body}));
    CHECK(tx.witness_id().bytes == crypto::sha256({Bytes{0}, encoded}));
}

TEST_CASE("transactions are taken one after the other", "[model]") {
    const Transaction first = transfer(network(), key_of(0), 0, address_of(1), units(1));
    const Transaction second = document(network(), key_of(0), 1, "t", as_bytes("x"));
    Bytes both = encode(first);
    append(both, encode(second));
    Reader in(both);
    CHECK(take_transaction(in) == first);
    CHECK(in.position() == first.size());
    CHECK(take_transaction(in) == second);
    CHECK(in.finished());
    CHECK_FALSE(decode_transaction(both));
}
