#include <chain/merkle_tree.hpp>
#include <consensus/merkle.hpp>

#include <algorithm>

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

void MerkleTree::set(unsigned level, std::uint32_t index, const Hash256& hash) {
    Held& page = held(level, index / page_nodes);
    page.nodes[index % page_nodes] = hash;
    page.changed = true;
}

Hash256 MerkleTree::root() const {
    if (count_ == 0) return consensus::merkle_empty();
    unsigned level = 0;
    while (width_at(count_, level) > 1) ++level;
    return node(level, 0);
}

void MerkleTree::update(std::span<const Leaf> leaves, std::uint32_t count) {
    std::vector<std::uint32_t> touched;
    touched.reserve(leaves.size() + 1);
    for (const Leaf& leaf : leaves) {
        if (leaf.index >= count) continue;
        set(0, leaf.index, leaf.hash);
        touched.push_back(leaf.index);
    }
    if (count < count_ && count > 0) touched.push_back(count - 1); // its path lost its right neighbours
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    count_ = count;
    for (unsigned level = 0; width_at(count, level) > 1; ++level) {
        const std::uint32_t width = width_at(count, level);
        std::size_t kept = 0;
        for (const std::uint32_t index : touched) {
            const std::uint32_t parent = index / 2;
            if (kept > 0 && touched[kept - 1] == parent) continue;
            const std::uint32_t left = parent * 2;
            set(level + 1, parent,
                left + 1 < width ? consensus::merkle_node(node(level, left), node(level, left + 1))
                                 : node(level, left));
            touched[kept++] = parent;
        }
        touched.resize(kept);
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
    for (auto row = levels_.rbegin(); row != levels_.rend(); ++row) // upper levels are read most
        for (auto& slot : *row) {
            if (!slot) continue;
            slot->changed = false;
            if (pages_ != nullptr && ++kept > keep_pages) slot.reset();
        }
}

} // namespace cairn::chain
