// The connections' books: queues, reading, keep-alive.
#include "catch.hpp"
#include "support/builders.hpp"
#include <protocol/peers.hpp>

using namespace cairn;
using namespace cairn::test;
using namespace cairn::net;

namespace {

struct Bench {
    Bench() : network(funded_network(1)), peers(network) {}

    Peer& add(const std::string& at, Peer::Stage stage = Peer::Stage::ready) {
        const Endpoint remote = parse_endpoint(at).value();
        Peer& out = peers.add({PeerId{++last}, remote, std::nullopt}, now);
        out.account = standing_key(remote);
        out.stage = stage;
        out.raw = true;
        return out;
    }
    /// Some that many bytes to send.
    BlockMessage load(std::size_t bytes) { return {Height{1}, BlockId{}, Bytes(bytes)}; }
    std::size_t drops() const {
        std::size_t out = 0;
        for (const Effect& one : effects) out += std::holds_alternative<Drop>(one) ? 1U : 0U;
        return out;
    }

    consensus::Network network;
    Peers peers;
    Effects effects;
    Instant now{Time{}, 1'000'000};
    std::uint64_t last = 0;
};

} // namespace

TEST_CASE("a send queue above four megabytes ends the connection", "[peers]") {
    Bench bench;
    Peer& peer = bench.add("20.1.1.1:1");
    for (int i = 0; i < 4; ++i) bench.peers.send(peer, bench.load(1'000'000), bench.effects);
    CHECK(peer.ready());
    bench.peers.send(peer, bench.load(1'000'000), bench.effects);
    CHECK(peer.stage == Peer::Stage::leaving);
    bench.effects.clear();
    bench.peers.send(peer, Ping{1}, bench.effects);
    CHECK(bench.effects.empty()); // nothing more is said to it
}

TEST_CASE("where blocks are larger than that, one has room beside what waits", "[peers]") {
    auto parameters = dev_parameters({});
    parameters.max_block_bytes = 8u << 20;
    const consensus::Network large = network_of(parameters);
    Bench bench;
    bench.peers = Peers(large);
    for (const bool raw : {true, false}) {
        Peer& peer = bench.add("20.1.1.1:1");
        peer.raw = raw;
        bench.peers.set_queued(peer, Answers::send_room - 1);
        bench.peers.send(peer, bench.load(parameters.max_block_bytes), bench.effects);
        CHECK(peer.ready());
        CHECK(peer.queued > Peers::max_queued);
        bench.peers.send(peer, bench.load(parameters.max_block_bytes), bench.effects);
        CHECK(peer.stage == Peer::Stage::leaving);
    }
}

TEST_CASE("all queues together have 128 megabytes, at any moment; the longest goes", "[peers]") {
    Bench bench;
    for (int i = 0; i < 60; ++i) bench.add("20.1.1.1:1");
    Peer& greedy = bench.add("20.2.1.1:1");
    bench.peers.send(greedy, bench.load(4'000'000), bench.effects);
    for (int round = 0; round < 3; ++round)
        for (auto& [id, peer] : bench.peers.all()) {
            if (&peer != &greedy) bench.peers.send(peer, bench.load(1'000'000), bench.effects);
            std::size_t sum = 0;
            for (const auto& [other_id, other] : bench.peers.all())
                if (other.stage != Peer::Stage::leaving) sum += other.queued;
            REQUIRE(sum <= Peers::max_queued_all);
        }
    CHECK(greedy.stage == Peer::Stage::leaving); // the first of them
    const auto* first =
        std::get_if<Drop>(&*std::find_if(bench.effects.begin(), bench.effects.end(),
                                         [](auto& one) { return std::holds_alternative<Drop>(one); }));
    CHECK(first->peer == greedy.id);
}

