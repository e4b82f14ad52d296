#include "catch.hpp"
#include "unit/chain/mempool_harness.hpp"

using namespace cairn;
using namespace cairn::chain;
using namespace cairn::test;

namespace {

/// Sender and nonce of what is selected, by key numbers of the harness.
std::vector<std::pair<std::uint64_t, std::uint64_t>> places(const std::vector<Transaction>& txs) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> out;
    for (const auto& tx : txs)
        for (std::uint64_t key = 0; key < MempoolHarness::keys; ++key)
            if (key_of(key).public_key() == tx.fields().sender)
                out.emplace_back(key, tx.fields().nonce.value);
    return out;
}
using Places = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

/// Room for exactly so many payments of one output.
MempoolOptions room_for(std::size_t payments) {
    MempoolHarness h;
    REQUIRE(h.admit(h.pay(1, 0, 1'000)));
    MempoolOptions out;
    out.max_bytes = payments * h.pool.memory();
    return out;
}

} // namespace

TEST_CASE("a block takes every sender's by nonce, the best fee a byte first", "[chain][mempool]") {
    MempoolHarness h;
    REQUIRE(h.admit(h.pay(1, 0, 1'000)));
    REQUIRE(h.admit(h.pay(1, 1, 9'000)));
    REQUIRE(h.admit(h.pay(2, 0, 3'000)));
    REQUIRE(h.admit(h.pay(2, 1, 500)));
    REQUIRE(h.admit(h.pay(3, 0, 2'000)));
    CHECK(places(h.pool.select(1 << 20, 100)) == Places{{2, 0}, {3, 0}, {1, 0}, {1, 1}, {2, 1}});
    CHECK(places(h.pool.select(1 << 20, 3)) == Places{{2, 0}, {3, 0}, {1, 0}});
    CHECK(h.pool.select(1 << 20, 0).empty());
    CHECK(places(h.pool.all()) == Places{{1, 1}, {2, 0}, {3, 0}, {1, 0}, {2, 1}});
}

TEST_CASE("among equal fees the earlier arrival goes first", "[chain][mempool]") {
    MempoolHarness h;
    for (const std::uint64_t key : {4u, 2u, 5u, 1u, 3u}) REQUIRE(h.admit(h.pay(key, 0, 1'000)));
    CHECK(places(h.pool.select(1 << 20, 100)) == Places{{4, 0}, {2, 0}, {5, 0}, {1, 0}, {3, 0}});
}

TEST_CASE("fees are compared by the byte, exactly", "[chain][mempool]") {
    MempoolHarness h;
    const Output to_two{address_of(2), units(1), "x"}; // one byte longer
    const std::uint64_t size = h.pay(1, 0, 0).size();
    const std::uint64_t huge = 100'000'000;
    // The same rate but for one unit in ten thousand million.
    REQUIRE(h.admit(transfer(h.network(), key_of(3), 0, {to_two}, units(huge * (size + 1) + 1))));
    REQUIRE(h.admit(h.pay(1, 0, huge * size)));
    REQUIRE(h.admit(transfer(h.network(), key_of(2), 0, {to_two}, units(huge * (size + 1) - 1))));
    CHECK(places(h.pool.select(1 << 20, 100)) == Places{{3, 0}, {1, 0}, {2, 0}});
}

TEST_CASE("what does not fit is left out with the later ones of its sender", "[chain][mempool]") {
    MempoolHarness h;
    const Bytes content(5'000, 7);
    REQUIRE(h.admit(document(h.network(), key_of(1), 0, "large", content, units(1'000'000))));
    REQUIRE(h.admit(h.pay(1, 1, 900'000)));
    REQUIRE(h.admit(h.pay(2, 0, 1'000)));
    const std::size_t size = h.pay(2, 0, 1'000).size();
    CHECK(places(h.pool.select(5'000, 100)) == Places{{2, 0}});
    CHECK(places(h.pool.select(size, 100)) == Places{{2, 0}});
    CHECK(h.pool.select(size - 1, 100).empty());
    CHECK(h.pool.select(20'000, 100).size() == 3);
}

TEST_CASE("what is pending is summed by address", "[chain][mempool]") {
    MempoolHarness h;
    const auto a = address_of(1);
    const auto b = address_of(2);
    const auto out = transfer(h.network(), key_of(1), 0,
                              {{b, units(5), ""}, {b, units(6), ""}, {a, units(7), ""}}, units(1'000));
    const auto back = h.pay(2, 0, 1'000, 3, 1);
    const auto other = h.pay(3, 0, 1'000, 1, 4);
    for (const auto& tx : {out, back, other}) REQUIRE(h.admit(tx));
    const auto of_a = h.pool.pending(a);
    CHECK(of_a.outgoing == units(1'018));
    CHECK(of_a.incoming == units(10));
    CHECK(of_a.sent == 1);
    CHECK(of_a.received == 2);
    const auto of_b = h.pool.pending(b);
    CHECK(of_b.incoming == units(11));
    CHECK(of_b.received == 1);
    CHECK(h.pool.touching(a) == std::vector<Transaction>{out, back});
    CHECK(h.pool.touching(address_of(4)) == std::vector<Transaction>{other});
    CHECK(h.pool.remove(out.id()));
    CHECK(h.pool.pending(b).incoming == units(0));
    CHECK(h.pool.pending(a).incoming == units(3));
}

TEST_CASE("removing takes the later ones of the sender along", "[chain][mempool]") {
    MempoolHarness h;
    for (std::uint64_t nonce = 0; nonce < 4; ++nonce) REQUIRE(h.admit(h.pay(1, nonce, 1'000)));
    REQUIRE(h.admit(h.pay(2, 0, 1'000)));
    CHECK(h.pool.remove(h.pay(1, 2, 1'000).id()));
    CHECK_FALSE(h.pool.remove(h.pay(1, 3, 1'000).id()));
    CHECK(places(h.pool.of_sender(address_of(1))) == Places{{1, 0}, {1, 1}});
    CHECK(h.pool.count() == 3);
    CHECK(h.pool.next_nonce(address_of(1), Nonce{0}) == Nonce{2});
}

TEST_CASE("a full pool evicts what pays the least, for what pays more", "[chain][mempool]") {
    MempoolHarness h(room_for(3));
    REQUIRE(h.admit(h.pay(1, 0, 2'000)));
    REQUIRE(h.admit(h.pay(2, 0, 1'000)));
    REQUIRE(h.admit(h.pay(3, 0, 3'000)));
    CHECK(h.refused(h.pay(4, 0, 900)) == RefusalCode::mempool_full);
    CHECK(h.refused(h.pay(4, 0, 1'000)) == RefusalCode::mempool_full); // as much is not more
    const std::size_t size = h.pay(4, 0, 0).size();
    CHECK(h.pool.least_fee(size) == units(1'001));
    const auto admitted = h.admit(h.pay(4, 0, 1'001));
    REQUIRE(admitted);
    CHECK(admitted->evicted == std::vector<TxId>{h.pay(2, 0, 1'000).id()});
    CHECK(h.pool.count() == 3);
}

TEST_CASE("eviction takes the highest nonce of a sender first", "[chain][mempool]") {
    MempoolHarness h(room_for(3));
    REQUIRE(h.admit(h.pay(1, 0, 1'000)));
    REQUIRE(h.admit(h.pay(1, 1, 1'000)));
    REQUIRE(h.admit(h.pay(2, 0, 5'000)));
    const auto first = h.admit(h.pay(3, 0, 2'000));
    REQUIRE(first);
    CHECK(first->evicted == std::vector<TxId>{h.pay(1, 1, 1'000).id()});
    const auto second = h.admit(h.pay(4, 0, 2'000));
    REQUIRE(second);
    CHECK(second->evicted == std::vector<TxId>{h.pay(1, 0, 1'000).id()});
}

TEST_CASE("a high fee behind a low one of the same sender protects neither", "[chain][mempool]") {
    MempoolHarness h(room_for(3));
    REQUIRE(h.admit(h.pay(1, 0, 500)));
    REQUIRE(h.admit(h.pay(1, 1, 90'000))); // no block takes it before the one for 500
    REQUIRE(h.admit(h.pay(2, 0, 1'000)));
    const auto admitted = h.admit(h.pay(3, 0, 800));
    REQUIRE(admitted);
    CHECK(admitted->evicted == std::vector<TxId>{h.pay(1, 1, 90'000).id()});
    // And a newcomer behind a low one counts as low.
    CHECK(h.refused(h.pay(1, 1, 90'000)) == RefusalCode::mempool_full);
}

TEST_CASE("a newcomer does not evict those of its own sender", "[chain][mempool]") {
    MempoolHarness h(room_for(3));
    for (std::uint64_t nonce = 0; nonce < 3; ++nonce) REQUIRE(h.admit(h.pay(1, nonce, 1'000)));
    CHECK(h.refused(h.pay(1, 3, 50'000)) == RefusalCode::mempool_full);
    CHECK_FALSE(h.refused(h.pay(1, 1, 50'000))); // a replacement needs no room
    CHECK(h.pool.count() == 3);
}

TEST_CASE("a large newcomer evicts several, or none where one of them pays more", "[chain][mempool]") {
    MempoolHarness h(room_for(4));
    for (std::uint64_t key = 1; key <= 4; ++key) REQUIRE(h.admit(h.pay(key, 0, key * 1'000)));
    const Bytes content(1'000, 1);
    const auto large = [&](std::uint64_t units_per_byte) {
        const auto size = document(h.network(), key_of(5), 0, "", content).size();
        return document(h.network(), key_of(5), 0, "", content, units(units_per_byte * size));
    };
    const std::uint64_t size = h.pay(1, 0, 0).size();
    CHECK(h.refused(large(1'500 / size)) == RefusalCode::mempool_full); // above one of the two it needs
    CHECK(h.pool.count() == 4);
    const auto admitted = h.admit(large(10'000 / size));
    REQUIRE(admitted);
    CHECK(admitted->evicted.size() >= 2);
    CHECK(admitted->evicted.front() == h.pay(1, 0, 1'000).id());
    CHECK(h.pool.memory() <= room_for(4).max_bytes);
}

TEST_CASE("a refused newcomer evicts nothing, also where only its signature is wrong", "[chain][mempool]") {
    MempoolHarness h(room_for(2));
    REQUIRE(h.admit(h.pay(1, 0, 1'000)));
    REQUIRE(h.admit(h.pay(2, 0, 1'000)));
    const auto good = h.pay(3, 0, 9'000);
    auto signature = good.signature();
    signature.bytes[9] ^= 4;
    CHECK(h.refused(Transaction(good.fields(), signature)) == RefusalCode::rule);
    CHECK(h.pool.count() == 2);
    CHECK_FALSE(h.refused(good));
}

TEST_CASE("a walk over everything goes on behind its place, whatever changed meanwhile", "[chain][mempool]") {
    MempoolHarness world;
    for (std::uint64_t key = 0; key < 4; ++key)
        for (std::uint64_t nonce = 0; nonce < 3; ++nonce) REQUIRE(world.admit(world.pay(key, nonce, 500)));
    const auto walk = [&](std::size_t step) {
        std::vector<TxId> out;
        std::optional<MempoolPlace> place;
        for (auto some = world.pool.after(place, step); !some.empty(); some = world.pool.after(place, step)) {
            CHECK(some.size() <= step);
            for (const Transaction* tx : some) {
                const MempoolPlace here{crypto::address_of(tx->fields().sender), tx->fields().nonce};
                if (place) CHECK(std::pair(place->sender, place->nonce) < std::pair(here.sender, here.nonce));
                place = here;
                out.push_back(tx->id());
            }
        }
        return out;
    };
    CHECK(walk(1).size() == 12);
    CHECK(walk(5) == walk(1));
    CHECK(walk(100) == walk(1));
    CHECK(world.pool.after(std::nullopt, 0).empty());

    const auto some = world.pool.after(std::nullopt, 2); // two of the first sender
    const MempoolPlace place{crypto::address_of(some[1]->fields().sender), some[1]->fields().nonce};
    REQUIRE(world.pool.remove(TxId(some[0]->id()))); // and with it the rest of that sender
    const auto rest = world.pool.after(place, 100);
    CHECK(rest.size() == 9);
    CHECK(place.sender < crypto::address_of(rest[0]->fields().sender));
}
