#include <base/hex.hpp>
#include <model/codec.hpp>
#include <wire/encoder.hpp>
#include <wire/verb.hpp>

#include <algorithm>
#include <stdexcept>

namespace cairn::net {
namespace {

/// What a compact block puts around its transactions: salt u64 and two counts u32.
constexpr std::size_t compact_frame_bytes = 16;

/// A line under way; ends with its LF.
class LineWriter {
  public:
    explicit LineWriter(Verb verb) : text_(name_of(verb)) {}

    LineWriter& field(std::string_view key, std::string_view value) {
        text_.append(" ").append(key).append("=").append(value);
        return *this;
    }
    template <typename T>
    requires std::is_unsigned_v<T> LineWriter& field(std::string_view key, T value) {
        return field(key, std::to_string(value));
    }
    template <typename Ids> LineWriter& ids(std::string_view key, const Ids& list) {
        std::string text;
        text.reserve(list.size() * (2 * limits::id_bytes + 1));
        for (const auto& id : list) text.append(text.empty() ? "" : ",").append(to_hex(id));
        return field(key, text);
    }
    /// Of any text; left out where the line has no room for it.
    LineWriter& shown(std::string_view key, std::string_view value, std::size_t most = limits::line_bytes) {
        std::string fit = fitted(key) + "=" + fitted(value.substr(0, most));
        if (text_.size() + fit.size() + 2 <= limits::line_bytes) text_.append(" ").append(fit);
        return *this;
    }

    Bytes line() const {
        const std::string text = text_ + "\n";
        if (text.size() > limits::line_bytes)
            throw std::length_error("a line of the protocol above its limit");
        const ByteView bytes = as_bytes(text);
        return {bytes.begin(), bytes.end()};
    }
    Bytes with_body(ByteView body, bool raw) {
        field("body", body.size());
        Bytes out = line();
        out.reserve(out.size() + (raw ? 1 : 2) * body.size() + 1);
        append(out, raw ? body : as_bytes(to_hex(body)));
        out.push_back('\n');
        return out;
    }

  private:
    static std::string fitted(std::string_view text) {
        std::string out(text);
        std::replace_if(
            out.begin(), out.end(), [](char c) { return c < 0x21 || c > 0x7e; }, '-');
        return out;
    }

    std::string text_;
};

void require_at_most(std::size_t count, std::size_t most) {
    if (count > most) throw std::length_error("a message of the protocol above its limit");
}

std::string_view name_of(ItemKind kind) { return kind == ItemKind::block ? "blk" : "tx"; }

Bytes joined(const std::vector<Hash256>& ids) {
    Bytes out;
    out.reserve(ids.size() * limits::id_bytes);
    for (const Hash256& id : ids) append(out, id);
    return out;
}

Bytes joined(const std::vector<Transaction>& txs) {
    Bytes out;
    for (const Transaction& tx : txs) append(out, encode(tx));
    return out;
}

std::vector<Hash256> bytes_of(const std::vector<BlockId>& ids) {
    std::vector<Hash256> out;
    out.reserve(ids.size());
    for (const BlockId& id : ids) out.push_back(id.bytes);
    return out;
}

std::uint32_t count_of(std::size_t count) { return static_cast<std::uint32_t>(count); }

/// One overload a message. `raw` is how bodies travel.
struct Encoder {
    bool raw;

