#include <consensus/rules.hpp>
#include <protocol/header_tree.hpp>

#include <algorithm>
#include <stdexcept>

namespace cairn::net {

Uint256 least_work_of_interest(const chain::Chain& chain) {
    constexpr std::uint32_t near_tip = 6;
    const std::uint32_t top = chain.height().value;
    const auto block = chain.at(Height{top - std::min(near_tip, top)});
    return block->work;
}

// --- adding ---

HeaderTree::Addition HeaderTree::add(const SealedHeader& head, PeerId source, const chain::Chain& chain,
                                     Time now) {
    const BlockId id = block_id(head);
    const BlockId& parent_id = head.header.parent;
    if (const auto known = point(id, chain)) return {Place::known, std::nullopt, *known};
    for (const BlockId* one : {&id, &parent_id})
        if (is_condemned(*one) || chain.is_condemned(*one)) return {Place::condemned, std::nullopt, {}};
    const auto parent = point(parent_id, chain);
    if (!parent) return {Place::orphan, std::nullopt, {}};
    if (const auto error = consensus::check_header(chain.network(), *parent, head, id))
        return {Place::invalid, error, {}};
    const consensus::ChainPoint at = consensus::extend(chain.network(), *parent, head, id);
    if (at.work <= least_work_of_interest(chain)) return {Place::weak, std::nullopt, at};
    if (consensus::is_ahead_of(chain.network(), head.header, now)) {
        defer(head, source);
        return {Place::deferred, std::nullopt, at};
    }
    keep(head, at, source);
    trim();
    return {find(id) != nullptr ? Place::kept : Place::full, std::nullopt, at};
}

void HeaderTree::keep(const SealedHeader& head, const consensus::ChainPoint& point, PeerId source) {
    const auto [place, is_new] = nodes_.try_emplace(point.id);
    if (!is_new) return;
    Node* const added = &place->second;
    added->entry = {head, point};
    added->source = source;
    added->arrival = arrivals_++;
    added->parent = node(head.header.parent);
    if (added->parent != nullptr) {
        drop_leaf(added->parent);
        added->parent->children.push_back(added);
    }
    ++shares_[source].entries;
    add_leaf(added);
}

/// The largest share has the most to lose; of equals the one with less work. A share without a leaf of its
/// own lies below others' and is passed over.
void HeaderTree::trim() {
    while (nodes_.size() > max_entries) {
        const Share* largest = nullptr;
        for (const auto& [peer, share] : shares_) {
            if (share.leaves.empty()) continue;
            if (largest == nullptr || share.entries > largest->entries ||
                (share.entries == largest->entries &&
                 LessWork{}(*share.leaves.begin(), *largest->leaves.begin())))
                largest = &share;
        }
        erase_leaf(*largest->leaves.begin()); // a forest that is not empty has leaves
        ++cuts_;
    }
}

// --- leaves ---

HeaderTree::Node* HeaderTree::node(const BlockId& id) {
    const auto found = nodes_.find(id);
    return found == nodes_.end() ? nullptr : &found->second;
}

void HeaderTree::add_leaf(Node* leaf) {
    leaves_.insert(leaf);
    shares_[leaf->source].leaves.insert(leaf);
}

void HeaderTree::drop_leaf(Node* leaf) {
    leaves_.erase(leaf);
    shares_[leaf->source].leaves.erase(leaf);
}

/// Takes a node without children out.
void HeaderTree::erase_leaf(Node* leaf) {
    drop_leaf(leaf);
    if (--shares_[leaf->source].entries == 0) shares_.erase(leaf->source);
    if (Node* const parent = leaf->parent; parent != nullptr) {
        std::erase(parent->children, leaf);
        if (parent->children.empty()) add_leaf(parent);
    }
    const BlockId id = leaf->entry.point.id;
    nodes_.erase(id);
}

// --- what is here ---

const HeaderTree::Entry* HeaderTree::find(const BlockId& id) const {
    const auto found = nodes_.find(id);
    return found == nodes_.end() ? nullptr : &found->second.entry;
}

std::optional<consensus::ChainPoint> HeaderTree::point(const BlockId& id, const chain::Chain& chain) const {
    if (const Entry* entry = find(id)) return entry->point;
    return chain.point(id);
}

const HeaderTree::Entry* HeaderTree::best() const {
    return leaves_.empty() ? nullptr : &(*leaves_.rbegin())->entry;
}

std::size_t HeaderTree::depth(const BlockId& id) const {
    const auto found = nodes_.find(id);
    std::size_t count = 0;
    for (const Node* at = found == nodes_.end() ? nullptr : &found->second; at != nullptr; at = at->parent)
        ++count;
    return count;
}

const HeaderTree::Entry& HeaderTree::below(const BlockId& id, std::size_t steps) const {
    const Node* at = &nodes_.at(id);
    for (; steps > 0 && at->parent != nullptr; --steps) at = at->parent;
    return at->entry;
}

std::vector<BlockId> HeaderTree::path(const BlockId& id, std::size_t most) const {
    const std::size_t all = depth(id);
    std::vector<BlockId> out;
    if (all == 0 || most == 0) return out;
    const Node* at = &nodes_.at(id);
    for (std::size_t above = all; above > most; --above) at = at->parent;
    out.reserve(std::min(all, most));
    for (; at != nullptr; at = at->parent) out.push_back(at->entry.point.id);
    std::reverse(out.begin(), out.end());
    return out;
}

// --- what becomes of it ---

void HeaderTree::remove(const BlockId& id) {
    Node* const stored = node(id);
    if (stored == nullptr) return;
    // Its ancestors are stored too; should one still be here, it is a leaf of its own from now on.
    for (Node* child : stored->children) child->parent = nullptr;
    stored->children.clear();
    erase_leaf(stored);
}

void HeaderTree::cut(const BlockId& id) {
    Node* const top = node(id);
    if (top == nullptr) return;
    ++cuts_;
    std::vector<Node*> order{top}; // parents before children
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::vector<Node*> children = order[i]->children;
        order.insert(order.end(), children.begin(), children.end());
    }
    for (auto one = order.rbegin(); one != order.rend(); ++one) erase_leaf(*one);
}

