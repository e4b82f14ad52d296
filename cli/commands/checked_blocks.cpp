#include <cli/commands/checked_blocks.hpp>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace cairn::cli {
namespace {

net::CheckerOptions options_of(bool signatures) {
    return {std::thread::hardware_concurrency(), std::numeric_limits<std::size_t>::max(), signatures};
}

} // namespace

struct CheckedBlocks::State {
    State(Session& session, bool signatures)
        : checkers(session.network(), options_of(signatures), crypto::BatchSeed::drawn(session.random()),
                   [this](net::CheckedBlock one) { arrived(std::move(one)); }) {}

    /// On a worker.
    void arrived(net::CheckedBlock one) {
        const std::lock_guard guard(mutex);
        const net::CheckId id = one.id;
        done.emplace(id, std::move(one));
        wake.notify_one();
    }

    std::uint64_t next = 0;        ///< the number of the block to be taken
    std::deque<std::size_t> sizes; ///< of those handed in and not taken
    std::size_t bytes = 0;

    std::mutex mutex; ///< guards `done`
    std::condition_variable wake;
    std::map<net::CheckId, net::CheckedBlock> done;
    net::Checkers checkers; ///< last: its workers report into the above
};

CheckedBlocks::CheckedBlocks(Session& session, bool signatures)
    : state_(std::make_unique<State>(session, signatures)) {}
CheckedBlocks::~CheckedBlocks() = default;

void CheckedBlocks::submit(Bytes body) {
    const net::CheckId id{state_->next + state_->sizes.size()};
    state_->sizes.push_back(body.size());
    state_->bytes += body.size();
    state_->checkers.submit(id, std::move(body));
}

std::size_t CheckedBlocks::count() const { return state_->sizes.size(); }
std::size_t CheckedBlocks::bytes() const { return state_->bytes; }

net::CheckedBlock CheckedBlocks::take() {
    State& state = *state_;
    std::unique_lock lock(state.mutex);
    const net::CheckId id{state.next};
    state.wake.wait(lock, [&] { return state.done.contains(id); });
    net::CheckedBlock out = std::move(state.done.extract(id).mapped());
    ++state.next;
    state.bytes -= state.sizes.front();
    state.sizes.pop_front();
    return out;
}

} // namespace cairn::cli