TEST_CASE("queues that were read or left count no more", "[peers]") {
    Bench bench;
    Peer& one = bench.add("20.1.1.1:1");
    Peer& two = bench.add("20.2.1.1:1");
    bench.peers.send(one, bench.load(1'000), bench.effects);
    bench.peers.send(two, bench.load(1'000), bench.effects);
    CHECK(bench.peers.queued() > 2'000);
    bench.peers.set_queued(one, 500);
    bench.peers.remove(two.id, bench.now, bench.effects);
    CHECK(bench.peers.queued() == 500);
    bench.peers.remove(one.id, bench.now, bench.effects);
    CHECK(bench.peers.queued() == 0);
}

TEST_CASE("reading stops at two megabytes of unchecked work, and goes on below", "[peers]") {
    Bench bench;
    Peer& peer = bench.add("20.1.1.1:1");
    bench.peers.add_unchecked(peer, Peers::max_unchecked - 1, bench.now, bench.effects);
    CHECK_FALSE(peer.stopped);
    bench.peers.add_unchecked(peer, 1, bench.now, bench.effects);
    CHECK(peer.stopped);
    REQUIRE(bench.effects.size() == 1);
    CHECK(std::get<Throttle>(bench.effects[0]).stop_reading);
    bench.peers.take_unchecked(peer, 1, bench.now, bench.effects);
    CHECK_FALSE(peer.stopped);
    CHECK_FALSE(std::get<Throttle>(bench.effects.back()).stop_reading);
}

TEST_CASE("local connections that are not confirmed have one budget of work", "[peers]") {
    Bench bench;
    Peer& one = bench.add("127.0.0.1:1");
    Peer& two = bench.add("127.0.0.1:2");
    Peer& far = bench.add("20.1.1.1:1");
    Peer& known = bench.add("127.0.0.1:3");
    bench.peers.set_account(known, standing_key(known.remote, 9'402), bench.now, bench.effects);
    bench.peers.add_unchecked(one, Peers::max_unchecked / 2, bench.now, bench.effects);
    bench.peers.add_unchecked(two, Peers::max_unchecked / 2, bench.now, bench.effects);
    CHECK(one.stopped);
    CHECK(two.stopped);
    CHECK_FALSE(far.stopped);
    CHECK_FALSE(known.stopped);
    SECTION("that a check frees") {
        bench.peers.take_unchecked(one, 1, bench.now, bench.effects);
        CHECK_FALSE(two.stopped);
    }
    SECTION("that one leaves who is confirmed") {
        bench.peers.set_account(one, standing_key(one.remote, 9'403), bench.now, bench.effects);
        CHECK_FALSE(one.stopped);
        CHECK_FALSE(two.stopped);
        bench.peers.take_unchecked(one, Peers::max_unchecked / 2, bench.now, bench.effects);
        bench.peers.add_unchecked(two, Peers::max_unchecked / 2, bench.now, bench.effects);
        CHECK(two.stopped);
    }
    SECTION("that one leaves who goes") {
        bench.peers.remove(one.id, bench.now, bench.effects);
        CHECK_FALSE(two.stopped); // at once
        bench.peers.add_unchecked(two, 1, bench.now, bench.effects);
        CHECK_FALSE(two.stopped);
    }
}

TEST_CASE("the timer is set to what comes next", "[peers]") {
    Bench bench;
    Prng random(1);
    CHECK_FALSE(bench.peers.wake_at());
    Peer& peer = bench.add("20.1.1.1:1", Peer::Stage::hello);
    CHECK(bench.peers.wake_at() == bench.now.steady_ms + Peers::hello_within_ms);
    peer.slowed_until_ms = bench.now.steady_ms + 700;
    CHECK(bench.peers.wake_at() == bench.now.steady_ms + 700);
    peer.slowed_until_ms.reset();
    peer.stage = Peer::Stage::ready;
    CHECK(bench.peers.wake_at() == bench.now.steady_ms + Peers::ping_after_ms);
    bench.now.steady_ms += Peers::ping_after_ms;
    bench.peers.on_time(bench.now, random, bench.effects);
    REQUIRE(bench.effects.size() == 1);
    CHECK(bench.peers.wake_at() == bench.now.steady_ms + Peers::ping_after_ms);
    bench.now.steady_ms += Peers::silent_for_ms;
    bench.peers.on_time(bench.now, random, bench.effects);
    CHECK(bench.drops() == 1);
    CHECK_FALSE(bench.peers.wake_at());
}
