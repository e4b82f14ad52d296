// The workers of a search.
#include <mining/priority.hpp>
#include <mining/searcher.hpp>

#include <algorithm>
#include <utility>

namespace cairn::mining {

/// What the workers of one search share. It has ended once `over` is set, which happens under the mutex;
/// workers look at it between batches without.
struct Searcher::Search {
    const Job job;
    const Hash256 digest;
    const Uint256 target;
    const std::uint64_t first_nonce;
    const unsigned workers;
    std::atomic<std::uint64_t> attempts{0};
    std::atomic<bool> over{false};
};

Searcher::Searcher(unsigned threads, Sink sink, TryNonces kernel)
    : sink_(std::move(sink)), kernel_(kernel), threads_(std::max(threads, 1u)) {}

Searcher::~Searcher() { stop(); }

void Searcher::start(Job job, const Hash256& digest, const Uint256& target, std::uint64_t first_nonce) {
    if (workers_.empty()) spawn();
    const std::shared_ptr<Search> next(new Search{job, digest, target, first_nonce, threads_});
    {
        const std::lock_guard lock(mutex_);
        if (search_) search_->over.store(true, std::memory_order_relaxed);
        search_ = next;
    }
    wake_.notify_all();
}

void Searcher::stop() {
    const std::lock_guard lock(mutex_);
    if (search_) search_->over.store(true, std::memory_order_relaxed);
}

void Searcher::set_threads(unsigned threads) {
    stop();
    threads = std::max(threads, 1u);
    if (threads == threads_) return;
    workers_.clear();
    threads_ = threads;
}

bool Searcher::searching() const {
    const std::lock_guard lock(mutex_);
    return search_ && !search_->over.load(std::memory_order_relaxed);
}

std::uint64_t Searcher::attempts_of_job() const {
    const std::lock_guard lock(mutex_);
    return search_ ? search_->attempts.load(std::memory_order_relaxed) : 0;
}

void Searcher::spawn() {
    workers_.reserve(threads_);
    for (unsigned index = 0; index < threads_; ++index)
        workers_.emplace_back([this, index](const std::stop_token& stop) { work(stop, index); });
}

void Searcher::work(const std::stop_token& stop, unsigned index) {
    lower_thread_priority();
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return search_ && !search_->over.load(); })) {
        if (stop.stop_requested()) return;
        const std::shared_ptr<Search> search = search_;
        lock.unlock();
        run(*search, index);
        lock.lock();
    }
}

void Searcher::run(Search& search, unsigned index) {
    const std::uint64_t stride = batch * search.workers;
    std::uint64_t first = search.first_nonce + batch * index;
    for (; !search.over.load(std::memory_order_relaxed); first += stride) {
        const auto nonce = kernel_(search.digest, search.target, first, batch);
        const std::uint64_t tried = nonce ? *nonce - first + 1 : batch;
        search.attempts.fetch_add(tried, std::memory_order_relaxed);
        attempts_.fetch_add(tried, std::memory_order_relaxed);
        if (nonce) return deliver(search, *nonce);
    }
}

void Searcher::deliver(Search& search, std::uint64_t nonce) {
    const std::lock_guard lock(mutex_);
    if (search.over.exchange(true, std::memory_order_relaxed)) return;
    sink_({search.job, nonce, search.attempts.load(std::memory_order_relaxed)});
}

} // namespace cairn::mining
