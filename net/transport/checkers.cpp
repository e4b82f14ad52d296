// The workers' side of checking blocks.
#include <mining/priority.hpp>
#include <transport/checkers.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace cairn::net {
namespace {

/// Each worker keeps so many keys, 0.8 MiB.
constexpr std::size_t cached_keys = 4'096;

/// Signatures taken at a time, of so many that are left of a block. The larger a batch, the cheaper each; but
/// of the last block that waits all workers shall have some, and end together. Fewer than the least would
/// cost much more each.
std::size_t batch_of(std::size_t left, unsigned workers, bool is_last) {
    constexpr std::size_t least = 128;
    constexpr std::size_t most = consensus::SignatureBatches::largest;
    const std::size_t share = is_last ? std::clamp(left / (2 * std::size_t{workers}), least, most) : most;
    const std::size_t parts = std::max(left / share, (left + most - 1) / most);
    return (left + parts - 1) / parts;
}

} // namespace

struct Checkers::Check {
    CheckId id;
    Bytes body; ///< empty once decoded
    std::size_t size = 0;
    chain::BlockPtr block;
    std::optional<consensus::RuleError> error;
    std::size_t taken = 0;   ///< transactions that somebody checks or has checked
    std::size_t running = 0; ///< workers on it
};

Checkers::Checkers(const consensus::Network& network, unsigned threads, const crypto::BatchSeed& seed,
                   Sink sink, std::size_t limit)
    : network_(network),
      threads_(std::max(threads, 1U)),
      seed_(seed),
      limit_(limit),
      sink_(std::move(sink)),
      of_caller_(network, seed, 0) {}

Checkers::~Checkers() {
    for (auto& worker : workers_) worker.request_stop();
}

void Checkers::submit(CheckId id, Bytes body) {
    const auto check = std::make_shared<Check>();
    check->id = id;
    check->size = body.size();
    check->body = std::move(body);
    if (workers_.empty()) {
        workers_.reserve(threads_);
        for (unsigned i = 0; i < threads_; ++i)
            workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
    if (queue(check)) return wake_.notify_one();
    if (decode(*check)) check->error = of_caller_.check(check->block->transactions);
    report(*check);
}

bool Checkers::queue(const CheckPtr& check) {
    const std::lock_guard lock(mutex_);
    if (bytes_ > 0 && bytes_ + check->size > limit_) return false;
    bytes_ += check->size;
    waiting_.push_back(check);
    return true;
}

void Checkers::work(const std::stop_token& stop) {
    mining::lower_thread_priority();
    consensus::SignatureBatches signatures(network_, seed_, cached_keys);
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return !begun_.empty() || !waiting_.empty(); })) {
        if (stop.stop_requested()) return;
        if (begun_.empty())
            begin(lock);
        else
            check_some(lock, signatures);
    }
}

void Checkers::begin(std::unique_lock<std::mutex>& lock) {
    const CheckPtr check = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const bool more = decode(*check);
    if (!more) report(*check);
    lock.lock();
    if (more) {
        begun_.push_back(check);
        wake_.notify_all();
    } else {
        bytes_ -= check->size;
    }
}

void Checkers::check_some(std::unique_lock<std::mutex>& lock, consensus::SignatureBatches& signatures) {
    const CheckPtr check = begun_.front();
    const std::span<const Transaction> all = check->block->transactions;
    const std::size_t first = check->taken;
    const bool is_last = begun_.size() == 1 && waiting_.empty();
    const auto part = all.subspan(first, batch_of(all.size() - first, threads_, is_last));
    check->taken += part.size();
    ++check->running;
    if (check->taken == all.size()) begun_.pop_front();
    lock.unlock();
    auto error = signatures.check(part);
    if (error) error->index += static_cast<std::uint32_t>(first);
    lock.lock();

    check->error = least(check->error, error);
    if (error && check->taken < all.size()) { // what follows cannot be the first offender
        check->taken = all.size();
        begun_.erase(std::find(begun_.begin(), begun_.end(), check));
    }
    if (--check->running > 0 || check->taken < all.size()) return;
    lock.unlock();
    report(*check);
    lock.lock();
    bytes_ -= check->size;
}

bool Checkers::decode(Check& check) const {
    const Bytes body = std::exchange(check.body, {});
    if (body.size() > network_.parameters().max_block_bytes) {
        check.error = consensus::RuleError{consensus::RuleCode::block_too_large};
        return false;
    }
    auto block = decode_block(body, network_.seal_kind());
    if (!block) {
        check.error = consensus::RuleError{consensus::RuleCode::malformed};
        return false;
    }
    check.error = check_body(network_, *block);
    check.block = std::make_shared<const Block>(std::move(*block));
    return !check.error && !check.block->transactions.empty();
}

void Checkers::report(Check& check) const { sink_({check.id, std::move(check.block), check.error}); }

} // namespace cairn::net
