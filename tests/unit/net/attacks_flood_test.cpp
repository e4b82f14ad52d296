// Attacks by quantity and by nonsense, against the whole node: bytes in, effects out. The numbers are those
// of docs/TESTING.md.
#include "catch.hpp"
#include "support/messages.hpp"
#include "support/peer_bench.hpp"
#include "sync_support.hpp"
#include <protocol/address_book.hpp>
#include <protocol/cost.hpp>
#include <protocol/header_sync.hpp>

using namespace cairn;
using namespace cairn::test;
using net::ItemKind;
using net::PeerId;

namespace {

/// Each in a /16 of its own.
std::string stranger(std::size_t n) {
    return std::to_string(50 + n / 250) + "." + std::to_string(n % 250) + ".1.1";
}

/// A payment that others want to hear of gets through.
bool still_relays(PeerBench& bench, PeerId from, PeerId to, const Transaction& tx) {
    bench.heard(to);
    bench.say(from, net::TxMessage{tx});
    bench.pass(200);
    for (const auto& inv : bench.heard_of<net::Inv>(to))
        for (const Hash256& id : inv.ids)
            if (id == tx.witness_id().bytes) return true;
    return false;
}

} // namespace

TEST_CASE("attack 6: a flood of headers with little work is kept nowhere", "[node][attack]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    bench.node.call(net::StartMining{address_of(9), 2'020});
    const BlockId tip = bench.node.node().chain().tip().id;
    for (std::size_t n = 0; n < 10; ++n) {
        const auto branch = HeaderBranch(network, static_cast<Byte>(1 + n)).grow(2'000);
        const PeerId peer = bench.friend_from(stranger(n));
        for (int round = 0; round < 4; ++round) { // it begins anew each second time
            bench.say(peer, branch.slice(0, 2'000));
            CHECK(bench.node.node().load().headers == 0);
        }
        CHECK(bench.score(peer) >= 2 * net::HeaderSync::Cost::restart);
    }
    CHECK(bench.node.node().chain().tip().id == tip);
    CHECK(bench.node.node().sync_status().best == Height{2'020});
}

TEST_CASE("attack 7: a length that lies ends the connection before memory is taken", "[node][attack]") {
    PeerBench bench(funded_network(1));
    const std::string id(64, 'a');
    std::size_t n = 0;
    for (const std::string line :
         {"TX", "HDR n=1", "INV t=tx n=1", "GET t=tx", "GETBTX id=", "ADDR n=1", "PING n=1", "WHAT"})
        for (const std::string length :
             {"4294967295", "18446744073709551615", "99999999999999999999999", "-1", "0x10", "1e3", ""}) {
            const PeerId peer = bench.friend_from(stranger(++n));
            bench.heard(peer);
            std::string text = line;
            if (line.back() == '=') text += id;
            text.append(" body=").append(length).append("\n");
            bench.say(peer, text);
            CAPTURE(line, length);
            CHECK(bench.is_dropped(peer));
            const auto errors = bench.heard_of<net::Err>(peer);
            REQUIRE(errors.size() == 1);
            if (length == "4294967295") CHECK(errors[0].code == 413);
        }
    // What must be asked for, and what comes before HELLO, is refused by its line alone.
    for (const std::string& line : {"BLK h=1 id=" + id, "BTX n=1 id=" + id}) {
        const PeerId peer = bench.friend_from(stranger(++n));
        bench.say(peer, line + " body=1000\n");
        CHECK(bench.is_dropped(peer));
    }
    const PeerId early = bench.connect(stranger(++n));
    bench.say(early, "TX body=1000\n");
    CHECK(bench.is_dropped(early));
    CHECK(bench.checks.empty());
}

TEST_CASE("attack 8: a flood of addresses fills a few places, and wins one outbound place",
          "[node][attack]") {
    PeerBench bench(funded_network(1));
    const auto of_one_group = [](std::size_t teller) {
        net::Addr out;
        for (std::size_t i = 0; i < 100; ++i)
            out.entries.push_back(
                {net::ipv4_endpoint({40, 40, static_cast<Byte>(teller), static_cast<Byte>(i)},
                                    static_cast<std::uint16_t>(9'000 + i)),
                 Time{5'000'000'000'000}});
        return out;
    };
    for (std::size_t teller = 0; teller < 50; ++teller) { // 5,000 of one /16
        const PeerId peer = bench.outbound_to("30." + std::to_string(teller) + ".1.1");
        bench.say(peer, of_one_group(teller));
    }
    CHECK(bench.addresses() <= 50 + 5'000);
    std::size_t under_way = 0;
    for (int i = 0; i < 60; ++i) {
        bench.pass(10'000, true);
        for (const net::Dial& dial : std::exchange(bench.dials, {})) {
            CHECK(dial.host.starts_with("40.40."));
            ++under_way;
        }
    }
    CHECK(under_way == 1);

    const std::size_t before = bench.addresses();
    for (std::size_t n = 0; n < 20; ++n) { // unasked: 100,000 more
        const PeerId peer = bench.friend_from(stranger(n));
        for (std::size_t i = 0; i < 50; ++i) bench.say(peer, of_one_group(100 + i));
        CHECK(bench.score(peer) > 2'000); // slowed: the rest waits
    }
    CHECK(bench.addresses() <= before + 220); // ten each, and itself
}

TEST_CASE("attack 9: loops of INV and GET end by their cost, and touch nobody else", "[node][attack]") {
    const auto network = funded_network(3);
    PeerBench bench(network, free_of_fees());
    const PeerId good = bench.friend_from(stranger(0));
    const PeerId other = bench.friend_from(stranger(1));
    const PeerId bad = bench.friend_from(stranger(2));
    MessageMaker random(7);
    const auto flood = [&](const auto& next) { // as fast as a slowed peer is heard
        for (int i = 0; i < 20 && !bench.is_dropped(bad); ++i) {
            bench.say(bad, next());
            bench.pass(1'000);
        }
    };
    SECTION("offers of what nobody has") {
        flood([&] { return net::Inv{ItemKind::tx, random.hashes(1'000)}; });
    }
    SECTION("news of blocks that are not there") {
        flood([&] { return net::Inv{ItemKind::block, random.hashes(1'000)}; });
    }
    SECTION("GETs of what is not there") {
        flood([&] { return net::Get{ItemKind::tx, random.hashes(1'000)}; });
    }
    SECTION("GETs of the same again and again") {
        const Transaction tx = transfer(network, key_of(2), 0, address_of(9), coins(1));
        bench.node.ask(net::SubmitTransactions{{tx}});
        for (int i = 0; i < 1'200 && !bench.is_dropped(bad); ++i)
            bench.say(bad, net::Get{ItemKind::tx, {tx.witness_id().bytes}});
    }
    CHECK(bench.is_dropped(bad));
    CHECK(still_relays(bench, good, other, transfer(network, key_of(0), 0, address_of(8), coins(1))));
    CHECK(bench.score(good) == 0);
    CHECK(bench.is_dropped(bench.connect(stranger(2)))); // not welcome for a day
}

TEST_CASE("attack 9: orphans of one peer take room from itself alone", "[node][attack]") {
    const auto network = funded_network(2);
    PeerBench bench(network, free_of_fees());
    const PeerId good = bench.friend_from(stranger(0));
    const PeerId bad = bench.friend_from(stranger(1));
    const Transaction first = transfer(network, key_of(1), 0, address_of(8), coins(1));
    const Transaction second = transfer(network, key_of(1), 1, address_of(8), coins(1));
    bench.say(good, net::TxMessage{second});
    CHECK(bench.node.node().load().orphans == 1);
    const std::vector<Output> outputs(256, Output{address_of(9), units(1), ""});
    std::size_t size = 0;
    for (std::uint64_t nonce = 5; nonce < 105; ++nonce) {
        const Transaction tx = transfer(network, key_of(0), nonce, outputs);
        size = tx.size();
        bench.say(bad, net::TxMessage{tx});
    }
    CHECK(100 * size > 500'000);
    CHECK(bench.node.node().load().orphans <= 400'000 / size + 1);
    CHECK(bench.score(bad) > 0);
    bench.say(good, net::TxMessage{first});
    CHECK(bench.node.node().mempool().count() == 2);
    CHECK(bench.score(good) == 0);
}

TEST_CASE("attack 16: a browser is shown the door, and nothing is done", "[node][attack]") {
    PeerBench bench(funded_network(1));
    const std::string net = to_hex(bench.node.network().tag().bytes);
    std::size_t n = 0;
    for (const std::string& request :
         std::vector<std::string>{"GET / HTTP/1.1\r\nHost: 127.0.0.1:9401\r\n\r\n",
                                  "POST /x HTTP/1.1\r\n\r\nHELLO v=1 net=" + net + "\n",
                                  "OPTIONS * HTTP/1.0\r\n\r\n", "PUT /HELLO\r\n", "get /\n"}) {
        const PeerId peer = bench.connect(stranger(++n));
        bench.heard(peer); // its HELLO
        bench.say(peer, std::string(request).append("HELLO v=1 net=").append(net).append("\nSTATUS\n"));
        CAPTURE(request);
        CHECK(bench.is_dropped(peer));
        CHECK(bench.heard(peer).empty());
    }
    CHECK(bench.node.node().peer_count() == 0);
    CHECK(bench.events.empty());
}

TEST_CASE("attack 25: what is no message does nothing at all", "[node][attack]") {
    const auto network = funded_network(1);
    PeerBench bench(network, free_of_fees());
    const PeerId good = bench.friend_from("20.1.1.1");
    std::size_t n = 0;
    for (const std::string& text :
         {std::string("\x80\x04\x95\x1a\0\0\0\0\0\0\0\x8c\x05posix", 16),
          std::string("cos\nsystem\n(S'id'\ntR.\n"), std::string("$(reboot)\n`id`\n"),
          std::string("{\"jsonrpc\":\"2.0\",\"method\":\"stop\"}\n"), std::string("; DROP TABLE blocks\n"),
          std::string("\x16\x03\x01\x02\0", 5)}) {
        const PeerId peer = bench.friend_from(stranger(++n));
        bench.heard(peer);
        bench.say(peer, text);
        for (const net::Message& answer : bench.heard(peer)) CHECK(std::holds_alternative<net::Err>(answer));
    }
    // True messages with a byte or two changed, and cut off anywhere.
    Prng random(25);
    PeerId peer = bench.friend_from(stranger(++n));
    for (std::uint64_t seed = 0; seed < 150; ++seed)
        for (const net::Message& message : MessageMaker(seed).all()) {
            if (bench.is_dropped(peer)) peer = bench.friend_from(stranger(++n));
            Bytes bytes = net::encode(message, false);
            for (std::uint64_t i = random.below(3); i > 0; --i)
                bytes[random.below(bytes.size())] = static_cast<Byte>(random.below(256));
            if (random.below(8) == 0) bytes.resize(random.below(bytes.size()));
            bench.send(peer, std::move(bytes));
        }
    bench.check_blocks();
    CHECK(bench.height() == 0);
    CHECK(bench.node.node().mempool().count() == 0);
    CHECK_FALSE(bench.is_dropped(good));
    bench.node.call(net::StartMining{address_of(9), 1});
    CHECK(bench.height() == 1);
}
