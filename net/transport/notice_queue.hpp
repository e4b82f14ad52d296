// What the core thread tells the interface: a bounded queue with a descriptor to wait on. Any thread may
// call.
#pragma once

#include <transport/core.hpp>

#include <deque>
#include <mutex>

namespace cairn::net {

class NoticeQueue {
  public:
    static constexpr std::size_t limit = 4'096;

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

    int descriptor_; ///< an eventfd, readable while something waits
    std::mutex mutex_;
    std::deque<Event> events_;
    std::size_t dropped_ = 0;
    std::string fault_;
};

} // namespace cairn::net
