// The search for a block on several threads. The Searcher owns its workers; one thread owns the Searcher and
// calls it, and workers report through the sink alone. Workers are made by the first search, block while
// there is nothing to search for, run at lower priority, and notice a new search, a stop or the end within
// `batch` attempts.
#pragma once

#include <mining/kernel.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace cairn::mining {

/// Names a search; the caller's to choose.
using Job = std::uint64_t;

struct Found {
    Job job = 0;
    std::uint64_t nonce = 0;
    /// Of all workers on this job, but for the batches that others had not finished.
    std::uint64_t attempts = 0;
};

class Searcher {
  public:
    /// Attempts between two looks at whether the search still stands: about 0.1 ms.
    static constexpr std::uint64_t batch = 1'024;

    /// Called by a worker, at most once a start(), and never for a search that start() or stop() has ended
    /// before: these wait for a call under way. So it must be short, must not throw, and must not call the
    /// Searcher: it hands the result on to the owner's thread.
    using Sink = std::function<void(const Found&)>;

    /// `threads`: 0 is taken as 1.
    Searcher(unsigned threads, Sink sink, TryNonces kernel = best_kernel());
    /// Ends the search and waits for the workers.
    ~Searcher();
    Searcher(const Searcher&) = delete;
    Searcher& operator=(const Searcher&) = delete;

    /// Replaces the search before it. Tries `first_nonce` and what follows, each nonce once, in batches that
    /// the workers take in turn. It ends with a result; what cannot be met is searched for until stop().
    void start(Job job, const Hash256& digest, const Uint256& target, std::uint64_t first_nonce = 0);
    void stop();
    /// Stops the search; the next one runs on so many threads.
    void set_threads(unsigned threads);

    unsigned threads() const { return threads_; }
    /// True from start() until a result, stop() or set_threads(). Safe from any thread.
    bool searching() const;
    /// Of the search that was started last, also when it has ended. Safe from any thread.
    std::uint64_t attempts_of_job() const;
    /// Of all searches. Safe from any thread.
    std::uint64_t attempts() const { return attempts_.load(std::memory_order_relaxed); }

  private:
    struct Search;

    void spawn();
    void work(const std::stop_token& stop, unsigned index);
    void run(Search& search, unsigned index);
    void deliver(Search& search, std::uint64_t nonce);

    const Sink sink_;
    const TryNonces kernel_;
    unsigned threads_;
    std::atomic<std::uint64_t> attempts_{0};

    mutable std::mutex mutex_; ///< guards search_, and that a search ends once
    std::condition_variable_any wake_;
    std::shared_ptr<Search> search_;    ///< the last one; nullptr before the first
    std::vector<std::jthread> workers_; ///< last: they use all of the above until joined
};

} // namespace cairn::mining
