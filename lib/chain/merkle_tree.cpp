#include <base/fault.hpp>
#include <chain/merkle_tree.hpp>
#include <consensus/merkle.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace cairn::chain {
namespace {

std::uint32_t width_at(std::uint32_t count, unsigned level) {
    const std::uint64_t width = (static_cast<std::uint64_t>(count) + (1ULL << level) - 1) >> level;
    return static_cast<std::uint32_t>(width);
}

} // namespace

MerkleTree::Held& MerkleTree::held(unsigned tier, std::uint32_t page) const {
    if (tiers_.size() <= tier) tiers_.resize(tier + 1);
    auto& pages = tiers_[tier];
    if (pages.size() <= page) pages.resize(std::max<std::size_t>(page + 1, pages.size() * 3 / 2));
    auto& slot = pages[page];
    static_assert(sizeof(Held) == page_bytes);
    if (!slot) {
        auto loaded = std::make_unique<Held>();
        if (pages_ != nullptr) load(tier, page, *loaded);
        slot = std::move(loaded); // not before it is sound: a page that cannot be read is asked for again
    }
    return *slot;
}

/// What stands above nodes that are about to change comes out wrong here, and is rehashed with them.
void MerkleTree::load(unsigned tier, std::uint32_t page, Held& into) const {
    Lowest lowest{};
    if (!pages_->load(tier, page, lowest)) return;
    std::copy(lowest.begin(), lowest.end(), into.nodes.begin());
    const unsigned level = tier * tier_levels;
    const std::uint32_t width = width_at(count_, level);
    const std::uint32_t begin = page * page_width;
    std::size_t below = width > begin ? std::min(page_width, width - begin) : 0;
    for (unsigned row = 1; row < tier_levels && below > 0; ++row) {
        const auto children = std::span(into.nodes).subspan(row_begin(row - 1), below);
        const auto nodes = std::span(into.nodes).subspan(row_begin(row), (below + 1) / 2);
        consensus::merkle_nodes(children.first(below / 2 * 2), nodes.first(below / 2));
        if (below % 2 != 0) nodes.back() = children.back();
        below = nodes.size();
    }
}

/// One level, asked for nodes in ascending order: each page is looked for once.
class MerkleTree::Row {
  public:
    Row(const MerkleTree& tree, unsigned level, std::size_t* marks = nullptr)
        : tree_(tree),
          marks_(marks),
          tier_(level / tier_levels),
          page_shift_(tier_levels - level % tier_levels),
          begin_(row_begin(level)) {}

    Hash256* at(std::uint32_t index) { return node(page_of(index), index); }
    Hash256* to_change(std::uint32_t index) {
        Held& page = page_of(index);
        if (marks_ != nullptr && !std::exchange(page.changed, true)) ++*marks_;
        return node(page, index);
    }

  private:
    Held& page_of(std::uint32_t index) {
        const std::uint32_t page = index >> page_shift_;
        if (held_ == nullptr || page != page_) held_ = &tree_.held(tier_, page);
        page_ = page;
        return *held_;
    }
    Hash256* node(Held& page, std::uint32_t index) const {
        return &page.nodes[begin_ + (index & ((1U << page_shift_) - 1))];
    }

    const MerkleTree& tree_;
    std::size_t* marks_;
    unsigned tier_;
    unsigned page_shift_;
    std::size_t begin_;
    std::uint32_t page_ = 0;
    Held* held_ = nullptr;
};

Hash256 MerkleTree::root() const {
    if (count_ == 0) return consensus::merkle_empty();
    unsigned level = 0;
    while (width_at(count_, level) > 1) ++level;
    return *Row(*this, level).at(0);
}

void MerkleTree::update(std::span<const Leaf> leaves, std::uint32_t count) {
    check_whole();
    change(leaves, count, &changed_pages_);
}

void MerkleTree::check_whole() const {
    if (torn_) throw Fault("a tree of the chain was left half changed by a fault before");
}

Hash256 MerkleTree::root_after(std::span<const Leaf> leaves, std::uint32_t count) {
    check_whole();
    if (count < count_) throw std::logic_error("a trial that cuts the tree");
    std::vector<Leaf> before;
    Row bottom(*this, 0);
    for (const Leaf& leaf : leaves)
        if (leaf.index < count_) before.push_back({leaf.index, *bottom.at(leaf.index)});
    const std::uint32_t count_before = count_;
    const auto take_back = [&] {
        change(before, count_before, nullptr); // every page holds again what it held: none is marked
        torn_ = false;
    };
    torn_ = true;
    try {
        change(leaves, count, nullptr);
        const Hash256 out = root();
        take_back();
        return out;
    } catch (...) {
        take_back();
        throw;
    }
}

void MerkleTree::change(std::span<const Leaf> leaves, std::uint32_t count, std::size_t* marks) {
    std::vector<std::uint32_t> touched;
    touched.reserve(leaves.size() + 1);
    Row bottom(*this, 0, marks);
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
        rehash(level + 1, touched, marks);
    }
}

void MerkleTree::rehash(unsigned level, std::span<const std::uint32_t> indices, std::size_t* marks) {
    constexpr std::size_t at_once = 32;
    std::array<const Hash256*, at_once> pairs; // a page holds an even number of each level
    std::array<Hash256*, at_once> nodes;
    Row below(*this, level - 1);
    Row row(*this, level, marks);
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
    for (unsigned tier = 0; tier < tiers_.size(); ++tier) {
        const std::uint32_t width = width_at(count_, tier * tier_levels);
        for (std::uint32_t page = 0; page < tiers_[tier].size(); ++page) {
            const auto& slot = tiers_[tier][page];
            const std::uint32_t first = page * page_width;
            if (!slot || !slot->changed || first >= width) continue;
            out.push_back({tier, page, {slot->nodes.data(), std::min(page_width, width - first)}});
        }
    }
    return out;
}

void MerkleTree::forget_changes(std::size_t keep_pages) {
    std::size_t kept = 0;
    changed_pages_ = 0;
    for (auto pages = tiers_.rbegin(); pages != tiers_.rend(); ++pages) // upper tiers are read most
        for (auto& slot : *pages) {
            if (!slot) continue;
            slot->changed = false;
            if (pages_ != nullptr && ++kept > keep_pages) slot.reset();
        }
}

} // namespace cairn::chain
