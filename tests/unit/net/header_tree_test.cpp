// Headers without bodies: which are kept, and what goes when there are too many.
#include "catch.hpp"
#include "sync_support.hpp"
#include <protocol/header_tree.hpp>

using namespace cairn;
using namespace cairn::test;
using net::HeaderTree;
using net::PeerId;
using Place = HeaderTree::Place;

namespace {

constexpr PeerId anna{1};
constexpr PeerId bert{2};
constexpr chain::ChainOptions options{100, 50'000, 2'000};

void keep_all(HeaderTree& tree, const HeaderBranch& branch, PeerId source, std::size_t above = 0) {
    for (std::size_t height = above + 1; height <= branch.height(); ++height)
        tree.keep(branch.head(height), branch.at(height), source);
    tree.trim();
}

} // namespace

TEST_CASE("a header has its place in the tree", "[net][sync]") {
    const auto network = funded_network(1);
    MemoryChain chain(network, options);
    HeaderTree tree;
    HeaderBranch branch(network);
    branch.grow(3);
    const auto add = [&](const SealedHeader& head) { return tree.add(head, anna, *chain, any_time).place; };
    CHECK(add(network.genesis().head) == Place::known);
    CHECK(add(branch.head(2)) == Place::orphan);
    CHECK(add(branch.head(1)) == Place::kept);
    CHECK(add(branch.head(1)) == Place::known);
    CHECK(add(branch.head(2)) == Place::kept);
    SealedHeader bad = branch.head(3);
    bad.header.time = branch.at(2).time;
    mine_quickly(bad);
    const auto refused = tree.add(bad, anna, *chain, any_time);
    CHECK(refused.place == Place::invalid);
    REQUIRE(refused.error);
    CHECK(refused.error->code == consensus::RuleCode::time_not_after_parent);
    CHECK(tree.size() == 2);
    CHECK(tree.best()->point == branch.at(2));
    CHECK(tree.point(network.id(), *chain) == chain->tip());
    CHECK(tree.point(branch.at(2).id, *chain) == branch.at(2));
}

TEST_CASE("branches with less work than the block six below the tip are not kept", "[net][sync]") {
    const auto network = funded_network(1);
    MemoryChain chain(network, options);
    extend_chain(chain, 20);
    HeaderTree tree;
    HeaderBranch branch(network);
    branch.grow(15);
    for (std::size_t height = 1; height <= 14; ++height) {
        CHECK(tree.add(branch.head(height), anna, *chain, any_time).place ==
              (height == 1 ? Place::weak : Place::orphan));
        CHECK(tree.size() == 0);
    }
    keep_all(tree, branch, anna);
    CHECK(tree.add(branch.next(), anna, *chain, any_time).place == Place::kept);
}

TEST_CASE("a path is the lowest headers from the stored block up", "[net][sync]") {
    const auto network = funded_network(1);
    HeaderTree tree;
    HeaderBranch branch(network);
    branch.grow(10);
    keep_all(tree, branch, anna);
    const BlockId top = branch.tip().id;
    CHECK(tree.depth(top) == 10);
    CHECK(tree.path(top, 3) == std::vector{branch.at(1).id, branch.at(2).id, branch.at(3).id});
    CHECK(tree.path(top, 100).size() == 10);
    CHECK(tree.path(network.id(), 5).empty());
    CHECK(tree.below(top, 4).point == branch.at(6));
    CHECK(tree.below(top, 40).point == branch.at(1));
    tree.remove(branch.at(1).id);
    tree.remove(branch.at(2).id);
    CHECK(tree.path(top, 1) == std::vector{branch.at(3).id});
    CHECK(tree.depth(top) == 8);
    CHECK(tree.cuts() == 0);
    for (std::size_t height = 3; height <= 10; ++height) tree.remove(branch.at(height).id);
    CHECK(tree.size() == 0);
    CHECK(tree.best() == nullptr);
}

TEST_CASE("what is condemned goes with all above it, and does not come again", "[net][sync]") {
    const auto network = funded_network(1);
    MemoryChain chain(network, options);
    HeaderTree tree;
    HeaderBranch branch(network);
    branch.grow(6);
    const HeaderBranch fork = HeaderBranch(branch, 4, 1).grow(1);
    keep_all(tree, branch, anna);
    keep_all(tree, fork, bert, 4);
    CHECK(tree.best()->point == branch.at(6));
    tree.condemn(branch.at(5).id);
    CHECK(tree.cuts() > 0);
    CHECK(tree.size() == 5);
    CHECK(tree.best()->point == fork.tip());
    CHECK(tree.add(branch.head(5), bert, *chain, any_time).place == Place::condemned);
    CHECK(tree.add(branch.head(6), bert, *chain, any_time).place == Place::condemned);
    tree.forget(fork.tip().id);
    CHECK(tree.add(fork.head(5), anna, *chain, any_time).place == Place::kept);
    for (std::size_t i = 0; i < 2 * HeaderTree::max_condemned; ++i) {
        BlockId id;
        store_le(id.bytes.data(), i);
        tree.condemn(id);
    }
    CHECK_FALSE(tree.is_condemned(branch.at(5).id));
}

