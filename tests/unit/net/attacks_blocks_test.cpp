// Attacks by blocks and payments that are not what they seem, against the whole node. The numbers are those
// of docs/TESTING.md.
#include "catch.hpp"
#include "support/ledger.hpp"
#include "support/peer_bench.hpp"
#include <protocol/compact_block.hpp>
#include <protocol/cost.hpp>
#include <wire/short_id.hpp>

using namespace cairn;
using namespace cairn::test;
using net::PeerId;

namespace {

net::BlockMessage message_of(const Block& block) {
    return {block.header().height, block_id(block.head), encode(block)};
}
/// That body under this block's name.
net::BlockMessage false_copy(const Block& block, const Block& body) {
    return {block.header().height, block_id(block.head), encode(body)};
}
net::CompactBlock compact_of(const Block& block) {
    return net::make_compact(block, block_id(block.head), 77);
}

std::size_t times_asked(PeerBench& bench, PeerId peer, const Block& block) {
    std::size_t out = 0;
    for (const net::Get& get : bench.heard_of<net::Get>(peer))
        for (const Hash256& id : get.ids) out += id == block_id(block.head).bytes ? 1U : 0U;
    return out;
}

PeerId able_friend(PeerBench& bench, const std::string& host) {
    net::Hello hello;
    hello.compact_blocks = true;
    hello.raw = true;
    return bench.friend_from(host, hello);
}

std::vector<Transaction> payments(const consensus::Network& network, std::uint64_t count) {
    std::vector<Transaction> out;
    for (std::uint64_t i = 0; i < count; ++i)
        out.push_back(transfer(network, key_of(i), 0, address_of(9), coins(1 + i)));
    return out;
}

} // namespace

TEST_CASE("attack 5: no time that a peer tells moves anything", "[node][attack]") {
    auto parameters = dev_parameters({{address_of(0), coins(10)}});
    parameters.max_future_ms = 2'000;
    const auto network = network_of(parameters);
    PeerBench bench(network);
    const auto next_time = [&] {
        return bench.node.node().preview(address_of(9), bench.node.now).header().time;
    };
    const Time before = next_time();
    for (const std::uint64_t time :
         {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0} >> 1, ~std::uint64_t{0}}) {
        net::Hello hello;
        hello.time = Time{time};
        CHECK_FALSE(bench.is_dropped(bench.friend_from("20.1.1.1", hello)));
    }
    const PeerId minus = bench.connect("20.1.1.1");
    bench.heard(minus);
    bench.say(minus, "HELLO v=1 net=" + to_hex(network.tag().bytes) + " time=-1\n");
    CHECK(bench.heard_of<net::Err>(minus).at(0).msg == "bad-time");
    CHECK(next_time() == before);

    // Headers of times to come: none is taken, few are remembered, nobody is punished for a fast clock.
    const PeerId early = bench.friend_from("20.2.1.1");
    Ledger ledger(network);
    for (std::uint64_t n = 0; n < 100; ++n) {
        Block block = ledger.next({}, address_of(5), 1'000'000 + n);
        if (n % 2 == 0) block.head.header.time = Time{(~std::uint64_t{0} >> 1) - n};
        mine(block);
        bench.say(early, net::Headers{{block.head}});
    }
    CHECK(bench.node.node().load().headers == 0);
    CHECK(times_asked(bench, early, ledger.next({}, address_of(5), 1'000'000)) == 0);
    CHECK_FALSE(bench.is_dropped(early));
    CHECK(next_time() == before);

    Block late = ledger.next({}, address_of(5));
    late.head.header.time = network.parameters().time;
    mine(late);
    const PeerId liar = bench.friend_from("20.3.1.1");
    bench.say(liar, net::Headers{{late.head}});
    CHECK(bench.is_dropped(liar));
    bench.node.call(net::StartMining{address_of(9), 1});
    CHECK(bench.height() == 1);
}

