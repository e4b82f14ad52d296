// Around silent, slow and lying peers the blocks still come. Time is what the test says.
#include "catch.hpp"
#include "download_support.hpp"

using namespace cairn;
using namespace cairn::test;
using net::BlockDownload;
using net::PeerId;

namespace {

constexpr PeerId anna{1};
constexpr PeerId bert{2};

} // namespace

TEST_CASE("who is silent on the block that all wait for is replaced after 2 s", "[net][sync]") {
    Swarm swarm(100);
    swarm.join(anna);
    swarm.ask(); // the lowest ones
    swarm.join(bert);
    swarm.ask();
    REQUIRE(swarm.download.wake_at());
    const std::uint64_t due = *swarm.download.wake_at();
    CHECK(due <= swarm.now.steady_ms + BlockDownload::first_timeout_ms);
    swarm.asked[anna].clear(); // never answers
    swarm.answer_all();
    CHECK(swarm.own->height().value == 0);
    swarm.now.steady_ms = due - 1;
    CHECK(swarm.ask().stalls.empty());
    swarm.answer_all();
    swarm.now.steady_ms = due;
    const auto assignment = swarm.ask();
    REQUIRE(assignment.stalls.size() == 1);
    CHECK(assignment.stalls[0].peer == anna);
    CHECK_FALSE(assignment.stalls[0].alone);
    CHECK(swarm.asked[anna].empty());
    for (int i = 0; i < 100 && swarm.own->height().value < 100; ++i) {
        swarm.answer_all();
        swarm.ask();
        swarm.asked[anna].clear();
    }
    CHECK(swarm.own->tip() == swarm.source->tip());
}

TEST_CASE("bodies that come late are of use while they are missing", "[net][sync]") {
    Swarm swarm(40);
    swarm.join(anna);
    swarm.ask();
    const auto slow = std::exchange(swarm.asked[anna], {});
    swarm.join(bert);
    swarm.ask();
    swarm.now.steady_ms += 3'000;
    swarm.answer_all();
    REQUIRE(swarm.ask().stalls.size() == 1);
    REQUIRE(swarm.download.asked(bert, slow.front()));
    REQUIRE(swarm.download.asked(anna, slow.front())); // not a stranger's body
    swarm.deliver(anna, slow.front());
    CHECK(swarm.own->height().value == 1);
    CHECK_FALSE(swarm.download.asked(anna, slow.front()));
    // The other one's copy is of no use any more, but no offence.
    CHECK(swarm.download.asked(bert, slow.front()));
    CHECK_FALSE(swarm.download.received(bert, slow.front(), 100, swarm.tree, swarm.now));
    CHECK_FALSE(swarm.download.asked(bert, slow.front()));
}

TEST_CASE("a second copy is of no use while the first is checked", "[net][sync]") {
    Swarm swarm(40);
    swarm.join(anna);
    swarm.ask();
    swarm.join(bert);
    swarm.now.steady_ms += 3'000;
    REQUIRE(swarm.ask().stalls.size() == 1);
    const BlockId lowest = swarm.id_at(1);
    REQUIRE(swarm.download.received(bert, lowest, 100, swarm.tree, swarm.now));
    CHECK_FALSE(swarm.download.received(anna, lowest, 100, swarm.tree, swarm.now));
    CHECK(swarm.download.waiting_bytes() == 100);
    CHECK(swarm.download.checked(lowest, swarm.source->body(lowest), swarm.now) == bert);
    CHECK(swarm.download.take_next(*swarm.own, swarm.tree) != nullptr);
    CHECK(swarm.download.waiting_bytes() == 0);
}

TEST_CASE("other bodies buy no time for the one that all wait for", "[net][sync]") {
    Swarm swarm(400);
    swarm.join(anna);
    swarm.ask();
    swarm.join(bert);
    REQUIRE(swarm.asked[anna].size() == 16);
    const std::uint64_t start = swarm.now.steady_ms;
    std::vector<BlockDownload::Stall> stalls;
    while (stalls.empty() && swarm.now.steady_ms < start + 20'000) {
        swarm.now.steady_ms += 500;
        // Everything but the lowest, one by one.
        if (swarm.asked[anna].size() > 1) {
            const BlockId last = swarm.asked[anna].back();
            swarm.asked[anna].pop_back();
            swarm.deliver(anna, last);
        }
        stalls = swarm.ask().stalls;
    }
    REQUIRE(stalls.size() == 1);
    CHECK(stalls[0].peer == anna);
    CHECK(swarm.now.steady_ms <= start + BlockDownload::first_timeout_ms + 500);
}

