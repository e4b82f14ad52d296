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
        for (std::uint32_t& index : touched) index /= 2;
        touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
        rehash(level + 1, touched);
    }
}

void MerkleTree::rehash(unsigned level, std::span<const std::uint32_t> indices) {
    constexpr std::size_t at_once = 16;
    std::array<Hash256, 2 * at_once> children;
    std::array<Hash256, at_once> hashes;
    const std::uint32_t below = width_at(count_, level - 1);
    while (!indices.empty()) {
        if (indices.front() * 2 + 1 == below) { // the last one, without a neighbour
            set(level, indices.front(), node(level - 1, below - 1));
            return;
        }
        const std::size_t whole = indices.back() * 2 + 1 == below ? indices.size() - 1 : indices.size();
        const std::size_t taken = std::min(at_once, whole);
        for (std::size_t i = 0; i < taken; ++i) {
            children[2 * i] = node(level - 1, indices[i] * 2);
            children[2 * i + 1] = node(level - 1, indices[i] * 2 + 1);
        }
        consensus::merkle_nodes(std::span(children).first(2 * taken), std::span(hashes).first(taken));
        for (std::size_t i = 0; i < taken; ++i) set(level, indices[i], hashes[i]);
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
    for (auto row = levels_.rbegin(); row != levels_.rend(); ++row) // upper levels are read most
        for (auto& slot : *row) {
            if (!slot) continue;
            slot->changed = false;
            if (pages_ != nullptr && ++kept > keep_pages) slot.reset();
        }
}

} // namespace cairn::chain
