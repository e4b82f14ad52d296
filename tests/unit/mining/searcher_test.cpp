#include "catch.hpp"
#include <mining/searcher.hpp>
#include <model/block.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

using namespace cairn;
using namespace cairn::mining;

namespace {

const Uint256 never{0}; // no id can be that small, in any life
const Hash256 digest{};

/// Where the results go; waits for them.
class Results {
  public:
    Searcher::Sink sink() {
        return [this](const Found& found) {
            const std::lock_guard lock(mutex_);
            all_.push_back(found);
            arrived_.notify_all();
        };
    }
    std::vector<Found> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [&] { return all_.size() >= count; });
        return all_;
    }
    std::vector<Found> now() const {
        const std::lock_guard lock(mutex_);
        return all_;
    }

  private:
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<Found> all_;
};

void wait_until_under_way(const Searcher& searcher) {
    while (searcher.attempts_of_job() == 0) std::this_thread::yield();
}

} // namespace

TEST_CASE("a search reports a nonce that meets the target", "[mining]") {
    Results results;
    Searcher searcher(2, results.sink());
    CHECK_FALSE(searcher.searching());
    const Uint256 target = Uint256::max() >> 12;
    searcher.start(7, digest, target);
    const Found found = results.wait_for(1).front();
    CHECK(found.job == 7);
    CHECK(Uint256::from_big_endian(block_id(digest, WorkSeal{found.nonce}).bytes) <= target);
    CHECK(found.attempts >= 1);
    CHECK_FALSE(searcher.searching());
    CHECK(searcher.attempts_of_job() >= found.attempts);
}

TEST_CASE("a search on one thread finds the first nonce from its offset and counts every attempt",
          "[mining]") {
    Results results;
    Searcher searcher(1, results.sink());
    const Uint256 target = Uint256::max() >> 12;
    std::uint64_t total = 0;
    std::uint64_t first = 0;
    for (Job job = 0; job < 5; ++job) {
        searcher.start(job, digest, target, first);
        const Found found = results.wait_for(job + 1).back();
        CHECK(found.nonce == try_nonces_portable(digest, target, first, UINT64_MAX));
        CHECK(found.attempts == found.nonce - first + 1);
        CHECK(searcher.attempts_of_job() == found.attempts);
        total += found.attempts;
        CHECK(searcher.attempts() == total);
        first = found.nonce + 1;
    }
}

TEST_CASE("every job is reported once, however many workers find a nonce", "[mining]") {
    Results results;
    Searcher searcher(4, results.sink());
    constexpr Job jobs = 300;
    for (Job job = 0; job < jobs; ++job) {
        searcher.start(job, digest, Uint256::max());
        CHECK(results.wait_for(job + 1).size() == job + 1);
    }
    searcher.stop();
    const auto all = results.now();
    REQUIRE(all.size() == jobs);
    for (Job job = 0; job < jobs; ++job) CHECK(all[job].job == job);
}

TEST_CASE("a stopped search reports nothing more", "[mining]") {
    Results results;
    Searcher searcher(3, results.sink());
    for (Job job = 0; job < 300; ++job) {
        searcher.start(job, digest, Uint256::max() >> 8);
        if (job % 3 == 0) std::this_thread::yield();
        searcher.stop();
        CHECK_FALSE(searcher.searching());
        const std::size_t before = results.now().size();
        std::this_thread::yield();
        CHECK(results.now().size() == before);
    }
    searcher.stop(); // twice does no harm
}

TEST_CASE("a replaced search reports nothing after its successor was started", "[mining]") {
    std::atomic<Job> current{0};
    std::atomic<bool> late{false};
    std::atomic<std::uint64_t> reported{0};
    Searcher searcher(3, [&](const Found& found) {
        if (found.job < current.load()) late = true;
        ++reported;
    });
    constexpr Job jobs = 2'000;
    for (Job job = 1; job <= jobs; ++job) {
        searcher.start(job, digest, Uint256::max() >> static_cast<unsigned>(job % 11));
        current = job; // from here on, results of earlier jobs are late
    }
    while (searcher.searching()) std::this_thread::yield();
    CHECK_FALSE(late);
    CHECK(reported >= 1);
    CHECK(reported <= jobs);
}

TEST_CASE("a search that cannot succeed is replaced by one that can", "[mining]") {
    Results results;
    Searcher searcher(2, results.sink());
    searcher.start(1, digest, never);
    wait_until_under_way(searcher);
    CHECK(searcher.searching());
    searcher.start(2, digest, Uint256::max());
    CHECK(results.wait_for(1).front().job == 2);
}

TEST_CASE("the destructor ends a running search, an idle one and one that never ran", "[mining]") {
    Results results;
    for (int round = 0; round < 20; ++round) {
        Searcher searcher(3, results.sink());
        searcher.start(1, digest, never);
        if (round % 2 == 0) wait_until_under_way(searcher);
    }
    CHECK(results.now().empty());
    {
        Searcher searcher(3, results.sink());
        searcher.start(1, digest, Uint256::max());
        results.wait_for(1);
    }
    { Searcher searcher(3, results.sink()); }
    CHECK(results.now().size() == 1);
}

TEST_CASE("the number of threads changes between searches", "[mining]") {
    Results results;
    Searcher searcher(0, results.sink());
    CHECK(searcher.threads() == 1);
    searcher.start(1, digest, never);
    wait_until_under_way(searcher);
    searcher.set_threads(4);
    CHECK(searcher.threads() == 4);
    CHECK_FALSE(searcher.searching());
    for (const unsigned threads : {2u, 2u, 5u, 1u}) {
        const std::size_t before = results.now().size();
        searcher.set_threads(threads);
        searcher.start(before, digest, Uint256::max() >> 6);
        CHECK(results.wait_for(before + 1).back().job == before);
    }
}

namespace {
std::mutex seen_mutex;
std::vector<std::uint64_t> seen; // the first nonce of every batch

std::optional<std::uint64_t> noting_kernel(const Hash256&, const Uint256&, std::uint64_t first,
                                           std::uint64_t count) {
    const std::lock_guard lock(seen_mutex);
    if (count == Searcher::batch) seen.push_back(first);
    return std::nullopt;
}
} // namespace

TEST_CASE("workers share the nonces: none twice, all from the offset on", "[mining]") {
    constexpr unsigned workers = 3;
    constexpr std::uint64_t offset = 12'345;
    {
        Searcher searcher(
            workers, [](const Found&) {}, noting_kernel);
        searcher.start(1, digest, never, offset);
        while (searcher.attempts() < 200 * Searcher::batch) std::this_thread::yield();
    }
    const std::lock_guard lock(seen_mutex);
    std::sort(seen.begin(), seen.end());
    CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
    for (const auto first : seen) {
        CHECK(first >= offset);
        CHECK((first - offset) % Searcher::batch == 0);
    }
    // A worker's batches follow each other without a hole.
    for (std::uint64_t worker = 0; worker < workers; ++worker) {
        std::uint64_t next = offset + worker * Searcher::batch;
        for (const auto first : seen)
            if ((first - offset) / Searcher::batch % workers == worker) {
                CHECK(first == next);
                next += workers * Searcher::batch;
            }
    }
}
