// Which peer is asked for which block: in parallel, in order, within bounds. Blocks are real and
// connect to a chain; time is what the test says.
#include "catch.hpp"
#include "download_support.hpp"

using namespace cairn;
using namespace cairn::test;
using net::BlockDownload;
using net::PeerId;

namespace {

constexpr PeerId anna{1};
constexpr PeerId bert{2};
constexpr PeerId carl{3};

} // namespace

TEST_CASE("blocks come from two peers in parallel and connect in order", "[net][sync]") {
    Swarm swarm(300);
    swarm.join(anna);
    swarm.join(bert);
    std::set<PeerId> busy;
    for (int rounds = 0; rounds < 300 && swarm.own->height().value < 300; ++rounds) {
        swarm.ask();
        for (const auto& [peer, ids] : swarm.asked) {
            CHECK(ids.size() <= BlockDownload::in_flight_per_peer);
            if (!ids.empty()) busy.insert(peer);
        }
        swarm.now.steady_ms += 10;
        swarm.answer_all();
    }
    CHECK(swarm.own->tip() == swarm.source->tip());
    CHECK(busy == std::set{anna, bert});
    CHECK(swarm.tree.size() == 0);
    CHECK(swarm.download.in_flight() == 0);
    CHECK(swarm.download.waiting_bytes() == 0);
    CHECK(swarm.ask().gets.empty());
    CHECK_FALSE(swarm.download.wake_at());
}

TEST_CASE("no block is asked of two peers, and no more than 16 of one", "[net][sync]") {
    Swarm swarm(200);
    swarm.join(anna);
    swarm.ask();
    CHECK(swarm.asked[anna].size() == 16); // alone, it may as well have all
    swarm.answer_all();
    swarm.join(bert);
    swarm.ask();
    CHECK(swarm.asked[anna].size() == 16);
    CHECK_FALSE(swarm.asked[bert].empty());
    for (const BlockId& id : swarm.asked[bert]) {
        CHECK(swarm.download.asked(bert, id));
        CHECK_FALSE(swarm.download.asked(anna, id));
    }
    swarm.ask();
    CHECK(swarm.asked[anna].size() == 16);
    CHECK_FALSE(swarm.download.asked(carl, swarm.id_at(1)));
    CHECK_FALSE(swarm.download.received(carl, swarm.id_at(1), 100, swarm.tree, swarm.now));
}

