#include "scenario.hpp"

#include "world.hpp"
#include <chain/verifier.hpp>
#include <consensus/rules.hpp>

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
    out.loss = rough ? static_cast<std::uint32_t>(random.below(100)) : 0;
    out.doubling = rough ? static_cast<std::uint32_t>(random.below(50)) : 0;
    out.reordering = rough ? static_cast<std::uint32_t>(random.below(50)) : 0;
    out.most_delay_ms = 10 + random.below(500);
    out.block_ms = 200 + random.below(3'000);
    out.dials = 1 + random.below(3);
    out.skew_ms = random.below(3'000);
    out.node.mempool.min_units_per_byte = 0;
    out.node.chain.max_reorg = 0;
    out.node.chain.checkpoint_blocks = 5 + static_cast<std::uint32_t>(random.below(50));
    return out;
}

class Scenario {
  public:
    Scenario(std::uint64_t seed, std::size_t machines)
        : random_(seed ^ 0x5ce0a210), world_(network_for(machines), options_for(random_, machines), seed) {}

    Outcome run(std::uint32_t blocks) {
        for (std::size_t i = 0; i < world_.size(); ++i)
            if (i == 0 || random_.below(3) != 0) world_.start_mining(i);
        while (world_.now() < 600'000 && highest() < blocks) trouble();
        calm_down();
        judge();
        out_.trace = world_.trace();
        out_.messages = world_.messages();
        return out_;
    }

  private:
    std::uint32_t highest() {
        std::uint32_t height = 0;
        for (std::size_t i = 0; i < world_.size(); ++i)
            if (world_.machine(i).is_up())
                height = std::max(height, world_.machine(i).node().chain().height().value);
        return height;
    }

    /// A while, and something that goes wrong or is paid.
    void trouble() {
        world_.run_until(world_.now() + random_.below(4'000));
        const std::size_t who = random_.below(world_.size());
        switch (random_.below(8)) {
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
        default:
            world_.pay(who, test::address_of(random_.below(world_.size() + 3)),
                       test::units(1 + random_.below(1'000'000)));
        }
        if (!world_.overflow().empty() && out_.failure.empty()) out_.failure = world_.overflow();
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
        const std::uint32_t before = highest();
        // Connections that were lost are sought again after up to 45 s, and silent ones end after 120 s.
        constexpr Moment patience = 240'000;
        const bool agreed = world_.run_until(
            from + patience, [&] { return highest() > before + 1 && world_.common_tip().has_value(); });
        out_.healed_ms = world_.now() - from;
        world_.stop_mining(0);
        // Own payments that nobody heard of are told again after ten minutes.
        world_.run_until(world_.now() + 700'000);
        if (!agreed || !world_.common_tip()) fail("the machines do not agree:" + tips());
    }

    std::string tips() {
        std::string out;
        for (std::size_t i = 0; i < world_.size(); ++i) {
            const net::Node& node = world_.machine(i).node();
            out += "\n  " + std::to_string(i) + ": height " + std::to_string(node.chain().height().value) +
                   " " + node.chain().tip().id.hex().substr(0, 8) + ", " + std::to_string(node.peer_count()) +
                   " peers, " + std::to_string(node.load().headers) + " headers, synced " +
                   std::to_string(node.sync_status().synced);
            for (const auto& peer : node.peers())
                out += " [" + net::to_text(peer.at) + (peer.ready ? "" : " not ready") + " h" +
                       std::to_string(peer.height.value) + " score " + std::to_string(peer.score) + "]";
        }
        return out;
    }

    void fail(const std::string& why) {
        if (out_.failure.empty()) out_.failure = why;
    }

    void judge() {
        out_.height = highest();
        for (std::size_t i = 0; i < world_.size(); ++i) {
            const chain::Chain& chain = world_.machine(i).node().chain();
            const auto totals = chain.totals();
            const Amount issued = consensus::issued_at(world_.network().parameters(), chain.height());
            if (totals.issued != issued || totals.balances != issued) fail("the supply is wrong");
            out_.reorganisations += chain.reorganisations().size();
            replay(chain);
        }
        if (!world_.overflow().empty()) fail(world_.overflow());
        payments_arrived();
    }

    /// The chain as it stands, judged anew from nothing, has the same state.
    void replay(const chain::Chain& chain) {
        chain::Verifier verifier(world_.network());
        for (std::uint32_t height = 1; height <= chain.height().value; ++height) {
            const auto block = verifier.decode(Height{height}, chain.body_bytes(Height{height}));
            if (!block) return fail("a stored block cannot be read");
            const auto signatures = consensus::check_signatures(world_.network(), block->transactions);
            if (const auto failure = verifier.take(*block, signatures))
                return fail("block " + std::to_string(height) + ": " + failure->message);
        }
        if (verifier.check_supply()) fail("the sum of the balances is not what was issued");
        if (verifier.tip() != chain.tip().id) fail("the replay ends elsewhere");
    }

    /// What a machine still wants confirmed is known to all: nothing is left behind by the trouble. Or its
    /// place is taken: by a payment that was told to others and then lost with the power, unacknowledged.
    void payments_arrived() {
        for (std::size_t i = 0; i < world_.size(); ++i)
            for (const Transaction& tx : world_.machine(i).node().own_pending())
                for (std::size_t other = 0; other < world_.size(); ++other) {
                    const net::Node& node = world_.machine(other).node();
                    const bool is_known = node.find_pending(tx.id()) != nullptr ||
                                          node.next_nonce(test::address_of(i)) > tx.fields().nonce;
                    if (!is_known)
                        fail("a payment of machine " + std::to_string(i) + " is unknown to " +
                             std::to_string(other) + ": nonce " + std::to_string(tx.fields().nonce.value) +
                             " of account's " +
                             std::to_string(node.chain().account(test::address_of(i))->nonce.value) +
                             (world_.machine(i).node().mempool().find(tx.id()) != nullptr
                                  ? ", in its mempool"
                                  : ", in its outbox") +
                             ", height " + std::to_string(node.chain().height().value) + tips());
                }
    }

    Prng random_;
    World world_;
    Outcome out_;
};

} // namespace

Outcome run_scenario(std::uint64_t seed, std::size_t machines, std::uint32_t blocks) {
    Prng choice(seed);
    const std::size_t count = machines != 0 ? machines : 2 + choice.below(7);
    return Scenario(seed, count).run(blocks);
}

} // namespace cairn::sim
