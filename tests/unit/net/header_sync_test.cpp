// Headers of one peer: honest ones, cheap ones, lies and silence.
#include "catch.hpp"
#include "sync_support.hpp"
#include <protocol/header_sync.hpp>

using namespace cairn;
using namespace cairn::test;
using net::GetHeaders;
using net::HeaderSync;
using net::HeaderTree;
using net::PeerId;
using Cost = HeaderSync::Cost;
using Phase = HeaderSync::Phase;
using Verdict = HeaderSync::Verdict;

namespace {

constexpr PeerId anna{1};
constexpr chain::ChainOptions options{100, 50'000, 2'000};

/// One's own side, and the peer that is followed.
struct Follower {
    explicit Follower(consensus::Network of, std::size_t own_blocks = 0, Uint256 minimum_work = {})
        : network(std::move(of)), chain(network, options), sync(anna, minimum_work) {
        extend_chain(chain, own_blocks);
    }
    Verdict give(const net::Headers& headers) {
        Verdict out = sync.on_headers(headers, *chain, tree, now, random);
        cost += out.cost;
        return out;
    }
    GetHeaders begin() { return sync.begin(*chain, tree, now); }
    /// Until there is nothing more to ask.
    Verdict follow(const HeaderBranch& branch, std::size_t most_batches = 1'000) {
        Verdict last;
        last.next = begin();
        for (requests = 0; last.next && requests < most_batches; ++requests)
            last = give(branch.serve(*last.next));
        return last;
    }

