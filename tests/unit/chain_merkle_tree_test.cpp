#include "catch.hpp"
#include <base/random.hpp>
#include <chain/merkle_tree.hpp>
#include <consensus/merkle.hpp>

#include <map>

using namespace cairn;
using chain::MerkleTree;

namespace {

Hash256 leaf_of(std::uint64_t value) {
    ByteArray<8> raw;
    store_le(raw.data(), value);
    return consensus::merkle_leaf(raw);
}

/// What a store does: keeps the pages that changed.
class KeptPages final : public MerkleTree::Pages {
  public:
    bool load(unsigned tier, std::uint32_t page, MerkleTree::Lowest& into) const override {
        const auto found = pages.find({tier, page});
        if (found == pages.end()) return false;
        into = found->second;
        return true;
    }
    void keep(const MerkleTree& tree) {
        for (const auto& changed : tree.changes()) {
            auto& page = pages[{changed.tier, changed.page}];
            std::copy(changed.lowest.begin(), changed.lowest.end(), page.begin());
        }
    }
    std::map<std::pair<unsigned, std::uint32_t>, MerkleTree::Lowest> pages;
};

} // namespace

TEST_CASE("the paged tree's root is that of the whole tree, at every size", "[chain]") {
    MerkleTree tree;
    std::vector<Hash256> leaves;
    CHECK(tree.root() == consensus::merkle_empty());
    for (std::uint64_t i = 0; i < 300; ++i) {
        leaves.push_back(leaf_of(i));
        tree.append(leaves.back());
        REQUIRE(tree.root() == consensus::merkle_root(leaves));
    }
    while (!leaves.empty()) {
        leaves.pop_back();
        tree.update({}, static_cast<std::uint32_t>(leaves.size()));
        REQUIRE(tree.root() == consensus::merkle_root(leaves));
    }
}

TEST_CASE("random changes, cuts and reloads keep the paged tree true", "[chain]") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Prng random(seed);
        KeptPages store;
        auto tree = std::make_unique<MerkleTree>(&store);
        std::vector<Hash256> leaves;
        for (int round = 0; round < 60; ++round) {
            std::map<std::uint32_t, Hash256> change;
            auto count = static_cast<std::uint32_t>(leaves.size());
            if (random.below(4) == 0) {
                count -= static_cast<std::uint32_t>(random.below(std::min<std::uint64_t>(count, 90) + 1));
            } else {
                const auto grown = count + static_cast<std::uint32_t>(random.below(120));
                for (std::uint32_t i = count; i < grown; ++i) change[i] = leaf_of(random.next());
                count = grown;
            }
            leaves.resize(count);
            for (int i = 0; i < 10 && count > 0; ++i)
                change[static_cast<std::uint32_t>(random.below(count))] = leaf_of(random.next());
            std::vector<MerkleTree::Leaf> list;
            for (const auto& [index, hash] : change) {
                list.push_back({index, hash});
                leaves[index] = hash;
            }
            tree->update(list, count);
            REQUIRE(tree->root() == consensus::merkle_root(leaves));
            if (random.below(3) == 0) {
                store.keep(*tree);
                tree->forget_changes(random.below(5));
                if (random.below(2) == 0) tree = std::make_unique<MerkleTree>(&store, count); // reopened
                REQUIRE(tree->root() == consensus::merkle_root(leaves));
            }
        }
    }
}
