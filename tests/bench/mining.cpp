// Benchmark: attempts a second of the search's kernel, beside the two compressions that it cannot do without.
#include <mining/kernel.hpp>
#include <mining/searcher.hpp>

#include <benchmark/benchmark.h>

#include <atomic>

namespace {

using namespace cairn;

void two_compressions(benchmark::State& state) {
    ByteArray<64> block{};
    std::array<std::uint32_t, 8> words{};
    for (auto _ : state) {
        crypto::sha256_compress(words, block.data());
        crypto::sha256_compress(words, block.data());
        benchmark::DoNotOptimize(words);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(two_compressions);

void kernel_attempt(benchmark::State& state) {
    constexpr std::uint64_t batch = mining::Searcher::batch;
    const mining::Hash256 digest{};
    std::uint64_t first = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(mining::best_kernel()(digest, Uint256{}, first, batch));
        first += batch;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(first));
}
BENCHMARK(kernel_attempt);

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
