#include <protocol/compact_block.hpp>
#include <wire/short_id.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace cairn::net {
namespace {

using ShortId = ByteArray<6>;

} // namespace

CompactBlock make_compact(const Block& block, const BlockId& id, std::uint64_t salt) {
    CompactBlock out{block.header().height, id, block.head, salt, {}, {}};
    const auto key = short_id_key(block.head, salt);
    out.short_ids.reserve(block.transactions.size());
    for (const Transaction& tx : block.transactions) out.short_ids.push_back(short_id(key, tx.witness_id()));
    return out;
}

CompactBlocks::Step CompactBlocks::begin(PeerId from, const CompactBlock& compact,
                                         const chain::Mempool& mempool) {
    const std::size_t count = compact.short_ids.size() + compact.prefilled.size();
    if (count != compact.head.header.tx_count) return {};
    Open open{from, ++next_order_, compact.head, {}};
    open.slots.resize(count);
    for (const Prefilled& whole : compact.prefilled) {
        if (whole.index >= count || open.slots[whole.index]) return {};
        open.slots[whole.index] = whole.tx;
    }
    std::map<ShortId, std::size_t> wanted; // the place of each id
    std::size_t place = 0;
    for (const ShortId& id : compact.short_ids) {
        while (open.slots[place]) ++place;
        if (!wanted.emplace(id, place++).second) return {}; // twice: no place is certain
    }
    std::set<ShortId> twice;
    const auto key = short_id_key(compact.head, compact.salt);
    for (const Transaction* tx : mempool.after(std::nullopt, mempool.count())) {
        const ShortId id = short_id(key, tx->witness_id());
        const auto hit = wanted.find(id);
        if (hit == wanted.end()) continue;
        auto& slot = open.slots[hit->second];
        if (slot)
            twice.insert(id);
        else
            slot = *tx;
    }
    for (const ShortId& id : twice) open.slots[wanted.at(id)].reset();
    GetBlockTxs missing{compact.id, {}};
    for (std::uint32_t i = 0; i < count; ++i)
        if (!open.slots[i]) missing.indexes.push_back(i);
    if (missing.indexes.empty()) return finish(std::move(open), compact.prefilled.empty());
    auto& asked = asked_[from];
    asked.push_back(compact.id);
    if (asked.size() > max_open) asked.pop_front();
    open_.insert_or_assign(compact.id, std::move(open));
    if (open_.size() > max_open)
        open_.erase(std::min_element(open_.begin(), open_.end(), [](const auto& a, const auto& b) {
            return a.second.order < b.second.order;
        }));
    return {nullptr, false, std::move(missing), false};
}

CompactBlocks::Step CompactBlocks::complete(PeerId from, const BlockTxs& answer) {
    if (const auto asked = asked_.find(from); asked != asked_.end()) {
        std::erase(asked->second, answer.id);
        if (asked->second.empty()) asked_.erase(asked);
    }
    const auto found = open_.find(answer.id);
    if (found == open_.end() || found->second.from != from) return {};
    Step false_answer;
    false_answer.is_false_answer = true;
    Open open = std::move(found->second);
    open_.erase(found);
    auto next = answer.txs.begin();
    for (auto& slot : open.slots) {
        if (slot) continue;
        if (next == answer.txs.end()) return false_answer;
        slot = *next++;
    }
    if (next != answer.txs.end()) return false_answer;
    return finish(std::move(open), false);
}

CompactBlocks::Step CompactBlocks::finish(Open&& open, bool checked) {
    Block block{open.head, {}};
    block.transactions.reserve(open.slots.size());
    for (auto& slot : open.slots) block.transactions.push_back(std::move(*slot));
    return {std::make_shared<const Block>(std::move(block)), checked, std::nullopt, false};
}

bool CompactBlocks::awaits(PeerId from, const BlockId& id) const {
    const auto asked = asked_.find(from);
    return asked != asked_.end() &&
           std::find(asked->second.begin(), asked->second.end(), id) != asked->second.end();
}

void CompactBlocks::forget(PeerId peer) {
    asked_.erase(peer);
    std::erase_if(open_, [peer](const auto& one) { return one.second.from == peer; });
}

} // namespace cairn::net
