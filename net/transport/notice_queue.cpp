#include <base/fault.hpp>
#include <transport/notice_queue.hpp>

#include <algorithm>
#include <sys/timerfd.h>
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

NoticeQueue::NoticeQueue() : descriptor_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
    if (descriptor_ < 0) throw Fault("the system gives no descriptor for notices");
}

NoticeQueue::~NoticeQueue() { ::close(descriptor_); }

void NoticeQueue::wake(Wake when, std::uint64_t now_ms) {
    if (when <= wake_) return;
    wake_ = when;
    const std::uint64_t span_ms =
        when == Wake::later && unhurried_due_ms_ > now_ms ? unhurried_due_ms_ - now_ms : 0;
    itimerspec timer{};
    timer.it_value.tv_sec = static_cast<time_t>(span_ms / 1'000);
    timer.it_value.tv_nsec = static_cast<long>(span_ms % 1'000 * 1'000'000);
    if (span_ms == 0) timer.it_value.tv_nsec = 1; // 0 would be never
    ::timerfd_settime(descriptor_, 0, &timer, nullptr);
}

void NoticeQueue::push(Event event, std::uint64_t now_ms) {
    const std::lock_guard guard(mutex_);
    if (std::holds_alternative<PeerConnected>(event)) {
        peers_.push_back(std::move(event));
        return wake(Wake::later, now_ms);
    }
    if (std::holds_alternative<PeerLost>(event)) {
        push_lost(std::move(event));
        return wake(Wake::later, now_ms);
    }
    if (events_.size() == limit) drop_front();
    bytes_ += body_of(event).bytes;
    events_.push_back(std::move(event));
    drop_bodies();
    wake(Wake::at_once, now_ms);
}

void NoticeQueue::push_lost(Event event) {
    const PeerId id = std::get<PeerLost>(event).peer.id;
    const auto came = std::find_if(peers_.begin(), peers_.end(), [id](const Event& one) {
        const auto* connected = std::get_if<PeerConnected>(&one);
        return connected != nullptr && connected->peer.id == id;
    });
    if (came == peers_.end()) return peers_.push_back(std::move(event));
    peers_.erase(came);
    ++passed_;
}

void NoticeQueue::take_unhurried(Core::Notices& out, std::uint64_t now_ms) {
    if ((peers_.empty() && passed_ == 0 && !payments_) || now_ms < unhurried_due_ms_) return;
    for (; !peers_.empty() && out.events.size() < peers_at_once; peers_.pop_front())
        out.events.push_back(std::move(peers_.front()));
    if (passed_ > 0) out.events.emplace_back(PeersPassed{std::exchange(passed_, 0)});
    out.payments_wait = std::exchange(payments_, false);
    unhurried_due_ms_ = now_ms + unhurried_pace_ms;
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

void NoticeQueue::push_payments(std::uint64_t now_ms) {
    const std::lock_guard guard(mutex_);
    payments_ = true;
    wake(Wake::later, now_ms);
}

void NoticeQueue::push_fault(std::string why) {
    const std::lock_guard guard(mutex_);
    fault_ = std::move(why);
    wake(Wake::at_once, 0);
}

Core::Notices NoticeQueue::take(std::uint64_t now_ms) {
    const std::lock_guard guard(mutex_);
    std::uint64_t count = 0;
    [[maybe_unused]] const auto drained = ::read(descriptor_, &count, sizeof count);
    wake_ = Wake::never;
    Core::Notices out;
    take_unhurried(out, now_ms);
    out.events.insert(out.events.end(), std::make_move_iterator(events_.begin()),
                      std::make_move_iterator(events_.end()));
    out.dropped = std::exchange(dropped_, 0);
    out.fault = fault_;
    events_.clear();
    bare_ = 0;
    bytes_ = 0;
    if (!peers_.empty() || passed_ > 0 || payments_) wake(Wake::later, now_ms);
    return out;
}

} // namespace cairn::net
