// What peers ask of the node, what it answers, and what that costs them.
#include "catch.hpp"
#include "support/ledger.hpp"
#include "support/messages.hpp"
#include "support/peer_bench.hpp"
#include <protocol/address_book.hpp>
#include <protocol/answers.hpp>
#include <protocol/cost.hpp>

using namespace cairn;
using namespace cairn::test;
using net::ItemKind;
using net::PeerId;

namespace {

net::Addr addresses(Byte first, std::size_t count) {
    net::Addr out;
    for (std::size_t i = 0; i < count; ++i)
        out.entries.push_back(
            {net::ipv4_endpoint({first, static_cast<Byte>(i), 1, 1}, 9'401), Time{5'000'000'000'000}});
    return out;
}

} // namespace

TEST_CASE("answers come in the order of the requests", "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network, free_of_fees());
    const Transaction tx = transfer(network, key_of(0), 0, address_of(1), coins(1));
    bench.node.ask(net::SubmitTransactions{{tx}});
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.heard(peer);
    const Hash256 id = tx.witness_id().bytes;
    const std::string missing(64, 'a');
    bench.say(peer, "PING n=1\nGET t=tx id=" + to_hex(id) + "," + missing + "\nSTATUS\nGETHDR loc=" +
                        network.id().hex() + "\nGET t=blk id=" + missing + "\nPING n=2\n");
    const auto heard = bench.heard(peer);
    REQUIRE(heard.size() == 7);
    CHECK(std::get<net::Pong>(heard[0]).n == 1);
    CHECK(std::get<net::TxMessage>(heard[1]).tx.id() == tx.id());
    CHECK(std::get<net::Err>(heard[2]).code == 404);
    CHECK(std::get<net::Ok>(heard[3]).re == "STATUS");
    CHECK(std::get<net::Headers>(heard[4]).heads.empty());
    CHECK(std::get<net::Err>(heard[5]).id == missing);
    CHECK(std::get<net::Pong>(heard[6]).n == 2);
}

TEST_CASE("a GET of transactions costs, where they are unknown or were given before", "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network, free_of_fees());
    const Transaction tx = transfer(network, key_of(0), 0, address_of(1), coins(1));
    bench.node.ask(net::SubmitTransactions{{tx}});
    const PeerId peer = bench.friend_from("20.1.1.1");
    const net::Get get{ItemKind::tx, {tx.witness_id().bytes}};
    bench.say(peer, get);
    CHECK(bench.heard_of<net::TxMessage>(peer).size() == 1);
    CHECK(bench.score(peer) == 0);
    bench.say(peer, get);
    CHECK(bench.heard_of<net::TxMessage>(peer).size() == 1);
    CHECK(bench.score(peer) == net::cost::repeated_get);
    bench.say(peer, net::Get{ItemKind::tx, MessageMaker(1).hashes(50)});
    CHECK(bench.heard_of<net::Err>(peer).size() == 50);
    CHECK(bench.score(peer) == net::cost::repeated_get + 50 * net::cost::unknown_get);
}

TEST_CASE("who reads slowly is given no more than there is room for, and the rest when he reads",
          "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    Ledger ledger(network);
    for (int i = 0; i < 300; ++i) {
        const Block block = ledger.next({}, address_of(5));
        REQUIRE_FALSE(ledger.push(block));
        bench.node.ask(net::SubmitBlock{shared(block)});
    }
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.reads = false;
    const std::size_t before = bench.bytes_to(peer);
    for (int i = 0; i < 60; ++i)
        bench.say(peer, net::GetHeaders{{network.id()}, std::nullopt, 2'000}); // 107,400 hex digits each
    CHECK_FALSE(bench.is_dropped(peer));
    const std::size_t unread = bench.bytes_to(peer) - before;
    CHECK(unread > net::Answers::send_room);
    CHECK(unread < net::Answers::send_room + 200'000);
    CHECK(bench.score(peer) == (60 - 10 - 2) * net::cost::excess_request); // 10 had room, 2 may wait
    bench.input(net::Queued{peer, 0});
    CHECK(bench.bytes_to(peer) - before > unread);
}

TEST_CASE("more than sixteen blocks in one request cost, though all are given", "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    const PeerId peer = bench.friend_from("20.1.1.1");
    const net::Get at_most{net::ItemKind::block, std::vector(16, network.id().bytes)};
    for (int i = 0; i < 4; ++i) bench.say(peer, at_most);
    CHECK(bench.heard_of<net::BlockMessage>(peer).size() == 64);
    CHECK(bench.score(peer) == 0);
    bench.say(peer, net::Get{net::ItemKind::block, std::vector(960, network.id().bytes)});
    CHECK(bench.heard_of<net::BlockMessage>(peer).size() == 960);
    CHECK(bench.score(peer) == (960 - 16) * net::cost::excess_request);
    CHECK(bench.is_stopped(peer)); // slowed
}

TEST_CASE("more requests at once than anybody needs end the connection", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.input(net::Queued{peer, net::Answers::send_room}); // it reads nothing
    for (std::uint64_t n = 0; n < net::Answers::max_requests; ++n) bench.say(peer, net::Ping{n});
    CHECK_FALSE(bench.is_dropped(peer));
    bench.say(peer, net::Ping{0});
    CHECK(bench.is_dropped(peer));
    CHECK(bench.heard_of<net::Err>(peer).back().code == 429);
}

TEST_CASE("what is answered at once waits for its turn, too", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.heard(peer);
    bench.input(net::Queued{peer, net::Answers::send_room}); // it reads nothing
    bench.say(peer, "PING n=1\nFOO\nGETADDR\nPING n=x\nBYE\nPING n=2\n");
    bench.say(peer, "PING n=3\n");
    CHECK(bench.heard(peer).empty());
    CHECK_FALSE(bench.is_dropped(peer));
    bench.input(net::Queued{peer, 0});
    const auto heard = bench.heard(peer);
    REQUIRE(heard.size() == 5);
    CHECK(std::get<net::Pong>(heard[0]).n == 1);
    CHECK(std::get<net::Err>(heard[1]).msg == "unknown-verb");
    CHECK(std::holds_alternative<net::Addr>(heard[2]));
    CHECK(std::get<net::Err>(heard[3]).msg == "bad-n");
    CHECK(std::get<net::Ok>(heard[4]).re == "BYE");
    CHECK(bench.is_dropped(peer));
}

TEST_CASE("parts of blocks are given ten times at once, then once a second", "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network, free_of_fees());
    Ledger ledger(network);
    const Block block = ledger.next({transfer(network, key_of(0), 0, address_of(1), coins(1)),
                                     transfer(network, key_of(0), 1, address_of(1), coins(1))},
                                    address_of(5));
    bench.node.ask(net::SubmitBlock{shared(block)});
    REQUIRE(bench.height() == 1);
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.heard(peer);
    const net::GetBlockTxs get{block_id(block.head), {1}};
    for (int i = 0; i < 15; ++i) bench.say(peer, get);
    const auto heard = bench.heard(peer);
    REQUIRE(heard.size() == 15);
    for (std::size_t i = 0; i < 10; ++i)
        CHECK(std::get<net::BlockTxs>(heard[i]).txs == std::vector{block.transactions[1]});
    for (std::size_t i = 10; i < 15; ++i) CHECK(std::get<net::Err>(heard[i]).code == 404);
    CHECK(bench.score(peer) == 5 * net::cost::excess_block_txs);
    bench.pass(2'000);
    bench.heard(peer);
    for (int i = 0; i < 3; ++i) bench.say(peer, get);
    CHECK(bench.heard_of<net::BlockTxs>(peer).size() == 2);
}

TEST_CASE("one's own payments that a peer's transaction displaces wait, and are counted still",
          "[node][peers]") {
    const auto network = funded_network(2);
    net::NodeOptions options = free_of_fees();
    const auto pay = [&](std::uint64_t nonce, std::uint64_t fee) {
        return transfer(network, key_of(0), nonce, address_of(9), coins(1), units(fee));
    };
    { // as much as they take, and no more
        PeerBench bench(network, options);
        for (std::uint64_t nonce = 0; nonce < 6; ++nonce)
            bench.node.ask(net::SubmitTransactions{{pay(nonce, 1'000)}});
        options.mempool.max_bytes = bench.node.node().mempool().memory();
    }
    PeerBench bench(network, options);
    for (std::uint64_t nonce = 0; nonce < 6; ++nonce)
        bench.node.ask(net::SubmitTransactions{{pay(nonce, 1'000)}});
    REQUIRE(bench.node.node().mempool().count() == 6);
    const Amount before = bench.node.node().outgoing(address_of(0));
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.say(peer, net::TxMessage{transfer(network, key_of(1), 0, address_of(9), coins(1), units(90'000))});
    const auto& mempool = bench.node.node().mempool();
    REQUIRE(mempool.pending(address_of(1)).sent == 1);
    REQUIRE(mempool.pending(address_of(0)).sent < 6);
    CHECK(bench.node.node().outgoing(address_of(0)) == before);
    CHECK(bench.node.node().next_nonce(address_of(0)) == Nonce{6});

    // One that takes the place of another leaves no gap: nothing is counted twice.
    bench.say(peer, net::TxMessage{pay(0, 50'000)});
    REQUIRE(mempool.find(pay(0, 50'000).id()) != nullptr);
    CHECK(bench.node.node().outgoing(address_of(0)).units() == before.units() + 49'000);
}

TEST_CASE("GETADDR is answered once a connection", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId teller = bench.outbound_to("20.9.1.1");
    CHECK(bench.heard_of<net::GetAddr>(teller).size() == 1);
    bench.say(teller, addresses(21, 100));
    CHECK(bench.addresses() > 90); // all of an answer, but for those that share a place
    const PeerId peer = bench.friend_from("20.1.1.1");
    CHECK(bench.heard_of<net::GetAddr>(peer).empty()); // who came by himself may choose what to tell
    bench.say(peer, net::GetAddr{});
    const auto told = bench.heard_of<net::Addr>(peer);
    REQUIRE(told.size() == 1);
    CHECK(told[0].entries.size() >= 20);
    CHECK(told[0].entries.size() <= 26); // a quarter
    bench.say(peer, net::GetAddr{});
    const auto again = bench.heard_of<net::Addr>(peer); // every request has its answer
    REQUIRE(again.size() == 1);
    CHECK(again[0].entries.empty());
    CHECK(bench.score(peer) == net::cost::malformed);
}

TEST_CASE("of addresses that nobody asked for one is taken every ten seconds", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.say(peer, addresses(21, 100));
    CHECK(bench.addresses() == 10);
    CHECK(bench.score(peer) == 90 * net::cost::excess_address);
    bench.pass(25'000);
    bench.say(peer, addresses(22, 100));
    CHECK(bench.addresses() == 12);
}

TEST_CASE("an ERR tells what was wrong, and is never answered", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const auto error_to = [&](const std::string& text) {
        const PeerId peer = bench.friend_from("20.1.1.1");
        bench.heard(peer);
        bench.say(peer, text);
        const auto errors = bench.heard_of<net::Err>(peer);
        const std::string out =
            errors.empty() ? "none" : std::to_string(errors[0].code) + " " + errors[0].msg;
        return out + (bench.is_dropped(peer) ? ", dropped" : "");
    };
    CHECK(error_to("FOO\n") == "400 unknown-verb");
    CHECK(error_to("PING n=x\n") == "400 bad-n");
    CHECK(error_to("PING n=1 n=2\n") == "400 duplicate-key");
    CHECK(error_to("HELLO v=1 net=00000000\n") == "400 hello-twice");
    CHECK(error_to("TX body=98305\n") == "413 body-too-large, dropped");
    CHECK(error_to("PING n=" + std::string(1'100, '1')) == "413 line-too-long, dropped");
    CHECK(error_to("PING\x01\n") == "400 not-printable, dropped");
    CHECK(error_to("BLK h=1 id=" + std::string(64, 'a') + " body=10\n") == "400 unasked-body, dropped");
    CHECK(error_to("ERR code=400 msg=what\n") == "none");
    CHECK(error_to("ERR\nERR code=xyz\n") == "none");
}

TEST_CASE("news of blocks beyond a hundred at once cost, and are passed over", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.say(peer, net::Inv{ItemKind::block, MessageMaker(1).hashes(1'000)});
    CHECK(bench.score(peer) == 900 * net::cost::excess_inv);
    bench.say(peer, net::Headers{});
    bench.heard(peer);
    bench.say(peer, net::Inv{ItemKind::block, MessageMaker(2).hashes(10)});
    CHECK(bench.heard_of<net::GetHeaders>(peer).empty());
}
