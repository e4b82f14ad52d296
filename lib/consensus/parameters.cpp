// The parameters' encoding, the coins they issue, and the built-in networks. What makes them sound is
// network.cpp's, their JSON form parameters_json.cpp's.
#include <consensus/parameters.hpp>

#include <algorithm>
#include <stdexcept>

namespace cairn::consensus {
namespace {

constexpr std::uint64_t halvings_until_nothing = 64; // the bits of an amount

void write_text(Writer& out, const std::string& text) {
    if (text.size() > UINT16_MAX) throw std::length_error("a parameter's text of more than 65,535 bytes");
    out.integer(static_cast<std::uint16_t>(text.size())).raw(as_bytes(text));
}

Parameters main_parameters() {
    Parameters out;
    out.name = "main";
    out.ticker = "CRN";
    out.prefix = "crn";
    out.interval_ms = 15'000;
    out.half_life_ms = 900'000;
    out.limit = CompactTarget{0x1e080000}; // 2^235: two million attempts a block, see docs/adr/0020
    out.initial_target = out.limit;
    out.subsidy = Amount::from_units(50 * Amount::units_per_coin);
    out.halving = 2'102'400;
    out.max_block_bytes = 1'048'576;
    out.max_block_txs = 8'192;
    out.max_future_ms = 120'000;
    out.min_new_account = Amount::from_units(Amount::units_per_coin / 1000);
    out.time = Time{1'795'219'200'000}; // 2026-11-21T00:00:00Z
    out.message = "Each stone rests on those below, and nobody pulls one out unseen.";
    return out;
}

Parameters dev_parameters() {
    Parameters out = main_parameters();
    out.name = "dev";
    out.ticker = "DCRN";
    out.prefix = "dcrn";
    out.interval_ms = 1'000;
    out.half_life_ms = 0;
    out.limit = CompactTarget{0x20ffffff}; // nearly every attempt succeeds
    out.initial_target = out.limit;
    out.max_future_ms = 0;
    out.min_new_account = Amount{};
    out.message = "For trying things out: its coins cost no work.";
    return out;
}

Network built_in(Parameters parameters) {
    auto network = Network::make(std::move(parameters));
    if (!network) throw std::logic_error("a built-in network's " + network.error().key);
    return std::move(*network);
}

} // namespace

Bytes encode(const Parameters& parameters) {
    Bytes out;
    Writer to(out);
    write_text(to, parameters.name);
    write_text(to, parameters.ticker);
    write_text(to, parameters.prefix);
    to.integer(static_cast<std::uint64_t>(parameters.consensus))
        .integer(parameters.interval_ms)
        .integer(parameters.half_life_ms)
        .integer(parameters.limit.bits)
        .integer(parameters.initial_target.bits)
        .amount(parameters.subsidy)
        .integer(parameters.halving)
        .integer(parameters.max_block_bytes)
        .integer(parameters.max_block_txs)
        .integer(parameters.max_future_ms)
        .amount(parameters.min_new_account)
        .integer(static_cast<std::uint32_t>(parameters.allocations.size()));
    for (const Allocation& one : parameters.allocations) to.raw(one.address.bytes).amount(one.amount);
    to.integer(static_cast<std::uint32_t>(parameters.stakers.size()));
    for (const Staker& one : parameters.stakers) to.raw(one.public_key.bytes).amount(one.amount);
    to.integer(parameters.time.unix_ms);
    write_text(to, parameters.message);
    return out;
}

Network main_network() { return built_in(main_parameters()); }

Network dev_network() { return built_in(dev_parameters()); }

Amount subsidy_at(const Parameters& parameters, Height height) {
    const std::uint64_t halvings = height.value / parameters.halving;
    if (height.value == 0 || halvings >= halvings_until_nothing) return {};
    return Amount::from_units(parameters.subsidy.units() >> halvings);
}

Amount issued_at(const Parameters& parameters, Height height) {
    Uint128 sum = 0;
    for (const Allocation& one : parameters.allocations) sum += one.amount.units();
    // Run by run of equal subsidies; run 0 begins at height 1.
    const std::uint64_t end = std::uint64_t{height.value} + 1;
    std::uint64_t first = 1;
    for (std::uint64_t halvings = 0; first < end && halvings < halvings_until_nothing; ++halvings) {
        const Uint128 run_end = static_cast<Uint128>(halvings + 1) * parameters.halving;
        const std::uint64_t last = run_end < end ? static_cast<std::uint64_t>(run_end) : end;
        sum += static_cast<Uint128>(last - first) * (parameters.subsidy.units() >> halvings);
        first = last;
    }
    if (sum > UINT64_MAX) throw std::overflow_error("coins issued");
    return Amount::from_units(static_cast<std::uint64_t>(sum));
}

} // namespace cairn::consensus
