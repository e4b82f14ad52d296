// Headers whose bodies are not here yet: a forest above the chain's stored blocks, in which rules 2 to 5 have
// held for every entry. Memory is bounded: what is too much goes from the peer that gave the most, its branch
// with least work first, so that a peer that floods takes room from itself alone. Owned by the node.
#pragma once

#include <chain/chain.hpp>
#include <protocol/peer_id.hpp>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace cairn::net {

/// A branch is of interest where its work is above this: that of the active chain's block six below the tip.
/// Bodies are fetched and headers kept for such branches alone.
Uint256 least_work_of_interest(const chain::Chain& chain);

class HeaderTree {
  public:
    static constexpr std::size_t max_entries = 32'768;
    static constexpr std::size_t max_deferred = 64;
    static constexpr std::size_t max_condemned = 1'024;

    struct Entry {
        SealedHeader head;
        consensus::ChainPoint point;
    };
    enum class Place {
        kept,      ///< an entry now
        known,     ///< an entry or a stored block before
        weak,      ///< sound, but its branch has too little work to be of interest; not kept
        deferred,  ///< its time is too far ahead of the local clock
        full,      ///< sound, but others' branches have more work and there is no room
        orphan,    ///< the parent is unknown
        condemned, ///< it, or its parent, was found invalid before
        invalid,   ///< breaks the rule that `error` names
    };
    struct Addition {
        Place place{};
        std::optional<consensus::RuleError> error;
        consensus::ChainPoint point; ///< of kept, known, weak, deferred, full
    };

    /// One header as `source` announced it, judged by rules 2 to 5.
    Addition add(const SealedHeader& head, PeerId source, const chain::Chain& chain, Time now);
    /// A header that passed rules 2 to 5 on a parent that is an entry or a stored block; trim() is due
    /// afterwards. Nothing happens where it is an entry already.
    void keep(const SealedHeader& head, const consensus::ChainPoint& point, PeerId source);
    /// Back to max_entries.
    void trim();

    // --- what is here ---
    const Entry* find(const BlockId& id) const;
    /// Of an entry, else of a stored block that is not condemned.
    std::optional<consensus::ChainPoint> point(const BlockId& id, const chain::Chain& chain) const;
    bool is_condemned(const BlockId& id) const { return condemned_.contains(id); }
    /// The entry of most work; of equals the one that came first.
    const Entry* best() const;
    /// Entries on the way from a stored block up to `id`, itself included; 0 where it is no entry.
    std::size_t depth(const BlockId& id) const;
    /// The entry `steps` below `id`, or the lowest one there is; `id` is an entry.
    const Entry& below(const BlockId& id, std::size_t steps) const;
    /// The lowest `most` entries of that way, ascending.
    std::vector<BlockId> path(const BlockId& id, std::size_t most) const;
    std::size_t size() const { return nodes_.size(); }
    /// Grows whenever entries went for another reason than that their bodies were stored.
    std::uint64_t cuts() const { return cuts_; }

    // --- what becomes of it ---
    /// Its body is stored now: what follows it attaches to the stored block.
    void remove(const BlockId& id);
    /// It is invalid for good, by its body: it goes with all that follows it, and is not taken again.
    void condemn(BlockId id); ///< a copy: callers pass the id of the entry that goes
    /// It goes with all that follows it; it may come again.
    void forget(const BlockId& id);
    /// Entries that lead to none of these blocks go: what no connected peer shows is of no use.
    void keep_only(std::span<const BlockId> shown);

    // --- headers of times to come ---
    /// Keeps a header that passed rules 2 to 5 until its time; of too many those furthest ahead go.
    void defer(const SealedHeader& head, PeerId source);
    struct Due {
        PeerId source;
        consensus::ChainPoint point;
    };
    /// Adds those whose time has come; returns those that were kept.
    std::vector<Due> retry_deferred(const chain::Chain& chain, Time now);
    /// When the next one is due.
    std::optional<Time> next_deferred(const chain::Chain& chain) const;
    std::size_t deferred() const { return deferred_.size(); }

  private:
    struct Node {
        Entry entry;
        PeerId source;
        std::uint64_t arrival = 0;
        Node* parent = nullptr; ///< none: a stored block
        std::vector<Node*> children;
        std::uint64_t mark = 0; ///< of the last keep_only() that wanted it
    };
    /// Orders leaves: less work first, of equals the later one first.
    struct LessWork {
        bool operator()(const Node* a, const Node* b) const {
            if (const auto order = a->entry.point.work <=> b->entry.point.work; order != 0) return order < 0;
            return a->arrival > b->arrival;
        }
    };
    using Leaves = std::set<Node*, LessWork>;
    struct Share {
        std::size_t entries = 0;
        Leaves leaves;
    };
    struct Deferred {
        SealedHeader head;
        PeerId source;
    };

    Node* node(const BlockId& id);
    void add_leaf(Node* leaf);
    void drop_leaf(Node* leaf);
    void erase_leaf(Node* leaf);
    void cut(const BlockId& id);

    std::map<BlockId, Node> nodes_; ///< nodes stay where they are
    Leaves leaves_;
    std::map<PeerId, Share> shares_; ///< of those who gave entries first
    std::uint64_t arrivals_ = 0;
    std::uint64_t cuts_ = 0;
    std::uint64_t marks_ = 0;
    std::set<BlockId> condemned_;
    std::deque<BlockId> condemned_order_;
    std::map<std::pair<Time, BlockId>, Deferred> deferred_;
};

} // namespace cairn::net
