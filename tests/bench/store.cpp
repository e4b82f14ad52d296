// Benchmark: what the index costs a payment. A million payments between random ones of 100,000 accounts, five
// index writes each: both accounts, both histories, the transaction by its id. The argument is how many
// payments share a commit. Reported: CPU and elapsed microseconds a payment inside of commit(), and the bytes
// of data.mdb a payment. Works in a temporary directory ($TMPDIR).
#include <base/random.hpp>
#include <store/index.hpp>
#include <store/lmdb_key_value.hpp>
#include <store/memory_filesystem.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>

namespace {

using namespace cairn;
using namespace cairn::store;

constexpr std::uint32_t accounts = 100'000;
constexpr std::uint32_t payments = 1'000'000;
constexpr std::uint32_t block_payments = 2000;

/// What a batch of payments changes, from payment number `first` on.
Changes changes_of(Prng& random, std::uint32_t first, std::uint32_t count) {
    Changes out;
    out.checkpoint.accounts = accounts;
    out.checkpoint.height = {first / block_payments};
    std::vector<std::uint32_t> touched;
    for (std::uint32_t i = first; i < first + count; ++i) {
        const TxPlace place{i / block_payments, i % block_payments};
        TxId id;
        random.fill(id.bytes);
        out.transactions.push_back({id, place});
        for (int side = 0; side < 2; ++side) {
            const auto account = static_cast<std::uint32_t>(random.below(accounts));
            touched.push_back(account);
            out.history.push_back({{account}, place});
        }
    }
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    for (const std::uint32_t number : touched) {
        Account account;
        account.nonce = {first};
        out.accounts.push_back({{number}, account});
    }
    return out;
}

void index_commits(benchmark::State& state) {
    const auto per_commit = static_cast<std::uint32_t>(state.range(0));
    for (auto _ : state) {
        std::string directory = (std::filesystem::temp_directory_path() / "cairn-bench-XXXXXX").string();
        if (!::mkdtemp(directory.data())) return state.SkipWithError("no temporary directory");
        std::clock_t cpu = 0;
        std::chrono::steady_clock::duration elapsed{};
        {
            Prng random(1);
            LmdbKeyValue tables(Path(directory) / "index");
            Index index(tables, {});
            for (std::uint32_t first = 0; first < payments; first += per_commit) {
                const Changes changes = changes_of(random, first, per_commit);
                const std::clock_t cpu_before = std::clock();
                const auto before = std::chrono::steady_clock::now();
                index.commit(changes);
                cpu += std::clock() - cpu_before;
                elapsed += std::chrono::steady_clock::now() - before;
            }
        }
        const auto size = std::filesystem::file_size(Path(directory) / "index" / "data.mdb");
        std::filesystem::remove_all(directory);
        state.SetIterationTime(std::chrono::duration<double>(elapsed).count());
        state.counters["cpu_us_payment"] = 1e6 * static_cast<double>(cpu) / CLOCKS_PER_SEC / payments;
        state.counters["us_payment"] = std::chrono::duration<double, std::micro>(elapsed).count() / payments;
        state.counters["bytes_payment"] = static_cast<double>(size) / payments;
    }
}
BENCHMARK(index_commits)
    ->Arg(2000)
    ->Arg(20'000)
    ->Arg(100'000)
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

/// The log: records of the size of a block of one payment, in memory, one group.
void log_append_and_read(benchmark::State& state) {
    const Bytes payload(static_cast<std::size_t>(state.range(0)), 0x5a);
    for (auto _ : state) {
        MemoryFileSystem files;
        RecordLog log(files, "/log", {});
        std::vector<LogPosition> places;
        places.reserve(1'000);
        for (int i = 0; i < 1'000; ++i) places.push_back(log.append(payload));
        log.sync();
        for (const LogPosition place : places)
            benchmark::DoNotOptimize(log.read(place, static_cast<std::uint32_t>(payload.size())));
    }
    state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(log_append_and_read)->Arg(400)->Arg(20'000);

} // namespace
