// Benchmark: the hexadecimal form of a hash, both ways.
#include <base/hex.hpp>

#include <benchmark/benchmark.h>

namespace {

void hash_to_hex(benchmark::State& state) {
    const cairn::Bytes hash(32, 0xab);
    for (auto _ : state) benchmark::DoNotOptimize(cairn::to_hex(hash));
}
BENCHMARK(hash_to_hex);

void hash_from_hex(benchmark::State& state) {
    const std::string text(64, 'a');
    for (auto _ : state) benchmark::DoNotOptimize(cairn::from_hex(text));
}
BENCHMARK(hash_from_hex);

} // namespace
