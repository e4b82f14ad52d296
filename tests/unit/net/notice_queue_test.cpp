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
    queue.push(chain::Event(connected(1)));
    queue.push(PeerLost{{}, "it left"});
    CHECK(is_readable(queue));
    const auto notices = queue.take();
    REQUIRE(notices.events.size() == 2);
    CHECK(block_in(notices.events[0]).block != nullptr);
    CHECK(std::holds_alternative<PeerLost>(notices.events[1]));
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
        queue.push(chain::Event(std::move(event)));
        queue.push(PeerLost{{}, "it left"});
        const auto alive =
            std::count_if(bodies.begin(), bodies.end(), [](const auto& body) { return !body.expired(); });
        REQUIRE(static_cast<std::size_t>(alive) == std::min<std::size_t>(height, kept));
    }
    const auto notices = queue.take();
    REQUIRE(notices.events.size() == 2 * count);
    CHECK(notices.dropped == 0);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& event = block_in(notices.events[2 * i]);
        REQUIRE(event.info.height() ==
                Height{static_cast<std::uint32_t>(i + 1)}); // the facts of the header stay
        REQUIRE((event.block != nullptr) == (i >= count - kept));
    }
}

TEST_CASE("what was taken out of the notices counts no more", "[net][transport]") {
    NoticeQueue queue;
    const auto bodies = [&queue] {
        const auto notices = queue.take();
        return std::count_if(notices.events.begin(), notices.events.end(),
                             [](const auto& event) { return block_in(event).block != nullptr; });
    };
    for (int round = 0; round < 3; ++round) {
        queue.push(chain::Event(connected(1, NoticeQueue::body_limit)));
        CHECK(bodies() == 1);
    }
    // The newest has its body, whatever its size; so has the one after it where both fit again.
    queue.push(chain::Event(connected(1, 2 * NoticeQueue::body_limit)));
    queue.push(chain::Event(connected(2)));
    queue.push(chain::Event(connected(3)));
    CHECK(bodies() == 2);
}

TEST_CASE("of too many notices the oldest go and are counted", "[net][transport]") {
    constexpr std::size_t excess = 100;
    NoticeQueue queue;
    for (std::uint32_t i = 0; i < NoticeQueue::limit + excess; ++i) queue.push(chain::Event(connected(i)));
    const auto notices = queue.take();
    REQUIRE(notices.events.size() == NoticeQueue::limit);
    CHECK(notices.dropped == excess);
    CHECK(block_in(notices.events.front()).info.height() == Height{excess});
    // The bodies that are left are those of the newest, also when the oldest were taken out meanwhile.
    CHECK(block_in(notices.events.back()).block != nullptr);
    CHECK(block_in(notices.events.front()).block == nullptr);
}

} // namespace cairn::net
