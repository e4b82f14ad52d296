#include "scenario.hpp"

#include "oracles.hpp"

namespace cairn::sim {
namespace {

constexpr std::uint64_t interval_ms = 1'000;

consensus::Network network_for(std::size_t machines) {
    auto parameters = test::dev_parameters();
    for (std::size_t i = 0; i < machines; ++i)
        parameters.allocations.push_back({test::address_of(i), test::coins(1'000)});
    parameters.interval_ms = interval_ms;
    return test::network_of(std::move(parameters));
}

WorldOptions options_for(Prng& random, std::size_t machines) {
    WorldOptions out;
    out.machines = machines;
    const bool rough = random.below(2) == 0;
    out.loss = rough ? static_cast<std::uint32_t>(random.below(300)) : 0;
    out.doubling = rough ? static_cast<std::uint32_t>(random.below(50)) : 0;
    out.reordering = rough ? static_cast<std::uint32_t>(random.below(50)) : 0;
    out.most_delay_ms = 10 + random.below(500);
    out.block_ms = 200 + random.below(3'000);
    out.dials = 1 + random.below(3);
    out.skew_ms = random.below(3'000);
    out.most_sync_ms = 1 + random.below(2) * random.below(1'000);
    out.node.mempool.min_units_per_byte = 0;
    out.node.chain.max_reorg = 0;
    out.node.chain.checkpoint_blocks = 5 + static_cast<std::uint32_t>(random.below(50));
    return out;
}

class Scenario {
  public:
    Scenario(std::uint64_t seed, std::size_t machines, const WorldOptions& options, Prng random)
        : random_(std::move(random)),
          world_(network_for(machines), options, seed),
          lossless_(options.loss == 0) {
        out_.interval_ms = interval_ms;
    }

    Outcome run(std::uint32_t blocks) {
        for (std::size_t i = 0; i < world_.size(); ++i)
            if (i == 0 || random_.below(3) != 0) world_.start_mining(i);
        while (world_.now() < 600'000 && world_.highest() < blocks) trouble();
        calm_down();
        judge();
        out_.trace = world_.trace();
        out_.messages = world_.messages();
        return out_;
    }

  private:
    /// A while, and something that goes wrong or is paid.
    void trouble() {
        world_.run_until(world_.now() + random_.below(4'000));
        const std::size_t who = random_.below(world_.size());
        switch (random_.below(9)) {
        case 0:
            world_.lose_power(who);
            break;
        case 1: {
            std::vector<std::size_t> groups(world_.size());
            for (auto& group : groups) group = random_.below(2);
            world_.partition(groups, random_.below(2) == 0);
            break;
        }
        case 2:
            world_.heal();
            break;
        case 3:
            for (std::size_t i = 0; i < world_.size(); ++i) restart(i);
            break;
        case 4: // told to others, and perhaps not yet on the disk
            pay(who);
            world_.run_until(world_.now() + random_.below(500));
            world_.lose_power(who);
            break;
        default:
            pay(who);
        }
    }

    void pay(std::size_t who) {
        world_.pay(who, test::address_of(random_.below(world_.size() + 3)),
                   test::units(1 + random_.below(1'000'000)));
    }

    void restart(std::size_t index) {
        if (world_.machine(index).is_up()) return;
        world_.start(index);
        if (random_.below(2) == 0) world_.start_mining(index);
    }

    /// Everything works again, and one miner goes on until its branch leads everywhere.
    void calm_down() {
        for (std::size_t i = 0; i < world_.size(); ++i) restart(i);
        world_.heal();
        world_.calm();
        for (std::size_t i = 1; i < world_.size(); ++i) world_.stop_mining(i);
        world_.start_mining(0);
        const Moment from = world_.now();
        const std::uint32_t before = world_.highest();
        // Connections that were lost are sought again after up to 45 s, and silent ones end after 120 s.
        constexpr Moment patience = 240'000;
        const bool agreed = world_.run_until(from + patience, [&] {
            return world_.highest() > before + 1 && world_.common_tip().has_value();
        });
        out_.healed_ms = world_.now() - from;
        world_.stop_mining(0);
        // Own payments that nobody heard of are told again after ten minutes.
        world_.run_until(world_.now() + 700'000);
        if (!agreed || !world_.common_tip()) fail("the machines do not agree:" + describe(world_));
    }

    void fail(const std::string& why) {
        if (out_.failure.empty()) out_.failure = why;
    }

    void judge() {
        out_.height = world_.highest();
        for (std::size_t i = 0; i < world_.size(); ++i) {
            out_.reorganisations += world_.machine(i).node().chain().reorganisations().size();
            fail(chain_fault(world_, i));
        }
        fail(promise_fault(world_));
        fail(payment_fault(world_));
        if (lossless_) fail(mempool_fault(world_));
    }

    Prng random_;
    World world_;
    bool lossless_;
    Outcome out_;
};

} // namespace

Outcome run_scenario(std::uint64_t seed, std::size_t machines, std::uint32_t blocks) {
    Prng choice(seed);
    const std::size_t count = machines != 0 ? machines : 2 + choice.below(7);
    Prng random(seed ^ 0x5ce0a210);
    const WorldOptions options = options_for(random, count);
    return Scenario(seed, count, options, std::move(random)).run(blocks);
}

} // namespace cairn::sim
