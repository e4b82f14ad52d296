// The queue of notices: its order, and its bounds in events and in bytes.
#include "catch.hpp"
#include <transport/notice_queue.hpp>

#include <algorithm>
#include <poll.h>
#include <vector>

namespace cairn::net {
namespace {

constexpr std::size_t body_bytes = std::size_t{1} << 20;

chain::BlockConnected connected(std::uint32_t height, std::size_t bytes = body_bytes) {
    chain::BlockConnected out;
    out.info.head.header.height = Height{height};
    out.info.size = static_cast<std::uint32_t>(bytes);
    out.block = std::make_shared<const Block>();
    return out;
}

const chain::BlockConnected& block_in(const Event& event) {
    return std::get<chain::BlockConnected>(std::get<chain::Event>(event));
}

bool is_readable(const NoticeQueue& queue) {
    pollfd waited{queue.descriptor(), POLLIN, 0};
    return ::poll(&waited, 1, 0) == 1;
}

} // namespace

TEST_CASE("notices come in their order, and the descriptor tells of them", "[net][transport]") {
    NoticeQueue queue;
    CHECK_FALSE(is_readable(queue));
    queue.push(chain::Event(connected(1)), 0);
    queue.push(PeerLost{{}, "it left"}, 0);
    CHECK(is_readable(queue));
    const auto notices = queue.take(0);
    REQUIRE(notices.events.size() == 2);
    CHECK(std::holds_alternative<PeerLost>(notices.events[0]));
    CHECK(block_in(notices.events[1]).block != nullptr);
    CHECK_FALSE(is_readable(queue));
}

TEST_CASE("a slow reader of notices keeps no more than the newest bodies in memory", "[net][transport]") {
    constexpr std::size_t kept = NoticeQueue::body_limit / body_bytes;
    constexpr std::size_t count = 1'000;
    NoticeQueue queue;
    std::vector<std::weak_ptr<const Block>> bodies;
    for (std::uint32_t height = 1; height <= count; ++height) {
        auto event = connected(height);
        bodies.push_back(event.block);
        queue.push(chain::Event(std::move(event)), 0);
        const auto alive =
            std::count_if(bodies.begin(), bodies.end(), [](const auto& body) { return !body.expired(); });
        REQUIRE(static_cast<std::size_t>(alive) == std::min<std::size_t>(height, kept));
    }
    const auto notices = queue.take(0);
    REQUIRE(notices.events.size() == count);
    CHECK(notices.dropped == 0);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& event = block_in(notices.events[i]);
        REQUIRE(event.info.height() ==
                Height{static_cast<std::uint32_t>(i + 1)}); // the facts of the header stay
        REQUIRE((event.block != nullptr) == (i >= count - kept));
    }
}

TEST_CASE("what was taken out of the notices counts no more", "[net][transport]") {
    NoticeQueue queue;
    const auto bodies = [&queue] {
        const auto notices = queue.take(0);
        return std::count_if(notices.events.begin(), notices.events.end(),
                             [](const auto& event) { return block_in(event).block != nullptr; });
    };
    for (int round = 0; round < 3; ++round) {
        queue.push(chain::Event(connected(1, NoticeQueue::body_limit)), 0);
        CHECK(bodies() == 1);
    }
    // The newest has its body, whatever its size; so has the one after it where both fit again.
    queue.push(chain::Event(connected(1, 2 * NoticeQueue::body_limit)), 0);
    queue.push(chain::Event(connected(2)), 0);
    queue.push(chain::Event(connected(3)), 0);
    CHECK(bodies() == 2);
}

TEST_CASE("of too many notices the oldest go and are counted", "[net][transport]") {
    constexpr std::size_t excess = 100;
    NoticeQueue queue;
    for (std::uint32_t i = 0; i < NoticeQueue::limit + excess; ++i) queue.push(chain::Event(connected(i)), 0);
    const auto notices = queue.take(0);
    REQUIRE(notices.events.size() == NoticeQueue::limit);
    CHECK(notices.dropped == excess);
    CHECK(block_in(notices.events.front()).info.height() == Height{excess});
    // The bodies that are left are those of the newest, also when the oldest were taken out meanwhile.
    CHECK(block_in(notices.events.back()).block != nullptr);
    CHECK(block_in(notices.events.front()).block == nullptr);
}