TEST_CASE("attack 10: a compact block that does not add up, comes twice, or collides", "[node][attack]") {
    const auto network = funded_network(4);
    PeerBench bench(network, free_of_fees());
    Ledger ledger(network);
    const auto txs = payments(network, 3);
    const Block block = ledger.next(txs, address_of(5));
    const PeerId peer = able_friend(bench, "20.1.1.1");
    REQUIRE(bench.heard_of<net::Relay>(peer).size() == 1);
    std::uint32_t cost = 0;
    SECTION("a wrong count is no message") {
        auto told = compact_of(block);
        told.short_ids.pop_back();
        bench.say(peer, told);
        CHECK(bench.heard_of<net::Err>(peer).at(0).code == 400);
        cost = net::cost::malformed;
        bench.say(peer, net::Headers{{block.head}});
    }
    SECTION("all is known, and it comes twice") {
        for (const Transaction& tx : txs) bench.node.ask(net::SubmitTransactions{{tx}});
        bench.say(peer, compact_of(block));
        CHECK(bench.height() == 1);
        bench.say(peer, compact_of(block));
        CHECK(bench.height() == 1);
        CHECK(times_asked(bench, peer, block) == 0);
        CHECK(bench.score(peer) == 0);
        return;
    }
    SECTION("a short id comes twice") {
        auto told = compact_of(block);
        told.short_ids[2] = told.short_ids[0];
        bench.say(peer, told);
    }
    SECTION("a short id is that of another payment that waits here") {
        for (const Transaction& tx : txs) bench.node.ask(net::SubmitTransactions{{tx}});
        const Transaction other = transfer(network, key_of(3), 0, address_of(9), coins(7));
        bench.node.ask(net::SubmitTransactions{{other}});
        auto told = compact_of(block);
        told.short_ids[1] = net::short_id(net::short_id_key(block.head, told.salt), other.witness_id());
        bench.say(peer, told);
    }
    SECTION("what was asked for comes short") {
        bench.say(peer, compact_of(block));
        const auto asked = bench.heard_of<net::GetBlockTxs>(peer);
        REQUIRE(asked.size() == 1);
        CHECK(asked[0].indexes.size() == 3);
        bench.say(peer, net::BlockTxs{asked[0].id, {txs[0]}});
        cost = net::cost::malformed;
    }
    SECTION("what was asked for is something else") {
        bench.say(peer, compact_of(block));
        bench.say(peer, net::BlockTxs{block_id(block.head), {txs[2], txs[1], txs[0]}});
    }
    CHECK(bench.height() == 0);
    CHECK(times_asked(bench, peer, block) == 1); // the whole of it
    bench.say(peer, message_of(block));
    bench.check_blocks();
    CHECK(bench.height() == 1);
    CHECK(bench.score(peer) == cost);
}

