// Compact blocks (after BIP 152): a block told by the short ids of its transactions, put together from the
// mempool and what is asked for. Nobody is at fault for a collision of short ids: the whole block is asked
// for then. Owned by the node.
#pragma once

#include <chain/mempool.hpp>
#include <protocol/peer_id.hpp>
#include <wire/message.hpp>

#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace cairn::net {

/// Tells `block` by short ids alone: what is in it was announced before it was mined.
CompactBlock make_compact(const Block& block, const BlockId& id, std::uint64_t salt);

class CompactBlocks {
  public:
    static constexpr std::size_t max_sources = 3; ///< peers that are asked for compact blocks
    static constexpr std::size_t max_open = 8;    ///< blocks that wait for transactions; the oldest goes

    struct Step {
        chain::BlockPtr block;           ///< complete; whether it is the one that was sealed, tx_root tells
        bool signatures_checked = false; ///< all of it came out of the mempool
        std::optional<GetBlockTxs> missing; ///< to be asked of the same peer
        bool is_false_answer = false; ///< more or fewer transactions than were asked for: no matter of chance
    };
    /// Neither block nor missing: it cannot be put together, ask for the whole.
    Step begin(PeerId from, const CompactBlock& compact, const chain::Mempool& mempool);
    Step complete(PeerId from, const BlockTxs& answer);
    /// Whether transactions of this block were asked of this peer and did not come yet, be they still of use.
    bool awaits(PeerId from, const BlockId& id) const;
    /// The block came in another way.
    void forget(const BlockId& id) { open_.erase(id); }
    void forget(PeerId peer);

  private:
    struct Open {
        PeerId from;
        std::uint64_t order = 0;
        SealedHeader head;
        std::vector<std::optional<Transaction>> slots;
    };
    static Step whole(const CompactBlock& compact, const std::vector<const Transaction*>& slots);
    static Step finish(Open&& open);

    std::map<BlockId, Open> open_;
    std::map<PeerId, std::deque<BlockId>> asked_; ///< at most max_open each
    std::uint64_t next_order_ = 0;
};

} // namespace cairn::net
