// What was asked for, in the order of asking, bounded.
#include "catch.hpp"
#include "support/memory_chain.hpp"
#include "support/messages.hpp"
#include "sync_support.hpp"
#include <protocol/answers.hpp>

#include <algorithm>

using namespace cairn;
using namespace cairn::test;
using net::Answers;
using net::ItemKind;

namespace {

struct Bench {
    Bench() : network(funded_network(1)), chain(network, {100, 50'000, 2'000}), pool(network, {}) {
        extend_chain(chain, 20);
    }
    std::optional<net::Message> next() { return answers.next({*chain, pool, 3}); }
    /// A block with these on the tip.
    BlockId extend_with(const std::vector<Transaction>& txs) {
        Block block = chain->make_template(address_of(1), txs, Time{});
        REQUIRE(block.transactions == txs);
        mine_quickly(block.head);
        REQUIRE(chain->accept(shared(block), any_time, {false, true}).outcome == chain::Outcome::connected);
        return block_id(block.head);
    }
    /// One bit of it, where it lies in the log.
    void damage(const BlockId& id) {
        const store::Path path = "blocks/00000.dat";
        chain.sync();
        const Bytes body = encode(*chain->body(id));
        chain->body(BlockId{id_at(1)}); // what was read last is not read again
        const Bytes log = store::read_file(chain.files(), path);
        const auto at = std::search(log.begin(), log.end(), body.begin(), body.end());
        REQUIRE(at != log.end());
        chain.files().flip_bit(path, std::uint64_t{8} * static_cast<std::uint64_t>(at - log.begin() + 100));
    }
    Hash256 id_at(std::uint32_t height) { return chain->at(Height{height})->id.bytes; }

    consensus::Network network;
    MemoryChain chain;
    chain::Mempool pool;
    Answers answers;
};

} // namespace

TEST_CASE("each item of a GET is an answer of its own, in its turn", "[answers]") {
    Bench bench;
    const Hash256 unknown = MessageMaker(1).hash();
    CHECK_FALSE(bench.next());
    REQUIRE(bench.answers.add(net::Get{ItemKind::block, {bench.id_at(2), unknown, bench.id_at(1)}}));
    REQUIRE(bench.answers.add(net::Ping{9}));
    CHECK(std::get<net::BlockMessage>(*bench.next()).height == Height{2});
    CHECK(std::get<net::Err>(*bench.next()).id == to_hex(unknown));
    CHECK(std::get<net::BlockMessage>(*bench.next()).height == Height{1});
    CHECK(std::get<net::Pong>(*bench.next()).n == 9);
    CHECK_FALSE(bench.next());
    CHECK(bench.answers.empty());
}

TEST_CASE("a block is given as it stands in the log", "[answers]") {
    Bench bench;
    bench.answers.add(net::Get{ItemKind::block, {bench.id_at(20)}});
    const auto given = std::get<net::BlockMessage>(*bench.next());
    CHECK(given.body == encode(*bench.chain->body(given.id)));
}

TEST_CASE("headers are given from the first known id on, no more than was asked for", "[answers]") {
    Bench bench;
    net::GetHeaders get{{BlockId{MessageMaker(1).hash()}, BlockId{bench.id_at(5)}}, std::nullopt, 3};
    bench.answers.add(get);
    auto heads = std::get<net::Headers>(*bench.next()).heads;
    REQUIRE(heads.size() == 3);
    CHECK(heads[0].header.height == Height{6});
    get.stop = BlockId{bench.id_at(7)};
    get.max = 2'000;
    bench.answers.add(get);
    CHECK(std::get<net::Headers>(*bench.next()).heads.size() == 2);
}

