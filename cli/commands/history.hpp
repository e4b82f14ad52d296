// The history of a wallet with all its addresses, or of one address: what moved, and the balance after it.
#pragma once

#include <cli/commands/support.hpp>

namespace cairn::cli {

struct HistoryLine {
    Time time;
    std::optional<Height> height; ///< none while pending
    std::optional<TxId> txid;     ///< none for a reward or an allocation
    std::string direction;        ///< sent, received, self, mined, genesis, document
    std::optional<crypto::Address> counterparty;
    std::uint32_t recipients = 0; ///< of a transfer that was sent
    Amount amount;
    Amount fee; ///< paid by the owner
    std::string memo;
    Amount balance; ///< after it
};

struct HistoryQuery {
    bool confirmed_only = false;
    Time since{};
    std::uint32_t limit = 50;
};

/// Newest first; what is pending stands before all else. A payment from one address of the owner to another
/// is one line.
std::vector<HistoryLine> history_of(Session& session, const Owner& owner, const HistoryQuery& query);

} // namespace cairn::cli
