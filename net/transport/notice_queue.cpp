#include <base/fault.hpp>
#include <transport/notice_queue.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

namespace cairn::net {

NoticeQueue::NoticeQueue() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (descriptor_ < 0) throw Fault("the system gives no descriptor for notices");
}

NoticeQueue::~NoticeQueue() { ::close(descriptor_); }

void NoticeQueue::signal() const {
    const std::uint64_t one = 1;
    // It can fail only where the counter is full, and then the descriptor is readable already.
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void NoticeQueue::push(Event event) {
    const std::lock_guard guard(mutex_);
    if (events_.size() == limit) {
        events_.pop_front();
        ++dropped_;
    }
    events_.push_back(std::move(event));
    if (events_.size() == 1) signal();
}

void NoticeQueue::push_fault(std::string why) {
    const std::lock_guard guard(mutex_);
    fault_ = std::move(why);
    signal();
}

Core::Notices NoticeQueue::take() {
    const std::lock_guard guard(mutex_);
    std::uint64_t count = 0;
    [[maybe_unused]] const auto drained = ::read(descriptor_, &count, sizeof count);
    Core::Notices out;
    out.events.assign(std::make_move_iterator(events_.begin()), std::make_move_iterator(events_.end()));
    out.dropped = std::exchange(dropped_, 0);
    out.fault = fault_;
    events_.clear();
    return out;
}

} // namespace cairn::net