void HeaderTree::forget(const BlockId& id) { cut(id); }

void HeaderTree::condemn(BlockId id) {
    cut(id);
    if (!condemned_.insert(id).second) return;
    condemned_order_.push_back(id);
    if (condemned_order_.size() <= max_condemned) return;
    condemned_.erase(condemned_order_.front());
    condemned_order_.pop_front();
}

void HeaderTree::keep_only(std::span<const BlockId> shown) {
    const std::uint64_t wanted = ++marks_; // a mark costs a hundredth of a place in a set of 32,768
    std::size_t count = 0;
    for (const BlockId& id : shown)
        for (Node* at = node(id); at != nullptr && at->mark != wanted; at = at->parent) {
            at->mark = wanted;
            ++count;
        }
    if (count == nodes_.size()) return;
    std::vector<BlockId> tops; // of what goes: whatever follows goes too
    for (const auto& [id, one] : nodes_)
        if (one.mark != wanted && (one.parent == nullptr || one.parent->mark == wanted)) tops.push_back(id);
    for (const BlockId& top : tops) cut(top);
}

// --- headers of times to come ---

void HeaderTree::defer(const SealedHeader& head, PeerId source) {
    deferred_.try_emplace({head.header.time, block_id(head)}, Deferred{head, source});
    if (deferred_.size() > max_deferred) deferred_.erase(std::prev(deferred_.end()));
}

std::vector<HeaderTree::Due> HeaderTree::retry_deferred(const chain::Chain& chain, Time now) {
    std::vector<Due> out;
    while (!deferred_.empty()) {
        const auto first = deferred_.begin();
        if (consensus::is_ahead_of(chain.network(), first->second.head.header, now)) break;
        const Deferred due = first->second;
        deferred_.erase(first);
        const Addition added = add(due.head, due.source, chain, now);
        if (added.place == Place::kept) out.push_back({due.source, added.point});
    }
    return out;
}

std::optional<Time> HeaderTree::next_deferred(const chain::Chain& chain) const {
    if (deferred_.empty()) return std::nullopt;
    // A header is deferred only where its time exceeds the bound.
    return Time{deferred_.begin()->first.first.unix_ms - chain.network().parameters().max_future_ms};
}

} // namespace cairn::net
