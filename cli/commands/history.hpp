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
    Amount amount;
    Amount fee; ///< paid by the owner
    std::string memo;
    Amount balance; ///< after it
    std::vector<Output>
        outputs{}; ///< of a whole transfer: all where the owner sent it, else those to the owner
};

/// What a transaction that touches the owner does to it: without height and balance, at the sender's time.
HistoryLine line_of(const Transaction& tx, const Owner& owner);
/// What a line did to the owner's balance.
Int128 effect_of(const HistoryLine& line);

struct HistoryQuery {
    bool confirmed_only = false;
    Time since{};
    std::uint32_t limit = 50;
    bool whole = false; ///< an entry a transaction, not an entry an output
};

struct History {
    std::vector<HistoryLine> lines;
    bool more = false; ///< the limit left older ones out
};

/// Newest first; what is pending stands before all else. A payment to several has an entry for each output
/// that the owner sent or received, in the order of the outputs: the first bears the fee, those to the
/// owner's own addresses are `self` and change no balance.
History history_of(Session& session, const Owner& owner, const HistoryQuery& query);

} // namespace cairn::cli
