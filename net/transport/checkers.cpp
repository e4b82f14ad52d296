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

/// Signatures taken at a time, of so many that are left. The larger a batch, the cheaper each; but of the
/// last ones all workers shall have some, and end together. Fewer than the least would cost much more each.
std::size_t batch_of(std::size_t left, unsigned workers) {
    constexpr std::size_t least = 128;
    constexpr std::size_t most = consensus::SignatureBatches::largest;
    const std::size_t share = std::clamp(left / (2 * std::size_t{workers}), least, most);
    const std::size_t parts = std::max<std::size_t>(1, left / share);
    return std::min((left + parts - 1) / parts, most);
}

} // namespace

struct Checkers::Check {
    CheckId id;
    Bytes body; ///< empty once decoded
    std::size_t size = 0;
    chain::BlockPtr block;
    std::optional<consensus::RuleError> error;
    std::size_t taken = 0;   ///< transactions that somebody checks or has checked
    std::size_t running = 0; ///< parts of it that are being checked

    std::size_t left() const { return block->transactions.size() - taken; }
};

/// Some of a block's transactions.
struct Checkers::Part {
    CheckPtr check;
    std::size_t first = 0;
    std::size_t count = 0;
};

Checkers::Checkers(const consensus::Network& network, const CheckerOptions& options,
                   const crypto::BatchSeed& seed, Sink sink)
    : network_(network),
      options_{std::max(options.threads, 1U), options.limit, options.signatures},
      seed_(seed),
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
        workers_.reserve(options_.threads);
        for (unsigned i = 0; i < options_.threads; ++i)
            workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
    if (queue(check)) return wake_.notify_one();
    if (decode(*check)) check->error = of_caller_.check(check->block->transactions);
    report(*check);
}

bool Checkers::queue(const CheckPtr& check) {
    const std::lock_guard lock(mutex_);
    if (bytes_ > 0 && bytes_ + check->size > options_.limit) return false;
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
        if (wants_more())
            begin(lock);
        else
            check_some(lock, signatures);
    }
}

bool Checkers::wants_more() const {
    return !waiting_.empty() && untaken_ < consensus::SignatureBatches::largest;
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
        untaken_ += check->left();
        wake_.notify_all();
    } else {
        bytes_ -= check->size;
    }
}

std::vector<Checkers::Part> Checkers::take_batch() {
    // What waits to be decoded will keep the others busy.
    std::size_t wanted = waiting_.empty() ? batch_of(untaken_, options_.threads)
                                          : std::min(untaken_, consensus::SignatureBatches::largest);
    untaken_ -= wanted;
    std::vector<Part> out;
    while (wanted > 0) {
        const CheckPtr& check = begun_.front();
        const std::size_t count = std::min(wanted, check->left());
        out.push_back({check, check->taken, count});
        wanted -= count;
        check->taken += count;
        ++check->running;
        if (check->left() == 0) begun_.pop_front();
    }
    return out;
}

void Checkers::check_some(std::unique_lock<std::mutex>& lock, consensus::SignatureBatches& signatures) {
    const std::vector<Part> parts = take_batch();
    lock.unlock();
    std::vector<const Transaction*> all;
    std::vector<std::size_t> part_of; // in step with `all`
    for (std::size_t i = 0; i < parts.size(); ++i)
        for (std::size_t at = 0; at < parts[i].count; ++at) {
            all.push_back(&parts[i].check->block->transactions[parts[i].first + at]);
            part_of.push_back(i);
        }
    std::vector<std::optional<consensus::RuleError>> errors(parts.size());
    const std::size_t most = parts.size() == 1 ? 1 : all.size(); // of one block the first decides
    for (const std::size_t bad : signatures.find_refused(all, most)) {
        const Part& part = parts[part_of[bad]];
        const auto place = static_cast<std::size_t>(all[bad] - part.check->block->transactions.data());
        auto& error = errors[part_of[bad]];
        error = least(
            error, consensus::RuleError{consensus::RuleCode::signature, static_cast<std::uint32_t>(place)});
    }
    lock.lock();
    std::vector<CheckPtr> done;
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (finish(parts[i], errors[i])) done.push_back(parts[i].check);
    lock.unlock();
    for (const CheckPtr& check : done) report(*check);
    lock.lock();
    for (const CheckPtr& check : done) bytes_ -= check->size;
}

bool Checkers::finish(const Part& part, const std::optional<consensus::RuleError>& error) {
    Check& check = *part.check;
    check.error = least(check.error, error);
    if (error && check.left() > 0) { // what follows cannot be the first offender
        untaken_ -= check.left();
        check.taken = check.block->transactions.size();
        begun_.erase(std::find(begun_.begin(), begun_.end(), part.check));
    }
    return --check.running == 0 && check.left() == 0;
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
    return options_.signatures && !check.error && !check.block->transactions.empty();
}

void Checkers::report(Check& check) const { sink_({check.id, std::move(check.block), check.error}); }

} // namespace cairn::net
