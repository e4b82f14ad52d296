// Benchmark: signature verification by rule 8 beside Crypto++'s, interleaved in one loop so that both meet
// the same clock and cache; and the short hashes of Merkle trees. `ratio` is ours divided by theirs; the rule
// allows 3.
#include <base/random.hpp>
#include <crypto/ed25519.hpp>
#include <crypto/hash.hpp>

#include <benchmark/benchmark.h>
#include <cryptopp/donna.h>
#include <cryptopp/sha.h>

#include <chrono>

namespace {

using namespace cairn;
using namespace cairn::crypto;
using Clock = std::chrono::steady_clock;

struct Signed {
    PublicKey key;
    ByteArray<150> message; // about the size of a payment
    Signature signature;
};

std::vector<Signed> some_signed() {
    Prng random(1);
    std::vector<Signed> all(64);
    for (auto& one : all) {
        const KeyPair pair = KeyPair::generate(random);
        random.fill(one.message);
        one.key = pair.public_key();
        one.signature = pair.sign(one.message);
    }
    return all;
}

double microseconds(Clock::duration duration) {
    return std::chrono::duration<double, std::micro>(duration).count();
}

void verify_side_by_side(benchmark::State& state) {
    const auto all = some_signed();
    Clock::duration ours{};
    Clock::duration theirs{};
    double count = 0;
    for (auto _ : state) {
        for (const auto& one : all) {
            const auto start = Clock::now();
            if (!verify(one.key, one.message, one.signature)) state.SkipWithError("refused");
            const auto middle = Clock::now();
            if (CryptoPP::Donna::ed25519_sign_open(one.message.data(), one.message.size(),
                                                   one.key.bytes.data(), one.signature.bytes.data()) != 0)
                state.SkipWithError("refused by Crypto++");
            ours += middle - start;
            theirs += Clock::now() - middle;
        }
        count += static_cast<double>(all.size());
    }
    state.counters["ours_us"] = microseconds(ours) / count;
    state.counters["cryptopp_us"] = microseconds(theirs) / count;
    state.counters["ratio"] = microseconds(ours) / microseconds(theirs);
}
BENCHMARK(verify_side_by_side)->MinTime(3);

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

void sha256_of_cryptopp(benchmark::State& state) {
    const Bytes data(static_cast<std::size_t>(state.range(0)), 7);
    Hash256 digest;
    for (auto _ : state) {
        CryptoPP::SHA256().CalculateDigest(digest.data(), data.data(), data.size());
        benchmark::DoNotOptimize(digest);
    }
}
BENCHMARK(sha256_of_cryptopp)->Arg(45)->Arg(65)->Arg(200)->Arg(65536);

} // namespace
