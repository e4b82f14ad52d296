#include <base/fault.hpp>
#include <chain/block_table.hpp>

namespace cairn::chain {

using store::BlockNumber;
using store::BlockStatus;
using store::StoredBlock;

BlockTable::BlockTable(const store::RecordLog& log, const store::Index& index, SealKind kind)
    : log_(log), index_(index), kind_(kind), count_(index.checkpoint() ? index.checkpoint()->blocks : 0) {}

void BlockTable::throw_damaged(const StoredBlock& block, const char* why) {
    char file[32];
    std::snprintf(file, sizeof file, "blocks/%05u.dat", block.position.file);
    throw DamagedStore(file, block.position.offset, why);
}

std::optional<BlockNumber> BlockTable::find(const BlockId& id) const {
    if (const auto recent = added_.find(id); recent != added_.end()) return recent->second;
    return index_.find(id);
}

StoredBlock BlockTable::at(BlockNumber number) const {
    if (const auto recent = changed_.find(number); recent != changed_.end()) return recent->second;
    auto stored = index_.block(number);
    if (!stored) throw Fault("the index has no block of number " + std::to_string(number.value));
    return *stored;
}

BlockNumber BlockTable::active(Height height) const {
    if (const auto recent = active_.find(height); recent != active_.end()) return recent->second;
    const auto stored = index_.active(height);
    if (!stored) throw Fault("the index has no block at height " + std::to_string(height.value));
    return *stored;
}

bool BlockTable::is_active(BlockNumber number, Height tip) const {
    const Height height = at(number).height();
    return height <= tip && active(height) == number;
}

BlockNumber BlockTable::add(const StoredBlock& block, BlockPtr body) {
    newest_ = std::move(body);
    newest_id_ = block.id;
    const BlockNumber number{count_++};
    changed_.emplace(number, block);
    added_.emplace(block.id, number);
    return number;
}

void BlockTable::set_status(BlockNumber number, BlockStatus status) {
    StoredBlock block = at(number);
    if (block.status == status) return;
    block.status = status;
    changed_.insert_or_assign(number, block);
}

void BlockTable::set_active(Height height, BlockNumber number) { active_.insert_or_assign(height, number); }

const Bytes& BlockTable::body_bytes(const StoredBlock& block) const {
    if (!last_body_.empty() && last_position_ == block.position && last_body_.size() == block.size)
        return last_body_;
    last_body_.clear();
    Bytes read = log_.read(block.position, block.size);
    if (read.size() != block.size)
        throw_damaged(block, "the record is not the block that the index tells of");
    last_position_ = block.position;
    return last_body_ = std::move(read);
}

BlockPtr BlockTable::body(const StoredBlock& block) const {
    if (newest_ && newest_id_ == block.id) return newest_;
    auto out = decode_block(body_bytes(block), kind_);
    if (!out || block_id(out->head) != block.id)
        throw_damaged(block, "the block is not the one that was stored");
    return std::make_shared<const Block>(std::move(*out));
}

Transaction BlockTable::transaction(const StoredBlock& block, std::uint32_t index) const {
    const Bytes& bytes = body_bytes(block);
    Reader in(bytes);
    bool sound = take_sealed_header(in, kind_).has_value();
    for (std::uint32_t i = 0; sound && i < index; ++i) sound = skip_transaction(in);
    auto out = sound ? take_transaction(in) : std::nullopt;
    if (!out) throw_damaged(block, "the block has no such transaction");
    return std::move(*out);
}

void BlockTable::collect(store::Changes& into, Height tip) const {
    for (const auto& [number, block] : changed_) into.blocks.push_back({number, block});
    for (const auto& [height, number] : active_)
        if (height <= tip) into.active.push_back({height, number});
}

void BlockTable::committed() {
    changed_.clear();
    added_.clear();
    active_.clear();
}

} // namespace cairn::chain
