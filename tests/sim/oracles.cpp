#include "oracles.hpp"

#include <chain/verifier.hpp>
#include <consensus/rules.hpp>

namespace cairn::sim {
namespace {

std::string replay_fault(const consensus::Network& network, const chain::Chain& chain) {
    chain::Verifier verifier(network);
    for (std::uint32_t height = 1; height <= chain.height().value; ++height) {
        const auto block = verifier.decode(Height{height}, chain.body_bytes(Height{height}));
        if (!block) return "a stored block cannot be read";
        const auto signatures = consensus::check_signatures(network, block->transactions);
        if (const auto failure = verifier.take(*block, signatures))
            return "block " + std::to_string(height) + ": " + failure->message;
    }
    if (verifier.check_supply()) return "the sum of the balances is not what was issued";
    return verifier.tip() == chain.tip().id ? "" : "the replay ends elsewhere";
}

bool is_known(const net::Node& node, const Transaction& tx) {
    return node.find_pending(tx.id()) != nullptr ||
           node.next_nonce(crypto::address_of(tx.fields().sender)) > tx.fields().nonce;
}

/// Of what the machine `from` has.
std::string unknown_to_others(const World& world, std::size_t from, const std::vector<Transaction>& txs) {
    for (const Transaction& tx : txs)
        for (std::size_t other = 0; other < world.size(); ++other) {
            const net::Node& node = world.machine(other).node();
            if (is_known(node, tx)) continue;
            const auto account = node.chain().account(crypto::address_of(tx.fields().sender));
            const bool waits = world.machine(from).node().mempool().find(tx.id()) != nullptr;
            return "a payment that machine " + std::to_string(from) + " has in its " +
                   (waits ? "mempool" : "outbox") + " is unknown to " + std::to_string(other) + ": nonce " +
                   std::to_string(tx.fields().nonce.value) + " of account's " +
                   std::to_string(account ? account->nonce.value : 0) + describe(world);
        }
    return {};
}

} // namespace

std::string chain_fault(const World& world, std::size_t index) {
    const chain::Chain& chain = world.machine(index).node().chain();
    const auto totals = chain.totals();
    const Amount issued = consensus::issued_at(world.network().parameters(), chain.height());
    if (totals.issued != issued || totals.balances != issued) return "the supply is wrong";
    return replay_fault(world.network(), chain);
}

std::string promise_fault(const World& world) {
    if (!world.broken().empty()) return world.broken();
    for (std::size_t i = 0; i < world.size(); ++i)
        if (const std::string why = world.machine(i).broken_promise(); !why.empty())
            return "machine " + std::to_string(i) + " " + why;
    return {};
}

std::string payment_fault(const World& world) {
    for (std::size_t i = 0; i < world.size(); ++i)
        if (auto why = unknown_to_others(world, i, world.machine(i).node().own_pending()); !why.empty())
            return why;
    return {};
}

std::string mempool_fault(const World& world) {
    for (std::size_t i = 0; i < world.size(); ++i)
        if (auto why = unknown_to_others(world, i, world.machine(i).node().mempool().all()); !why.empty())
            return why;
    return {};
}

std::string describe(const World& world) {
    std::string out;
    for (std::size_t i = 0; i < world.size(); ++i) {
        const net::Node& node = world.machine(i).node();
        out += "\n  " + std::to_string(i) + ": height " + std::to_string(node.chain().height().value) + " " +
               node.chain().tip().id.hex().substr(0, 8) + ", " + std::to_string(node.load().headers) +
               " headers, synced " + std::to_string(node.sync_status().synced) + ", mempool " +
               std::to_string(node.mempool().count()) + ", own " + std::to_string(node.own_pending().size());
        for (const auto& peer : node.peers())
            out += " [" + net::to_text(peer.at) + (peer.ready ? "" : " not ready") + " h" +
                   std::to_string(peer.height.value) + " score " + std::to_string(peer.score) + "]";
    }
    return out;
}

} // namespace cairn::sim
