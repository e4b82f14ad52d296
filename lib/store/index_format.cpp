#include <store/index_format.hpp>

namespace cairn::store {

void damaged_entry(const char* what) {
    throw DamagedStore("index", 0, std::string("an entry that cannot be read: ") + what);
}

// version u32 | genesis id 32 | tip u32 | height u32 | log_end u64 | accounts u32 | blocks u32 | issued u64 |
// balances u64 | notes
Bytes encode(const Checkpoint& checkpoint, const BlockId& chain) {
    Bytes out;
    Writer(out)
        .integer(Index::format_version)
        .raw(chain.bytes)
        .integer(checkpoint.tip.value)
        .integer(checkpoint.height.value)
        .integer(checkpoint.log_end.packed())
        .integer(checkpoint.accounts)
        .integer(checkpoint.blocks)
        .amount(checkpoint.issued)
        .amount(checkpoint.balances)
        .raw(checkpoint.notes);
    return out;
}

Checkpoint decode_checkpoint(ByteView bytes, const BlockId& chain) {
    Reader in(bytes);
    const auto version = in.integer<std::uint32_t>();
    if (in.ok() && version != Index::format_version)
        throw ForeignStore("index", ForeignStore::Reason::version,
                           "of format version " + std::to_string(version) + ", this program reads " +
                               std::to_string(Index::format_version));
    const BlockId own{in.array<32>()};
    if (in.ok() && own != chain)
        throw ForeignStore("index", ForeignStore::Reason::network,
                           "belongs to another network (genesis " + own.hex() + ")");
    Checkpoint out;
    out.tip.value = in.integer<std::uint32_t>();
    out.height.value = in.integer<std::uint32_t>();
    out.log_end = LogPosition::unpack(in.integer<std::uint64_t>());
    out.accounts = in.integer<std::uint32_t>();
    out.blocks = in.integer<std::uint32_t>();
    out.issued = in.amount();
    out.balances = in.amount();
    if (!in.ok()) damaged_entry("the checkpoint");
    const ByteView notes = in.raw(in.left());
    out.notes.assign(notes.begin(), notes.end());
    return out;
}

// id 32 | parent u32 | counted_ms u64 | work 32 | position u64 | size u32 | status u8 | header ‖ seal
Bytes encode(const StoredBlock& block) {
    Bytes out;
    Writer(out)
        .raw(block.id.bytes)
        .integer(block.parent.value)
        .integer(block.counted_ms)
        .raw(block.work.to_little_endian())
        .integer(block.position.packed())
        .integer(block.size)
        .integer(static_cast<std::uint8_t>(block.status))
        .raw(encode(block.head));
    return out;
}

StoredBlock decode_block_entry(ByteView bytes) {
    Reader in(bytes);
    StoredBlock out;
    out.id.bytes = in.array<32>();
    out.parent.value = in.integer<std::uint32_t>();
    out.counted_ms = in.integer<std::uint64_t>();
    out.work = Uint256::from_little_endian(in.array<32>());
    out.position = LogPosition::unpack(in.integer<std::uint64_t>());
    out.size = in.integer<std::uint32_t>();
    const auto status = in.integer<std::uint8_t>();
    const ByteView sealed = in.raw(in.left());
    Reader rest(sealed);
    const auto kind = sealed.size() > Header::encoded_size ? sealed[Header::encoded_size] : Byte{0};
    const auto head = take_sealed_header(rest, static_cast<SealKind>(kind));
    if (!head || !rest.finished() || status > static_cast<std::uint8_t>(BlockStatus::held))
        damaged_entry("a block");
    out.head = *head;
    out.status = static_cast<BlockStatus>(status);
    return out;
}

// time u64 | depth u32 | from 32 | to 32
Bytes encode(const Reorganisation& entry) {
    Bytes out;
    Writer(out).integer(entry.time.unix_ms).integer(entry.depth).raw(entry.from.bytes).raw(entry.to.bytes);
    return out;
}

Reorganisation decode_reorganisation(ByteView bytes) {
    Reader in(bytes);
    Reorganisation out;
    out.time.unix_ms = in.integer<std::uint64_t>();
    out.depth = in.integer<std::uint32_t>();
    out.from.bytes = in.array<32>();
    out.to.bytes = in.array<32>();
    if (!in.finished()) damaged_entry("a reorganisation");
    return out;
}

std::vector<std::uint32_t> decode_numbers(ByteView bytes) {
    if (bytes.size() % 4 != 0) damaged_entry("a list of numbers");
    std::vector<std::uint32_t> out;
    out.reserve(bytes.size() / 4);
    for (std::size_t at = 0; at < bytes.size(); at += 4) out.push_back(load_le<std::uint32_t>(&bytes[at]));
    return out;
}

std::uint64_t block_key(const BlockId& id) { return load_le<std::uint64_t>(id.bytes.data() + 24); }

std::uint64_t address_key(const crypto::Address& address) {
    return load_le<std::uint64_t>(address.bytes.data());
}

std::uint64_t document_key(const Hash256& sha256) { return load_le<std::uint64_t>(sha256.data()); }

std::uint64_t tree_key(Tree tree, std::uint8_t tier, std::uint32_t page, std::uint32_t half) {
    return static_cast<std::uint64_t>(tree) << 56 | std::uint64_t{tier} << 48 | std::uint64_t{page} << 1 |
           half;
}

} // namespace cairn::store
