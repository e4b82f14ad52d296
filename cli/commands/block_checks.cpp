#include <cli/commands/block_checks.hpp>
#include <cli/commands/replay.hpp>
#include <consensus/seal.hpp>

#include <algorithm>

namespace cairn::cli {
namespace {

using consensus::RuleCode;

/// The block itself, and the bodies of its branch from the active chain up to its parent.
struct Branch {
    Height fork; ///< the last block on the active chain
    std::vector<chain::BlockPtr> blocks;
    chain::BlockPtr last;
};

Branch branch_of(const net::Node& node, const chain::BlockInfo& info) {
    Branch branch;
    branch.last = node.chain().body(info.id);
    auto at = node.chain().find(info.header().parent);
    while (at && !at->active) {
        branch.blocks.push_back(node.chain().body(at->id));
        at = node.chain().find(at->header().parent);
    }
    if (at) branch.fork = at->height();
    std::reverse(branch.blocks.begin(), branch.blocks.end());
    return branch;
}

std::vector<BlockCheck> genesis_checks(const consensus::Network& network, const chain::BlockInfo& info) {
    return {{"id", info.id == network.id()}, {"header", info.head == network.genesis().head}};
}

/// Rules that need the block and its parent alone.
std::vector<BlockCheck> own_checks(const consensus::Network& network, const consensus::ChainPoint& parent,
                                   const Block& block, const BlockId& id) {
    const auto& header = block.header();
    const auto bytes = encode(block);
    const auto decoded = decode_block(bytes, network.seal_kind());
    const bool target = header.target == consensus::required_target(network, parent);
    bool transactions = true;
    for (const auto& tx : block.transactions)
        transactions = transactions && !consensus::check_transaction(network, tx, header.height);
    return {{"size", bytes.size() <= network.parameters().max_block_bytes &&
                         block.transactions.size() <= network.parameters().max_block_txs},
            {"form", decoded && *decoded == block},
            {"id", block_id(block.head) == id},
            {"parent", header.parent == parent.id},
            {"height", header.height == parent.height.next()},
            {"time", header.time > parent.time},
            {"target", target},
            {"work", target && !consensus::check_seal(network, parent, block.head, id)},
            {"tx_count", header.tx_count == block.transactions.size()},
            {"tx_root", header.tx_root == consensus::tx_root(block.transactions)},
            {"transactions", transactions && !consensus::check_body(network, block)},
            {"signatures", !consensus::check_signatures(network, block.transactions)}};
}

} // namespace

Expected<std::vector<BlockCheck>> check_block(Session& session, const chain::BlockInfo& info) {
    const auto& network = session.network();
    if (info.height().value == 0) return genesis_checks(network, info);
    const auto branch = session.core().read([&](const net::Node& node) { return branch_of(node, info); });
    chain::Verifier verifier = fresh_verifier(session);
    const auto replayed = replay(session, verifier, branch.fork, {false, "Replaying"});
    if (!replayed) return fail(replayed.error());
    bool reached = !replayed->failure && !replayed->damage && !replayed->moved;
    for (const auto& block : branch.blocks)
        reached = reached && block && !verifier.take(*block, std::nullopt);

    auto checks = own_checks(network, verifier.point(), *branch.last, info.id);
    const auto failure =
        reached ? verifier.take(*branch.last, std::nullopt)
                : chain::VerifyFailure{info.height(), "parent", "what is below it does not hold", 2};
    const auto passed = [&](RuleCode code) {
        return !failure ||
               (failure->number >= static_cast<unsigned>(code) / 100 && failure->rule != name_of(code));
    };
    checks.push_back({"state", !failure || failure->number > 10});
    checks.push_back({"state_root", passed(RuleCode::state_root)});
    checks.push_back({"history_root", passed(RuleCode::history_root) &&
                                          (!failure || failure->rule != name_of(RuleCode::state_root))});
    return checks;
}

} // namespace cairn::cli
