// Compact blocks: put together from the mempool and what is asked for.
#include "catch.hpp"
#include "unit/chain/mempool_harness.hpp"
#include <protocol/compact_block.hpp>
#include <wire/short_id.hpp>

using namespace cairn;
using namespace cairn::test;
using net::CompactBlocks;
using net::PeerId;

namespace {

constexpr PeerId alice{1};
constexpr PeerId bob{2};

struct Bench : MempoolHarness {
    /// A block of that many payments, of which the mempool has those that `knows` says.
    template <typename Knows> Block block_of(std::uint64_t count, Knows knows) {
        std::vector<Transaction> txs;
        for (std::uint64_t i = 0; i < count; ++i) {
            txs.push_back(transfer(network(), key_of(i), 0, address_of(9), units(1 + i), units(2'000)));
            if (knows(i)) REQUIRE(pool.admit(txs.back(), ledger.accounts(), next()));
        }
        return ledger.next(txs, address_of(5));
    }
    net::CompactBlock compact(const Block& block) {
        return net::make_compact(block, block_id(block.head), 77);
    }
    CompactBlocks::Step begin(PeerId peer, const net::CompactBlock& told) {
        return blocks.begin(peer, told, pool);
    }
    CompactBlocks blocks;
};

net::BlockTxs answer_of(const Block& block, const net::GetBlockTxs& missing) {
    net::BlockTxs out{missing.id, {}};
    for (const std::uint32_t index : missing.indexes) out.txs.push_back(block.transactions.at(index));
    return out;
}

} // namespace

TEST_CASE("a block whose transactions are all known is put together at once", "[compact]") {
    Bench bench;
    const Block block = bench.block_of(4, [](auto) { return true; });
    const auto step = bench.begin(alice, bench.compact(block));
    REQUIRE(step.block);
    CHECK(*step.block == block);
    CHECK(step.signatures_checked);
    CHECK_FALSE(step.missing);
}

TEST_CASE("what is missing is asked for, and put in its place", "[compact]") {
    Bench bench;
    const Block block = bench.block_of(6, [](auto i) { return i % 2 == 0; });
    const auto told = bench.compact(block);
    const auto step = bench.begin(alice, told);
    CHECK_FALSE(step.block);
    REQUIRE(step.missing);
    CHECK(step.missing->id == told.id);
    CHECK(step.missing->indexes == std::vector<std::uint32_t>{1, 3, 5});
    CHECK(bench.blocks.awaits(alice, told.id));
    CHECK_FALSE(bench.blocks.awaits(bob, told.id));
    CHECK_FALSE(bench.blocks.complete(bob, answer_of(block, *step.missing)).block); // was not asked
    const auto done = bench.blocks.complete(alice, answer_of(block, *step.missing));
    REQUIRE(done.block);
    CHECK(*done.block == block);
    CHECK_FALSE(done.signatures_checked);
    CHECK_FALSE(bench.blocks.awaits(alice, told.id));
}

TEST_CASE("transactions that come whole are taken, and their signatures are not trusted", "[compact]") {
    Bench bench;
    const Block block = bench.block_of(3, [](auto i) { return i != 1; });
    auto told = bench.compact(block);
    told.prefilled.push_back({1, block.transactions[1]});
    told.short_ids.erase(told.short_ids.begin() + 1);
    const auto step = bench.begin(alice, told);
    REQUIRE(step.block);
    CHECK(*step.block == block);
    CHECK_FALSE(step.signatures_checked);
}

TEST_CASE("an answer of another length says so; a late one is still expected", "[compact]") {
    Bench bench;
    const Block block = bench.block_of(3, [](auto) { return false; });
    const auto told = bench.compact(block);
    auto answer = answer_of(block, bench.begin(alice, told).missing.value());
    SECTION("too few") { answer.txs.pop_back(); }
    SECTION("too many") { answer.txs.push_back(answer.txs.front()); }
    SECTION("the block came in another way meanwhile") {
        bench.blocks.forget(told.id);
        CHECK(bench.blocks.awaits(alice, told.id)); // who was asked may answer
        const auto step = bench.blocks.complete(alice, answer);
        CHECK_FALSE(step.block);
        CHECK_FALSE(step.is_false_answer);
        CHECK_FALSE(bench.blocks.awaits(alice, told.id));
        return;
    }
    const auto step = bench.blocks.complete(alice, answer);
    CHECK_FALSE(step.block);
    CHECK(step.is_false_answer);
}

TEST_CASE("of blocks that wait for transactions there are eight", "[compact]") {
    Bench bench;
    const Block block = bench.block_of(2, [](auto) { return false; });
    auto told = bench.compact(block);
    for (Byte n = 0; n < 20; ++n) {
        told.id.bytes.fill(n);
        REQUIRE(bench.begin(PeerId{1U + n % 3U}, told).missing);
    }
    std::size_t open = 0;
    for (Byte n = 0; n < 20; ++n) {
        told.id.bytes.fill(n);
        open +=
            bench.blocks.complete(PeerId{1U + n % 3U}, answer_of(block, {told.id, {0, 1}})).block ? 1U : 0U;
    }
    CHECK(open == CompactBlocks::max_open);
    bench.begin(alice, told);
    bench.blocks.forget(alice);
    CHECK_FALSE(bench.blocks.awaits(alice, told.id));
}
