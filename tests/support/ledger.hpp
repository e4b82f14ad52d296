// A chain of one branch in memory: makes valid blocks, checks blocks by every rule, applies and takes back.
// It recomputes every root in full, so that what it says does not rest on anyone's shortcuts. For one thread.
#pragma once

#include "support/memory_accounts.hpp"
#include <consensus/rules.hpp>
#include <consensus/seal.hpp>
#include <consensus/target.hpp>

#include <utility>
#include <vector>

namespace cairn::test {

/// Searches a nonce from 0 on; for networks with easy targets.
inline void mine(Block& block) {
    const Hash256 digest = header_digest(block.header());
    const auto target = consensus::expand(block.header().target);
    WorkSeal seal{0};
    while (Uint256::from_big_endian(block_id(digest, seal).bytes) > target.value()) ++seal.nonce;
    block.head.seal = seal;
}

/// Makes the header say what the transactions are.
inline void commit(Block& block) {
    block.head.header.tx_count = static_cast<std::uint32_t>(block.transactions.size());
    block.head.header.tx_root = consensus::tx_root(block.transactions);
}

class Ledger {
  public:
    explicit Ledger(consensus::Network network)
        : network_(std::move(network)), accounts_(network_), tip_(consensus::genesis_point(network_)) {
        ids_.push_back(network_.id());
    }
    Ledger(const Ledger&) = delete; // views of it are handed out

    const consensus::Network& network() const { return network_; }
    const MemoryAccounts& accounts() const { return accounts_; }
    const consensus::ChainPoint& tip() const { return tip_; }
    const std::vector<Block>& blocks() const { return blocks_; } ///< of heights 1 …

    Hash256 history_root() const {
        std::vector<Hash256> leaves;
        for (const BlockId& id : ids_) leaves.push_back(consensus::merkle_leaf(id.bytes));
        return consensus::merkle_root(std::move(leaves));
    }

    /// A block on the tip with everything right but perhaps the transactions: where they break rule 9, its
    /// state_root is the parent's. `step_ms` after its parent. Mined.
    Block next(std::vector<Transaction> transactions, const crypto::Address& producer,
               std::uint64_t step_ms = 1'000) const {
        Block out;
        Header& header = out.head.header;
        header.parent = tip_.id;
        header.height = tip_.height.next();
        header.time = Time{tip_.time.unix_ms + step_ms};
        header.producer = producer;
        header.history_root = history_root();
        header.target = consensus::required_target(network_, tip_);
        out.transactions = std::move(transactions);
        commit(out);
        MemoryAccounts after = accounts_;
        if (const auto effect = consensus::apply_block(network_, accounts_, out)) after.apply(effect->change);
        header.state_root = after.root();
        mine(out);
        return out;
    }

    /// Rules 1 to 12 in their order, of a block whose parent is the tip.
    std::optional<consensus::RuleError> check(const Block& block) const {
        using namespace consensus;
        if (const auto error = check_header(network_, tip_, block.head, block_id(block.head))) return error;
        if (const auto error = check_body(network_, block)) return error;
        if (const auto error = check_signatures(network_, block.transactions)) return error;
        const auto effect = apply_block(network_, accounts_, block);
        if (!effect) return effect.error();
        MemoryAccounts after = accounts_;
        after.apply(effect->change);
        if (block.header().state_root != after.root()) return RuleError{RuleCode::state_root};
        if (block.header().history_root != history_root()) return RuleError{RuleCode::history_root};
        if (after.total() != issued_at(network_.parameters(), block.header().height).units())
            return RuleError{RuleCode::supply};
        return std::nullopt;
    }

    /// check(), and on success the block is the tip.
    std::optional<consensus::RuleError> push(const Block& block) {
        if (const auto error = check(block)) return error;
        accounts_.apply(consensus::apply_block(network_, accounts_, block)->change);
        points_.push_back(tip_);
        tip_ = consensus::extend(network_, tip_, block.head, block_id(block.head));
        ids_.push_back(tip_.id);
        blocks_.push_back(block);
        return std::nullopt;
    }

    /// Takes the tip back.
    Block pop() {
        Block block = std::move(blocks_.back());
        accounts_.apply(consensus::undo_block(network_, accounts_, block));
        tip_ = points_.back();
        blocks_.pop_back();
        points_.pop_back();
        ids_.pop_back();
        return block;
    }

  private:
    consensus::Network network_;
    MemoryAccounts accounts_;
    consensus::ChainPoint tip_;
    std::vector<consensus::ChainPoint> points_; // below the tip
    std::vector<BlockId> ids_;                  // of heights 0 … tip
    std::vector<Block> blocks_;
};

} // namespace cairn::test
