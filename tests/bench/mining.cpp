// Benchmark: the search's kernels beside a search with Crypto++'s transform, two calls an attempt (which the
// portable kernel is), beside those two calls alone, and beside the least that the SHA instructions allow. In
// turn, in one loop; medians of CPU time. And the searcher around them.
#include "bench/timing.hpp"
#include <crypto/form.hpp>
#include <mining/kernel.hpp>
#include <mining/searcher.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace cairn;
using bench::median;

constexpr std::uint64_t batch = mining::Searcher::batch;

/// Nanoseconds of this process for each of a batch of attempts.
template <typename Work> double nanoseconds_each(Work work) {
    const std::clock_t start = std::clock();
    work();
    return 1e9 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / static_cast<double>(4 * batch);
}

void search(mining::TryNonces kernel) {
    static std::uint64_t first = 0;
    benchmark::DoNotOptimize(kernel({}, Uint256{}, first, 4 * batch));
    first += 4 * batch;
}

void transform_twice() {
    ByteArray<64> block{};
    std::array<std::uint32_t, 8> words{};
    for (std::uint64_t i = 0; i < 8 * batch; ++i) crypto::sha256_compress(words, block.data());
    benchmark::DoNotOptimize(words);
}

#ifdef __x86_64__
/// 64 pairs of rounds an attempt and nothing else, eight of them independent.
[[gnu::target("sha,sse4.1")]] void bare_rounds(std::uint64_t attempts) {
    for (std::uint64_t i = 0; i < attempts * 64 / 8; ++i)
        asm volatile("sha256rnds2 %%xmm0, %%xmm1, %%xmm1\n\tsha256rnds2 %%xmm0, %%xmm2, %%xmm2\n\t"
                     "sha256rnds2 %%xmm0, %%xmm3, %%xmm3\n\tsha256rnds2 %%xmm0, %%xmm4, %%xmm4\n\t"
                     "sha256rnds2 %%xmm0, %%xmm5, %%xmm5\n\tsha256rnds2 %%xmm0, %%xmm6, %%xmm6\n\t"
                     "sha256rnds2 %%xmm0, %%xmm7, %%xmm7\n\tsha256rnds2 %%xmm0, %%xmm8, %%xmm8"
                     :
                     :
                     : "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8");
}
#endif

void kernels_side_by_side(benchmark::State& state) {
    const auto all = mining::kernels();
    std::vector<std::vector<double>> times(all.size());
    std::vector<double> transforms;
    std::vector<double> rounds;
    for (auto _ : state) {
        for (std::size_t i = 0; i < all.size(); ++i)
            times[i].push_back(nanoseconds_each([&] { search(all[i].try_nonces); }));
        transforms.push_back(nanoseconds_each(transform_twice));
#ifdef __x86_64__
        if (crypto::has_sha_ni()) rounds.push_back(nanoseconds_each([] { bare_rounds(4 * batch); }));
#endif
    }
    const double plain = median(times.back()); // the portable kernel
    state.counters["two_transforms_ns"] = median(transforms);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string name(all[i].name);
        state.counters[name + "_ns"] = median(times[i]);
        state.counters[name + "_times"] = plain / median(times[i]);
    }
    if (rounds.empty()) return;
    state.counters["rounds_ns"] = median(rounds);
    state.counters["share_of_rounds"] = median(rounds) / median(times.front());
}
BENCHMARK(kernels_side_by_side)->Iterations(301)->Unit(benchmark::kMillisecond);

/// Seconds that so many threads take, each for the same work.
template <typename Work> double seconds_of(unsigned threads, Work work) {
    const auto start = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> all;
        for (unsigned i = 0; i < threads; ++i) all.emplace_back(work);
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// What two threads do in the time of one's work.
template <typename Work> double two_by_one(Work work) {
    const double one = seconds_of(1, work);
    return 2 * one / seconds_of(2, work);
}

/// Attempts a second of two threads by those of one; beside it the same of bare rounds, which need nothing
/// but a core: what they fall short of two, the machine does not give.
void two_threads_by_one(benchmark::State& state) {
    std::vector<double> searches;
    std::vector<double> bare;
    for (auto _ : state) {
        searches.push_back(two_by_one([] { mining::best_kernel()({}, Uint256{}, 0, 1'000'000); }));
#ifdef __x86_64__
        if (crypto::has_sha_ni()) bare.push_back(two_by_one([] { bare_rounds(2'000'000); }));
#endif
    }
    state.counters["median"] = median(searches);
    state.counters["best"] = *std::max_element(searches.begin(), searches.end());
    if (!bare.empty()) state.counters["bare"] = median(bare);
}
BENCHMARK(two_threads_by_one)->Iterations(101)->UseRealTime();

/// From start() to the result of a target that the first attempt meets.
void search_round_trip(benchmark::State& state) {
    std::atomic<mining::Job> done{0};
    mining::Searcher searcher(1, [&](const mining::Found& found) {
        done = found.job;
        done.notify_one();
    });
    mining::Job job = 0;
    for (auto _ : state) {
        searcher.start(++job, {}, Uint256::max());
        done.wait(job - 1);
    }
}
BENCHMARK(search_round_trip)->UseRealTime();

} // namespace
