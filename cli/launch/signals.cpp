#include <base/fault.hpp>
#include <cli/launch/signals.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <ctime>
#include <mutex>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace cairn::cli {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// A signal that the parent told us to ignore (nohup, a background job) stays ignored.
bool is_ignored(int signal) {
    struct sigaction action {};
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

} // namespace

struct Signals::State {
    sigset_t waited{};
    int descriptor = -1;
    Terminal terminal;
    std::optional<SteadyClock::time_point> deadline;
    mutable std::mutex mutex; ///< guards the three below: the waiting thread writes, the interface reads
    std::stop_source source;
    Reason reason = Reason::none;
    Taken taken;
    std::atomic<bool> editing = false;
    std::atomic<bool> ending = false;
    std::thread thread;

    void wake() const {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(descriptor, &one, sizeof one);
    }

    void stop(Reason why) {
        const std::lock_guard lock(mutex);
        if (reason == Reason::none || reason == Reason::interrupted) reason = why;
        if (why == Reason::interrupted) taken.interrupt = true;
        source.request_stop();
        wake();
    }

    /// As ever, with a terminal in order.
    void quit() {
        terminal.give_back();
        std::signal(SIGQUIT, SIG_DFL);
        sigset_t quits{};
        sigemptyset(&quits);
        sigaddset(&quits, SIGQUIT);
        ::pthread_sigmask(SIG_UNBLOCK, &quits, nullptr);
        ::pthread_kill(::pthread_self(), SIGQUIT);
    }

    void handle(int signal) {
        switch (signal) {
        case SIGINT:
            return stop(Reason::interrupted);
        case SIGTERM:
        case SIGHUP:
            return stop(Reason::terminated);
        case SIGTSTP:
            if (!editing) {
                terminal.stop_process();
                return;
            }
            break;
        case SIGQUIT:
            return quit();
        default:
            break;
        }
        const std::lock_guard lock(mutex);
        (signal == SIGTSTP ? taken.suspend : taken.resize) = true;
        wake();
    }

    void wait_for_signals() {
        while (!ending) {
            timespec span{3600, 0};
            if (deadline) {
                const auto left = *deadline - SteadyClock::now();
                if (left.count() <= 0) {
                    deadline.reset();
                    stop(Reason::timeout);
                    continue;
                }
                const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
                span = {static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
            }
            const int signal = ::sigtimedwait(&waited, nullptr, &span);
            if (signal > 0 && signal != SIGURG) handle(signal);
        }
    }
};

Signals::Signals(std::optional<std::uint64_t> time_limit_ms, bool terminal)
    : state_(std::make_unique<State>()) {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // a file at its largest is an error to tell of
    sigemptyset(&state_->waited);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        if (!is_ignored(signal)) sigaddset(&state_->waited, signal);
    if (terminal) {
        sigaddset(&state_->waited, SIGTSTP);
        if (!is_ignored(SIGQUIT)) sigaddset(&state_->waited, SIGQUIT);
        sigaddset(&state_->waited, SIGWINCH);
    }
    sigaddset(&state_->waited,
              SIGURG); // wakes the thread for the end; ignored by default, used by nobody here
    ::pthread_sigmask(SIG_BLOCK, &state_->waited, nullptr);
    state_->descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (state_->descriptor < 0) throw Fault("no file descriptor left for signals");
    if (time_limit_ms) {
        constexpr std::uint64_t longest = 1'000ULL * 86'400 * 3'650; // ten years: past any clock's wrap
        state_->deadline = SteadyClock::now() + std::chrono::milliseconds(std::min(*time_limit_ms, longest));
    }
    state_->thread = std::thread([state = state_.get()] { state->wait_for_signals(); });
}

Signals::~Signals() {
    state_->ending = true;
    ::pthread_kill(state_->thread.native_handle(), SIGURG);
    state_->thread.join();
    ::close(state_->descriptor);
}

Signals::Reason Signals::reason() const {
    const std::lock_guard lock(state_->mutex);
    return state_->reason;
}

std::stop_token Signals::token() const {
    const std::lock_guard lock(state_->mutex);
    return state_->source.get_token();
}

void Signals::forgive() {
    const std::lock_guard lock(state_->mutex);
    if (state_->reason != Reason::interrupted) return;
    state_->reason = Reason::none;
    state_->source = std::stop_source();
}

int Signals::descriptor() const { return state_->descriptor; }

Signals::Taken Signals::take() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read = ::read(state_->descriptor, &count, sizeof count);
    const std::lock_guard lock(state_->mutex);
    return std::exchange(state_->taken, Taken{});
}

Terminal& Signals::terminal() { return state_->terminal; }

void Signals::set_editing(bool editing) { state_->editing = editing; }

} // namespace cairn::cli