TEST_CASE("transactions of a block are given by their places, or none of them", "[answers]") {
    Bench bench;
    const BlockId id{bench.id_at(3)};
    bench.answers.add(net::GetBlockTxs{id, {0}}); // it has none
    CHECK(std::get<net::Err>(*bench.next()).code == 400);
    bench.answers.add(net::GetBlockTxs{BlockId{MessageMaker(1).hash()}, {0}});
    CHECK(std::get<net::Err>(*bench.next()).code == 404);

    std::vector<Transaction> txs;
    for (std::uint64_t nonce = 0; nonce < 5; ++nonce)
        txs.push_back(transfer(bench.network, key_of(0), nonce, address_of(1), coins(1)));
    const BlockId full = bench.extend_with(txs);
    bench.answers.add(net::GetBlockTxs{full, {1, 2, 4}});
    CHECK(std::get<net::BlockTxs>(*bench.next()).txs == std::vector{txs[1], txs[2], txs[4]});
    bench.answers.add(net::GetBlockTxs{full, {1, 5}});
    CHECK(std::get<net::Err>(*bench.next()).msg == "no-such-index");
}

TEST_CASE("a block that was damaged on the disk is the node's own fault, and no more", "[answers]") {
    Bench bench;
    const BlockId id = bench.extend_with({transfer(bench.network, key_of(0), 0, address_of(1), coins(1))});
    extend_chain(bench.chain, 1); // the block that was read last is kept
    bench.damage(id);
    bench.answers.add(net::Get{ItemKind::block, {bench.id_at(22), id.bytes, bench.id_at(22)}});
    bench.answers.add(net::GetBlockTxs{id, {0}});
    CHECK(std::holds_alternative<net::BlockMessage>(*bench.next()));
    const auto whole = std::get<net::Err>(*bench.next());
    CHECK(whole.code == 500);
    CHECK(whole.id == id.hex());
    CHECK(std::holds_alternative<net::BlockMessage>(*bench.next()));
    CHECK(std::get<net::Err>(*bench.next()).code == 500);
    CHECK_FALSE(bench.next());
}

TEST_CASE("what was refused, or is gone by its turn, is missing", "[answers]") {
    Bench bench;
    const auto ids = MessageMaker(1).hashes(2);
    REQUIRE(bench.answers.add_transactions(ids, {false, true}));
    for (const Hash256& id : ids) {
        const auto answer = std::get<net::Err>(*bench.next());
        CHECK(answer.code == 404);
        CHECK(answer.id == to_hex(id));
    }
    CHECK_FALSE(bench.next());
}

TEST_CASE("what waits is bounded, by requests and by items", "[answers]") {
    Bench bench;
    SECTION("requests") {
        for (std::size_t i = 0; i < Answers::max_requests; ++i) REQUIRE(bench.answers.add(net::Status{}));
        CHECK_FALSE(bench.answers.add(net::Status{}));
        CHECK(bench.next());
        CHECK(bench.answers.add(net::Status{}));
    }
    SECTION("items") {
        const auto ids = MessageMaker(1).hashes(1'000);
        std::size_t taken = 0;
        while (bench.answers.add_transactions(ids, std::vector<bool>(1'000))) ++taken;
        CHECK(taken == Answers::max_items / 1'000);
        CHECK_FALSE(bench.answers.add(net::Get{ItemKind::block, ids}));
        CHECK(bench.answers.add(net::Ping{1}));
        for (std::size_t i = 0; i < 1'000; ++i) REQUIRE(bench.next());
        CHECK(bench.answers.add(net::Get{ItemKind::block, ids}));
    }
}

TEST_CASE("blocks and headers that are asked for beyond what may wait are counted", "[answers]") {
    Bench bench;
    const auto ids = MessageMaker(1).hashes(Answers::max_blocks);
    bench.answers.add(net::Get{ItemKind::block, ids});
    bench.answers.add(net::GetHeaders{{bench.network.id()}, std::nullopt, 1});
    bench.answers.add(net::GetHeaders{{bench.network.id()}, std::nullopt, 1});
    CHECK(bench.answers.excess() == 0);
    bench.answers.add(net::Get{ItemKind::block, {ids[0]}});
    bench.answers.add(net::GetHeaders{{bench.network.id()}, std::nullopt, 1});
    CHECK(bench.answers.excess() == 2);
    CHECK(bench.next());
    CHECK(bench.answers.excess() == 1);
    while (bench.next()) {
    }
    CHECK(bench.answers.excess() == 0);
}
