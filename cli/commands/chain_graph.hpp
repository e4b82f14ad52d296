// The chain and the branches beside it, drawn in characters. Pure.
#pragma once

#include <model/ids.hpp>

#include <string>
#include <vector>

namespace cairn::cli {

struct GraphBlock {
    BlockId id;
    BlockId parent;
    bool active = false;
    std::string text; ///< beside it
};

/// `blocks`: children before their parents (newest height first). The active chain is the leftmost lane: ●
/// for its blocks, ○ for those beside it.
std::vector<std::string> chain_graph(const std::vector<GraphBlock>& blocks);

} // namespace cairn::cli