    Bytes operator()(const Hello& m) const {
        ByteArray<8> nonce;
        store_le(nonce.data(), m.nonce);
        std::reverse(nonce.begin(), nonce.end());
        LineWriter out(Verb::hello);
        out.field("v", m.version).field("net", to_hex(m.net.bytes)).field("h", m.height.value);
        out.field("work", m.work.to_hex()).field("tip", m.tip.hex()).field("nonce", to_hex(nonce));
        out.shown("ua", m.agent, limits::agent_chars).field("caps", m.compact_blocks ? "cblk" : "");
        out.field("enc", m.raw ? "hex,raw" : "hex");
        if (m.port != 0) out.field("port", m.port);
        return out.field("time", m.time.unix_ms).line();
    }
    Bytes operator()(const Ok& m) const {
        LineWriter out(Verb::ok);
        out.shown("re", m.re);
        for (const auto& [key, value] : m.fields) out.shown(key, value);
        return out.line();
    }
    Bytes operator()(const Err& m) const {
        LineWriter out(Verb::err);
        out.field("code", m.code);
        if (!m.id.empty()) out.shown("id", m.id);
        if (!m.msg.empty()) out.shown("msg", m.msg, limits::message_chars);
        return out.line();
    }
    Bytes operator()(const Ping& m) const { return LineWriter(Verb::ping).field("n", m.n).line(); }
    Bytes operator()(const Pong& m) const { return LineWriter(Verb::pong).field("n", m.n).line(); }
    Bytes operator()(const GetHeaders& m) const {
        require_at_most(m.locator.size(), limits::ids_in_line);
        LineWriter out(Verb::getheaders);
        out.ids("loc", bytes_of(m.locator));
        if (m.stop) out.field("stop", m.stop->hex());
        return out.field("max", m.max).line();
    }
    Bytes operator()(const Headers& m) const {
        require_at_most(m.heads.size(), limits::headers);
        Bytes body;
        body.reserve(m.heads.size() * limits::sealed_header_bytes);
        for (const SealedHeader& head : m.heads) append(body, encode(head));
        return LineWriter(Verb::headers).field("n", count_of(m.heads.size())).with_body(body, raw);
    }
    Bytes operator()(const Inv& m) const {
        require_at_most(m.ids.size(), limits::inv_ids);
        LineWriter out(Verb::inv);
        return out.field("t", name_of(m.kind)).field("n", m.ids.size()).with_body(joined(m.ids), raw);
    }
    Bytes operator()(const Get& m) const {
        require_at_most(m.ids.size(), limits::inv_ids);
        LineWriter out(Verb::get);
        out.field("t", name_of(m.kind));
        if (m.ids.size() <= limits::ids_in_line) return out.ids("id", m.ids).line();
        return out.with_body(joined(m.ids), raw);
    }
    Bytes operator()(const TxMessage& m) const { return LineWriter(Verb::tx).with_body(encode(m.tx), raw); }
    Bytes operator()(const BlockMessage& m) const {
        LineWriter out(Verb::block);
        return out.field("h", m.height.value).field("id", m.id.hex()).with_body(m.body, raw);
    }
    Bytes operator()(const Relay& m) const {
        return LineWriter(Verb::relay).field("blk", m.compact ? "cblk" : "hdr").line();
    }
    Bytes operator()(const CompactBlock& m) const {
        Bytes body = encode(m.head);
        body.reserve(body.size() + compact_frame_bytes + m.short_ids.size() * limits::short_id_bytes);
        Writer to(body);
        to.integer(m.salt).integer(count_of(m.short_ids.size()));
        to.raw(
            {reinterpret_cast<const Byte*>(m.short_ids.data()), m.short_ids.size() * sizeof m.short_ids[0]});
        to.integer(count_of(m.prefilled.size()));
        for (const Prefilled& item : m.prefilled) to.integer(item.index).raw(encode(item.tx));
        LineWriter out(Verb::compact_block);
        return out.field("h", m.height.value).field("id", m.id.hex()).with_body(body, raw);
    }
    Bytes operator()(const GetBlockTxs& m) const {
        Bytes body;
        body.reserve(m.indexes.size() * sizeof(std::uint32_t));
        Writer to(body);
        for (const std::uint32_t index : m.indexes) to.integer(index);
        return LineWriter(Verb::get_block_txs).field("id", m.id.hex()).with_body(body, raw);
    }
    Bytes operator()(const BlockTxs& m) const {
        LineWriter out(Verb::block_txs);
        return out.field("id", m.id.hex()).field("n", m.txs.size()).with_body(joined(m.txs), raw);
    }
    Bytes operator()(const Fee& m) const {
        return LineWriter(Verb::fee).field("min", m.units_per_byte).line();
    }
    Bytes operator()(const GetAddr&) const { return LineWriter(Verb::getaddr).line(); }
    Bytes operator()(const Addr& m) const {
        require_at_most(m.entries.size(), limits::addr_entries);
        Bytes body;
        body.reserve(m.entries.size() * limits::addr_entry_bytes);
        Writer to(body);
        for (const AddrEntry& entry : m.entries)
            to.raw(entry.at.ip).integer(entry.at.port).integer(entry.seen.unix_ms);
        return LineWriter(Verb::addr).field("n", m.entries.size()).with_body(body, raw);
    }
    Bytes operator()(const Status&) const { return LineWriter(Verb::status).line(); }
    Bytes operator()(const Help&) const { return LineWriter(Verb::help).line(); }
    Bytes operator()(const Bye&) const { return LineWriter(Verb::bye).line(); }
    Bytes operator()(const Unknown&) const { throw std::logic_error("Unknown is decoded alone"); }
    Bytes operator()(const Malformed&) const { throw std::logic_error("Malformed is decoded alone"); }
};

} // namespace

Bytes encode(const Message& message, bool raw) { return std::visit(Encoder{raw}, message); }

} // namespace cairn::net
