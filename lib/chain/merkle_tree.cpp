#include <chain/merkle_tree.hpp>
#include <consensus/merkle.hpp>

#include <algorithm>
#include <utility>

namespace cairn::chain {
namespace {

std::uint32_t width_at(std::uint32_t count, unsigned level) {
    const std::uint64_t width = (static_cast<std::uint64_t>(count) + (1ULL << level) - 1) >> level;
    return static_cast<std::uint32_t>(width);
}

} // namespace

MerkleTree::Held& MerkleTree::held(unsigned level, std::uint32_t page) const {
    if (levels_.size() <= level) levels_.resize(level + 1);
    auto& row = levels_[level];
    if (row.size() <= page) row.resize(std::max<std::size_t>(page + 1, row.size() * 3 / 2));
    auto& slot = row[page];
    if (!slot) {
        slot = std::make_unique<Held>();
        if (pages_ != nullptr) pages_->load(level, page, slot->nodes);
    }
    return *slot;
}

const Hash256& MerkleTree::node(unsigned level, std::uint32_t index) const {
    return held(level, index / page_nodes).nodes[index % page_nodes];
}

Hash256 MerkleTree::root() const {
    if (count_ == 0) return consensus::merkle_empty();
    unsigned level = 0;
    while (width_at(count_, level) > 1) ++level;
    return node(level, 0);
}

/// One level, asked for nodes in ascending order: each page is looked for once.
class MerkleTree::Row {
  public:
    Row(MerkleTree& tree, unsigned level) : tree_(tree), level_(level) {}

    Hash256* at(std::uint32_t index) { return &page_of(index).nodes[index % page_nodes]; }
    Hash256* to_change(std::uint32_t index) {
        Held& page = page_of(index);
        if (!std::exchange(page.changed, true)) ++tree_.changed_pages_;
        return &page.nodes[index % page_nodes];
    }

  private:
    Held& page_of(std::uint32_t index) {
        const std::uint32_t page = index / page_nodes;
        if (held_ == nullptr || page != page_) held_ = &tree_.held(level_, page);
        page_ = page;
        return *held_;
    }

    MerkleTree& tree_;
    unsigned level_;
    std::uint32_t page_ = 0;
    Held* held_ = nullptr;
};

void MerkleTree::update(std::span<const Leaf> leaves, std::uint32_t count) {
    std::vector<std::uint32_t> touched;
    touched.reserve(leaves.size() + 1);
    Row bottom(*this, 0);
    for (const Leaf& leaf : leaves) {
        if (leaf.index >= count) continue;
        *bottom.to_change(leaf.index) = leaf.hash;
        touched.push_back(leaf.index);
    }
    if (count < count_ && count > 0) touched.push_back(count - 1); // its path lost its right neighbours
    if (!std::is_sorted(touched.begin(), touched.end())) std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    count_ = count;
    for (unsigned level = 0; width_at(count, level) > 1; ++level) {
        for (std::uint32_t& index : touched) index /= 2;
        touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
        rehash(level + 1, touched);
    }
}

void MerkleTree::rehash(unsigned level, std::span<const std::uint32_t> indices) {
    constexpr std::size_t at_once = 32;
    std::array<const Hash256*, at_once> pairs; // a page holds an even number of nodes
    std::array<Hash256*, at_once> nodes;
    Row below(*this, level - 1);
    Row row(*this, level);
    const std::uint32_t width = width_at(count_, level - 1);
    while (!indices.empty()) {
        if (indices.front() * 2 + 1 == width) { // the last one, without a neighbour
            *row.to_change(indices.front()) = *below.at(width - 1);
            return;
        }
        const std::size_t whole = indices.back() * 2 + 1 == width ? indices.size() - 1 : indices.size();
        const std::size_t taken = std::min(at_once, whole);
        for (std::size_t i = 0; i < taken; ++i) {
            pairs[i] = below.at(indices[i] * 2);
            nodes[i] = row.to_change(indices[i]);
            __builtin_prefetch(nodes[i], 1); // on its way while the first of them are hashed
        }
        consensus::merkle_nodes(std::span(pairs).first(taken), std::span(nodes).first(taken));
        indices = indices.subspan(taken);
    }
}

void MerkleTree::append(const Hash256& leaf) {
    const Leaf last{count_, leaf};
    update({&last, 1}, count_ + 1);
}

std::vector<MerkleTree::ChangedPage> MerkleTree::changes() const {
    std::vector<ChangedPage> out;
    for (unsigned level = 0; level < levels_.size(); ++level) {
        const std::uint32_t width = width_at(count_, level);
        for (std::uint32_t page = 0; page < levels_[level].size(); ++page) {
            const auto& slot = levels_[level][page];
            const std::uint32_t first = page * page_nodes;
            if (!slot || !slot->changed || first >= width) continue;
            out.push_back({level, page, {slot->nodes.data(), std::min(page_nodes, width - first)}});
        }
    }
    return out;
}

void MerkleTree::forget_changes(std::size_t keep_pages) {
    std::size_t kept = 0;
    changed_pages_ = 0;
    for (auto row = levels_.rbegin(); row != levels_.rend(); ++row) // upper levels are read most
        for (auto& slot : *row) {
            if (!slot) continue;
            slot->changed = false;
            if (pages_ != nullptr && ++kept > keep_pages) slot.reset();
        }
}

} // namespace cairn::chain
