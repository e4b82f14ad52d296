#include "scale.hpp"

#include "oracles.hpp"

#include <algorithm>

namespace cairn::sim {
namespace {

constexpr std::size_t payers = 64;
constexpr std::size_t nodes_a_miner = 10;
constexpr std::size_t links = 8; // that each seeks

consensus::Network network_for(std::size_t nodes) {
    auto parameters = test::dev_parameters();
    for (std::size_t i = 0; i < std::min(nodes, payers); ++i)
        parameters.allocations.push_back({test::address_of(i), test::coins(1'000)});
    parameters.interval_ms = 1; // the world sets the pace
    return test::network_of(std::move(parameters));
}

std::size_t miners_of(const ScaleRequest& request) {
    return std::max<std::size_t>(request.nodes / nodes_a_miner, 2);
}

WorldOptions options_for(const ScaleRequest& request) {
    WorldOptions out;
    out.machines = request.nodes;
    out.in_cities = true;
    out.block_ms = request.interval_ms * miners_of(request);
    out.dials = links;
    out.skew_ms = 1'000;
    out.tell_after_ms = 10'000;               // queues are short here: half of the work for nothing
    out.node.template_refresh_ms = 3'600'000; // a search goes on until the tip moves
    out.node.mempool.min_units_per_byte = 0;
    return out;
}

/// Of the sorted numbers, the one that `percent` of them do not exceed.
std::uint64_t percentile(const std::vector<std::uint64_t>& sorted, std::size_t percent) {
    if (sorted.empty()) return 0;
    return sorted[(sorted.size() * percent + 99) / 100 - 1];
}

class Scale {
  public:
    explicit Scale(const ScaleRequest& request)
        : request_(request),
          random_(request.seed),
          world_(network_for(request.nodes), options_for(request), request.seed) {}

    ScaleReport run() {
        constexpr Moment settled = 30'000; // all have found their peers
        world_.run_until(settled);
        world_.record_arrivals();
        const std::size_t step = request_.nodes / miners_of(request_);
        for (std::size_t i = 0; i < miners_of(request_); ++i) world_.start_mining(i * step);
        while (world_.highest() < request_.blocks) {
            world_.run_until(world_.now() +
                             request_.interval_ms / std::max<std::uint64_t>(request_.payments, 1));
            if (request_.payments > 0) pay();
        }
        out_.span_ms = world_.now() - settled;
        settle(step);
        measure();
        out_.height = world_.highest();
        out_.messages = world_.messages();
        return out_;
    }

  private:
    void pay() {
        const std::size_t who = random_.below(std::min(request_.nodes, payers));
        world_.pay(who, test::address_of(random_.below(payers)), test::units(1 + random_.below(1'000)));
    }

    /// One miner goes on until all are on one tip.
    void settle(std::size_t step) {
        for (std::size_t i = 1; i < miners_of(request_); ++i) world_.stop_mining(i * step);
        const std::uint32_t before = world_.highest();
        const Moment patience = 100 * request_.interval_ms * miners_of(request_);
        const bool agreed = world_.run_until(world_.now() + patience, [&] {
            return world_.highest() > before && world_.common_tip().has_value();
        });
        world_.stop_mining(0);
        world_.run_until(world_.now() + 30'000);
        if (!agreed || !world_.common_tip()) fail("the nodes do not agree" + describe(world_));
        fail(promise_fault(world_));
        fail(mempool_fault(world_));
        fail(chain_fault(world_, 0)); // the others have the same tip, so the same state
    }

    void measure() {
        const chain::Chain& chain = world_.machine(0).node().chain();
        std::vector<std::uint64_t> half;
        std::vector<std::uint64_t> most;
        for (const auto& [id, arrivals] : world_.arrivals()) {
            const auto info = chain.find(id);
            if (info && info->height().value > request_.blocks) continue; // found while all settled
            ++out_.found;
            const auto active = info ? chain.at(info->height()) : std::nullopt;
            if (!active || active->id != id) {
                ++out_.stale;
                continue;
            }
            out_.confirmed += info->head.header.tx_count;
            std::vector<std::uint64_t> delays;
            for (const auto& [machine, at] : arrivals.at) delays.push_back(at - arrivals.found);
            std::sort(delays.begin(), delays.end());
            half.push_back(percentile(delays, 50));
            most.push_back(percentile(delays, 90));
        }
        std::sort(half.begin(), half.end());
        std::sort(most.begin(), most.end());
        out_.half_ms = percentile(half, 50);
        out_.half_slow_ms = percentile(half, 90);
        out_.most_ms = percentile(most, 50);
        out_.most_slow_ms = percentile(most, 90);
    }

    void fail(const std::string& why) {
        if (out_.failure.empty()) out_.failure = why;
    }

    ScaleRequest request_;
    Prng random_;
    World world_;
    ScaleReport out_;
};

} // namespace

ScaleReport run_scale(const ScaleRequest& request) { return Scale(request).run(); }

} // namespace cairn::sim
