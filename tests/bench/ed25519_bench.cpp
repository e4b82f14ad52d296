// Benchmark: signature verification by rule 8, one by one and in batches, beside Crypto++'s, interleaved in
// one loop so that both meet the same clock and cache; and the short hashes of Merkle trees. `times` is how
// many times as many signatures we verify, of the medians.
#include "bench/timing.hpp"
#include <base/random.hpp>
#include <crypto/batch.hpp>
#include <crypto/sha256_many.hpp>
#include <crypto/sha256_pairs.hpp>

#include <benchmark/benchmark.h>
#include <cryptopp/donna.h>
#include <cryptopp/sha.h>

#include <algorithm>
#include <ctime>

namespace {

using namespace cairn;
using bench::median;
using namespace cairn::crypto;

/// Signatures over messages of the size of a payment's.
struct Batch {
    std::vector<ByteArray<200>> messages;
    std::vector<Signed> all;
};

/// keys = 0: each has a key of its own.
Batch some_signed(std::size_t count, std::size_t keys = 0) {
    Prng random(1);
    std::vector<KeyPair> pairs;
    for (std::size_t i = 0; i < (keys == 0 ? count : keys); ++i) pairs.push_back(KeyPair::generate(random));
    Batch batch;
    batch.messages.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        random.fill(batch.messages[i]);
        const KeyPair& pair = pairs[i % pairs.size()];
        batch.all.push_back({pair.public_key(), batch.messages[i], pair.sign(batch.messages[i])});
    }
    return batch;
}

bool cryptopp_verifies(const Signed& one) {
    return CryptoPP::Donna::ed25519_sign_open(one.message.data(), one.message.size(), one.key.bytes.data(),
                                              one.signature.bytes.data()) == 0;
}

/// Microseconds of this process that `work` takes for each of `count`: on a busy machine a clock on the wall
/// measures the others.
template <typename Work> double microseconds_each(std::size_t count, Work work) {
    const std::clock_t start = std::clock();
    work();
    return 1e6 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / static_cast<double>(count);
}

/// Reports `ours` beside Crypto++ on the first 64 of the same signatures, round by round.
template <typename Ours> void side_by_side(benchmark::State& state, const Batch& batch, Ours ours) {
    const std::span<const Signed> theirs_too =
        std::span(batch.all).first(std::min<std::size_t>(64, batch.all.size()));
    std::vector<double> our_times;
    std::vector<double> their_times;
    for (auto _ : state) {
        our_times.push_back(microseconds_each(batch.all.size(), [&] {
            if (!ours()) state.SkipWithError("refused");
        }));
        their_times.push_back(microseconds_each(theirs_too.size(), [&] {
            for (const Signed& one : theirs_too)
                if (!cryptopp_verifies(one)) state.SkipWithError("refused by Crypto++");
        }));
    }
    state.counters["ours_us"] = median(our_times);
    state.counters["cryptopp_us"] = median(their_times);
    state.counters["times"] = median(their_times) / median(our_times);
}

void one_by_one(benchmark::State& state) {
    const Batch batch = some_signed(64);
    side_by_side(state, batch, [&] {
        return std::all_of(batch.all.begin(), batch.all.end(),
                           [](const Signed& one) { return verify(one.key, one.message, one.signature); });
    });
}
BENCHMARK(one_by_one)->Iterations(151)->Unit(benchmark::kMillisecond);

Form form_of(std::int64_t number) { return number == 0 ? Form::portable : best_form(); }

/// Of so many signatures, by so many keys that come again in every batch (0: all distinct); 0: portable, 1:
/// the best form of this machine.
void in_batches(benchmark::State& state) {
    constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
    const auto keys = static_cast<std::size_t>(state.range(1));
    const Batch batch = some_signed(static_cast<std::size_t>(state.range(0)), keys);
    KeyCache cache(keys == 0 ? 0 : 1024);
    side_by_side(state, batch,
                 [&] { return find_refused(batch.all, {}, cache, all, form_of(state.range(2))).empty(); });
}
BENCHMARK(in_batches)
    ->ArgsProduct({{16, 64, 256, 1024, 4096}, {0, 100}, {0, 1}})
    ->Iterations(151)
    ->Unit(benchmark::kMillisecond);

/// What a block with one wrong signature costs, the first of which is looked for.
void with_one_wrong(benchmark::State& state) {
    Batch batch = some_signed(1024);
    const Form form = form_of(state.range(0));
    batch.all[700].signature.bytes[40] ^= 1;
    KeyCache cache(0);
    side_by_side(state, batch, [&] { return find_refused(batch.all, {}, cache, 1, form).size() == 1; });
}
BENCHMARK(with_one_wrong)->Arg(0)->Arg(1)->Iterations(51)->Unit(benchmark::kMillisecond);

void sign_payment(benchmark::State& state) {
    Prng random(1);
    const KeyPair pair = KeyPair::generate(random);
    const Bytes message(150, 7);
    for (auto _ : state) benchmark::DoNotOptimize(pair.sign(message));
}
BENCHMARK(sign_payment);

void sha256_of(benchmark::State& state) {
    const Bytes data(static_cast<std::size_t>(state.range(0)), 7);
    for (auto _ : state) benchmark::DoNotOptimize(sha256(data));
}
BENCHMARK(sha256_of)->Arg(45)->Arg(65)->Arg(200)->Arg(65536);

void sha256_of_many(benchmark::State& state) {
    constexpr std::size_t count = 64;
    const auto size = static_cast<std::size_t>(state.range(0));
    const Bytes data(count * size, 7);
    std::array<Hash256, count> out;
    for (auto _ : state) {
        sha256_many(data, size, out);
        benchmark::DoNotOptimize(out);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(count) * state.iterations());
}
BENCHMARK(sha256_of_many)->Arg(45)->Arg(65)->Arg(200);

void sha256_of_pairs(benchmark::State& state) {
    constexpr std::size_t count = 64;
    std::array<Hash256, 2 * count> hashes{};
    for (std::size_t i = 0; i < hashes.size(); ++i) hashes[i].fill(static_cast<Byte>(3 * i));
    std::array<const Hash256*, count> pairs;
    std::array<Hash256, count> out;
    std::array<Hash256*, count> to;
    for (std::size_t i = 0; i < count; ++i) {
        pairs[i] = &hashes[2 * i];
        to[i] = &out[i];
    }
    for (auto _ : state) {
        sha256_pairs(1, pairs, to);
        benchmark::DoNotOptimize(out);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(count) * state.iterations());
}
BENCHMARK(sha256_of_pairs);

void sha256_of_cryptopp(benchmark::State& state) {
    const Bytes data(static_cast<std::size_t>(state.range(0)), 7);
    Hash256 digest;
    for (auto _ : state) {
        CryptoPP::SHA256().CalculateDigest(digest.data(), data.data(), data.size());
        benchmark::DoNotOptimize(digest);
    }
}
BENCHMARK(sha256_of_cryptopp)->Arg(45)->Arg(65)->Arg(200)->Arg(1024)->Arg(65536);

} // namespace
