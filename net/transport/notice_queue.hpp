// What the core thread tells the interface: a queue with a descriptor to wait on, bounded in events and in
// the bodies of blocks that they hold. Of a reader that is slow, the oldest bodies go first (the event stays,
// its `block` is nullptr), then the oldest events. Peers that come and go wait apart, so that they never
// displace what happens to the chain: they are handed out a few at a time, and those who were gone before
// they were told of are only counted. Any thread may call.
#pragma once

#include <transport/core.hpp>

#include <deque>
#include <mutex>

namespace cairn::net {

class NoticeQueue {
  public:
    static constexpr std::size_t limit = 4'096; ///< events, those of peers aside
    /// Of encoded blocks; the newest keeps its body in any case.
    static constexpr std::size_t body_limit = std::size_t{16} << 20;
    /// At least, from one handing out of peers and payments to the next.
    static constexpr std::uint64_t unhurried_pace_ms = 250;
    static constexpr std::size_t peers_at_once = 16;

    NoticeQueue();
    ~NoticeQueue();
    NoticeQueue(const NoticeQueue&) = delete;
    NoticeQueue& operator=(const NoticeQueue&) = delete;

    /// `now_ms`: Instant::steady_ms, here and in take().
    void push(Event event, std::uint64_t now_ms);
    /// Payments wait that did not before: told of at the pace of peers, together.
    void push_payments(std::uint64_t now_ms);
    void push_fault(std::string why);
    /// Peers first, then the rest, each in their order.
    Core::Notices take(std::uint64_t now_ms);
    /// Readable where there is something to take.
    int descriptor() const { return descriptor_; }

  private:
    enum class Wake { never, later, at_once };

    void wake(Wake when, std::uint64_t now_ms);
    void push_lost(Event event);
    void take_unhurried(Core::Notices& out, std::uint64_t now_ms);
    void drop_front();
    void drop_bodies();

    int descriptor_; ///< a timerfd, so that it tells of peers when their time has come
    std::mutex mutex_;
    Wake wake_ = Wake::never;
    std::deque<Event> events_;
    std::size_t bare_ = 0;  ///< of the oldest events: they have no bodies any more
    std::size_t bytes_ = 0; ///< of the others' bodies
    std::size_t dropped_ = 0;
    /// Bounded by the connections that there are: who goes untold leaves no event, and who was told of goes
    /// once.
    std::deque<Event> peers_;
    std::size_t passed_ = 0;
    bool payments_ = false;
    std::uint64_t unhurried_due_ms_ = 0;
    std::string fault_;
};

} // namespace cairn::net
