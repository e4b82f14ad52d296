#include <model/block.hpp>

#include <algorithm>

namespace cairn {
namespace {

void write(Writer& out, const Header& header) {
    out.integer(header.version)
        .raw(header.parent.bytes)
        .integer(header.height.value)
        .integer(header.time.unix_ms)
        .raw(header.producer.bytes)
        .integer(header.tx_count)
        .raw(header.tx_root)
        .raw(header.state_root)
        .raw(header.history_root)
        .integer(header.target.bits);
}

void write(Writer& out, const Seal& seal) {
    const auto& work = std::get<WorkSeal>(seal);
    out.integer(static_cast<std::uint8_t>(SealKind::work)).integer(work.nonce);
}

Header read_header(Reader& in) {
    Header out;
    out.version = in.integer<std::uint16_t>();
    out.parent.bytes = in.array<32>();
    out.height = Height{in.integer<std::uint32_t>()};
    out.time = Time{in.integer<std::uint64_t>()};
    out.producer.bytes = in.array<20>();
    out.tx_count = in.integer<std::uint32_t>();
    out.tx_root = in.array<32>();
    out.state_root = in.array<32>();
    out.history_root = in.array<32>();
    out.target = CompactTarget{in.integer<std::uint32_t>()};
    return out;
}

} // namespace

Hash256 header_digest(const Header& header) {
    return crypto::sha256({as_bytes("cairn/header"), encode(header)});
}

BlockId block_id(const Hash256& digest, const WorkSeal& seal) {
    ByteArray<40> bytes;
    std::copy(digest.begin(), digest.end(), bytes.begin());
    store_le(bytes.data() + 32, seal.nonce);
    return BlockId{crypto::sha256d(bytes)};
}

BlockId block_id(const SealedHeader& head) {
    return block_id(header_digest(head.header), std::get<WorkSeal>(head.seal));
}

Bytes encode(const Header& header) {
    Bytes out;
    out.reserve(Header::encoded_size);
    Writer to(out);
    write(to, header);
    return out;
}

Bytes encode(const SealedHeader& head) {
    Bytes out;
    out.reserve(Header::encoded_size + WorkSeal::encoded_size);
    Writer to(out);
    write(to, head.header);
    write(to, head.seal);
    return out;
}

void encode_into(Bytes& out, const Block& block) {
    out.clear();
    out.reserve(encoded_size(block));
    Writer to(out);
    write(to, block.head.header);
    write(to, block.head.seal);
    for (const Transaction& tx : block.transactions) write(out, tx);
}

Bytes encode(const Block& block) {
    Bytes out;
    encode_into(out, block);
    return out;
}

std::size_t encoded_size(const Block& block) {
    std::size_t size = Header::encoded_size + WorkSeal::encoded_size;
    for (const Transaction& tx : block.transactions) size += tx.size();
    return size;
}

std::optional<SealedHeader> take_sealed_header(Reader& in, SealKind kind) {
    SealedHeader out;
    out.header = read_header(in);
    if (in.integer<std::uint8_t>() != static_cast<std::uint8_t>(kind) || kind != SealKind::work) in.fail();
    out.seal = WorkSeal{in.integer<std::uint64_t>()};
    return in.ok() ? std::optional(out) : std::nullopt;
}

std::optional<Block> decode_block(ByteView bytes, SealKind kind) {
    Reader in(bytes);
    const auto head = take_sealed_header(in, kind);
    if (!head) return std::nullopt;
    const std::size_t count = head->header.tx_count;
    if (count > in.left() / Transaction::envelope_bytes) return std::nullopt;
    Block out{*head, {}};
    out.transactions.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto tx = take_transaction(in);
        if (!tx) return std::nullopt;
        out.transactions.push_back(std::move(*tx));
    }
    if (!in.finished()) return std::nullopt;
    return out;
}

} // namespace cairn
