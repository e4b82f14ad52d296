// Strangers tell false times. The same run is made with a false time and with its twin: both must leave the
// same trace.
#include "oracles.hpp"
#include "scenario.hpp"

#include <array>
#include <string_view>

namespace cairn::sim {
namespace {

struct Lie {
    std::string_view told;
    std::string_view twin; ///< the truth; of what is no number, something else that is none
};
constexpr std::string_view truth = "1795219201000";
constexpr std::array<Lie, 5> lies = {{{"0", truth},
                                      {"1", truth},
                                      {"9223372036854775807", truth},
                                      {"18446744073709551615", truth},
                                      {"-1", "soon"}}};

consensus::Network network_for(std::size_t machines) {
    auto parameters = test::dev_parameters();
    for (std::size_t i = 0; i < machines; ++i)
        parameters.allocations.push_back({test::address_of(i), test::coins(1'000)});
    parameters.interval_ms = 1'000;
    return test::network_of(std::move(parameters));
}

/// A HELLO in which only the time is not as it should be.
Bytes hello_of(const consensus::Network& network, std::string_view time) {
    std::string line = "HELLO v=1 net=" + to_hex(network.tag().bytes) + " ua=stranger time=";
    line += time;
    line += "\n";
    return {line.begin(), line.end()};
}

Outcome run_once(std::uint64_t seed, std::size_t machines, std::uint32_t blocks, std::string_view time) {
    Prng random(seed ^ 0x11e5);
    WorldOptions options;
    options.machines = machines;
    options.most_delay_ms = 10 + random.below(500);
    options.block_ms = 500 + random.below(2'000);
    options.skew_ms = random.below(3'000);
    options.node.mempool.min_units_per_byte = 0;
    World world(network_for(machines), options, seed);
    const Bytes hello = hello_of(world.network(), time);
    for (std::size_t i = 0; i < machines; ++i) world.start_mining(i);
    while (world.highest() < blocks && world.now() < 600'000) {
        world.run_until(world.now() + random.below(2'000));
        for (std::size_t i = 0; i < machines; ++i)
            if (random.below(2) == 0) world.stranger(i, hello);
        world.pay(random.below(machines), test::address_of(random.below(machines)), test::units(1));
    }
    Outcome out;
    out.interval_ms = 1'000;
    out.trace = world.trace();
    out.height = world.highest();
    out.messages = world.messages();
    for (std::size_t i = 0; i < machines && out.failure.empty(); ++i) out.failure = chain_fault(world, i);
    if (out.failure.empty()) out.failure = promise_fault(world);
    return out;
}

} // namespace

Outcome run_lies(std::uint64_t seed, std::size_t machines, std::uint32_t blocks) {
    const std::size_t count = machines != 0 ? machines : 3;
    Outcome out;
    if (run_once(seed, count, blocks, truth).trace == run_once(seed, count, blocks, "soon").trace)
        out.failure = "nobody listens to strangers";
    for (const Lie& lie : lies) {
        const Outcome one = run_once(seed, count, blocks, lie.told);
        if (out.failure.empty()) out.failure = one.failure;
        const std::uint64_t twin = run_once(seed, count, blocks, lie.twin).trace;
        if (out.failure.empty() && one.trace != twin)
            out.failure = "a HELLO of time=" + std::string(lie.told) + " changed what the machines do";
        out.trace ^= one.trace;
        out.height = one.height;
        out.messages += one.messages;
    }
    return out;
}

} // namespace cairn::sim