TEST_CASE("where nobody else can be asked, silence is reported after 64 s", "[net][sync]") {
    Swarm swarm(5);
    swarm.join(anna);
    swarm.ask();
    swarm.asked[anna].clear();
    const std::uint64_t start = swarm.now.steady_ms;
    std::vector<BlockDownload::Stall> stalls;
    int wakes = 0;
    while (stalls.empty() && wakes < 100) {
        ++wakes;
        REQUIRE(swarm.download.wake_at());
        REQUIRE(*swarm.download.wake_at() > swarm.now.steady_ms); // no busy loop
        swarm.now.steady_ms = *swarm.download.wake_at();
        stalls = swarm.ask().stalls;
    }
    REQUIRE(stalls.size() == 1);
    CHECK(stalls[0].alone);
    CHECK(swarm.now.steady_ms == start + BlockDownload::last_timeout_ms);
    CHECK(wakes <= 3);
    CHECK(swarm.asked[anna].empty()); // left alone for a while
    CHECK(*swarm.download.wake_at() == swarm.now.steady_ms + BlockDownload::last_timeout_ms);
}

TEST_CASE("the time before a replacement doubles up to 64 s, and falls again", "[net][sync]") {
    Swarm swarm(2'000);
    std::vector<std::uint64_t> waits;
    for (std::uint64_t n = 1; n <= 8; ++n) {
        swarm.join(PeerId{100 + n});
        swarm.ask();
        swarm.join(PeerId{200 + n});
        const std::uint64_t since = swarm.now.steady_ms;
        std::vector<BlockDownload::Stall> stalls;
        for (int i = 0; i < 1'000 && stalls.empty(); ++i) {
            swarm.now.steady_ms += 1'000;
            stalls = swarm.ask().stalls;
        }
        REQUIRE_FALSE(stalls.empty());
        waits.push_back(swarm.now.steady_ms - since);
        swarm.leave(PeerId{100 + n});
        swarm.leave(PeerId{200 + n});
        swarm.tree_from_source();
    }
    CHECK(waits == std::vector<std::uint64_t>{2'000, 4'000, 8'000, 16'000, 32'000, 64'000, 64'000, 64'000});
    swarm.join(anna);
    for (int i = 0; i < 20; ++i) {
        swarm.ask();
        swarm.answer_all();
    }
    swarm.asked.clear();
    swarm.ask();
    REQUIRE(swarm.download.wake_at());
    CHECK(*swarm.download.wake_at() <= swarm.now.steady_ms + BlockDownload::first_timeout_ms);
}

TEST_CASE("a bad body from one peer does not hinder the good one from another", "[net][sync]") {
    Swarm swarm(1);
    swarm.join(anna);
    swarm.ask();
    swarm.join(bert);
    const BlockId id = swarm.id_at(1);
    REQUIRE(swarm.download.received(anna, id, 500, swarm.tree, swarm.now));
    CHECK(swarm.ask().gets.empty()); // while it is checked, nobody else is asked
    CHECK(swarm.download.checked(id, nullptr, swarm.now) == anna);
    CHECK(swarm.download.waiting_bytes() == 0);
    CHECK(swarm.tree.find(id) != nullptr);
    swarm.asked.clear();
    swarm.ask();
    CHECK(swarm.asked[anna].empty());
    REQUIRE(swarm.asked[bert] == std::vector{id});
    swarm.answer_all();
    CHECK(swarm.own->tip() == swarm.source->tip());
}

TEST_CASE("what one peer lacks is asked of another, and of the same one later", "[net][sync]") {
    Swarm swarm(1);
    swarm.join(anna);
    swarm.ask();
    const BlockId id = swarm.id_at(1);
    swarm.download.missing(anna, id, swarm.now);
    swarm.asked.clear();
    CHECK(swarm.ask().gets.empty());
    REQUIRE(swarm.download.wake_at());
    CHECK(*swarm.download.wake_at() == swarm.now.steady_ms + BlockDownload::missing_retry_ms);
    SECTION("another") {
        swarm.join(bert);
        swarm.ask();
        CHECK(swarm.asked[bert].size() == 1);
        CHECK(swarm.asked[anna].empty());
    }
    SECTION("the same") {
        swarm.now.steady_ms = *swarm.download.wake_at();
        swarm.ask();
        CHECK(swarm.asked[anna].size() == 1);
    }
}

TEST_CASE("a peer that lacks everything costs bounded memory and is left alone", "[net][sync]") {
    Swarm swarm(1'000);
    swarm.join(anna);
    std::size_t asked = 0;
    for (int i = 0; i < 1'000; ++i) {
        swarm.ask();
        for (const BlockId& id : std::exchange(swarm.asked[anna], {})) {
            ++asked;
            swarm.download.missing(anna, id, swarm.now);
        }
    }
    CHECK(asked < 200);
    swarm.join(bert);
    for (int i = 0; i < 1'000 && swarm.own->height().value < 1'000; ++i) {
        swarm.ask();
        swarm.answer_all();
    }
    CHECK(swarm.own->height().value == 1'000);
}

TEST_CASE("a block on its way as a compact one is not asked for, until that takes too long", "[net][sync]") {
    Swarm swarm(1);
    swarm.join(anna);
    swarm.join(bert);
    const BlockId id = swarm.id_at(1);
    REQUIRE(swarm.download.reserve(anna, id, swarm.tree, swarm.now));
    CHECK_FALSE(swarm.download.reserve(bert, id, swarm.tree, swarm.now));
    CHECK_FALSE(swarm.download.reserve(bert, BlockId{}, swarm.tree, swarm.now));
    CHECK(swarm.ask().gets.empty());
    REQUIRE(swarm.download.wake_at());
    swarm.now.steady_ms = *swarm.download.wake_at();
    CHECK(swarm.ask().stalls.size() == 1);
    CHECK(swarm.asked[bert] == std::vector{id});
}

TEST_CASE("of one peer no more than sixteen blocks are awaited, compact ones among them", "[net][sync]") {
    Swarm swarm(40);
    swarm.join(anna);
    CHECK(swarm.ask().gets.at(0).second.size() == 16);
    CHECK_FALSE(swarm.download.reserve(anna, swarm.id_at(40), swarm.tree, swarm.now));
    swarm.deliver(anna, swarm.id_at(1));
    CHECK(swarm.download.reserve(anna, swarm.id_at(40), swarm.tree, swarm.now));
    CHECK(swarm.ask().gets.empty());
}

TEST_CASE("a branch leads on from the tip as long as its bodies come", "[net][sync]") {
    Swarm swarm(40);
    const auto leads_on = [&] { return swarm.download.leads_on_from(swarm.own->tip(), 2, swarm.now); };
    swarm.join(anna);
    CHECK_FALSE(leads_on()); // nobody was asked yet
    swarm.ask();
    CHECK(leads_on());
    swarm.answer_all();
    CHECK(swarm.own->height() == Height{16});
    CHECK(leads_on()); // also before the next look at the branch
    swarm.ask();
    swarm.answer_all();
    CHECK(leads_on());
    for (std::uint32_t height = 33; height <= 40; ++height) swarm.accept(swarm.id_at(height));
    CHECK_FALSE(leads_on());
    swarm.ask();
    CHECK_FALSE(leads_on());
}

TEST_CASE("a branch whose bodies are withheld makes nobody look behind for long", "[net][sync]") {
    Swarm swarm(40);
    swarm.join(anna);
    swarm.ask();
    CHECK(swarm.download.leads_on_from(swarm.own->tip(), 2, swarm.now));
    CHECK_FALSE(swarm.download.leads_on_from(swarm.own->tip(), 40, swarm.now));
    swarm.now.steady_ms += 10'000;
    CHECK_FALSE(swarm.download.leads_on_from(swarm.own->tip(), 2, swarm.now));
    swarm.ask();
    CHECK_FALSE(swarm.download.leads_on_from(swarm.own->tip(), 2, swarm.now));
    // A second peer gives what the first one keeps.
    swarm.join(bert);
    swarm.ask();
    CHECK(swarm.download.leads_on_from(swarm.own->tip(), 2, swarm.now));
}

TEST_CASE("a branch beside the tip does not lead on from it", "[net][sync]") {
    Swarm swarm(40);
    swarm.join(anna);
    swarm.ask();
    extend_chain(swarm.own, 1, 2);
    CHECK(swarm.own->tip().id != swarm.id_at(1));
    CHECK_FALSE(swarm.download.leads_on_from(swarm.own->tip(), 2, swarm.now));
}
