// Two halves of a network mine apart, and meet.
#include "oracles.hpp"
#include "scenario.hpp"

#include <algorithm>

namespace cairn::sim {
namespace {

constexpr std::uint64_t patience = 3; // intervals

consensus::Network network_for(std::size_t machines) {
    auto parameters = test::dev_parameters();
    for (std::size_t i = 0; i < machines; ++i)
        parameters.allocations.push_back({test::address_of(i), test::coins(1'000)});
    parameters.interval_ms = 1; // the world sets the pace
    return test::network_of(std::move(parameters));
}

WorldOptions options_for(Prng& random, std::size_t machines, std::uint64_t interval_ms) {
    WorldOptions out;
    out.machines = machines;
    out.in_cities = true;
    out.block_ms = interval_ms * machines;
    out.dials = 1 + random.below(3);
    out.skew_ms = random.below(3'000);
    out.node.mempool.min_units_per_byte = 0;
    return out;
}

class Heal {
  public:
    Heal(std::uint64_t seed, const WorldOptions& options, Prng random)
        : random_(std::move(random)), world_(network_for(options.machines), options, seed) {
        const std::size_t machines = options.machines;
        out_.interval_ms = options.block_ms / machines;
        halves_.resize(machines);
        for (std::size_t i = 2; i < machines; ++i) halves_[i] = random_.below(2);
        halves_[1] = 1; // nobody's half is empty
    }

    Outcome run(std::uint32_t blocks) {
        for (std::size_t i = 0; i < world_.size(); ++i) world_.start_mining(i);
        pass(2 + random_.below(5));
        world_.partition(halves_, random_.below(2) == 0);
        const std::uint32_t before = world_.highest();
        const std::uint64_t apart = 1 + random_.below(blocks);
        while (world_.highest() < before + apart) pass(1);
        world_.heal();
        meet();
        calm_down();
        judge();
        out_.trace = world_.trace();
        out_.messages = world_.messages();
        return out_;
    }

  private:
    /// About so many intervals, in which there is a payment now and then.
    void pass(std::uint64_t intervals) {
        for (std::uint64_t i = 0; i < 2 * intervals; ++i) {
            world_.run_until(world_.now() + out_.interval_ms / 4 + random_.below(out_.interval_ms / 2));
            world_.pay(random_.below(world_.size()), test::address_of(random_.below(world_.size() + 3)),
                       test::units(1 + random_.below(1'000'000)));
        }
    }

    const chain::Chain& chain_of(std::size_t index) { return world_.machine(index).node().chain(); }

    /// The most work in a half, and how high it stands.
    std::pair<Uint256, std::uint32_t> best_of(std::size_t half) {
        std::pair<Uint256, std::uint32_t> out{};
        for (std::size_t i = 0; i < world_.size(); ++i)
            if (halves_[i] == half)
                out = std::max(out, std::pair(chain_of(i).tip().work, chain_of(i).height().value));
        return out;
    }

    bool agree_at(std::uint32_t height) {
        const auto first = chain_of(0).at(Height{height});
        for (std::size_t i = 0; i < world_.size(); ++i) {
            const auto other = chain_of(i).at(Height{height});
            if (!first || !other || other->id != first->id) return false;
        }
        return true;
    }

    /// They have met when there is a way from each to each; closed connections may have left more than two
    /// parts. They agree when all have the same block where the shorter of the two branches ended; a race for
    /// the newest block may go on above. The time in which neither half leads does not count: work cannot
    /// choose.
    void meet() {
        constexpr Moment step = 100;
        constexpr Moment redial = 60'000; // pauses between attempts grow up to 45 s
        const Moment healed = world_.now();
        if (!world_.run_until(healed + redial, [this] { return world_.is_connected(); }))
            return fail("the halves do not find each other:" + describe(world_));
        const std::uint32_t height = std::min(best_of(0).second, best_of(1).second);
        while (!agree_at(height)) {
            if (best_of(0).first != best_of(1).first) out_.healed_ms += step;
            if (out_.healed_ms > patience * out_.interval_ms)
                return fail("the halves do not agree within 3 intervals:" + describe(world_));
            world_.run_until(world_.now() + step);
        }
    }

    void calm_down() {
        pass(2);
        for (std::size_t i = 1; i < world_.size(); ++i) world_.stop_mining(i);
        const std::uint32_t before = world_.highest();
        const bool agreed = world_.run_until(world_.now() + 100 * out_.interval_ms * world_.size(), [&] {
            return world_.highest() > before && world_.common_tip().has_value();
        });
        world_.stop_mining(0);
        world_.run_until(world_.now() + 30'000);
        if (!agreed || !world_.common_tip()) fail("the machines do not agree:" + describe(world_));
    }

    void judge() {
        out_.height = world_.highest();
        for (std::size_t i = 0; i < world_.size(); ++i) {
            out_.reorganisations += chain_of(i).reorganisations().size();
            fail(chain_fault(world_, i));
        }
        fail(promise_fault(world_));
        fail(payment_fault(world_));
        fail(mempool_fault(world_));
    }

    void fail(const std::string& why) {
        if (out_.failure.empty()) out_.failure = why;
    }

    Prng random_;
    World world_;
    std::vector<std::size_t> halves_;
    Outcome out_;
};

} // namespace

Outcome run_heal(std::uint64_t seed, std::size_t machines, std::uint32_t blocks) {
    Prng random(seed ^ 0x4ea1);
    const std::size_t count = machines != 0 ? machines : 4 + random.below(9);
    const std::uint64_t interval_ms =
        random.below(2) == 0 ? 15'000 : 2'000; // as on main, and as on quick ones
    const WorldOptions options = options_for(random, count, interval_ms);
    return Heal(seed, options, std::move(random)).run(blocks);
}

} // namespace cairn::sim