TEST_CASE("attack 10: compact blocks that nobody asked for cost; a late answer does not", "[node][attack]") {
    const auto network = funded_network(4);
    PeerBench bench(network, free_of_fees());
    Ledger ledger(network);
    const Block block = ledger.next(payments(network, 3), address_of(5));
    std::vector<PeerId> asked;
    asked.reserve(3);
    for (int i = 0; i < 3; ++i) asked.push_back(able_friend(bench, "20." + std::to_string(i) + ".1.1"));
    const PeerId fourth = able_friend(bench, "21.1.1.1");
    CHECK(bench.heard_of<net::Relay>(fourth).empty());
    bench.say(fourth, compact_of(block));
    CHECK(bench.score(fourth) == net::cost::unasked_compact);
    CHECK(bench.node.node().load().headers == 0);

    bench.say(asked[0], compact_of(block));
    REQUIRE(bench.heard_of<net::GetBlockTxs>(asked[0]).size() == 1);
    bench.say(asked[1], net::Headers{{block.head}});
    bench.pass(2'000); // its transactions are late: another is asked for the whole
    REQUIRE(times_asked(bench, asked[1], block) == 1);
    bench.say(asked[1], message_of(block));
    bench.check_blocks();
    CHECK(bench.height() == 1);
    const std::uint32_t before = bench.score(asked[0]);
    bench.say(asked[0], net::BlockTxs{block_id(block.head), payments(network, 3)});
    CHECK_FALSE(bench.is_dropped(asked[0]));
    CHECK(bench.score(asked[0]) == before);
    bench.say(asked[0], net::BlockTxs{block_id(block.head), payments(network, 3)}); // and once more
    CHECK(bench.is_dropped(asked[0]));
}

TEST_CASE("who keeps the parts of a compact block back is replaced by one that said it has the block",
          "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network, free_of_fees());
    Ledger ledger(network);
    const Block block = ledger.next(payments(network, 1), address_of(5));
    const PeerId silent = able_friend(bench, "20.1.1.1");
    bench.say(silent, compact_of(block));
    REQUIRE(bench.heard_of<net::GetBlockTxs>(silent).size() == 1);
    SECTION("before it is found out") {
        const PeerId other = bench.friend_from("20.2.1.1");
        bench.say(other, net::Inv{net::ItemKind::block, {block_id(block.head).bytes}});
        bench.pass(1'999);
        CHECK(times_asked(bench, other, block) == 0);
        bench.pass(1);
        CHECK(times_asked(bench, other, block) == 1);
        bench.say(other, message_of(block));
        bench.check_blocks();
        CHECK(bench.height() == 1);
    }
    SECTION("later: at once") {
        bench.pass(5'000);
        const PeerId other = bench.friend_from("20.2.1.1");
        bench.say(other, net::Inv{net::ItemKind::block, {block_id(block.head).bytes}});
        CHECK(times_asked(bench, other, block) == 1);
    }
    SECTION("nobody else has it: it goes, and holds up nobody who comes then") {
        bench.pass(63'999, true);
        CHECK_FALSE(bench.is_dropped(silent));
        bench.pass(1);
        CHECK(bench.is_dropped(silent));
        const PeerId other = bench.friend_from("20.2.1.1");
        bench.say(other, net::Headers{{block.head}});
        CHECK(times_asked(bench, other, block) == 1);
    }
}

TEST_CASE("where transactions of a compact block are refused, all of it is asked for", "[node][peers]") {
    const auto network = funded_network(4);
    PeerBench bench(network, free_of_fees());
    const Block block = Ledger(network).next(payments(network, 3), address_of(5));
    const PeerId peer = able_friend(bench, "20.1.1.1");
    bench.say(peer, compact_of(block));
    REQUIRE(bench.heard_of<net::GetBlockTxs>(peer).size() == 1);
    bench.say(peer, net::Err{404, block_id(block.head).hex(), "too-often"});
    REQUIRE(times_asked(bench, peer, block) == 1);
    CHECK(bench.score(peer) == 0);
    bench.say(peer, message_of(block));
    bench.check_blocks();
    CHECK(bench.height() == 1);
}

TEST_CASE("attack 10: a compact block without its work drops its sender", "[node][attack]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    Block block = Ledger(network).next({}, address_of(5));
    block.head.header.target.bits = 0x1d00ffff; // and nobody searched for it
    const PeerId peer = able_friend(bench, "20.1.1.1");
    bench.say(peer, compact_of(block));
    CHECK(bench.is_dropped(peer));
    CHECK(bench.node.node().load().headers == 0);
}

TEST_CASE("attack 11: a body that was changed on the way does not hinder the honest one", "[node][attack]") {
    const auto network = funded_network(4);
    const Block block = Ledger(network).next(payments(network, 3), address_of(5));
    Block body = block;
    SECTION("a payment is gone") { body.transactions.pop_back(); }
    SECTION("the last one stands there twice") { body.transactions.push_back(body.transactions.back()); }
    SECTION("a payment is another") {
        body.transactions[1] = transfer(network, key_of(1), 0, address_of(8), coins(1));
    }
    SECTION("a signature is another") {
        auto signature = body.transactions[1].signature();
        signature.bytes[40] ^= 1;
        body.transactions[1] = {body.transactions[1].fields(), signature};
    }
    SECTION("the header is another") { body.head.header.producer = address_of(6); }
    PeerBench bench(network);
    const PeerId bad = bench.friend_from("20.1.1.1");
    bench.say(bad, net::Headers{{block.head}});
    REQUIRE(times_asked(bench, bad, block) == 1);
    const PeerId good = bench.friend_from("20.2.1.1");
    bench.say(good, net::Headers{{block.head}});
    CHECK(times_asked(bench, good, block) == 0);
    bench.say(bad, false_copy(block, body));
    bench.check_blocks();
    CHECK(bench.height() == 0);
    CHECK(bench.score(bad) == net::cost::bad_body);
    CHECK(times_asked(bench, bad, block) == 0);
    REQUIRE(times_asked(bench, good, block) == 1);
    bench.say(good, message_of(block));
    bench.check_blocks();
    CHECK(bench.height() == 1);
    CHECK(bench.score(good) == 0);
}

TEST_CASE("attack 12: a false signature amid a block, while others are checked beside it", "[node][attack]") {
    const auto network = funded_network(40);
    Ledger ledger(network);
    std::vector<Block> blocks;
    for (std::uint64_t height = 0; height < 2; ++height) {
        std::vector<Transaction> txs;
        for (std::uint64_t i = 0; i < 40; ++i)
            txs.push_back(transfer(network, key_of(i), height, address_of(50), coins(1)));
        blocks.push_back(ledger.next(txs, address_of(5)));
        REQUIRE_FALSE(ledger.push(blocks.back()));
    }
    std::vector<Transaction> txs;
    for (std::uint64_t i = 0; i < 40; ++i)
        txs.push_back(transfer(network, key_of(i), 2, address_of(50), coins(1)));
    const Block honest = ledger.next(txs, address_of(5));
    auto signature = txs[20].signature();
    signature.bytes[3] ^= 1;
    txs[20] = {txs[20].fields(), signature};
    blocks.push_back(ledger.next(txs, address_of(5)));

    PeerBench bench(network);
    const PeerId bad = bench.friend_from("20.1.1.1");
    net::Headers heads;
    for (const Block& block : blocks) heads.heads.push_back(block.head);
    bench.say(bad, heads);
    const PeerId good = bench.friend_from("20.2.1.1");
    bench.say(good, net::Headers{{blocks[0].head, blocks[1].head}});
    for (const Block& block : blocks) bench.say(bad, message_of(block));
    REQUIRE(bench.checks.size() == 3);
    std::reverse(bench.checks.begin(), bench.checks.end()); // the last is done first
    bench.check_blocks();
    CHECK(bench.height() == 2);
    CHECK(bench.is_dropped(bad));
    CHECK(bench.node.node().load().headers == 0);

    bench.say(good, net::Headers{{honest.head}});
    bench.say(good, message_of(honest));
    bench.check_blocks();
    REQUIRE(bench.height() == 3);
    CHECK(bench.node.node().chain().account(address_of(50))->balance == coins(120));
}

TEST_CASE("attack 14: a payment of another chain, and one that a reorganisation frees", "[node][attack]") {
    const auto network = funded_network(2);
    PeerBench bench(network, free_of_fees());
    const PeerId replays = bench.friend_from("20.1.1.1");
    auto parameters = dev_parameters({{address_of(0), coins(1'000)}});
    parameters.name = "other";
    bench.say(replays,
              net::TxMessage{transfer(network_of(parameters), key_of(0), 0, address_of(9), coins(5))});
    CHECK(bench.node.node().mempool().count() == 0);
    CHECK(bench.score(replays) == net::cost::broken_rule);

    const PeerId peer = bench.friend_from("20.2.1.1");
    const auto give = [&](const Block& block) {
        bench.say(peer, net::Headers{{block.head}});
        bench.say(peer, message_of(block));
        bench.check_blocks();
    };
    const Transaction tx = transfer(network, key_of(0), 0, address_of(9), coins(5));
    give(Ledger(network).next({tx}, address_of(5)));
    CHECK(bench.node.node().chain().account(address_of(9))->balance == coins(5));
    Ledger longer(network);
    for (int i = 0; i < 2; ++i) {
        const Block block = longer.next({}, address_of(6), 2'000);
        REQUIRE_FALSE(longer.push(block));
        give(block);
    }
    CHECK(bench.height() == 2);
    CHECK_FALSE(bench.node.node().chain().account(address_of(9)));
    CHECK(bench.node.node().mempool().count() == 1); // freed
    for (int i = 0; i < 3; ++i) bench.say(peer, net::TxMessage{tx});
    CHECK(bench.node.node().mempool().count() == 1);
    for (int i = 0; i < 3; ++i) {
        bench.node.call(net::StartMining{address_of(7), 1});
        bench.say(peer, net::TxMessage{tx});
    }
    CHECK(bench.height() == 5);
    CHECK(bench.node.node().mempool().count() == 0);
    CHECK(bench.node.node().chain().account(address_of(9))->balance == coins(5));
    CHECK(bench.node.node().chain().account(address_of(0))->nonce == Nonce{1});
    CHECK_FALSE(bench.is_dropped(peer));
}