TEST_CASE("of equal work the header that came first is the best", "[net][sync]") {
    const auto network = funded_network(1);
    HeaderTree tree;
    const HeaderBranch one = HeaderBranch(network, 1).grow(3);
    const HeaderBranch two = HeaderBranch(network, 2).grow(3);
    keep_all(tree, one, anna);
    keep_all(tree, two, bert);
    CHECK(tree.best()->point == one.tip());
    tree.forget(one.at(1).id);
    CHECK(tree.best()->point == two.tip());
}

TEST_CASE("what no connected peer shows is forgotten", "[net][sync]") {
    const auto network = funded_network(1);
    HeaderTree tree;
    HeaderBranch trunk(network);
    trunk.grow(5);
    const HeaderBranch one = HeaderBranch(trunk, 5, 1).grow(5);
    const HeaderBranch two = HeaderBranch(trunk, 3, 2).grow(9);
    const HeaderBranch three = HeaderBranch(network, 3).grow(4);
    for (const HeaderBranch* branch : {&one, &two, &three}) keep_all(tree, *branch, anna);
    REQUIRE(tree.size() == 5 + 5 + 9 + 4);
    const std::vector shown{one.at(8).id, network.id()};
    tree.keep_only(shown);
    CHECK(tree.size() == 8);
    CHECK(tree.best()->point == one.at(8));
    tree.keep_only({});
    CHECK(tree.size() == 0);
}

TEST_CASE("who floods the tree takes room from itself alone", "[net][sync]") {
    const auto network = funded_network(1);
    HeaderTree tree;
    HeaderBranch honest(network, 1);
    honest.grow(1'000);
    // Of more work than the honest part so far, and of many branches.
    HeaderBranch long_one(network, 2);
    long_one.grow(20'000);
    HeaderBranch other(network, 3);
    other.grow(20'000);
    keep_all(tree, honest, anna);
    keep_all(tree, long_one, bert);
    keep_all(tree, other, PeerId{3});
    CHECK(tree.size() == HeaderTree::max_entries);
    CHECK(tree.depth(honest.tip().id) == 1'000);
    // The branches are shorter, from their ends on.
    CHECK(tree.find(long_one.at(10'000).id) != nullptr);
    CHECK(tree.find(long_one.tip().id) == nullptr);

    // An honest newcomer still finds its share.
    HeaderBranch late(network, 4);
    late.grow(9'000);
    keep_all(tree, late, PeerId{4});
    CHECK(tree.size() == HeaderTree::max_entries);
    CHECK(tree.depth(late.tip().id) == 9'000);
    CHECK(tree.depth(honest.tip().id) == 1'000);
}

TEST_CASE("headers of times to come wait, few of them, and the nearest stay", "[net][sync]") {
    consensus::Parameters parameters = dev_parameters();
    parameters.max_future_ms = 120'000;
    const auto network = network_of(parameters);
    MemoryChain chain(network, options);
    HeaderTree tree;
    const HeaderBranch branch(network);
    const Time now{branch.tip().time.unix_ms + 1'000'000};
    const std::uint64_t ahead = 1'000'000 + 120'000;
    CHECK_FALSE(tree.next_deferred(*chain));

    const auto offer = [&](std::uint64_t step) {
        return tree.add(branch.next(step), anna, *chain, now).place;
    };
    CHECK(offer(UINT64_MAX - branch.tip().time.unix_ms) == Place::deferred);
    CHECK(offer((std::uint64_t{1} << 63) - 1 - branch.tip().time.unix_ms) == Place::deferred);
    CHECK(offer(ahead) == Place::kept); // exactly at the bound
    for (std::uint64_t i = 1; i <= 100; ++i) CHECK(offer(ahead + 1'000 - i) == Place::deferred);
    CHECK(tree.deferred() == HeaderTree::max_deferred);
    REQUIRE(tree.next_deferred(*chain));
    CHECK(tree.next_deferred(*chain)->unix_ms == now.unix_ms + 900);

    CHECK(tree.retry_deferred(*chain, now).empty());
    CHECK(tree.retry_deferred(*chain, Time{0}).empty());
    const auto due = tree.retry_deferred(*chain, Time{now.unix_ms + 909});
    CHECK(due.size() == 10);
    CHECK(due.front().source == anna);
    CHECK(tree.size() == 11);
    CHECK(tree.deferred() == HeaderTree::max_deferred - 10);
    tree.retry_deferred(*chain, Time{UINT64_MAX});
    CHECK(tree.deferred() == 0);

    // Lies at the other end of time break rule 3.
    SealedHeader zero = branch.next();
    zero.header.time = Time{0};
    mine_quickly(zero);
    CHECK(tree.add(zero, anna, *chain, now).place == Place::invalid);
}
