// What happened to the chain, as values. The chain returns them; the mempool, the node and the interface fold
// them, each for itself. Nothing calls back.
#pragma once

#include <base/uint256.hpp>
#include <model/block.hpp>

#include <memory>
#include <variant>
#include <vector>

namespace cairn::chain {

/// A stored block as others see it.
struct BlockInfo {
    BlockId id;
    SealedHeader head;
    Uint256 work;           ///< expected attempts of the whole branch, this block included
    std::uint32_t size = 0; ///< bytes, header and seal included
    bool active = false;    ///< on the chain of the tip
    const Header& header() const { return head.header; }
    Height height() const { return head.header.height; }
};

using BlockPtr = std::shared_ptr<const Block>;

/// The tip moved up to this block. Issued by Chain; folded by Mempool, Node and the interface.
struct BlockConnected {
    BlockInfo info;
    BlockPtr block;
};
/// The tip moved down from this block, newest first. Its transactions may go back to the mempool.
struct BlockDisconnected {
    BlockInfo info;
    BlockPtr block;
};
/// Comes before the moves of one reorganisation.
struct Reorganised {
    Time time;               ///< when it happens
    std::uint32_t depth = 0; ///< blocks taken back
    BlockId from;
    BlockId to;
};
/// A branch with more work was not followed, because it would take back more than max_reorg blocks.
struct BranchHeld {
    BlockId tip;
    Height height;
    std::uint32_t depth = 0;
};
/// A block that is now stored on a branch with less work.
struct BlockStored {
    BlockInfo info;
};

using Event = std::variant<BlockConnected, BlockDisconnected, Reorganised, BranchHeld, BlockStored>;
using Events = std::vector<Event>;

} // namespace cairn::chain
