#include <wire/line.hpp>
#include <wire/message_reader.hpp>
#include <wire/verb.hpp>

#include <algorithm>
#include <array>

namespace cairn::net {
namespace {

constexpr std::size_t shown_verb_chars = 32;

Message read_hello(Fields& in) {
    Hello out;
    out.version = in.number<std::uint32_t>("v");
    out.net.bytes = in.hex<4>("net");
    out.height.value = in.number_or<std::uint32_t>("h", 0);
    if (const auto work = in.find("work")) {
        std::string digits(*work);
        for (char& c : digits)
            if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
        const auto value = Uint256::from_hex(digits);
        if (!value) in.fail_of("work");
        out.work = value.value_or(Uint256{});
    }
    out.tip.bytes = in.hex_if_there<32>("tip").value_or(Hash256{});
    // A number, so written with its most significant digit first.
    auto nonce = in.hex_if_there<8>("nonce").value_or(ByteArray<8>{});
    std::reverse(nonce.begin(), nonce.end());
    out.nonce = load_le<std::uint64_t>(nonce.data());
    out.agent = std::string(in.find("ua").value_or(""));
    if (out.agent.size() > limits::agent_chars) in.fail_of("ua");
    out.compact_blocks = lists(in.find("caps").value_or(""), "cblk");
    out.port = in.number_or<std::uint16_t>("port", 0);
    out.time.unix_ms = in.number_or<std::uint64_t>("time", 0);
    out.raw = lists(in.find("enc").value_or("hex"), "raw");
    return out;
}

Message read_ok(Fields& in) {
    Ok out;
    out.re = std::string(in.required("re").value_or(""));
    out.fields.reserve(in.all().size());
    for (const auto& [key, value] : in.all())
        if (key != "re" && key != "body") out.fields.emplace_back(key, value);
    return out;
}

/// Whatever an ERR holds, it is one: an answer to it would go on for ever.
Message read_err(const Fields& in) {
    Err out;
    const std::string_view code = in.find("code").value_or("");
    (void)std::from_chars(code.data(), code.data() + code.size(), out.code);
    out.id = std::string(in.find("id").value_or(""));
    out.msg = std::string(in.find("msg").value_or("").substr(0, limits::message_chars));
    return out;
}

Message read_get_headers(Fields& in) {
    GetHeaders out;
    const auto locator = in.ids("loc", limits::ids_in_line);
    out.locator.reserve(locator.size());
    for (const Hash256& id : locator) out.locator.push_back(BlockId{id});
    if (const auto stop = in.hex_if_there<32>("stop")) out.stop = BlockId{*stop};
    out.max = in.number_or<std::uint32_t>("max", limits::headers);
    if (out.max == 0 || out.max > limits::headers) in.fail_of("max");
    return out;
}

Message read_headers(Fields& in, ByteView body, const DecoderLimits& limits) {
    Headers out;
    const auto count = in.number<std::uint32_t>("n");
    if (body.size() != std::size_t{count} * limits::sealed_header_bytes) in.fail_of("n");
    if (!in.ok()) return out;
    out.heads.reserve(count);
    Reader bytes(body);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto head = take_sealed_header(bytes, limits.seal);
        if (!head) {
            in.fail_of("body");
            return out;
        }
        out.heads.push_back(*head);
    }
    return out;
}

ItemKind read_kind(Fields& in) {
    const auto text = in.required("t");
    if (text && text != "tx" && text != "blk") in.fail_of("t");
    return text == "blk" ? ItemKind::block : ItemKind::tx;
}

std::vector<Hash256> read_ids(Fields& in, ByteView body) {
    std::vector<Hash256> out;
    if (body.empty() || body.size() % limits::id_bytes != 0) in.fail_of("body");
    if (!in.ok()) return out;
    out.reserve(body.size() / limits::id_bytes);
    for (Reader bytes(body); bytes.left() > 0;) out.push_back(bytes.array<limits::id_bytes>());
    return out;
}

Message read_inv(Fields& in, ByteView body) {
    const ItemKind kind = read_kind(in);
    if (in.number<std::uint64_t>("n") != body.size() / limits::id_bytes) in.fail_of("n");
    return Inv{kind, read_ids(in, body)};
}

Message read_get(Fields& in, const std::optional<Bytes>& body) {
    const ItemKind kind = read_kind(in);
    if (body && in.find("id")) in.fail("id-and-body");
    return Get{kind, body ? read_ids(in, *body) : in.ids("id", limits::ids_in_line)};
}

Message read_tx(Fields& in, ByteView body) {
    const auto tx = decode_transaction(body);
    if (tx) return TxMessage{*tx};
    in.fail_of("body");
    return Status{}; // of no account: the fault is what is told
}

Message read_block(Fields& in, Bytes body) {
    BlockMessage out;
    out.height.value = in.number<std::uint32_t>("h");
    out.id.bytes = in.hex<32>("id");
    out.body = std::move(body);
    return out;
}

Message read_relay(Fields& in) {
    const auto text = in.required("blk");
    if (text && text != "cblk" && text != "hdr") in.fail_of("blk");
    return Relay{text == "cblk"};
}

/// Takes `m × (index u32, transaction)`; `bytes` failed where they are not there, ascending and below `end`.
std::vector<Prefilled> take_prefilled(Reader& bytes, std::uint32_t end) {
    std::vector<Prefilled> out;
    const auto count = bytes.integer<std::uint32_t>();
    if (count > bytes.left() / (sizeof(std::uint32_t) + Transaction::envelope_bytes)) bytes.fail();
    if (!bytes.ok()) return out;
    out.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto index = bytes.integer<std::uint32_t>();
        auto tx = take_transaction(bytes);
        if (index >= end || (!out.empty() && index <= out.back().index)) bytes.fail();
        if (!tx || !bytes.ok()) return out;
        out.push_back(Prefilled{index, std::move(*tx)});
    }
    return out;
}

