#include <base/utf8.hpp>
#include <crypto/address_hash.hpp>
#include <model/transaction.hpp>

#include <algorithm>
#include <stdexcept>

namespace cairn {
namespace {

template <typename... Ts> struct Overload : Ts... { using Ts::operator()...; };
template <typename... Ts> Overload(Ts...) -> Overload<Ts...>;

constexpr std::size_t max_body_bytes = Transaction::max_bytes - Transaction::envelope_bytes;
constexpr std::size_t max_text_bytes = 255;
constexpr std::size_t usual_bytes =
    256; ///< of one recipient and a short memo; more costs a second allocation

void write_text(Writer& out, const std::string& text) {
    if (text.size() > max_text_bytes) throw std::length_error("a memo or title of more than 255 bytes");
    out.integer(static_cast<std::uint8_t>(text.size())).raw(as_bytes(text));
}

std::string read_text(Reader& in) {
    const ByteView bytes = in.raw(in.integer<std::uint8_t>());
    if (!is_utf8(as_text(bytes))) in.fail();
    return std::string(as_text(bytes));
}

void write_body(Bytes& out, const Body& body) {
    const std::size_t begin = out.size();
    Writer to(out);
    std::visit(
        Overload{[&](const Transfer& transfer) {
                     to.integer(static_cast<std::uint16_t>(transfer.outputs.size()));
                     for (const Output& output : transfer.outputs) {
                         to.raw(output.to.bytes).amount(output.amount);
                         write_text(to, output.memo);
                     }
                 },
                 [&](const Document& document) {
                     to.raw(document.sha256);
                     write_text(to, document.title);
                     to.integer(static_cast<std::uint32_t>(document.content.size())).raw(document.content);
                 },
                 [&](const OpaqueBody& opaque) { to.raw(opaque.bytes); }},
        body);
    if (out.size() - begin > max_body_bytes)
        throw std::length_error("a transaction's body of more than 72,706 bytes");
}

std::optional<Body> read_transfer(ByteView bytes) {
    Reader in(bytes);
    const auto count = in.integer<std::uint16_t>();
    if (count == 0 || count > Transfer::max_outputs) return std::nullopt;
    Transfer out;
    out.outputs.reserve(count);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        Output& output = out.outputs.emplace_back();
        output.to.bytes = in.array<20>();
        output.amount = in.amount();
        output.memo = read_text(in);
        if (output.amount.is_zero()) in.fail();
    }
    if (!in.finished()) return std::nullopt;
    return out;
}

std::optional<Body> read_document(ByteView bytes) {
    Reader in(bytes);
    Document out;
    out.sha256 = in.array<32>();
    out.title = read_text(in);
    const auto size = in.integer<std::uint32_t>();
    if (size > Document::max_inline_bytes) return std::nullopt;
    const ByteView content = in.raw(size);
    if (!in.finished()) return std::nullopt;
    out.content.assign(content.begin(), content.end());
    if (!out.content.empty() && crypto::sha256(out.content) != out.sha256) return std::nullopt;
    return out;
}

Body read_body(std::uint8_t type, ByteView bytes) {
    std::optional<Body> body;
    if (type == static_cast<std::uint8_t>(TxType::transfer)) body = read_transfer(bytes);
    if (type == static_cast<std::uint8_t>(TxType::document)) body = read_document(bytes);
    if (body) return std::move(*body);
    return OpaqueBody{type, Bytes(bytes.begin(), bytes.end())};
}

TxFields read_fields(Reader& in) {
    TxFields out;
    out.version = in.integer<std::uint8_t>();
    out.chain.bytes = in.array<4>();
    const auto type = in.integer<std::uint8_t>();
    out.sender.bytes = in.array<32>();
    out.nonce = Nonce{in.integer<std::uint64_t>()};
    out.fee = in.amount();
    out.expiry = in.integer<std::uint32_t>();
    out.time = Time{in.integer<std::uint64_t>()};
    const auto body_size = in.integer<std::uint32_t>();
    if (body_size > max_body_bytes) in.fail();
    const ByteView body = in.raw(body_size);
    if (in.ok()) out.body = read_body(type, body);
    return out;
}

/// The hash of it is the TxId.
crypto::Tagged id_message(ByteView encoded_unsigned) { return {as_bytes("cairn/tx"), encoded_unsigned}; }

/// The hash of it is the WitnessId.
crypto::Tagged witness_message(ByteView encoded) {
    static constexpr Byte leaf = 0;
    return {ByteView(&leaf, 1), encoded};
}

} // namespace

ChainTag chain_tag(const BlockId& genesis) {
    ChainTag out;
    std::copy_n(genesis.bytes.begin(), out.bytes.size(), out.bytes.begin());
    return out;
}

