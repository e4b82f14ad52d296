#include <cli/launch/opening.hpp>
#include <transport/core.hpp>

namespace cairn::cli {

namespace {

/// "block 7 is" or "blocks 5 to 7 are".
std::string lost_blocks(const net::StoresReport& stores) {
    const std::string last = std::to_string(stores.lost_to.value);
    if (stores.lost_blocks == 1) return "block " + last + " is";
    return "blocks " + std::to_string(stores.lost_to.value + 1 - stores.lost_blocks) + " to " + last + " are";
}

} // namespace

std::vector<std::string> opening_remarks(const chain::OpenReport& chain, const net::StoresReport& stores) {
    std::vector<std::string> out;
    const std::string again = " lost here, and will come again only from peers or a copy of the directory.";
    const std::string bytes = std::to_string(chain.cut_bytes) + " bytes";
    const bool lost = stores.lost_blocks > 0;
    if (stores.log_was_missing)
        out.push_back("warning: the log of blocks is gone, and the ledger begins anew at its genesis: " +
                      (lost ? lost_blocks(stores) : "all blocks there were are") + again);
    else if (lost)
        out.push_back("warning: the log ends before what the index knew: " + lost_blocks(stores) + again);
    if (chain.cut_bytes > 0 && lost)
        out.push_back("At the end of the log " + bytes + " that are no whole record were cut off.");
    else if (chain.cut_bytes > 0)
        out.push_back("The last write was not finished when cairn ended: " + bytes + " of it were cut off." +
                      (stores.index_told ? " Nothing that was acknowledged is lost." : ""));
    if (chain.rebuilt) out.emplace_back("The index was made anew from the log.");
    return out;
}

} // namespace cairn::cli