Message read_compact_block(Fields& in, ByteView body, const DecoderLimits& limits) {
    CompactBlock out;
    out.height.value = in.number<std::uint32_t>("h");
    out.id.bytes = in.hex<32>("id");
    Reader bytes(body);
    const auto head = take_sealed_header(bytes, limits.seal);
    out.salt = bytes.integer<std::uint64_t>();
    const auto count = bytes.integer<std::uint32_t>();
    if (!head || head->header.tx_count > limits.max_block_txs || count > head->header.tx_count ||
        count > bytes.left() / limits::short_id_bytes)
        in.fail_of("body");
    else if (head->header.height != out.height)
        in.fail_of("h");
    else if (block_id(*head) != out.id)
        in.fail_of("id");
    if (!in.ok()) return out;
    out.head = *head;
    const ByteView ids = bytes.raw(count * limits::short_id_bytes);
    out.short_ids.resize(count);
    if (!ids.empty()) std::memcpy(out.short_ids.data(), ids.data(), ids.size());
    out.prefilled = take_prefilled(bytes, head->header.tx_count);
    if (!bytes.finished() || out.short_ids.size() + out.prefilled.size() != head->header.tx_count)
        in.fail_of("body");
    return out;
}

Message read_get_block_txs(Fields& in, ByteView body, const DecoderLimits& limits) {
    GetBlockTxs out;
    out.id.bytes = in.hex<32>("id");
    if (body.empty() || body.size() % sizeof(std::uint32_t) != 0) in.fail_of("body");
    if (!in.ok()) return out;
    out.indexes.reserve(body.size() / sizeof(std::uint32_t));
    for (Reader bytes(body); bytes.left() > 0;) {
        const auto index = bytes.integer<std::uint32_t>();
        if (index >= limits.max_block_txs || (!out.indexes.empty() && index <= out.indexes.back()))
            in.fail_of("body");
        out.indexes.push_back(index);
    }
    return out;
}

