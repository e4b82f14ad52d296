// Keys, addresses, transactions, headers and blocks with their encodings and names, and encodings that are
// none.
#include "support/builders.hpp"
#include "support/ledger.hpp"
#include "vectors.hpp"
#include <consensus/rules.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace cairn::test {
namespace {

namespace json = boost::json;

const consensus::Network& dev() {
    static const consensus::Network network = consensus::dev_network();
    return network;
}

json::string text(std::string_view from) { return json::string(from.data(), from.size()); }

json::array keys() {
    json::array out;
    for (std::uint64_t n = 0; n < 4; ++n) {
        const auto key = key_of(n);
        out.push_back(json::object{{"seed", hex(key.seed().view())},
                                   {"public_key", hex(key.public_key().bytes)},
                                   {"address", hex(address_of(key).bytes)},
                                   {"crn", text(to_text(address_of(key), "crn"))},
                                   {"dcrn", text(to_text(address_of(key), "dcrn"))}});
    }
    return out;
}

json::object describe_body(const Body& body) {
    if (const auto* transfer = std::get_if<Transfer>(&body)) {
        json::array outputs;
        for (const Output& one : transfer->outputs)
            outputs.push_back(json::object{{"address", hex(one.to.bytes)},
                                           {"amount", decimal(one.amount.units())},
                                           {"memo", hex(as_bytes(one.memo))}});
        return {{"outputs", outputs}};
    }
    const auto& document = std::get<Document>(body);
    return {{"sha256", hex(document.sha256)},
            {"title", hex(as_bytes(document.title))},
            {"inline", hex(document.content)}};
}

json::object describe(const char* name, std::uint64_t key, const Transaction& tx) {
    const TxFields& fields = tx.fields();
    return {{"name", name},
            {"key", key},
            {"version", fields.version},
            {"chain", hex(fields.chain.bytes)},
            {"type", static_cast<std::uint8_t>(type_of(fields.body))},
            {"sender", hex(fields.sender.bytes)},
            {"nonce", decimal(fields.nonce.value)},
            {"fee", decimal(fields.fee.units())},
            {"expiry", fields.expiry},
            {"time", decimal(fields.time.unix_ms)},
            {"body", describe_body(fields.body)},
            {"signature", hex(tx.signature().bytes)},
            {"encoded", hex(encode(tx))},
            {"txid", hex(tx.id().bytes)},
            {"wid", hex(tx.witness_id().bytes)}};
}

Transaction signed_by(std::uint64_t key, TxFields fields) {
    return sign(std::move(fields), dev().id(), key_of(key));
}

Transaction with_everything() {
    TxFields fields = fields_of(dev(), key_of(1), 0x0102030405060708,
                                Transfer{{{address_of(0), units(1), ""},
                                          {address_of(1), units(0x1122334455667788), "to myself"},
                                          {address_of(0), units(2), "caf\xc3\xa9 \xf0\x9f\x8c\x84\x1b"}}},
                                units(0x0a0b0c0d));
    fields.expiry = 0xfffefdfc;
    fields.time = Time{UINT64_MAX};
    return signed_by(1, std::move(fields));
}

json::array transactions() {
    return {
        describe("one output", 0, transfer(dev(), key_of(0), 0, address_of(1), coins(1), units(100))),
        describe("repeated recipients, oneself, memos, all fields", 1, with_everything()),
        describe("document, whole", 2, document(dev(), key_of(2), 7, "deed", as_bytes("stone"), units(1))),
        describe("document, its hash alone", 2,
                 signed_by(2, fields_of(dev(), key_of(2), 8, document_of("", as_bytes("stone"), false))))};
}

json::object refused(const char* name, const Transaction& tx) {
    const auto error = consensus::check_transaction(dev(), tx, Height{9});
    return {{"name", name}, {"encoded", hex(encode(tx))}, {"error", consensus::name_of(error.value().code)}};
}

/// The encoding of the first vector with `body` in place of its own.
Transaction of_body(std::uint8_t type, const Bytes& body) {
    return signed_by(0, fields_of(dev(), key_of(0), 0, OpaqueBody{type, body}));
}

Bytes output_bytes(std::uint64_t amount, std::string_view memo) {
    Bytes out;
    Writer(out).raw(address_of(1).bytes).integer(amount).integer(static_cast<std::uint8_t>(memo.size()));
    append(out, as_bytes(memo));
    return out;
}

Bytes transfer_bytes(std::uint16_t count, const std::vector<Bytes>& outputs) {
    Bytes out;
    Writer(out).integer(count);
    for (const Bytes& one : outputs) append(out, one);
    return out;
}

Bytes document_bytes(std::string_view hashed, std::string_view title, std::uint32_t size, ByteView content) {
    Bytes out;
    Writer(out).raw(crypto::sha256(as_bytes(hashed))).integer(static_cast<std::uint8_t>(title.size()));
    Writer(out).raw(as_bytes(title)).integer(size).raw(content);
    return out;
}

template <typename Change> Transaction changed(Change change) {
    TxFields fields = fields_of(dev(), key_of(0), 0, Transfer{{{address_of(1), coins(1), ""}}});
    change(fields);
    return signed_by(0, std::move(fields));
}

/// Transactions that rule 7 refuses on dev at height 9.
json::array refused_transactions() {
    const Bytes good = output_bytes(1, "hi");
    const std::uint64_t most = dev().max_supply().units();
    const Bytes stone = Bytes{'s', 't', 'o', 'n', 'e'};
    return {
        refused("version 2", changed([](TxFields& f) { f.version = 2; })),
        refused("another chain", changed([](TxFields& f) { f.chain.bytes[0] ^= 1; })),
        refused("type 0", of_body(0, {})),
        refused("type 3, of proof of stake", of_body(3, {})),
        refused("expired at height 8", changed([](TxFields& f) { f.expiry = 8; })),
        refused("no outputs", of_body(1, transfer_bytes(0, {}))),
        refused("an empty body", of_body(1, {})),
        refused("257 outputs", of_body(1, transfer_bytes(257, std::vector<Bytes>(257, good)))),
        refused("fewer outputs than counted", of_body(1, transfer_bytes(2, {good}))),
        refused("more outputs than counted", of_body(1, transfer_bytes(1, {good, good}))),
        refused("an amount of zero", of_body(1, transfer_bytes(2, {good, output_bytes(0, "")}))),
        refused("a memo that is not UTF-8", of_body(1, transfer_bytes(1, {output_bytes(1, "\xc0\xaf")}))),
        refused("a memo with a surrogate", of_body(1, transfer_bytes(1, {output_bytes(1, "\xed\xa0\x80")}))),
        refused("a title that is not UTF-8", of_body(2, document_bytes("stone", "\xff", 5, stone))),
        refused("content of another hash", of_body(2, document_bytes("stones", "t", 5, stone))),
        refused("content shorter than told", of_body(2, document_bytes("stone", "t", 6, stone))),
        refused("a byte after the content", of_body(2, document_bytes("ston", "t", 4, stone))),
        refused("65,537 bytes inline", of_body(2, document_bytes(std::string(65'537, 'x'), "t", 65'537,
                                                                 as_bytes(std::string(65'537, 'x'))))),
        refused("a fee above the supply", changed([&](TxFields& f) { f.fee = units(most); })),
        refused("outputs that sum to 2^64 + 1",
                of_body(1, transfer_bytes(2, {output_bytes(UINT64_MAX, ""), output_bytes(2, "")}))),
    };
}

/// Bytes that are no transaction at all (rule 1).
json::array malformed_transactions() {
    const Bytes good = encode(transfer(dev(), key_of(0), 0, address_of(1), coins(1)));
    const auto entry = [](const char* name, Bytes bytes) {
        return json::object{{"name", name}, {"encoded", hex(bytes)}};
    };
    Bytes longer = good;
    longer.push_back(0);
    Bytes short_body = good;
    --short_body[66];
    Bytes long_body = good;
    ++long_body[66];
    Bytes huge_body = good;
    store_le<std::uint32_t>(huge_body.data() + 66, UINT32_MAX);
    return {entry("nothing", {}),
            entry("a byte too few", Bytes(good.begin(), good.end() - 1)),
            entry("a byte too many", longer),
            entry("body_len one too small", short_body),
            entry("body_len one too large", long_body),
            entry("body_len of 2^32 - 1", huge_body)};
}

json::object describe(const Header& header) {
    return {{"version", header.version},
            {"parent", hex(header.parent.bytes)},
            {"height", header.height.value},
            {"time", decimal(header.time.unix_ms)},
            {"producer", hex(header.producer.bytes)},
            {"tx_count", header.tx_count},
            {"tx_root", hex(header.tx_root)},
            {"state_root", hex(header.state_root)},
            {"history_root", hex(header.history_root)},
            {"target", compact_text(header.target)}};
}

Block sample_block() {
    Block block;
    Header& header = block.head.header;
    header.parent = dev().id();
    header.height = Height{0x01020304};
    header.time = Time{0x1112131415161718};
    header.producer = address_of(3);
    header.state_root.fill(0xaa);
    header.history_root.fill(0xbb);
    header.target = CompactTarget{0x1e080000};
    block.transactions = {transfer(dev(), key_of(0), 0, address_of(1), coins(1)), with_everything(),
                          document(dev(), key_of(2), 7, "deed", as_bytes("stone"))};
    commit(block);
    block.head.seal = WorkSeal{0xf1f2f3f4f5f6f7f8};
    return block;
}

json::object describe(const Block& block) {
    return {{"header", describe(block.header())},
            {"nonce", decimal(std::get<WorkSeal>(block.head.seal).nonce)},
            {"encoded_header", hex(encode(block.header()))},
            {"encoded", hex(encode(block))},
            {"digest", hex(header_digest(block.header()))},
            {"id", hex(block_id(block.head).bytes)}};
}

json::array malformed_blocks() {
    const Block good = sample_block();
    const auto entry = [](const char* name, const Bytes& bytes) {
        return json::object{{"name", name}, {"encoded", hex(bytes)}};
    };
    const auto counted = [&](std::uint32_t count) {
        Block block = good;
        block.head.header.tx_count = count;
        return encode(block);
    };
    Bytes seal_of_stake = encode(good);
    seal_of_stake[Header::encoded_size] = 2;
    Bytes longer = encode(good);
    longer.push_back(0);
    Bytes shorter = encode(good);
    shorter.pop_back();
    return {entry("a seal of stake", seal_of_stake),
            entry("a byte too many", longer),
            entry("a byte too few", shorter),
            entry("one transaction more than counted", counted(2)),
            entry("one fewer than counted", counted(4)),
            entry("2^32 - 1 counted", counted(UINT32_MAX))};
}

json::array accounts() {
    json::array out;
    for (const Account& one : {Account{address_of(0), coins(12), Nonce{3}, Amount{}},
                               Account{address_of(1), units(UINT64_MAX), Nonce{UINT64_MAX}, units(7)}})
        out.push_back(json::object{{"address", hex(one.address.bytes)},
                                   {"balance", decimal(one.balance.units())},
                                   {"nonce", decimal(one.nonce.value)},
                                   {"stake", decimal(one.stake.units())},
                                   {"encoded", hex(encode(one))}});
    return out;
}

} // namespace

json::object model_vectors() {
    return {{"about",
             "Encodings and names; made by cairn_vectors, checked by check_vectors.py. The transactions "
             "are of the dev network; those that rule 7 refuses are so at height 9."},
            {"genesis", hex(dev().id().bytes)},
            {"max_supply", decimal(dev().max_supply().units())},
            {"keys", keys()},
            {"transactions", transactions()},
            {"refused_transactions", refused_transactions()},
            {"malformed_transactions", malformed_transactions()},
            {"block", describe(sample_block())},
            {"malformed_blocks", malformed_blocks()},
            {"accounts", accounts()}};
}

} // namespace cairn::test
