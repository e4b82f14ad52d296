// Whom the node calls: the user's peers, the address book's, what was heard of, and the listeners that local
// peers name.
#include "catch.hpp"
#include "support/peer_bench.hpp"
#include <protocol/address_book.hpp>
#include <protocol/cost.hpp>
#include <protocol/peers.hpp>

using namespace cairn;
using namespace cairn::test;
using net::PeerId;
using net::Peers;

namespace {

net::Endpoint at(const std::string& text) { return net::parse_endpoint(text).value(); }

std::string place_of(const net::Dial& dial) { return dial.host + ":" + std::to_string(dial.port); }

std::vector<net::Dial> dials_of(PeerBench& bench) { return std::exchange(bench.dials, {}); }

bool dials(const std::vector<net::Dial>& all, const std::string& place) {
    return std::any_of(all.begin(), all.end(), [&](const net::Dial& one) { return place_of(one) == place; });
}

/// A book with addresses of that many groups, `each` of every one.
Bytes book_of(Byte groups, Byte each, std::vector<net::Endpoint> anchors = {}) {
    net::AddressBook book({1, 2, 3});
    for (Byte group = 0; group < groups; ++group)
        for (Byte i = 0; i < each; ++i)
            book.add({net::ipv4_endpoint({20, group, i, 1}, 9'401), Time{1}},
                     net::ipv4_endpoint({21, group, i, 1}, 9'401), Time{2});
    book.set_anchors(std::move(anchors));
    return book.encode();
}

net::NodeOptions with_addresses(Bytes bytes) {
    net::NodeOptions out;
    out.addresses = std::move(bytes);
    return out;
}

std::vector<net::Endpoint> anchors_of(PeerBench& bench) {
    net::AddressBook book({});
    REQUIRE(book.decode(bench.node.node().addresses()));
    return book.anchors();
}

net::Hello listening_on(std::uint16_t port, std::uint64_t nonce) {
    net::Hello out;
    out.port = port;
    out.nonce = nonce;
    return out;
}

/// An inbound peer of this machine whose listener answers with that nonce.
PeerId confirmed(PeerBench& bench, std::uint16_t port, std::uint64_t nonce, std::uint64_t nonce_there) {
    const PeerId peer = bench.friend_from("127.0.0.1", listening_on(port, nonce));
    const auto dials = dials_of(bench);
    REQUIRE(dials.size() == 1);
    CHECK(place_of(dials[0]) == "127.0.0.1:" + std::to_string(port));
    const PeerId listener = bench.answer(dials[0]);
    net::Hello hello = listening_on(port, nonce_there);
    hello.net = bench.node.network().tag();
    bench.say(listener, hello);
    CHECK(bench.is_dropped(listener));
    CHECK(bench.heard(listener).empty()); // nothing was said there
    return peer;
}

} // namespace

TEST_CASE("eight places are filled from the address book, none of a group that is being dialled",
          "[node][peers]") {
    PeerBench bench(funded_network(1), with_addresses(book_of(20, 10)));
    std::set<std::string> groups;
    std::vector<net::Dial> all;
    for (int i = 0; i < 100; ++i) {
        bench.pass(5'000);
        for (const net::Dial& dial : dials_of(bench)) { // nobody answers yet
            CHECK(groups.insert(dial.host.substr(0, dial.host.find('.', 3))).second);
            all.push_back(dial);
        }
    }
    CHECK(all.size() == Peers::max_outbound);
    for (const net::Dial& dial : all) bench.greet(bench.answer(dial));
    bench.pass(30'000);
    CHECK(bench.node.node().peer_count() == Peers::max_outbound);
    CHECK(bench.dials.empty());
    bench.leave(PeerId{1});
    bench.pass(10'000);
    CHECK(bench.dials.size() == 1); // the place is given again
}

TEST_CASE("an address where nobody speaks the protocol waits its turn", "[node][peers]") {
    PeerBench bench(funded_network(1), with_addresses(book_of(1, 1)));
    bench.pass(5'000);
    auto first = dials_of(bench);
    REQUIRE(first.size() == 1);
    const PeerId peer = bench.answer(first[0]);
    bench.say(peer, "220 mail\n");
    bench.leave(peer);
    bench.pass(50'000);
    CHECK(bench.dials.empty()); // a minute, then two
    bench.pass(30'000);
    CHECK(bench.dials.size() == 1);
}

TEST_CASE("the two outbound peers that are here longest are dialled first in the next run", "[node][peers]") {
    Bytes kept;
    {
        PeerBench bench(funded_network(1));
        bench.outbound_to("20.1.1.1");
        bench.pass(1'000);
        bench.outbound_to("20.2.1.1");
        bench.pass(1'000);
        bench.outbound_to("20.3.1.1");
        CHECK(anchors_of(bench) == std::vector{at("20.1.1.1:9401"), at("20.2.1.1:9401")});
        bench.pass(60'000, true);
        kept = bench.kept;
        bench.leave(PeerId{1}); // with a network that is gone all go: they are remembered
        bench.leave(PeerId{2});
        bench.leave(PeerId{3});
        CHECK(anchors_of(bench).size() == 2);
    }
    PeerBench bench(funded_network(1), with_addresses(kept));
    const auto dials_at_once = dials_of(bench);
    CHECK(dials(dials_at_once, "20.1.1.1:9401"));
    CHECK(dials(dials_at_once, "20.2.1.1:9401"));
}

TEST_CASE("what was heard of nearby is tried once, but never the node itself", "[node][peers]") {
    PeerBench bench(funded_network(1));
    bench.input(net::Listening{9'401});
    bench.input(net::Discovered{at("127.0.0.1:9401")});
    CHECK(bench.dials.empty());
    bench.input(net::Discovered{at("127.0.0.1:9402")});
    bench.input(net::Discovered{at("127.0.0.1:9402")});
    auto dials = dials_of(bench);
    REQUIRE(dials.size() == 1);
    bench.greet(bench.answer(dials[0]));
    bench.input(net::Discovered{at("127.0.0.1:9402")});
    CHECK(bench.dials.empty());

    // By another of its addresses it meets itself once.
    bench.input(net::Discovered{at("192.168.1.5:9401")});
    dials = dials_of(bench);
    REQUIRE(dials.size() == 1);
    const PeerId itself = bench.answer(dials[0]);
    net::Hello hello;
    hello.nonce = bench.node.node().nonce();
    bench.greet(itself, hello);
    CHECK(bench.is_dropped(itself));
    bench.input(net::Discovered{at("192.168.1.5:9401")});
    CHECK(bench.dials.empty());
    CHECK(bench.node.node().peer_count() == 1);
}

TEST_CASE("a local peer has a score of its own once its listener proved to be its own", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId known = confirmed(bench, 9'402, 77, 77);
    const PeerId other = bench.friend_from("127.0.0.1");
    CHECK(bench.dials.empty()); // it names no port
    bench.say(known, "FOO\n");
    CHECK(bench.score(known) == net::cost::unknown_verb);
    CHECK(bench.score(other) == 0);
    bench.say(other, "FOO\nFOO\n");
    CHECK(bench.score(known) == net::cost::unknown_verb);
    CHECK(bench.score(bench.friend_from("127.0.0.1")) == 2 * net::cost::unknown_verb); // shared
    CHECK(bench.node.node().peers().size() == 3); // the look at the listener is no peer
}

TEST_CASE("who names another's listener, or nobody's, stays unconfirmed", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId liar = confirmed(bench, 9'402, 77, 78);
    const PeerId other = bench.friend_from("127.0.0.1");
    bench.say(other, "FOO\n");
    CHECK(bench.score(liar) == net::cost::unknown_verb); // shared

    const PeerId nobody = bench.friend_from("127.0.0.1", listening_on(9'403, 79));
    auto dials = dials_of(bench);
    REQUIRE(dials.size() == 1);
    bench.fail(dials[0]);
    CHECK(bench.score(nobody) == net::cost::unknown_verb);

    const PeerId strange = bench.friend_from("127.0.0.1", listening_on(9'404, 80));
    dials = dials_of(bench);
    REQUIRE(dials.size() == 1);
    const PeerId mail = bench.answer(dials[0]);
    bench.say(mail, "220 mail.example ESMTP\r\n");
    CHECK(bench.is_dropped(mail));
    CHECK(bench.score(strange) == net::cost::unknown_verb);
    bench.pass(10'000, true);
    CHECK(bench.dials.empty()); // once
}

TEST_CASE("local peers that are not confirmed are slowed and never banned; a confirmed one is dropped",
          "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId known = confirmed(bench, 9'402, 77, 77);
    const PeerId rude = bench.friend_from("127.0.0.1");
    for (int i = 0; i < 200; ++i) bench.say(rude, "PING n=x\n"); // 100 each
    CHECK_FALSE(bench.is_dropped(rude));
    CHECK(bench.is_stopped(rude)); // slowed
    CHECK_FALSE(bench.is_stopped(known));
    bench.pass(1'000);
    CHECK_FALSE(bench.is_stopped(rude));
    const PeerId late = bench.friend_from("127.0.0.1");
    CHECK_FALSE(bench.is_dropped(late));

    for (int i = 0; i < 100; ++i) bench.say(known, "PING n=x\n");
    CHECK(bench.is_dropped(known));
    bench.say(late, net::Ping{1});
    CHECK_FALSE(bench.is_dropped(late));
    const PeerId again = bench.friend_from("127.0.0.1", listening_on(9'402, 77));
    CHECK(bench.is_dropped(again)); // for a day
}

TEST_CASE("there are 64 places for local peers that are not confirmed, beside those that are",
          "[node][peers]") {
    PeerBench bench(funded_network(1));
    for (std::uint16_t i = 0; i < 5; ++i)
        confirmed(bench, static_cast<std::uint16_t>(9'500 + i), 500 + i, 500 + i);
    for (std::size_t i = 0; i < Peers::max_unconfirmed_local; ++i) bench.friend_from("127.0.0.1");
    CHECK(bench.node.node().peer_count() == 69);
    const PeerId late = bench.connect("127.0.0.1");
    CHECK(bench.is_dropped(late));
    CHECK_FALSE(bench.is_dropped(bench.connect("20.1.1.1")));
}
