// What the core thread tells the interface: a queue with a descriptor to wait on, bounded in events and in
// the bodies of blocks that they hold. Of a reader that is slow, the oldest bodies go first (the event stays,
// its `block` is nullptr), then the oldest events. Any thread may call.
#pragma once

#include <transport/core.hpp>

#include <deque>
#include <mutex>

namespace cairn::net {

class NoticeQueue {
  public:
    static constexpr std::size_t limit = 4'096;
    /// Of encoded blocks; the newest keeps its body in any case.
    static constexpr std::size_t body_limit = std::size_t{16} << 20;

    NoticeQueue();
    ~NoticeQueue();
    NoticeQueue(const NoticeQueue&) = delete;
    NoticeQueue& operator=(const NoticeQueue&) = delete;

    void push(Event event);
    void push_fault(std::string why);
    Core::Notices take();
    int descriptor() const { return descriptor_; }

  private:
    void signal() const;
    void drop_front();
    void drop_bodies();

    int descriptor_; ///< an eventfd, readable while something waits
    std::mutex mutex_;
    std::deque<Event> events_;
    std::size_t bare_ = 0;  ///< of the oldest events: they have no bodies any more
    std::size_t bytes_ = 0; ///< of the others' bodies
    std::size_t dropped_ = 0;
    std::string fault_;
};

} // namespace cairn::net