Message read_block_txs(Fields& in, ByteView body, const DecoderLimits& limits) {
    BlockTxs out;
    out.id.bytes = in.hex<32>("id");
    const auto count = in.number<std::uint32_t>("n");
    if (count > limits.max_block_txs || count > body.size() / Transaction::envelope_bytes) in.fail_of("n");
    if (!in.ok()) return out;
    out.txs.reserve(count);
    Reader bytes(body);
    for (std::uint32_t i = 0; i < count && bytes.ok(); ++i)
        if (auto tx = take_transaction(bytes)) out.txs.push_back(std::move(*tx));
    if (!bytes.finished()) in.fail_of("body");
    return out;
}

Message read_addr(Fields& in, ByteView body) {
    Addr out;
    const auto count = in.number<std::uint32_t>("n");
    if (body.size() != std::size_t{count} * limits::addr_entry_bytes) in.fail_of("n");
    if (!in.ok()) return out;
    out.entries.reserve(count);
    Reader bytes(body);
    for (std::uint32_t i = 0; i < count; ++i) {
        AddrEntry entry;
        entry.at.ip = bytes.array<16>();
        entry.at.port = bytes.integer<std::uint16_t>();
        entry.seen.unix_ms = bytes.integer<std::uint64_t>();
        out.entries.push_back(entry);
    }
    return out;
}

bool needs_body(Verb verb) {
    static constexpr std::array with{Verb::headers,       Verb::inv,           Verb::tx,        Verb::block,
                                     Verb::compact_block, Verb::get_block_txs, Verb::block_txs, Verb::addr};
    return std::find(with.begin(), with.end(), verb) != with.end();
}

Message read_by_verb(Verb verb, Fields& in, std::optional<Bytes> body, const DecoderLimits& limits) {
    if (needs_body(verb) && !body) {
        in.fail("missing-body");
        return Status{};
    }
    switch (verb) {
    case Verb::hello:
        return read_hello(in);
    case Verb::ok:
        return read_ok(in);
    case Verb::err:
        return read_err(in);
    case Verb::ping:
        return Ping{in.number_or<std::uint64_t>("n", 0)};
    case Verb::pong:
        return Pong{in.number_or<std::uint64_t>("n", 0)};
    case Verb::getheaders:
        return read_get_headers(in);
    case Verb::headers:
        return read_headers(in, *body, limits);
    case Verb::inv:
        return read_inv(in, *body);
    case Verb::get:
        return read_get(in, body);
    case Verb::tx:
        return read_tx(in, *body);
    case Verb::block:
        return read_block(in, std::move(*body));
    case Verb::relay:
        return read_relay(in);
    case Verb::compact_block:
        return read_compact_block(in, *body, limits);
    case Verb::get_block_txs:
        return read_get_block_txs(in, *body, limits);
    case Verb::block_txs:
        return read_block_txs(in, *body, limits);
    case Verb::fee:
        return Fee{in.number<std::uint64_t>("min")};
    case Verb::getaddr:
        return GetAddr{};
    case Verb::addr:
        return read_addr(in, *body);
    case Verb::status:
        return Status{};
    case Verb::help:
        return Help{};
    case Verb::bye:
        return Bye{};
    }
    return Status{}; // not reached: all verbs are above
}

} // namespace

Message read_message(std::string_view line, std::optional<Bytes> body, const DecoderLimits& limits) {
    const auto head = read_line_head(line);
    const std::string_view word = head ? head->verb : std::string_view{};
    const auto verb = verb_of(word);
    if (!verb) return Unknown{std::string(word.substr(0, shown_verb_chars))};
    Fields fields(line);
    Message out = read_by_verb(*verb, fields, std::move(body), limits);
    if (!fields.ok() && verb != Verb::err) return Malformed{std::string(word), fields.why()};
    return out;
}

} // namespace cairn::net
