// Benchmark: a block of 4,000 payments, all of them in the mempool, arrives in its compact form at a node
// with another peer that wants compact blocks: from the bytes to the bytes for the other peer, by one SHA-256
// of the block's bytes with Crypto++ (medians, in turn).
#include "bench/timing.hpp"
#include "support/ledger.hpp"
#include "support/peer_bench.hpp"
#include <protocol/compact_block.hpp>

#include <benchmark/benchmark.h>
#include <cryptopp/sha.h>

namespace {

using namespace cairn;
using bench::median;
using bench::microseconds;
using namespace cairn::test;

constexpr std::uint32_t payments = 4'000;

/// Whether the node has sent something to this peer among its effects.
bool has_sent_to(const net::Effects& effects, net::PeerId peer) {
    return std::any_of(effects.begin(), effects.end(), [&](const net::Effect& effect) {
        const auto* send = std::get_if<net::Send>(&effect);
        return send != nullptr && send->peer == peer;
    });
}

void compact_relay(benchmark::State& state) {
    const auto network = funded_network(payments);
    const auto options = free_of_fees();
    Ledger ledger(network);
    std::vector<Transaction> txs;
    for (std::uint32_t i = 0; i < payments; ++i)
        txs.push_back(transfer(network, key_of(i), 0, address_of(i + 1), coins(1)));
    const Block block = ledger.next(txs, address_of(9));
    const Bytes bytes = encode(block);
    std::vector<double> ours;
    std::vector<double> hashing;
    for (auto _ : state) {
        PeerBench bench(network, options);
        net::Hello able;
        able.compact_blocks = true;
        able.raw = true;
        const auto giver = bench.friend_from("20.0.0.1", able); // the node asks it for compact blocks
        const auto taker = bench.friend_from("20.1.0.1", able);
        bench.say(taker, net::Relay{true});
        bench.acts_at_once = false;
        for (const Transaction& tx : txs) bench.node.call(net::SubmitTransactions{{tx}});
        bench.heard(taker);
        const Bytes message = net::encode(net::make_compact(block, block_id(block.head), 77), true);
        state.counters["message_bytes"] = static_cast<double>(message.size());
        net::Effects effects;
        const Instant now{bench.node.now, bench.node.now.unix_ms};
        ours.push_back(microseconds([&] {
            bench.node.node().on(net::Received{giver, message}, now, effects);
        }));
        if (!has_sent_to(effects, taker)) state.SkipWithError("it was not passed on");
        Hash256 digest;
        hashing.push_back(microseconds(
            [&] { CryptoPP::SHA256().CalculateDigest(digest.data(), bytes.data(), bytes.size()); }));
        benchmark::DoNotOptimize(digest);
    }
    state.counters["ours_us"] = median(ours);
    state.counters["hash_us"] = median(hashing);
    state.counters["times"] = median(ours) / median(hashing);
}
BENCHMARK(compact_relay)->Iterations(9)->Unit(benchmark::kMillisecond);

} // namespace