TEST_CASE("no block is asked for that is 1,024 above what is stored", "[net][sync]") {
    Swarm swarm(1'500);
    swarm.join(anna);
    swarm.ask();
    const BlockId lowest = swarm.asked[anna].front();
    REQUIRE(lowest == swarm.id_at(1));
    swarm.asked[anna].erase(swarm.asked[anna].begin());
    for (int i = 0; i < 500; ++i) {
        swarm.answer_all();
        swarm.ask();
    }
    CHECK(swarm.own->height().value == 0);
    CHECK(swarm.download.in_flight() == 1);
    CHECK(swarm.highest_asked == 1'024);
    swarm.deliver(anna, lowest);
    CHECK(swarm.own->height().value == 1'024);
    for (int i = 0; i < 100; ++i) {
        swarm.ask();
        swarm.answer_all();
    }
    CHECK(swarm.own->height().value == 1'500);
}

TEST_CASE("bodies that wait for their parents take at most 64 MiB", "[net][sync]") {
    Swarm swarm(600, 8 << 20);
    swarm.join(anna);
    swarm.ask();
    CHECK(swarm.asked[anna].size() <= 8);
    const BlockId lowest = swarm.asked[anna].front();
    swarm.asked[anna].erase(swarm.asked[anna].begin());
    swarm.claimed_bytes = 8 << 20;
    for (int i = 0; i < 100; ++i) {
        swarm.answer_all();
        swarm.ask();
        CHECK(swarm.download.waiting_bytes() + swarm.download.in_flight() * (8 << 20) <=
              BlockDownload::window_bytes);
    }
    swarm.claimed_bytes.reset();
    swarm.deliver(anna, lowest);
    for (int i = 0; i < 600 && swarm.own->height().value < 600; ++i) {
        swarm.ask();
        swarm.answer_all();
    }
    CHECK(swarm.own->height().value == 600);
}

TEST_CASE("a branch of more work whose bodies are withheld holds up no other", "[net][sync]") {
    Swarm swarm(60);
    HeaderBranch withheld(swarm.network, 9);
    withheld.grow(500);
    for (std::size_t height = 1; height <= withheld.height(); ++height)
        swarm.tree.keep(withheld.head(height), withheld.at(height), carl);
    swarm.download.add_peer(carl);
    swarm.download.shows(carl, withheld.tip().id, withheld.tip().work);
    swarm.ask();
    swarm.join(anna);
    for (int i = 0; i < 60 && swarm.own->height().value < 60; ++i) {
        swarm.ask();
        swarm.asked[carl].clear();
        swarm.answer_all();
    }
    CHECK(swarm.own->tip() == swarm.source->tip());
    // It stays silent: reported, since nobody else has them.
    swarm.now.steady_ms += 64'000;
    const auto stalls = swarm.ask().stalls;
    REQUIRE(stalls.size() == 1);
    CHECK(stalls[0].peer == carl);
    CHECK(stalls[0].alone);
    swarm.leave(carl);
    CHECK(swarm.tree.size() == 0);
}

TEST_CASE("what a peer leaves behind is asked of others", "[net][sync]") {
    Swarm swarm(100);
    swarm.join(anna);
    swarm.ask();
    swarm.join(bert);
    swarm.leave(anna);
    CHECK(swarm.download.in_flight(anna) == 0);
    for (int i = 0; i < 100 && swarm.own->height().value < 100; ++i) {
        swarm.ask();
        swarm.answer_all();
    }
    CHECK(swarm.own->tip() == swarm.source->tip());
}

TEST_CASE("a branch that forks below is fetched and followed", "[net][sync]") {
    Swarm swarm(50);
    extend_chain(swarm.own, 40, 9); // of one's own, from genesis on
    swarm.join(anna);
    for (int i = 0; i < 100 && swarm.own->tip() != swarm.source->tip(); ++i) {
        swarm.ask();
        swarm.answer_all();
    }
    CHECK(swarm.own->tip() == swarm.source->tip());
}

TEST_CASE("a branch is fetched for the work it was seen to have", "[net][sync]") {
    Swarm swarm(50);
    extend_chain(swarm.own, 40, 9);
    swarm.join(anna);
    // As while headers come a second time: the part that is here has too little work by itself.
    swarm.download.shows(anna, swarm.id_at(10), swarm.source->at(Height{10})->work);
    swarm.ask();
    CHECK(swarm.asked[anna].empty());
    swarm.download.shows(anna, swarm.id_at(10), swarm.source->tip().work);
    swarm.ask();
    CHECK(swarm.asked[anna].size() == 10);
    swarm.download.shows(anna, std::nullopt, {});
    swarm.answer_all();
    CHECK(swarm.ask().gets.empty());
}

TEST_CASE("a block that came in another way is not asked for any more", "[net][sync]") {
    Swarm swarm(20);
    swarm.join(anna);
    swarm.ask();
    const auto old = swarm.asked[anna];
    swarm.accept(swarm.id_at(1));
    swarm.ask();
    CHECK(swarm.download.in_flight() == old.size() - 1);
    CHECK(swarm.download.asked(anna, swarm.id_at(1))); // it may still come
    swarm.answer_all();
    swarm.ask();
    swarm.answer_all();
    CHECK(swarm.own->height().value == 20);
    CHECK(swarm.download.waiting_bytes() == 0);
}

TEST_CASE("what is condemned drops out with all that waits for it", "[net][sync]") {
    Swarm swarm(100);
    swarm.join(anna);
    swarm.ask();
    const auto ids = std::exchange(swarm.asked[anna], {});
    for (std::size_t i = 1; i < ids.size(); ++i) swarm.deliver(anna, ids[i]);
    CHECK(swarm.download.waiting_bytes() > 0);
    REQUIRE(swarm.download.received(anna, ids[0], 100, swarm.tree, swarm.now));
    swarm.tree.condemn(ids[0]);
    CHECK(swarm.download.checked(ids[0], nullptr, swarm.now) == anna);
    CHECK(swarm.ask().gets.empty());
    CHECK(swarm.download.waiting_bytes() == 0);
    CHECK(swarm.download.in_flight() == 0);
    CHECK(swarm.download.take_next(*swarm.own, swarm.tree) == nullptr);
}

TEST_CASE("a body whose stored parent is condemned meanwhile does not stay", "[net][sync]") {
    Swarm swarm(0);
    extend_chain(swarm.own, 3, 9);
    // A bad branch: its first block holds no sound state.
    const auto on = [&](const consensus::ChainPoint& parent, Byte mark) {
        Block out;
        Header& header = out.head.header;
        header.parent = parent.id;
        header.height = parent.height.next();
        header.time = Time{parent.time.unix_ms + 1'000};
        header.state_root.fill(mark);
        header.target = consensus::required_target(swarm.network, parent);
        commit(out);
        mine_quickly(out.head);
        return out;
    };
    const auto after = [&](const consensus::ChainPoint& parent, const Block& block) {
        return consensus::extend(swarm.network, parent, block.head, block_id(block.head));
    };
    const auto offered = [&](const Block& block) {
        return swarm.own->accept(shared(block), any_time, {false, true}).outcome;
    };
    const Block bad = on(consensus::genesis_point(swarm.network), 1);
    const auto bad_at = after(consensus::genesis_point(swarm.network), bad);
    const Block child = on(bad_at, 2);
    const auto child_at = after(bad_at, child);
    REQUIRE(offered(bad) == chain::Outcome::stored);
    swarm.tree.keep(child.head, child_at, anna);
    swarm.download.add_peer(anna);
    swarm.download.shows(anna, child_at.id, child_at.work);
    swarm.ask();
    REQUIRE(swarm.download.received(anna, child_at.id, 300, swarm.tree, swarm.now));
    // Another branch on the bad block leads, is tried and fails.
    consensus::ChainPoint top = bad_at;
    chain::Outcome outcome = chain::Outcome::stored;
    for (Byte mark = 3; outcome == chain::Outcome::stored; ++mark) {
        const Block next = on(top, mark);
        top = after(top, next);
        outcome = offered(next);
    }
    REQUIRE(outcome == chain::Outcome::invalid);
    REQUIRE(swarm.own->is_condemned(bad_at.id));

    swarm.download.checked(child_at.id, std::make_shared<const Block>(child), swarm.now);
    const auto out = swarm.download.take_next(*swarm.own, swarm.tree);
    REQUIRE(out != nullptr);
    CHECK(offered(*out) == chain::Outcome::invalid);
    CHECK(swarm.download.waiting_bytes() == 0);
    swarm.tree.condemn(child_at.id);
    CHECK(swarm.ask().gets.empty());
}

TEST_CASE("among peers of all kinds the honest ones' chain arrives, within the bounds", "[net][sync]") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Prng random(seed);
        Swarm swarm(250);
        swarm.join(PeerId{50}); // honest
        std::uint64_t next_peer = 1;
        for (int step = 0; step < 4'000 && swarm.own->height().value < 250; ++step) {
            if (random.below(20) == 0 && next_peer < 12) swarm.join(PeerId{next_peer++});
            if (random.below(60) == 0 && next_peer > 1) swarm.leave(PeerId{1 + random.below(next_peer - 1)});
            swarm.ask();
            swarm.now.steady_ms += random.below(300);
            for (auto& [peer, ids] : swarm.asked) {
                const bool is_honest = peer == PeerId{50};
                while (!ids.empty() && (is_honest || random.below(3) == 0)) {
                    const BlockId id = ids.front();
                    ids.erase(ids.begin());
                    const std::uint64_t kind = is_honest ? 0 : 1 + peer.value % 4 + random.below(2) * 10;
                    if (kind == 1) continue; // silent
                    if (kind == 2)
                        swarm.download.missing(peer, id, swarm.now);
                    else if (kind == 3 && swarm.download.received(peer, id, 300, swarm.tree, swarm.now))
                        swarm.download.checked(id, nullptr, swarm.now);
                    else if (kind != 3)
                        swarm.deliver(peer, id);
                }
                REQUIRE(swarm.download.in_flight(peer) <= BlockDownload::in_flight_per_peer);
            }
            REQUIRE(swarm.download.waiting_bytes() <= BlockDownload::window_bytes);
        }
        INFO(seed);
        REQUIRE(swarm.own->height().value == 250);
    }
}
