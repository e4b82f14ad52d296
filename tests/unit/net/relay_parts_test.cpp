// What the relay is made of: the token bucket, the memory of ids, requests and orphans by themselves.
#include "catch.hpp"
#include "unit/net/relay_harness.hpp"

#include <limits>

using namespace cairn;
using namespace cairn::net;
using namespace cairn::test;

namespace {

WitnessId id_of(std::uint64_t n) {
    WitnessId out;
    store_le(out.bytes.data(), n);
    store_le(out.bytes.data() + 8, n + 1);
    return out;
}

} // namespace

TEST_CASE("a token bucket gives its burst, then its rate, and never more", "[relay]") {
    TokenBucket bucket(100'000, 1'000);
    CHECK(bucket.take(5'000, 1'000) == 1'000);
    CHECK(bucket.take(1, 1'000) == 0);
    CHECK(bucket.take(100, 1'010) == 1);
    CHECK(bucket.take(100, 2'010) == 100);
    CHECK(bucket.take(100, 1'500) == 0); // time never goes back; if it does, nothing comes of it
    CHECK(bucket.take(100, 2'020) == 1);
    CHECK(bucket.take(5'000, std::numeric_limits<std::uint64_t>::max()) == 1'000);
    TokenBucket slow(17, 1);
    CHECK(slow.take(1, 0) == 1);
    CHECK(slow.take(1, 58'000) == 0);
    CHECK(slow.take(1, 59'000) == 1);
}

TEST_CASE("recent ids are remembered until newer ones take their room", "[relay]") {
    RecentIds recent(64);
    for (std::uint64_t n = 0; n < 64; ++n) recent.insert(id_of(n));
    for (std::uint64_t n = 0; n < 64; ++n) CHECK(recent.contains(id_of(n)));
    CHECK_FALSE(recent.contains(id_of(64)));
    recent.insert(id_of(64)); // falls together with 0, 8, …
    CHECK_FALSE(recent.contains(id_of(0)));
    CHECK(recent.contains(id_of(8)));
    CHECK(recent.contains(id_of(64)));
    recent.erase(id_of(16));
    recent.erase(id_of(1'000)); // unknown
    CHECK_FALSE(recent.contains(id_of(16)));
    CHECK(recent.contains(id_of(8)));
    CHECK(recent.contains(id_of(24)));
    recent.clear();
    CHECK_FALSE(recent.contains(id_of(64)));
    CHECK_FALSE(recent.contains(WitnessId{})); // zeros are an id, too
    recent.insert(WitnessId{});
    CHECK(recent.contains(WitnessId{}));
}

TEST_CASE("requests: no more than 32 in flight a peer, the rest in order as answers come", "[relay]") {
    TransactionRequests requests;
    requests.add_peer(alice, false);
    for (std::uint64_t n = 0; n < 100; ++n) CHECK(requests.offer(alice, id_of(n), 0));
    CHECK(requests.wake_at() == std::uint64_t{0});
    auto asks = requests.take_asks();
    REQUIRE(asks[alice].size() == 32);
    CHECK(asks[alice].front() == id_of(0));
    CHECK(requests.take_asks().empty());
    CHECK(requests.wake_at() == TransactionRequests::patience_ms);
    CHECK(requests.delivered(alice, id_of(3), 10));
    CHECK_FALSE(requests.delivered(alice, id_of(3), 10));
    CHECK(requests.take_asks()[alice] == std::vector{id_of(32)});
    requests.forget(id_of(33), 10); // came by another way, before it was asked for
    requests.forget(id_of(5), 10);
    CHECK(requests.take_asks()[alice] == std::vector{id_of(34)});
}

TEST_CASE("requests: a silent peer that alone has it is given ten seconds, then up", "[relay]") {
    TransactionRequests requests;
    requests.add_peer(alice, false);
    requests.offer(alice, id_of(1), 0);
    CHECK(requests.take_asks().size() == 1);
    CHECK(requests.expire(9'999).empty());
    CHECK(requests.count() == 1);
    CHECK(requests.expire(10'000).at(alice) == TransactionRequests::silent_cost);
    CHECK(requests.count() == 0);
    CHECK_FALSE(requests.wake_at());
    // From then on it is asked for little at a time.
    for (std::uint64_t n = 10; n < 30; ++n) requests.offer(alice, id_of(n), 10'000);
    CHECK(requests.take_asks()[alice].size() == TransactionRequests::max_in_flight_late);
}

TEST_CASE("requests: another source that comes when patience has ended is asked at once", "[relay]") {
    TransactionRequests requests;
    requests.add_peer(alice, false);
    requests.add_peer(bob, false);
    requests.offer(alice, id_of(1), 0);
    CHECK(requests.take_asks().size() == 1);
    CHECK(requests.expire(3'000).empty());
    requests.offer(bob, id_of(1), 3'000);
    CHECK(requests.take_asks()[bob] == std::vector{id_of(1)});
    CHECK_FALSE(requests.delivered(alice, id_of(1), 3'001)); // late, but welcome
    CHECK(requests.count() == 0);
}

TEST_CASE("requests: who let us wait is asked last, who we chose first", "[relay]") {
    TransactionRequests requests;
    requests.add_peer(alice, true);
    requests.add_peer(bob, false);
    requests.add_peer(carol, false);
    requests.add_peer(PeerId{4}, true);
    requests.offer(alice, id_of(1), 0);
    requests.expire(10'000); // alice is late
    for (const PeerId peer : {carol, alice, bob, PeerId{4}}) requests.offer(peer, id_of(2), 10'000);
    std::vector<PeerId> order;
    for (auto asks = requests.take_asks(); !asks.empty(); asks = requests.take_asks()) {
        REQUIRE(asks.size() == 1);
        order.push_back(asks.begin()->first);
        CHECK(requests.missing(order.back(), id_of(2), 10'000));
    }
    CHECK(order == std::vector{carol, PeerId{4}, bob, alice}); // carol was first and alone
    CHECK(requests.count() == 0);
}

TEST_CASE("orphans leave after five minutes, and with the last who brought them", "[relay]") {
    RelayHarness world;
    Orphans orphans;
    const Transaction one = world.pay(0, 3, relay_fee);
    const Transaction two = world.pay(0, 2, relay_fee);
    CHECK(orphans.add(alice, one, 0) == 0);
    CHECK(orphans.add(alice, two, 1'000) == 0);
    CHECK(orphans.add_owner(bob, two.witness_id()) == std::size_t{0});
    CHECK(orphans.add_owner(bob, two.witness_id()) == std::size_t{0}); // not charged twice
    CHECK_FALSE(orphans.add_owner(bob, id_of(1)));
    CHECK(orphans.bytes(alice) == 2 * orphans.bytes(bob));
    CHECK(orphans.of(address_of(0)) == std::vector{two, one}); // by nonce
    CHECK(orphans.of(address_of(1)).empty());
    orphans.remove_peer(alice);
    CHECK_FALSE(orphans.holds(one.witness_id()));
    CHECK(orphans.holds(two.witness_id()));
    CHECK(orphans.wake_at() == 1'000 + Orphans::lifetime_ms);
    orphans.expire(999 + Orphans::lifetime_ms);
    CHECK(orphans.count() == 1);
    orphans.expire(1'000 + Orphans::lifetime_ms);
    CHECK(orphans.count() == 0);
    CHECK(orphans.bytes(bob) == 0);
    CHECK_FALSE(orphans.wake_at());
}
