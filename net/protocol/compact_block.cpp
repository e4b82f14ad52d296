#include <base/spread_sort.hpp>
#include <protocol/compact_block.hpp>
#include <wire/short_id.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace cairn::net {
namespace {

constexpr unsigned short_id_bits = 48;

std::uint64_t number_of(const ByteArray<6>& id) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < id.size(); ++i) out |= std::uint64_t{id[i]} << (8 * i);
    return out;
}

/// The short ids of a block, and the place of each: they are as good as random.
class WantedIds {
  public:
    using Entry = std::pair<std::uint64_t, std::uint32_t>;

    explicit WantedIds(const std::vector<Entry>& ids) : sorted_(ids, key, std::less<Entry>{}) {}

    /// Where one is there twice no place is certain.
    bool has_twice() const {
        const auto same = [](const Entry& a, const Entry& b) { return a.first == b.first; };
        return std::adjacent_find(sorted_.items().begin(), sorted_.items().end(), same) !=
               sorted_.items().end();
    }
    std::optional<std::uint32_t> find(std::uint64_t id) const {
        const Entry wanted{id, 0};
        const auto less = [](const Entry& a, const Entry& b) { return a.first < b.first; };
        const Entry* found = sorted_.find(key(wanted), wanted, less);
        return found == nullptr ? std::nullopt : std::optional(found->second);
    }

  private:
    static std::uint64_t key(const Entry& entry) { return entry.first << (64 - short_id_bits); }

    SpreadSorted<Entry> sorted_;
};

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
    std::vector<const Transaction*> slots(count);
    for (const Prefilled& whole : compact.prefilled) {
        if (whole.index >= count || slots[whole.index] != nullptr) return {};
        slots[whole.index] = &whole.tx;
    }
    std::vector<WantedIds::Entry> ids;
    ids.reserve(compact.short_ids.size());
    std::uint32_t place = 0;
    for (const auto& id : compact.short_ids) {
        while (slots[place] != nullptr) ++place;
        ids.emplace_back(number_of(id), place++);
    }
    const WantedIds wanted(ids);
    if (wanted.has_twice()) return {};
    std::vector<std::uint32_t> twice;
    const auto key = short_id_key(compact.head, compact.salt);
    const std::span<const WitnessId> pending = mempool.witness_ids();
    for (std::size_t i = 0; i < pending.size(); ++i) {
        const auto hit = wanted.find(short_number(key, pending[i]));
        if (!hit) continue;
        if (slots[*hit] != nullptr) twice.push_back(*hit);
        slots[*hit] = &mempool.at(i);
        __builtin_prefetch(slots[*hit]); // it is looked at once all are found
    }
    for (const std::uint32_t i : twice) slots[i] = nullptr;
    GetBlockTxs missing{compact.id, {}};
    for (std::uint32_t i = 0; i < count; ++i)
        if (slots[i] == nullptr) missing.indexes.push_back(i);
    if (missing.indexes.empty()) return whole(compact, slots);
    Open open{from, ++next_order_, compact.head, {}};
    open.slots.reserve(count);
    for (const Transaction* tx : slots) open.slots.push_back(tx ? std::optional(*tx) : std::nullopt);
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

CompactBlocks::Step CompactBlocks::whole(const CompactBlock& compact,
                                         const std::vector<const Transaction*>& slots) {
    Block block{compact.head, {}};
    block.transactions.reserve(slots.size());
    for (const Transaction* tx : slots) block.transactions.push_back(*tx);
    return {std::make_shared<const Block>(std::move(block)), compact.prefilled.empty(), std::nullopt, false};
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
    return finish(std::move(open));
}

CompactBlocks::Step CompactBlocks::finish(Open&& open) {
    Block block{open.head, {}};
    block.transactions.reserve(open.slots.size());
    for (auto& slot : open.slots) block.transactions.push_back(std::move(*slot));
    return {std::make_shared<const Block>(std::move(block)), false, std::nullopt, false};
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
