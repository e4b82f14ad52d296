// Every rule that a stored block must keep, judged anew and by name.
#pragma once

#include <cli/commands/support.hpp>

namespace cairn::cli {

struct BlockCheck {
    std::string name; ///< snake_case, stable
    bool ok = false;
};

/// Replays the chain up to the block's parent, then judges the block: size, form, id, parent, height, time,
/// target, work, tx_count, tx_root, transactions, signatures, state, state_root, history_root. What could not
/// be reached, because something before it failed, is not ok.
Expected<std::vector<BlockCheck>> check_block(Session& session, const chain::BlockInfo& info);

} // namespace cairn::cli