namespace {

PeerInfo peer(std::uint64_t id) {
    PeerInfo out;
    out.id = PeerId{id};
    return out;
}

template <typename Kind> std::size_t count_of(const Core::Notices& notices) {
    return static_cast<std::size_t>(
        std::count_if(notices.events.begin(), notices.events.end(),
                      [](const Event& event) { return std::holds_alternative<Kind>(event); }));
}

std::size_t passed_in(const Core::Notices& notices) {
    std::size_t out = 0;
    for (const Event& event : notices.events)
        if (const auto* passed = std::get_if<PeersPassed>(&event)) out += passed->count;
    return out;
}

} // namespace

TEST_CASE("peers that come and go in any number displace no notice of the chain", "[net][transport]") {
    NoticeQueue queue;
    constexpr std::uint64_t visitors = 2 * NoticeQueue::limit;
    for (std::uint32_t i = 0; i < 8; ++i) queue.push(chain::Event(connected(i, 0)), 0);
    for (std::uint64_t id = 1; id <= visitors; ++id) {
        queue.push(PeerConnected{peer(id)}, 0);
        queue.push(PeerLost{peer(id), "it left"}, 0);
    }
    const auto notices = queue.take(0);
    CHECK(notices.dropped == 0);
    CHECK(count_of<chain::Event>(notices) == 8);
    CHECK(count_of<PeerConnected>(notices) == 0);
    CHECK(count_of<PeerLost>(notices) == 0);
    CHECK(passed_in(notices) == visitors);
}

TEST_CASE("peers are told of a few at a time, and each that stays is", "[net][transport]") {
    NoticeQueue queue;
    queue.push(PeerConnected{peer(1)}, 1'000);
    CHECK(count_of<PeerConnected>(queue.take(1'000)) == 1); // after a quiet time at once
    constexpr std::size_t others = 2 * NoticeQueue::peers_at_once;
    for (std::uint64_t id = 2; id < 2 + others; ++id) queue.push(PeerConnected{peer(id)}, 1'010);
    queue.push(PeerLost{peer(1), "it left"}, 1'011);
    queue.push(PeerLost{peer(2), "it left"}, 1'012); // nobody knows of it yet
    CHECK_FALSE(is_readable(queue));
    CHECK(queue.take(1'100).events.empty());
    queue.push(chain::Event(connected(1)), 1'200); // the chain does not wait for them
    CHECK(is_readable(queue));
    CHECK(count_of<chain::Event>(queue.take(1'200)) == 1);
    std::size_t came = 0;
    std::size_t went = 0;
    std::size_t passed = 0;
    for (std::uint64_t now_ms = 1'000 + NoticeQueue::unhurried_pace_ms; now_ms < 4'000; now_ms += 10) {
        const auto notices = queue.take(now_ms);
        CHECK(notices.events.size() <= NoticeQueue::peers_at_once + 1);
        came += count_of<PeerConnected>(notices);
        went += count_of<PeerLost>(notices);
        passed += passed_in(notices);
    }
    CHECK(came == others - 1);
    CHECK(went == 1);
    CHECK(passed == 1);
    CHECK_FALSE(is_readable(queue));
}

TEST_CASE("the descriptor tells of peers that had to wait", "[net][transport]") {
    NoticeQueue queue;
    queue.push(PeerConnected{peer(1)}, 1'000);
    CHECK(queue.take(1'000).events.size() == 1);
    queue.push(PeerConnected{peer(2)}, 1'000 + NoticeQueue::unhurried_pace_ms - 1);
    pollfd waited{queue.descriptor(), POLLIN, 0};
    CHECK(::poll(&waited, 1, 10'000) == 1);
    CHECK(queue.take(1'000 + NoticeQueue::unhurried_pace_ms).events.size() == 1);
}

TEST_CASE("payments that wait are told of together, and later", "[net][transport]") {
    NoticeQueue queue;
    queue.push_payments(1'000);
    CHECK(queue.take(1'000).payments_wait); // after a quiet time at once
    for (std::uint64_t now_ms = 1'001; now_ms < 1'100; ++now_ms) queue.push_payments(now_ms);
    CHECK_FALSE(is_readable(queue));
    CHECK_FALSE(queue.take(1'100).payments_wait);
    const std::uint64_t due_ms = 1'000 + NoticeQueue::unhurried_pace_ms;
    CHECK(queue.take(due_ms).payments_wait);
    CHECK_FALSE(queue.take(due_ms + NoticeQueue::unhurried_pace_ms).payments_wait);
    CHECK_FALSE(is_readable(queue));
}

} // namespace cairn::net
