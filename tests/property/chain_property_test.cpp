// Laws of the chain over random trees of blocks: the order of arrival does not matter, a reorganisation is
// a replay, and whatever is stored opens again as it was.
#include "catch.hpp"
#include "support/ledger.hpp"
#include "support/memory_chain.hpp"
#include "support/random_blocks.hpp"

#include <algorithm>

using namespace cairn;
using namespace cairn::test;
using chain::Outcome;

namespace {

constexpr std::uint64_t keys = 8;
const Time far_future{4'000'000'000'000};

/// A random tree of valid blocks with one highest branch.
struct Tree {
    struct Node {
        Block block;
        std::vector<std::size_t> path; ///< from height 1 to this one
    };
    std::vector<Node> nodes;
    std::size_t best = 0;
};

/// A block on a path of a tree; no path is genesis.
Block grow(const consensus::Network& network, const Tree& tree, const std::vector<std::size_t>& path,
           const RandomBlocks& blocks, Random& random) {
    Ledger ledger(network);
    for (const std::size_t step : path) REQUIRE_FALSE(ledger.push(tree.nodes[step].block));
    auto txs = blocks.transactions(ledger.accounts(), 6, random);
    return ledger.next(std::move(txs), blocks.any_address(random), 1 + random.below(5'000));
}

Tree random_tree(const consensus::Network& network, std::size_t size, Random& random) {
    const RandomBlocks blocks(network, keys, true);
    Tree tree;
    const auto add = [&](std::vector<std::size_t> path) {
        Block block = grow(network, tree, path, blocks, random);
        path.push_back(tree.nodes.size());
        tree.nodes.push_back({std::move(block), path});
    };
    add({});
    while (tree.nodes.size() < size) {
        const std::uint64_t back = std::min<std::uint64_t>(tree.nodes.size(), 6);
        const auto& parent = tree.nodes[tree.nodes.size() - 1 - random.below(back)];
        add(random.below(12) == 0 ? std::vector<std::size_t>{} : parent.path);
    }
    const auto higher = [](const auto& a, const auto& b) { return a.path.size() < b.path.size(); };
    // One block more than all others.
    add(std::max_element(tree.nodes.begin(), tree.nodes.end(), higher)->path);
    tree.best = tree.nodes.size() - 1;
    return tree;
}

/// Offers blocks in this order; those whose parent is missing are offered again, as a node does.
void offer(chain::Chain& chain, const Tree& tree, std::vector<std::size_t> order) {
    while (!order.empty()) {
        std::vector<std::size_t> orphans;
        for (const std::size_t one : order) {
            const auto result = chain.accept(shared(tree.nodes[one].block), far_future, {false, true});
            REQUIRE(result.outcome != Outcome::invalid);
            if (result.outcome == Outcome::orphan) orphans.push_back(one);
        }
        REQUIRE(orphans.size() < order.size());
        order = std::move(orphans);
    }
}

/// All that can be told of the active chain, to be compared.
std::string portrait(const chain::Chain& chain) {
    std::string out = chain.tip().id.hex() + " " + to_hex(chain.tip_info().header().state_root);
    const auto totals = chain.totals();
    out +=
        " " + to_text(totals.issued) + " " + to_text(totals.balances) + " " + std::to_string(totals.accounts);
    for (std::uint64_t key = 0; key < keys; ++key) {
        const auto address = address_of(key);
        if (const auto account = chain.account(address)) out += "\n" + to_hex(encode(*account));
        for (const auto& entry : chain.history(address, 10'000)) {
            out += "\n " + std::to_string(entry.height.value) + " " +
                   std::to_string(static_cast<int>(entry.kind));
            out += " " + to_text(entry.amount) + " " + to_text(entry.balance) + " " + to_text(entry.fee);
            if (entry.txid) {
                const auto location = chain.transaction(*entry.txid);
                REQUIRE(location);
                out += " " + entry.txid->hex() + " " + std::to_string(location->index);
            }
        }
    }
    for (const auto& document : chain.all_documents(1'000)) out += "\n" + document.tx.id().hex();
    return out;
}

std::vector<std::size_t> shuffled(std::size_t size, Random& random) {
    std::vector<std::size_t> order(size);
    for (std::size_t i = 0; i < size; ++i) order[i] = i;
    for (std::size_t i = size; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    return order;
}

} // namespace

TEST_CASE("the same blocks in any order give the tip, state and history of a replay", "[chain]") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        Prng random(seed);
        const auto network = funded_network(keys / 2);
        const Tree tree = random_tree(network, 24, random);
        MemoryChain replay(network, {0, 1'000, 1'000});
        for (const std::size_t step : tree.nodes[tree.best].path)
            REQUIRE(replay->accept(shared(tree.nodes[step].block), far_future, {false, true}).outcome ==
                    Outcome::connected);
        const std::string expected = portrait(*replay);
        for (int order = 0; order < 4; ++order) {
            MemoryChain chain(network, {0, 4, 3});
            offer(*chain, tree, shuffled(tree.nodes.size(), random));
            REQUIRE(portrait(*chain) == expected);
        }
    }
}

TEST_CASE("a chain opens again as it was, at every step, with and without a checkpoint", "[chain]") {
    for (std::uint64_t seed = 100; seed <= 106; ++seed) {
        CAPTURE(seed);
        Prng random(seed);
        const auto network = funded_network(keys / 2);
        const Tree tree = random_tree(network, 20, random);
        MemoryChain chain(network, {0, 1'000, 1'000});
        for (const std::size_t one : shuffled(tree.nodes.size(), random)) {
            chain->accept(shared(tree.nodes[one].block), far_future, {false, true});
            const std::string before = portrait(*chain);
            chain.sync();
            if (random.below(3) == 0) chain->write_checkpoint();
            if (random.below(2) == 0) chain.reopen();
            REQUIRE(portrait(*chain) == before);
        }
        offer(*chain, tree, shuffled(tree.nodes.size(), random));
        const std::string before = portrait(*chain);
        chain.sync();
        chain.reindex();
        REQUIRE(portrait(*chain) == before);
    }
}

TEST_CASE("a branch with an invalid block leaves everything as it was", "[chain]") {
    for (std::uint64_t seed = 200; seed <= 212; ++seed) {
        CAPTURE(seed);
        Prng random(seed);
        const auto network = funded_network(keys / 2);
        const RandomBlocks blocks(network, keys, true);
        MemoryChain chain(network, {0, 1'000, 1'000});
        Ledger good(network);
        for (int i = 0; i < 3; ++i) {
            const Block block = good.next(blocks.transactions(good.accounts(), 5, random), address_of(1));
            REQUIRE_FALSE(good.push(block));
            REQUIRE(chain->accept(shared(block), far_future, {false, true}).outcome == Outcome::connected);
        }
        const std::string before = portrait(*chain);
        Ledger other(network);
        std::vector<Block> branch;
        for (int i = 0; i < 5; ++i) {
            branch.push_back(other.next(blocks.transactions(other.accounts(), 5, random), address_of(2), 77));
            REQUIRE_FALSE(other.push(branch.back()));
        }
        const std::size_t bad = random.below(4);
        branch[bad].head.header.state_root[0] ^= 1;
        mine(branch[bad]);
        for (std::size_t i = bad + 1; i < branch.size(); ++i) {
            branch[i].head.header.parent = block_id(branch[i - 1].head);
            mine(branch[i]);
        }
        bool refused = false;
        for (const Block& block : branch) {
            const auto result = chain->accept(shared(block), far_future, {false, true});
            REQUIRE(result.outcome != Outcome::connected);
            refused = refused || result.outcome == Outcome::invalid;
            REQUIRE(portrait(*chain) == before);
        }
        REQUIRE(refused);
        chain.sync();
        chain.reopen();
        REQUIRE(portrait(*chain) == before);
        const Block next = good.next({}, address_of(3));
        REQUIRE(chain->accept(shared(next), far_future, {false, true}).outcome == Outcome::connected);
    }
}

TEST_CASE("a deep reorganisation is held until it is accepted", "[chain]") {
    Prng random(7);
    const auto network = funded_network(keys / 2);
    const RandomBlocks blocks(network, keys, true);
    MemoryChain chain(network, {3, 1'000, 1'000});
    Ledger ours(network);
    for (int i = 0; i < 5; ++i) {
        const Block block = ours.next(blocks.transactions(ours.accounts(), 5, random), address_of(1));
        REQUIRE_FALSE(ours.push(block));
        REQUIRE(chain->accept(shared(block), far_future, {false, true}).outcome == Outcome::connected);
    }
    const BlockId our_tip = chain->tip().id;
    Ledger theirs(network);
    for (int i = 0; i < 7; ++i) {
        const Block block = theirs.next(blocks.transactions(theirs.accounts(), 5, random), address_of(2), 50);
        REQUIRE_FALSE(theirs.push(block));
        const auto result = chain->accept(shared(block), far_future, {false, true});
        REQUIRE(result.outcome == (i < 5 ? Outcome::stored : Outcome::held));
        REQUIRE(chain->tip().id == our_tip);
    }
    REQUIRE(chain->held().size() == 1);
    CHECK(chain->held()[0].tip == theirs.tip().id);
    CHECK(chain->held()[0].depth == 5);
    chain.sync();
    SECTION("also after a restart") { chain.reopen(); }
    SECTION("also after a checkpoint and a restart") {
        chain->write_checkpoint();
        chain.reopen();
    }
    REQUIRE(chain->held().size() == 1);
    REQUIRE(chain->accept_held(our_tip, far_future).outcome == Outcome::orphan);
    const auto result = chain->accept_held(theirs.tip().id, far_future);
    REQUIRE(result.outcome == Outcome::connected);
    CHECK(chain->tip().id == theirs.tip().id);
    CHECK(chain->held().empty());
    chain.sync(); // the decision is a record of the log: it needs no checkpoint
    if (GENERATE(true, false)) chain->write_checkpoint();
    chain.reopen();
    CHECK(chain->tip().id == theirs.tip().id);
    CHECK(chain->held().empty());
    REQUIRE(chain->reorganisations().size() == 1);
    CHECK(chain->reorganisations()[0].depth == 5);
    CHECK(chain->reorganisations()[0].from == our_tip);
}
