#include <base/fault.hpp>
#include <transport/notice_queue.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

namespace cairn::net {
namespace {

/// The body that an event holds on to, with its size; nullptr where it is of another kind.
struct Body {
    chain::BlockPtr* block = nullptr;
    std::size_t bytes = 0;
};

Body body_of(Event& event) {
    auto* moved = std::get_if<chain::Event>(&event);
    if (moved == nullptr) return {};
    if (auto* connected = std::get_if<chain::BlockConnected>(moved))
        return {&connected->block, connected->block ? connected->info.size : 0};
    if (auto* disconnected = std::get_if<chain::BlockDisconnected>(moved))
        return {&disconnected->block, disconnected->block ? disconnected->info.size : 0};
    return {};
}

} // namespace

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
    if (events_.size() == limit) drop_front();
    bytes_ += body_of(event).bytes;
    events_.push_back(std::move(event));
    drop_bodies();
    if (events_.size() == 1) signal();
}

void NoticeQueue::drop_front() {
    if (bare_ > 0)
        --bare_;
    else
        bytes_ -= body_of(events_.front()).bytes;
    events_.pop_front();
    ++dropped_;
}

void NoticeQueue::drop_bodies() {
    for (; bytes_ > body_limit && bare_ + 1 < events_.size(); ++bare_) {
        const Body body = body_of(events_[bare_]);
        if (body.block == nullptr) continue;
        bytes_ -= body.bytes;
        body.block->reset();
    }
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
    bare_ = 0;
    bytes_ = 0;
    return out;
}

} // namespace cairn::net
