// Benchmark: what the index costs a payment. Payments between random ones of 100,000 accounts, five index
// writes each: both accounts, both histories, the transaction by its id. The arguments are how many payments
// there are, and how many share a commit. Reported: CPU and elapsed microseconds a payment inside of commit()
// (of the last tenth of them too: what they cost once the chain is long; and the longest one), the bytes of
// data.mdb a payment, and microseconds a lookup of a transaction and of an account's last 20 entries. Works
// in a temporary directory ($TMPDIR).
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
constexpr std::uint32_t block_payments = 2000;

/// What a batch of payments changes, from payment number `first` on.
Changes changes_of(Prng& random, std::uint32_t first, std::uint32_t count) {
    const std::uint32_t per_block = std::min(count, block_payments); // a commit ends with a block
    Changes out;
    out.checkpoint.accounts = accounts;
    out.checkpoint.height = {(first + count - 1) / per_block};
    std::vector<std::uint32_t> touched;
    for (std::uint32_t i = first; i < first + count; ++i) {
        const TxPlace place{i / per_block, i % per_block};
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

double seconds(std::clock_t ticks) { return static_cast<double>(ticks) / CLOCKS_PER_SEC; }

/// CPU microseconds a call.
template <typename Call> double lookup_us(Call call) {
    constexpr int calls = 2000;
    Prng random(2);
    const std::clock_t before = std::clock();
    for (int i = 0; i < calls; ++i) benchmark::DoNotOptimize(call(random));
    return 1e6 * seconds(std::clock() - before) / calls;
}

void index_commits(benchmark::State& state) {
    const auto payments = static_cast<std::uint32_t>(state.range(0));
    const auto per_commit = static_cast<std::uint32_t>(state.range(1));
    for (auto _ : state) {
        std::string directory = (std::filesystem::temp_directory_path() / "cairn-bench-XXXXXX").string();
        if (!::mkdtemp(directory.data())) return state.SkipWithError("no temporary directory");
        std::clock_t cpu = 0;
        std::clock_t late_cpu = 0;
        std::clock_t longest = 0;
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
                const std::clock_t spent = std::clock() - cpu_before;
                cpu += spent;
                longest = std::max(longest, spent);
                if (first >= payments / 10 * 9) late_cpu += spent;
                elapsed += std::chrono::steady_clock::now() - before;
            }
            state.counters["us_transaction"] = lookup_us([&](Prng& any) {
                TxId id;
                any.fill(id.bytes);
                return index.transactions_like(id);
            });
            state.counters["us_history"] = lookup_us([&](Prng& any) {
                const auto account = static_cast<std::uint32_t>(any.below(accounts));
                return index.history_before({account}, {UINT32_MAX, UINT32_MAX}, 20);
            });
        }
        const auto size = std::filesystem::file_size(Path(directory) / "index" / "data.mdb");
        std::filesystem::remove_all(directory);
        state.SetIterationTime(std::chrono::duration<double>(elapsed).count());
        state.counters["cpu_us_payment"] = 1e6 * seconds(cpu) / payments;
        state.counters["cpu_us_late"] = 1e7 * seconds(late_cpu) / payments;
        state.counters["cpu_ms_longest"] = 1e3 * seconds(longest);
        state.counters["us_payment"] = std::chrono::duration<double, std::micro>(elapsed).count() / payments;
        state.counters["bytes_payment"] = static_cast<double>(size) / payments;
    }
}
BENCHMARK(index_commits)
    ->Args({20'000, 20})
    ->Args({1'000'000, 2000})
    ->Args({100'000, 100'000})
    ->Args({1'000'000, 100'000})
    ->Args({10'000'000, 100'000})
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
