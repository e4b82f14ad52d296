// Judging blocks and moving the tip.
#include <base/fault.hpp>
#include <chain/chain_state.hpp>
#include <consensus/merkle.hpp>
#include <consensus/seal.hpp>
#include <consensus/target.hpp>

#include <algorithm>

namespace cairn::chain {

using consensus::RuleCode;
using consensus::RuleError;
using store::BlockNumber;
using store::BlockStatus;
using store::StoredBlock;

namespace {

Acceptance outcome(Outcome what) { return {what, std::nullopt, {}}; }
Acceptance invalid(const RuleError& error) { return {Outcome::invalid, error, {}}; }

} // namespace

/// Rules 1 to 8, and whether the block is known and has a place. Changes nothing.
Acceptance Chain::State::judge(const Block& block, Time now, Checked checked) const {
    const BlockId id = block_id(block.head);
    if (const auto known = blocks.find(id))
        return blocks.at(*known).status == BlockStatus::invalid ? invalid({RuleCode::condemned, 0})
                                                                : outcome(Outcome::duplicate);
    if (const auto size = consensus::check_size(network, block)) return invalid(*size);
    const auto parent_number = blocks.find(block.header().parent);
    if (!parent_number) return outcome(Outcome::orphan);
    const StoredBlock parent = blocks.at(*parent_number);
    if (parent.status == BlockStatus::invalid) return invalid({RuleCode::condemned, 0});
    // The body is hashed only where work was done for the header.
    if (const auto place = consensus::check_header(network, point(parent), block.head, id))
        return invalid(*place);
    if (consensus::is_ahead_of(network, block.header(), now)) return outcome(Outcome::deferred);
    if (!checked.body)
        if (const auto body = consensus::check_body(network, block)) return invalid(*body);
    if (!checked.signatures)
        if (const auto bad = consensus::check_signatures(network, block.transactions)) return invalid(*bad);
    return outcome(Outcome::stored);
}

/// Enters a block that passed rules 1 to 8 and stands in the log, and follows it where it leads further.
Acceptance Chain::State::take(const BlockPtr& taken, store::LogPosition position, std::optional<Time> now) {
    const Block& block = *taken;
    const BlockId id = block_id(block.head);
    const auto parent_number = blocks.find(block.header().parent);
    if (!parent_number)
        throw damaged_record(position,
                             "a block whose parent does not stand before it: one of the two was altered");
    const StoredBlock parent = blocks.at(*parent_number);
    const consensus::ChainPoint at = consensus::extend(network, point(parent), block.head, id);
    StoredBlock stored;
    stored.id = id;
    stored.parent = *parent_number;
    stored.head = block.head;
    stored.counted_ms = at.counted_ms;
    stored.work = at.work;
    stored.position = position;
    stored.size = static_cast<std::uint32_t>(encoded_size(block));
    if (parent.status == BlockStatus::invalid) stored.status = BlockStatus::invalid; // met again in a replay
    const BlockNumber number = blocks.add(stored, taken);
    ++blocks_since;
    if (stored.status == BlockStatus::invalid) return invalid({RuleCode::condemned, 0});
    if (at.work <= tip.work) {
        Acceptance out = outcome(Outcome::stored);
        out.events.push_back(BlockStored{info(number)});
        return out;
    }
    return try_branch(number, false, now);
}

std::vector<BlockNumber> Chain::State::path_from_fork(BlockNumber number) const {
    std::vector<BlockNumber> path;
    while (!blocks.is_active(number, tip.height)) {
        path.push_back(number);
        number = blocks.at(number).parent;
    }
    std::reverse(path.begin(), path.end());
    return path;
}

void Chain::State::hold(BlockNumber number, std::uint32_t depth) {
    const BlockNumber parent = blocks.at(number).parent;
    std::erase_if(held, [&](const auto& one) { return one.first == parent || one.first == number; });
    held.emplace_back(number, depth);
    if (held.size() <= max_held) return;
    const auto less_work = [&](const auto& a, const auto& b) {
        return blocks.at(a.first).work < blocks.at(b.first).work;
    };
    held.erase(std::min_element(held.begin(), held.end(), less_work));
}

/// Of a branch that turned out bad, what lies below the bad block may still lead: anybody can put a bad block
/// on a good branch.
void Chain::State::hold_sound_part(BlockNumber number, std::uint32_t depth) {
    while (blocks.at(number).status == BlockStatus::invalid) number = blocks.at(number).parent;
    if (blocks.at(number).work > tip.work) hold(number, depth);
}

/// Follows a branch with more work, however many blocks it takes back.
Acceptance Chain::State::follow_held(BlockNumber number, std::optional<Time> now) {
    std::erase_if(held, [&](const auto& one) { return one.first == number; });
    const Height lowest = blocks.at(path_from_fork(number).front()).height();
    const std::uint32_t depth = tip.height.value + 1 - lowest.value;
    Acceptance out = try_branch(number, true, now);
    if (out.outcome == Outcome::invalid) hold_sound_part(number, depth);
    return out;
}

/// Makes `target` the tip, or leaves everything as it was: on a violation that block and those above it are
/// condemned.
Acceptance Chain::State::try_branch(BlockNumber target, bool forced, std::optional<Time> now) {
    const std::vector<BlockNumber> path = path_from_fork(target);
    const auto condemn_from = [&](std::size_t first) {
        for (std::size_t i = first; i < path.size(); ++i) blocks.set_status(path[i], BlockStatus::invalid);
    };
    for (std::size_t i = 0; i < path.size(); ++i)
        if (blocks.at(path[i]).status == BlockStatus::invalid) {
            condemn_from(i);
            return invalid({RuleCode::condemned, 0});
        }
    const Height fork{blocks.at(path.front()).height().value - 1};
    const std::uint32_t depth = tip.height.value - fork.value;
    if (!forced && options.max_reorg != 0 && depth > options.max_reorg) {
        hold(target, depth);
        const StoredBlock top = blocks.at(target);
        return {Outcome::held, std::nullopt, {BranchHeld{top.id, top.height(), depth}}};
    }
    const BlockNumber old_tip = tip_number;
    Acceptance out = outcome(Outcome::connected);
    const Time moved = now.value_or(blocks.at(target).header().time);
    if (depth > 0) out.events.push_back(Reorganised{moved, depth, tip.id, blocks.at(target).id});
    std::vector<std::pair<BlockNumber, BlockPtr>> taken_back;
    while (tip.height > fork) {
        const BlockNumber number = tip_number;
        const BlockPtr body = blocks.body(blocks.at(number));
        BlockInfo gone = info(blocks.at(number), false);
        disconnect(*body);
        out.events.push_back(BlockDisconnected{std::move(gone), body});
        taken_back.emplace_back(number, body);
    }
    for (std::size_t i = 0; i < path.size(); ++i) {
        const BlockPtr body = blocks.body(blocks.at(path[i]));
        const auto error = connect(path[i], *body);
        if (!error) {
            out.events.push_back(BlockConnected{info(blocks.at(path[i]), true), body});
            continue;
        }
        condemn_from(i);
        while (tip.height > fork) disconnect(*blocks.body(blocks.at(tip_number)));
        for (auto back = taken_back.rbegin(); back != taken_back.rend(); ++back)
            if (connect(back->first, *back->second)) throw Fault("the former chain does not connect again");
        return invalid(*error);
    }
    if (depth > 0) reorganisations.push_back({moved, depth, blocks.at(old_tip).id, blocks.at(target).id});
    // The chain is as good now as some that were held; what leads again with its next block is held again.
    std::erase_if(held, [&](const auto& one) { return blocks.at(one.first).work <= tip.work; });
    return out;
}

/// Rules 9 to 12 of a block on the tip. On a violation nothing has changed.
std::optional<RuleError> Chain::State::connect(BlockNumber number, const Block& block) {
    const Header& header = block.header();
    const auto effect = consensus::apply_block(network, accounts, block);
    if (!effect) return effect.error();
    const consensus::StateChange back = accounts.reverse_of(effect->change);
    accounts.apply(effect->change);
    std::optional<RuleError> error;
    if (accounts.state_root() != header.state_root)
        error = RuleError{RuleCode::state_root, 0};
    else if (history.root() != header.history_root)
        error = RuleError{RuleCode::history_root, 0};
    if (error) {
        accounts.apply(back);
        return error;
    }
    const StoredBlock stored = blocks.at(number);
    history.append(consensus::merkle_leaf(stored.id.bytes));
    const Amount subsidy = consensus::subsidy_at(network.parameters(), header.height);
    places.connect(block, *effect);
    blocks.set_status(number, BlockStatus::valid);
    blocks.set_active(header.height, number);
    totals = {totals.issued + subsidy, totals.balances + subsidy, accounts.count()};
    set_tip(number);
    payments_since += header.tx_count;
    return std::nullopt;
}

/// Takes the tip back.
void Chain::State::disconnect(const Block& block) {
    const Header& header = block.header();
    accounts.apply(consensus::undo_block(network, accounts, block));
    places.disconnect(header.height);
    history.update({}, header.height.value);
    const Amount subsidy = consensus::subsidy_at(network.parameters(), header.height);
    totals = {totals.issued - subsidy, totals.balances - subsidy, accounts.count()};
    set_tip(blocks.at(tip_number).parent);
    if (blocks.at(tip_number).header().state_root != accounts.state_root())
        throw Fault(
            "taking a block back did not restore the state before it; rebuild the index with --reindex");
}

void Chain::State::set_tip(BlockNumber number) {
    tip_number = number;
    tip = point(blocks.at(number));
}

Chain::Chain(consensus::Network network, store::RecordLog& log, store::Index& index, ChainOptions options)
    : state_(std::make_unique<State>(std::move(network), log, index, options)) {
    state_->open();
}

Chain::~Chain() = default;

Acceptance Chain::accept(const BlockPtr& block, Time now, Checked checked) {
    Acceptance verdict = state_->judge(*block, now, checked);
    if (verdict.outcome != Outcome::stored) return verdict;
    encode_into(state_->encoded, *block);
    const store::LogPosition position = state_->log.append(state_->encoded);
    state_->taken_to = state_->log.end();
    return state_->take(block, position, now);
}

Acceptance Chain::accept_held(const BlockId& tip, Time now) {
    const auto number = state_->blocks.find(tip);
    const auto is_it = [&](const auto& one) { return number && one.first == *number; };
    const auto found = std::find_if(state_->held.begin(), state_->held.end(), is_it);
    if (found == state_->held.end()) return outcome(Outcome::orphan);
    state_->log.append(encode_decision(tip));
    state_->taken_to = state_->log.end();
    return state_->follow_held(*number, now);
}

Block Chain::make_template(const crypto::Address& producer, const std::vector<Transaction>& candidates,
                           Time now) const {
    const auto& parameters = state_->network.parameters();
    Block out;
    Header& header = out.head.header;
    header.parent = state_->tip.id;
    header.height = state_->tip.height.next();
    // Nothing follows the last time there is: rule 3 refuses the block then.
    const std::uint64_t after_tip =
        checked_add(state_->tip.time.unix_ms, std::uint64_t{1}).value_or(UINT64_MAX);
    header.time = Time{std::max(now.unix_ms, after_tip)};
    header.producer = producer;
    header.target = consensus::required_target(state_->network, state_->tip);
    out.head.seal = WorkSeal{};

    consensus::StateScratch scratch(state_->network, state_->accounts);
    std::size_t size = encoded_size(out);
    for (const Transaction& tx : candidates) {
        if (out.transactions.size() >= parameters.max_block_txs) break;
        if (size + tx.size() > parameters.max_block_bytes) continue;
        if (consensus::check_transaction(state_->network, tx, header.height)) continue;
        if (scratch.apply(tx)) continue;
        size += tx.size();
        out.transactions.push_back(tx);
    }
    scratch.credit_producer(producer, header.height);
    header.tx_count = static_cast<std::uint32_t>(out.transactions.size());
    header.tx_root = consensus::tx_root(out.transactions);
    header.state_root = state_->accounts.state_root_after(scratch.change());
    header.history_root = state_->history.root();
    return out;
}

} // namespace cairn::chain
