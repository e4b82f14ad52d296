// The peers that the user asked for: what `peers add` is told, and what is kept.
#include "catch.hpp"
#include "support/peer_bench.hpp"
#include <protocol/address_book.hpp>

using namespace cairn;
using namespace cairn::test;
using net::PeerId;
using Code = net::PeerRefusal::Code;

namespace {

constexpr auto place = "20.1.1.1";

net::RequestId add(PeerBench& bench, bool keep = true, bool insist = false) {
    const net::RequestId id = bench.node.ask(net::AddPeer{place, 9'401, keep, insist});
    bench.carry_out();
    return id;
}

net::Dial only_dial(PeerBench& bench) {
    REQUIRE(bench.dials.size() == 1);
    net::Dial out = bench.dials[0];
    bench.dials.clear();
    return out;
}

/// nullopt: no answer yet.
std::optional<net::PeerAnswer> answer_to(const PeerBench& bench, net::RequestId id) {
    const auto found = bench.node.replies.find(id);
    if (found == bench.node.replies.end()) return std::nullopt;
    return std::get<net::PeerAnswer>(found->second);
}

Code refusal_of(const PeerBench& bench, net::RequestId id) {
    const auto answer = answer_to(bench, id);
    REQUIRE(answer.has_value());
    REQUIRE_FALSE(answer->has_value());
    return answer->error().code;
}

std::vector<net::KeptPeer> kept_in(PeerBench& bench) {
    net::AddressBook book({});
    REQUIRE(book.decode(bench.node.node().addresses()));
    return book.kept();
}

net::NodeOptions keeping_it() {
    net::AddressBook book({1, 2, 3});
    book.keep({place, 9'401});
    net::NodeOptions out;
    out.addresses = book.encode();
    return out;
}

} // namespace

TEST_CASE("a kept peer that is down is no peer: asking for it again waits for the attempt", "[node][peers]") {
    PeerBench bench(funded_network(1), keeping_it());
    const net::Dial first = only_dial(bench);
    const auto while_dialled = add(bench);
    CHECK_FALSE(answer_to(bench, while_dialled));
    bench.fail(first);
    CHECK(refusal_of(bench, while_dialled) == Code::unreachable);

    const auto between = add(bench); // at once, not after the pause
    const net::Dial second = only_dial(bench);
    const auto twice = add(bench);
    bench.greet(bench.answer(second));
    for (const auto id : {between, twice}) {
        REQUIRE(answer_to(bench, id));
        REQUIRE(answer_to(bench, id)->has_value());
        CHECK((*answer_to(bench, id))->kept);
    }
    CHECK(kept_in(bench).size() == 1); // as it was
}

TEST_CASE("asking again for a peer that is connected is no error, and may keep it", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId peer = bench.outbound_to(place);
    CHECK(kept_in(bench).empty());
    const auto again = add(bench);
    REQUIRE(answer_to(bench, again));
    REQUIRE(answer_to(bench, again)->has_value());
    CHECK((*answer_to(bench, again))->id == peer);
    CHECK(kept_in(bench).size() == 1);
    CHECK(bench.dials.empty());
}

TEST_CASE("what was asked for in vain is not kept by a later success", "[node][peers]") {
    PeerBench bench(funded_network(1));
    add(bench, false, true); // of this run alone, and it goes on
    const auto asked = add(bench, true, false);
    bench.fail(only_dial(bench));
    CHECK(refusal_of(bench, asked) == Code::unreachable);
    bench.pass(1'000);
    bench.greet(bench.answer(only_dial(bench)));
    CHECK(bench.node.node().peer_count() == 1);
    CHECK(kept_in(bench).empty());
}

TEST_CASE("a peer that was banned is said to be banned, though it is sought", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId peer = bench.outbound_to(place);
    bench.node.ask(net::BanPeer{std::to_string(peer.value), 60'000});
    bench.carry_out();
    CHECK(bench.is_dropped(peer));
    const auto banned = add(bench);
    CHECK(refusal_of(bench, banned) == Code::refused);
    CHECK(answer_to(bench, banned)->error().why.find("peers unban") != std::string::npos);
}

TEST_CASE("asking for a peer whose old connection is closing waits for a new one", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId peer = bench.outbound_to(place);
    bench.node.ask(net::BanPeer{std::to_string(peer.value), 60'000});
    bench.node.ask(net::UnbanPeer{std::string(place) + ":9401"});
    const auto asked = add(bench);
    CHECK_FALSE(answer_to(bench, asked));
    bench.leave(peer);
    bench.greet(bench.answer(only_dial(bench)));
    REQUIRE(answer_to(bench, asked));
    CHECK(answer_to(bench, asked)->has_value());
}

TEST_CASE("who waits for a peer that is removed is told", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const auto asked = add(bench);
    bench.node.ask(net::RemovePeer{std::string(place) + ":9401"});
    bench.carry_out();
    CHECK(refusal_of(bench, asked) == Code::refused);
}

namespace {

/// It says HELLO, and is answered; what it says then is the test's to choose.
PeerId half_greeted(PeerBench& bench) {
    const PeerId peer = bench.answer(only_dial(bench));
    net::Hello hello;
    hello.net = bench.node.network().tag();
    hello.nonce = 5;
    bench.say(peer, hello);
    CHECK(bench.heard_of<net::Hello>(peer).size() == 1);
    return peer;
}

} // namespace

TEST_CASE("a peer is one once it has taken our HELLO, and not before", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const auto asked = add(bench);
    const PeerId peer = half_greeted(bench);
    CHECK_FALSE(answer_to(bench, asked));
    CHECK(bench.node.node().peer_count() == 0);
    CHECK(bench.events.empty());
    SECTION("it says OK") {
        bench.say(peer, net::Ok{"HELLO", {}});
        REQUIRE(answer_to(bench, asked));
        CHECK(answer_to(bench, asked)->has_value());
        CHECK(bench.events.size() == 1);
        CHECK(kept_in(bench).size() == 1);
    }
    SECTION("it says no, and why") {
        bench.say(peer, net::Err{403, "", "go-away"});
        CHECK(bench.is_dropped(peer));
        CHECK(refusal_of(bench, asked) == Code::refused);
        CHECK(answer_to(bench, asked)->error().why.find("403 go-away") != std::string::npos);
        CHECK(bench.events.empty());
        CHECK(kept_in(bench).empty());
        bench.pass(100'000);
        CHECK(bench.dials.empty());
    }
    SECTION("it says nothing more") {
        bench.pass(10'000);
        CHECK(bench.is_dropped(peer));
        CHECK(refusal_of(bench, asked) == Code::refused);
    }
}

TEST_CASE("what a node without a place says before HELLO is told to who asked", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const auto asked = add(bench);
    const PeerId peer = bench.answer(only_dial(bench));
    bench.say(peer, net::Err{429, "", "no-place-left"});
    CHECK(bench.is_dropped(peer));
    CHECK(refusal_of(bench, asked) == Code::refused);
    CHECK(answer_to(bench, asked)->error().why.find("429 no-place-left") != std::string::npos);
}

TEST_CASE("a kept peer that ends every connection soon is dialled less and less often", "[node][peers]") {
    PeerBench bench(funded_network(1), keeping_it());
    std::size_t dials = 0;
    for (int second = 0; second < 120; ++second) {
        for (const net::Dial& dial : std::exchange(bench.dials, {})) {
            ++dials;
            const PeerId peer = bench.answer(dial);
            bench.greet(peer);
            bench.leave(peer);
        }
        bench.pass(1'000);
    }
    CHECK(dials >= 6);
    CHECK(dials <= 9);
}

TEST_CASE("a local node that was banned by name is refused before anybody hears of it", "[node][peers]") {
    PeerBench bench(funded_network(1));
    bench.node.ask(net::BanPeer{"127.0.0.1:9402", 60'000});
    bench.carry_out();
    net::Hello hello;
    hello.port = 9'402;
    const PeerId peer = bench.connect("127.0.0.1");
    bench.heard(peer);
    bench.greet(peer, hello);
    CHECK(bench.is_dropped(peer));
    const auto heard = bench.heard(peer);
    REQUIRE(heard.size() == 1);
    CHECK(std::get<net::Err>(heard[0]).code == 429);
    CHECK(bench.events.empty());
}

TEST_CASE("who borrows the number of a local node does not keep it out", "[node][peers]") {
    PeerBench bench(funded_network(1));
    net::Hello hello;
    hello.nonce = 77;
    hello.port = 9'402;
    const PeerId stranger = bench.friend_from("127.0.0.1", hello);
    const net::Dial look = only_dial(bench); // finds the node itself, and so the stranger's word confirmed
    const PeerId listener = bench.answer(look);
    net::Hello there = hello;
    there.net = bench.node.network().tag();
    bench.say(listener, there);
    const PeerId node = bench.friend_from("127.0.0.1", hello);
    CHECK_FALSE(bench.is_dropped(node));
    CHECK_FALSE(bench.is_dropped(stranger));
    CHECK(bench.node.node().peer_count() == 2);
}