    consensus::Network network;
    MemoryChain chain;
    HeaderTree tree;
    HeaderSync sync;
    Prng random{7};
    Instant now{any_time, 5'000};
    std::size_t requests = 0;
    unsigned cost = 0;
};

} // namespace

TEST_CASE("5,000 headers come in three batches", "[net][sync]") {
    Follower own(funded_network(1));
    const HeaderBranch branch = HeaderBranch(own.network).grow(5'000);
    const Verdict end = own.follow(branch);
    CHECK(own.requests == 3);
    CHECK(end.caught_up);
    CHECK(own.cost == 0);
    CHECK(own.tree.size() == 5'000);
    CHECK(own.tree.best()->point == branch.tip());
    CHECK(end.best == branch.tip().id);
    CHECK(end.work == branch.tip().work);

    // News are an announcement, without a question.
    HeaderBranch longer(branch, 5'000, 1);
    longer.grow(1);
    const Verdict news = own.give(longer.slice(5'000, 1));
    CHECK_FALSE(news.next);
    CHECK(news.best == longer.tip().id);
    CHECK(own.cost == 0);
}

TEST_CASE("a second peer is asked from where the first one led", "[net][sync]") {
    Follower own(funded_network(1));
    const HeaderBranch branch = HeaderBranch(own.network).grow(4'500);
    own.follow(branch);
    HeaderSync second(PeerId{2});
    const GetHeaders request = second.begin(*own.chain, own.tree, own.now);
    const auto answer = branch.serve(request);
    CHECK(answer.heads.size() == 1);
    const Verdict end = second.on_headers(answer, *own.chain, own.tree, own.now, own.random);
    CHECK(end.best == branch.tip().id);
    CHECK(end.caught_up);
    CHECK(end.cost == 0);
}

TEST_CASE("a branch with less work than ours leaves nothing behind", "[net][sync]") {
    Follower own(funded_network(1), 2'600);
    const HeaderBranch weak = HeaderBranch(own.network, 1).grow(2'500);
    const Verdict end = own.follow(weak);
    CHECK(own.tree.size() == 0);
    CHECK(end.caught_up);
    CHECK_FALSE(end.best);
    CHECK(own.cost >= 2'500 / 100);
    CHECK(own.cost < 100);
    CHECK(own.sync.memory_bytes() == 0);
    CHECK(own.sync.phase() == Phase::direct);
}

TEST_CASE("a flood of headers with little work is met with constant memory", "[net][sync]") {
    Follower own(funded_network(1), 0, Uint256(1) << 200);
    own.begin();
    consensus::ChainPoint tip = consensus::genesis_point(own.network);
    for (int batch = 0; batch < 150; ++batch) {
        const HeaderBranch more = HeaderBranch(own.network, tip, 1).grow(2'000);
        tip = more.tip();
        const Verdict verdict = own.give(more.slice(0, 2'000));
        REQUIRE(verdict.next);
        CHECK_FALSE(verdict.best);
        CHECK(verdict.next->locator.front() == tip.id);
        CHECK(own.tree.size() == 0);
    }
    CHECK(own.sync.phase() == Phase::presync);
    CHECK(own.sync.memory_bytes() <= 256); // a bit per 512 of 300,000
    const Verdict end = own.give({});
    CHECK(end.caught_up);
    CHECK(own.sync.memory_bytes() == 0);
    CHECK(end.cost >= 3'000); // not often
}

TEST_CASE("a long branch that forks below is seen in full before it is kept", "[net][sync]") {
    Follower own(funded_network(1), 4'100);
    const HeaderBranch branch = HeaderBranch(own.network, 1).grow(5'000);
    Verdict verdict = own.give(branch.serve(own.begin()));
    CHECK(own.sync.phase() == Phase::presync);
    CHECK(own.tree.size() == 0);
    verdict = own.give(branch.serve(*verdict.next));
    CHECK(own.sync.phase() == Phase::presync);
    verdict = own.give(branch.serve(*verdict.next)); // 5,000
    CHECK(own.sync.phase() == Phase::redownload);
    CHECK(own.tree.size() == 0);
    CHECK_FALSE(verdict.best);
    verdict = own.give(branch.serve(*verdict.next));
    CHECK(own.tree.size() == 2'000);
    CHECK(verdict.best == branch.at(2'000).id);
    CHECK(verdict.work == branch.tip().work); // so that its bodies are fetched
    verdict = own.give(branch.serve(*verdict.next));
    verdict = own.give(branch.serve(*verdict.next));
    CHECK(verdict.caught_up);
    CHECK(own.sync.phase() == Phase::direct);
    CHECK(own.tree.best()->point == branch.tip());
    CHECK(own.cost == 0);
}

TEST_CASE("who shows another branch at the second time is found out", "[net][sync]") {
    unsigned found_out = 0;
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        Follower own(funded_network(1), 2'100);
        own.random = Prng(seed);
        const HeaderBranch good = HeaderBranch(own.network, 1).grow(4'000);
        const HeaderBranch cheap = HeaderBranch(own.network, 2).grow(4'000);
        Verdict verdict = own.give(good.serve(own.begin()));
        verdict = own.give(good.serve(*verdict.next));
        REQUIRE(own.sync.phase() == Phase::redownload);
        verdict = own.give(cheap.serve(*verdict.next));
        if (verdict.cost < Cost::changed) continue; // one in about 2^4: the first batch has four bits
        ++found_out;
        CHECK(own.tree.size() == 0);
        CHECK_FALSE(verdict.best);
        REQUIRE(verdict.next); // once more from the start, at that price
        CHECK(own.sync.phase() == Phase::direct);
    }
    CHECK(found_out >= 6);
}

TEST_CASE("a promise that is not kept leaves no claim", "[net][sync]") {
    Follower own(funded_network(1), 2'100);
    const HeaderBranch good = HeaderBranch(own.network, 1).grow(4'000);
    Verdict verdict = own.give(good.serve(own.begin()));
    verdict = own.give(good.serve(*verdict.next));
    REQUIRE(own.sync.phase() == Phase::redownload);
    SECTION("the answer is shorter") {
        verdict = own.give(good.slice(0, 1'000));
        CHECK(verdict.cost > 0);
        CHECK(verdict.caught_up);
    }
    SECTION("nothing comes") {
        verdict = own.give({});
        CHECK(verdict.cost > 0);
    }
    SECTION("silence") {
        own.now.steady_ms += HeaderSync::answer_timeout_ms;
        verdict = own.sync.resume(*own.chain, own.tree, own.now);
        CHECK(verdict.timed_out);
    }
    CHECK_FALSE(verdict.best);
    CHECK(own.sync.phase() == Phase::direct);
}

TEST_CASE("a header that breaks a rule drops the peer, and nothing of its batch is kept", "[net][sync]") {
    Follower own(funded_network(1));
    HeaderBranch branch(own.network);
    branch.grow(50);
    net::Headers batch = branch.slice(0, 50);
    SECTION("time") { batch.heads.back().header.time = Time{0}; }
    SECTION("target") { batch.heads.back().header.target.bits -= 1; }
    SECTION("height") { batch.heads.back().header.height.value += 1; }
    SECTION("version") { batch.heads.back().header.version = 9; }
    mine_quickly(batch.heads.back());
    own.begin();
    const Verdict verdict = own.give(batch);
    CHECK(verdict.cost == Cost::invalid);
    CHECK(verdict.error);
    CHECK_FALSE(verdict.next);
    CHECK(own.tree.size() == 0);
}

TEST_CASE("headers that do not follow each other are no batch", "[net][sync]") {
    Follower own(funded_network(1));
    const HeaderBranch branch = HeaderBranch(own.network).grow(2'100);
    own.begin();
    net::Headers batch = branch.slice(0, 10);
    SECTION("a gap") { batch.heads.erase(batch.heads.begin() + 4); }
    SECTION("one twice") { batch.heads.insert(batch.heads.begin() + 4, batch.heads[4]); }
    SECTION("too many") { batch = branch.slice(0, 2'001); }
    CHECK(own.give(batch).cost == Cost::invalid);
    CHECK(own.tree.size() == 0);
}

TEST_CASE("at most 16,384 headers wait for bodies, and it goes on when there is room", "[net][sync]") {
    Follower own(funded_network(1));
    const HeaderBranch branch = HeaderBranch(own.network).grow(20'000);
    Verdict verdict = own.follow(branch);
    CHECK(own.sync.is_waiting());
    CHECK_FALSE(verdict.caught_up);
    CHECK(own.tree.size() <= HeaderSync::window);
    CHECK(own.tree.size() > HeaderSync::window - 2'000);
    CHECK_FALSE(own.sync.resume(*own.chain, own.tree, own.now).next);
    // What comes unasked meanwhile is not taken.
    const std::size_t before = own.tree.size();
    CHECK(own.give(branch.slice(before, 1)).cost == Cost::small);
    CHECK(own.give(branch.slice(before, 2'000)).cost == Cost::restart);
    CHECK(own.tree.size() == before);

    std::size_t stored = 0;
    for (int rounds = 0; rounds < 100 && !verdict.caught_up; ++rounds) {
        for (int i = 0; i < 1'000 && stored < 19'000; ++i) own.tree.remove(branch.at(++stored).id);
        verdict = own.sync.resume(*own.chain, own.tree, own.now);
        while (verdict.next) verdict = own.give(branch.serve(*verdict.next));
        CHECK(own.tree.size() <= HeaderSync::window);
    }
    CHECK(verdict.caught_up);
    CHECK(verdict.best == branch.tip().id);
}

TEST_CASE("a branch that our own chain outgrew is waited for no longer", "[net][sync]") {
    Follower own(funded_network(1));
    const HeaderBranch branch = HeaderBranch(own.network).grow(16'000);
    own.follow(branch);
    REQUIRE(own.sync.is_waiting());
    extend_chain(own.chain, 15'000);
    CHECK_FALSE(own.sync.resume(*own.chain, own.tree, own.now).caught_up);
    CHECK(own.sync.is_waiting());
    extend_chain(own.chain, 1'006);
    CHECK(own.sync.resume(*own.chain, own.tree, own.now).caught_up);
    CHECK_FALSE(own.sync.is_waiting());
}

TEST_CASE("a full tree delays a peer, and never for good", "[net][sync]") {
    Follower own(funded_network(1));
    const HeaderBranch one = HeaderBranch(own.network, 1).grow(17'000);
    const HeaderBranch two = HeaderBranch(own.network, 2).grow(17'000);
    for (const auto* branch : {&one, &two})
        for (std::size_t height = 1; height <= branch->height(); ++height)
            own.tree.keep(branch->head(height), branch->at(height), PeerId{branch == &one ? 8U : 9U});
    own.tree.trim();
    const HeaderBranch honest = HeaderBranch(own.network, 3).grow(6'000);
    const Verdict end = own.follow(honest);
    CHECK(end.best == honest.tip().id);
    CHECK(own.tree.size() == HeaderTree::max_entries);
    CHECK(own.tree.depth(honest.tip().id) == 6'000);
}

TEST_CASE("a peer whose headers gave room to others is asked anew, once in a while", "[net][sync]") {
    Follower own(funded_network(1));
    const HeaderBranch branch = HeaderBranch(own.network).grow(100);
    const auto lose = [&] {
        REQUIRE(own.follow(branch).best == branch.tip().id);
        own.tree.forget(branch.at(60).id);
        return own.sync.resume(*own.chain, own.tree, own.now);
    };
    const Verdict again = lose();
    CHECK_FALSE(again.best);
    REQUIRE(again.next);
    CHECK(own.give(branch.serve(*again.next)).best == branch.tip().id);
    CHECK_FALSE(lose().next);
    REQUIRE(own.sync.wake_at());
    CHECK(*own.sync.wake_at() > own.now.steady_ms);
    own.now.steady_ms = *own.sync.wake_at();
    const Verdict later = own.sync.resume(*own.chain, own.tree, own.now);
    REQUIRE(later.next);
    CHECK(own.give(branch.serve(*later.next)).best == branch.tip().id);
    CHECK_FALSE(own.sync.wake_at());
    CHECK(own.cost == 0);
}

TEST_CASE("announcements that do not connect are asked about, at a price", "[net][sync]") {
    Follower own(funded_network(1));
    const HeaderBranch branch = HeaderBranch(own.network).grow(30);
    const Verdict first = own.give(branch.slice(20, 1));
    CHECK(first.cost == Cost::orphan);
    REQUIRE(first.next);
    // One question at a time: while it is open, more of them only cost.
    for (int i = 0; i < 10; ++i) {
        const Verdict more = own.give(branch.slice(21, 1));
        CHECK_FALSE(more.next);
        CHECK(more.cost == Cost::small);
    }
    const Verdict end = own.give(branch.serve(*first.next));
    CHECK(end.best == branch.tip().id);

    // Orphans without end: each costs, so that they end.
    const HeaderBranch strange = HeaderBranch(own.network, 9).grow(10);
    unsigned cost = 0;
    for (int i = 0; i < 1'000; ++i) {
        cost += own.give(strange.slice(5, 1)).cost;
        cost += own.give({}).cost;
    }
    CHECK(cost >= 5'000);
}

TEST_CASE("the same answer again and again comes to an end", "[net][sync]") {
    Follower own(funded_network(1));
    const HeaderBranch branch = HeaderBranch(own.network).grow(2'000);
    Verdict verdict;
    verdict.next = own.begin();
    int rounds = 0;
    for (; verdict.next && rounds < 100; ++rounds) verdict = own.give(branch.slice(0, 2'000));
    CHECK(rounds == 2);
    CHECK(verdict.caught_up);
    CHECK(verdict.cost == Cost::restart);
    // Unasked, each such batch has its price.
    CHECK(own.give(branch.slice(0, 2'000)).cost >= Cost::unasked);
}

TEST_CASE("a peer that does not answer is noticed and asked again", "[net][sync]") {
    Follower own(funded_network(1));
    own.begin();
    REQUIRE(own.sync.wake_at());
    CHECK(*own.sync.wake_at() == own.now.steady_ms + HeaderSync::answer_timeout_ms);
    own.now.steady_ms = *own.sync.wake_at() - 1;
    CHECK_FALSE(own.sync.resume(*own.chain, own.tree, own.now).timed_out);
    own.now.steady_ms += 1;
    const Verdict verdict = own.sync.resume(*own.chain, own.tree, own.now);
    CHECK(verdict.timed_out);
    CHECK(verdict.cost == Cost::silence);
    CHECK(verdict.next);
    CHECK(*own.sync.wake_at() > own.now.steady_ms);
    const Verdict end = own.give({});
    CHECK(end.caught_up);
    CHECK_FALSE(own.sync.wake_at());
}

TEST_CASE("headers on a condemned one lead nowhere", "[net][sync]") {
    Follower own(funded_network(1));
    const HeaderBranch branch = HeaderBranch(own.network).grow(30);
    own.follow(branch);
    own.tree.condemn(branch.at(10).id);
    const Verdict again = own.follow(branch);
    CHECK(again.caught_up);
    CHECK(again.cost == Cost::condemned);
    CHECK(again.best == branch.at(9).id);
    CHECK(own.tree.size() == 9);
    CHECK(own.give(branch.slice(10, 5)).cost == Cost::condemned);
}

TEST_CASE("a header of times to come ends a batch, and is tried when its time has come", "[net][sync]") {
    consensus::Parameters parameters = dev_parameters();
    parameters.max_future_ms = 120'000;
    Follower own(network_of(parameters));
    HeaderBranch branch(own.network);
    branch.grow(10);
    own.now.wall = branch.tip().time;
    const std::uint64_t lie = (std::uint64_t{1} << 63) - 1;
    for (const std::uint64_t step : {std::uint64_t{120'001}, lie - branch.tip().time.unix_ms}) {
        HeaderBranch ahead(branch, 10, 5);
        ahead.push(ahead.next(step));
        ahead.push(ahead.next(1));
        const Verdict verdict = own.follow(ahead);
        CHECK(verdict.caught_up);
        CHECK(verdict.cost == 0);
        CHECK_FALSE(verdict.error);
        CHECK(verdict.best == branch.tip().id);
    }
    CHECK(own.tree.size() == 10);
    CHECK(own.tree.deferred() == 2);
    CHECK(own.tree.next_deferred(*own.chain)->unix_ms == own.now.wall.unix_ms + 1);
    CHECK(own.tree.retry_deferred(*own.chain, Time{own.now.wall.unix_ms + 1}).size() == 1);
    CHECK(own.tree.size() == 11);
}
