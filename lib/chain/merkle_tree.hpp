// A Merkle tree (RFC 6962, 2.1) that changes leaf by leaf: only touched paths are rehashed, and nodes are
// read in pages, on demand. The accounts and the history each are one. Owned by one thread.
//
// Level 0 holds the leaves' hashes, level k+1 a node for each pair of level k; the last node of an odd level
// is carried up as it is. So the top level's one node is the root, and cutting the tree is undoing an append.
//
// Six levels are a tier. A page is a subtree of one tier: up to 64 nodes of its lowest level and what stands
// above them. So a path lies in one page a tier; and a page is stored as its lowest level alone, of which the
// others are made when it is read.
#pragma once

#include <base/bytes.hpp>
#include <crypto/hash.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace cairn::chain {

using crypto::Hash256;

class MerkleTree {
  public:
    static constexpr unsigned tier_levels = 6;
    static constexpr std::uint32_t page_width = 1U << tier_levels; ///< of its lowest level
    using Lowest = std::array<Hash256, page_width>;
    static constexpr std::size_t page_bytes = 2 * sizeof(Lowest); ///< in memory

    /// Where pages that are not in memory come from: false where there is none.
    class Pages {
      public:
        virtual ~Pages() = default;
        virtual bool load(unsigned tier, std::uint32_t page, Lowest& into) const = 0;
    };

    struct Leaf {
        std::uint32_t index = 0;
        Hash256 hash{};
    };

    /// A tree of `count` leaves whose pages come from `pages`; without, one that lives in memory alone.
    explicit MerkleTree(const Pages* pages = nullptr, std::uint32_t count = 0)
        : pages_(pages), count_(count) {}

    std::uint32_t count() const { return count_; }
    Hash256 root() const;

    /// Sets leaves (ascending by index) and the number of leaves, which may grow or shrink. Every new leaf is
    /// among `leaves`.
    void update(std::span<const Leaf> leaves, std::uint32_t count);
    void append(const Hash256& leaf);
    /// What root() were after update(leaves, count), which is not made; `count` is not below count(). Where
    /// it throws, the tree is as it was, or refuses every update from then on.
    Hash256 root_after(std::span<const Leaf> leaves, std::uint32_t count);

    /// Pages changed since the last call of `forget_changes`, ascending by (tier, page).
    struct ChangedPage {
        unsigned tier = 0;
        std::uint32_t page = 0;
        std::span<const Hash256> lowest; ///< those that are in use; valid until the next change
    };
    std::vector<ChangedPage> changes() const;
    std::size_t changed_pages() const { return changed_pages_; }
    /// They were stored: keeps at most `keep_pages` pages in memory.
    void forget_changes(std::size_t keep_pages);

  private:
    /// Its levels one after the other, the lowest first: 64, 32, 16, 8, 4 and 2 nodes.
    static constexpr std::size_t row_begin(unsigned level) {
        return 2 * page_width - (2 * page_width >> level % tier_levels);
    }
    struct alignas(64) Held { ///< so that two nodes with one parent share a line of the cache
        std::array<Hash256, 2 * page_width - 2> nodes{};
        bool changed = false;
    };
    class Row;
    Held& held(unsigned tier, std::uint32_t page) const;
    void load(unsigned tier, std::uint32_t page, Held& into) const;
    void check_whole() const;
    /// As update(); `marks` counts the pages that are marked as changed, none are without.
    void change(std::span<const Leaf> leaves, std::uint32_t count, std::size_t* marks);
    /// Makes those nodes (ascending) of their children anew.
    void rehash(unsigned level, std::span<const std::uint32_t> indices, std::size_t* marks);

    const Pages* pages_;
    std::uint32_t count_;
    std::size_t changed_pages_ = 0;
    bool torn_ = false; ///< by a change that could be neither ended nor taken back
    mutable std::vector<std::vector<std::unique_ptr<Held>>> tiers_; ///< a cache of `pages_`
};

} // namespace cairn::chain