TxType type_of(const Body& body) {
    return std::visit(Overload{[](const Transfer&) { return TxType::transfer; },
                               [](const Document&) { return TxType::document; },
                               [](const OpaqueBody& opaque) { return static_cast<TxType>(opaque.type); }},
                      body);
}

Uint128 total_out(const Body& body) {
    Uint128 sum = 0;
    if (const auto* transfer = std::get_if<Transfer>(&body))
        for (const Output& output : transfer->outputs) sum += output.amount.units();
    return sum;
}

void write_unsigned(Bytes& out, const TxFields& fields) {
    Writer(out)
        .integer(fields.version)
        .raw(fields.chain.bytes)
        .integer(static_cast<std::uint8_t>(type_of(fields.body)))
        .raw(fields.sender.bytes)
        .integer(fields.nonce.value)
        .amount(fields.fee)
        .integer(fields.expiry)
        .integer(fields.time.unix_ms);
    const std::size_t length_at = out.size();
    Writer(out).integer(std::uint32_t{0});
    const std::size_t body_at = out.size();
    write_body(out, fields.body);
    store_le(out.data() + length_at, static_cast<std::uint32_t>(out.size() - body_at));
}

Bytes encode_unsigned(const TxFields& fields) {
    Bytes out;
    out.reserve(usual_bytes);
    write_unsigned(out, fields);
    return out;
}

void write(Bytes& out, const Transaction& tx) {
    write_unsigned(out, tx.fields());
    append(out, tx.signature().bytes);
}

Bytes encode(const Transaction& tx) {
    Bytes out;
    out.reserve(tx.size());
    write(out, tx);
    return out;
}

void write_signing_message(Bytes& out, const TxFields& fields, const BlockId& genesis) {
    Writer(out).raw(as_bytes("cairn/sign")).raw(genesis.bytes);
    write_unsigned(out, fields);
}

Bytes signing_message(const TxFields& fields, const BlockId& genesis) {
    Bytes out;
    out.reserve(usual_bytes + genesis.bytes.size());
    write_signing_message(out, fields, genesis);
    return out;
}

Transaction sign(TxFields fields, const BlockId& genesis, const crypto::KeyPair& key) {
    const crypto::Signature signature = key.sign(signing_message(fields, genesis));
    return {std::move(fields), signature};
}

Transaction::Transaction(TxFields fields, const crypto::Signature& signature, ByteView encoded) {
    auto known = std::make_shared<Known>();
    // The longest first: of a payment it takes as long as the two others together.
    const std::array messages{witness_message(encoded), id_message(encoded.first(encoded.size() - 64)),
                              crypto::address_message(fields.sender)};
    std::array<Hash256, messages.size()> digests;
    crypto::sha256_each(messages, digests);
    known->witness_id = WitnessId{digests[0]};
    known->id = TxId{digests[1]};
    known->sender = crypto::address_from(digests[2]);
    known->size = encoded.size();
    known->fields = std::move(fields);
    known->signature = signature;
    known_ = std::move(known);
}

Transaction::Transaction(TxFields fields, const crypto::Signature& signature) {
    Bytes encoded = encode_unsigned(fields);
    // A body of forbidden values is the one that others will read.
    constexpr std::size_t body_at = envelope_bytes - 64;
    fields.body =
        read_body(static_cast<std::uint8_t>(type_of(fields.body)), ByteView(encoded).subspan(body_at));
    append(encoded, signature.bytes);
    *this = Transaction(std::move(fields), signature, encoded);
}

std::optional<Transaction> take_transaction(Reader& in) {
    const Reader start = in;
    TxFields fields = read_fields(in);
    const crypto::Signature signature{in.array<64>()};
    if (!in.ok()) return std::nullopt;
    Reader whole = start;
    return Transaction(std::move(fields), signature, whole.raw(in.position() - start.position()));
}

bool skip_transaction(Reader& in) {
    constexpr std::size_t before_body_len = 66; // version … time
    in.raw(before_body_len);
    const auto body_size = in.integer<std::uint32_t>();
    if (body_size > max_body_bytes) in.fail();
    in.raw(body_size);
    in.raw(64);
    return in.ok();
}

std::optional<Transaction> decode_transaction(ByteView bytes) {
    Reader in(bytes);
    auto tx = take_transaction(in);
    if (!in.finished()) return std::nullopt;
    return tx;
}

std::optional<TxFields> decode_unsigned(ByteView bytes) {
    Reader in(bytes);
    TxFields fields = read_fields(in);
    if (!in.finished()) return std::nullopt;
    return fields;
}

} // namespace cairn
