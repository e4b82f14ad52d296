#include "catch.hpp"
#include <base/fault.hpp>
#include <base/random.hpp>
#include <chain/merkle_tree.hpp>
#include <consensus/merkle.hpp>

#include <map>
#include <optional>

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
        if (failing && tier == failing->first && page == failing->second) throw Fault("a page is damaged");
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
    std::optional<std::pair<unsigned, std::uint32_t>> failing; ///< the one that cannot be read
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

TEST_CASE("a trial leaves the tree as it was, and marks no page", "[chain]") {
    Prng random(5);
    for (const std::uint32_t count : {1U, 63U, 64U, 65U, 200U, 4'095U, 4'097U}) {
        KeptPages store;
        MerkleTree tree(&store);
        std::vector<Hash256> leaves;
        std::vector<MerkleTree::Leaf> all;
        for (std::uint32_t i = 0; i < count; ++i) {
            leaves.push_back(leaf_of(random.next()));
            all.push_back({i, leaves.back()});
        }
        tree.update(all, count);
        store.keep(tree);
        tree.forget_changes(count % 3);
        const Hash256 root = tree.root();
        std::vector<Hash256> after = leaves;
        after.resize(count + random.below(70));
        std::map<std::uint32_t, Hash256> change;
        for (std::uint32_t i = count; i < after.size(); ++i) change[i] = leaf_of(random.next());
        change[static_cast<std::uint32_t>(random.below(count))] = leaf_of(random.next());
        std::vector<MerkleTree::Leaf> list;
        for (const auto& [index, hash] : change) list.push_back({index, after[index] = hash});
        const auto wider = static_cast<std::uint32_t>(after.size());
        CHECK(tree.root_after(list, wider) == consensus::merkle_root(after));
        CHECK(tree.root() == root);
        CHECK(tree.count() == count);
        CHECK(tree.changed_pages() == 0);
        tree.update(list, wider);
        CHECK(tree.root() == consensus::merkle_root(after));
        CHECK_THROWS_AS(tree.root_after({}, wider - 1), std::logic_error);
    }
}

TEST_CASE("a page that cannot be read is neither taken for another nor written", "[chain]") {
    constexpr std::uint32_t count = 70'000; // three tiers
    KeptPages store;
    std::vector<MerkleTree::Leaf> all;
    for (std::uint32_t i = 0; i < count; ++i) all.push_back({i, leaf_of(i)});
    MerkleTree whole(&store);
    whole.update(all, count);
    store.keep(whole);
    const Hash256 root = whole.root();
    const std::vector<MerkleTree::Leaf> list = {{3, leaf_of(1)}, {66'000, leaf_of(2)}};
    whole.update(list, count);
    const auto failing =
        GENERATE(std::pair(0U, 1'031U), std::pair(0U, 0U), std::pair(1U, 16U), std::pair(2U, 0U));
    MerkleTree tree(&store, count);
    store.failing = failing;
    CHECK_THROWS_AS(tree.root_after(list, count), Fault);
    CHECK_THROWS_AS(tree.root_after(list, count), Fault); // again, and not of zeros
    CHECK(tree.changed_pages() == 0);
    store.failing.reset();
    if (failing.first > 0) { // nodes below it were changed, and could not be taken back
        CHECK_THROWS_AS(tree.update(list, count), Fault);
        return;
    }
    CHECK(tree.root() == root);
    CHECK(tree.root_after(list, count) == whole.root());
    tree.update(list, count);
    CHECK(tree.root() == whole.root());
}
