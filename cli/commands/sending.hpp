// What `send` does before anything is handed in: what its line asks for, which transfers that takes, whether
// the rules allow them, and how they are told of. For the interface thread.
#pragma once

#include <cli/commands/payment_file.hpp>
#include <cli/commands/submission.hpp>

#include <set>

namespace cairn::cli {

/// What the line asks for.
struct Wanted {
    std::vector<Output> outputs;
    bool everything = false;
    std::string to_whom; ///< for people
    std::vector<std::string> alarms;
    std::vector<PaymentRow> rows; ///< of --file
    std::string memo() const { return rows.empty() ? outputs.front().memo : std::string(); }
};

/// --file takes the place of the other arguments (2).
Expected<void> check_file_alone(const Args& args);

/// Whom a line names, and what the user must know of that address.
struct Payee {
    Recipient recipient;
    std::vector<std::string> alarms;
};
Expected<Payee> payee_of(Session& session, const std::string& to);

/// Of TO, AMOUNT and --memo, or of the rows of --file. Failures of the line, its names and its file.
Expected<Wanted> wanted_of(Session& session, const Args& args);
/// The same of a line that names this payee, without --file.
Expected<Wanted> wanted_of(Session& session, const Args& args, const Payee& payee);
/// What the rows that are in order ask for.
Expected<Wanted> wanted_of_rows(Session& session, const std::vector<CheckedRow>& rows);

Result<std::vector<Draft>, Shortfall> plan(const Session& session, const Payer& payer, const Wanted& wanted,
                                           const FeeRate& rate);

/// Whom the payments of this address that wait will have opened an account for. On the core thread.
std::set<crypto::Address> opened_by(const net::Node& node, const crypto::Address& sender, Amount least);
/// An output below min_new_account to an address without account, that no earlier payment of the same sender
/// opens: the rules forbid it (exit 3).
Expected<void> check_new_accounts(Session& session, const Payer& payer, const std::vector<Draft>& drafts);

std::vector<TxFields> fields_of(Session& session, const Payer& payer, const std::vector<Draft>& drafts);
Proposal proposal_of(const Session& session, const Payer& payer, const std::vector<Draft>& drafts,
                     const Wanted& wanted);

/// The fields of one transfer, which are those of `tx show`; of several the first one's, and beside them all
/// under `transfers` and the sums as `total` and `total_fee`. `handed`: empty where nothing was.
Answer answer_of(const Session& session, const std::string& wallet, const std::vector<TxFields>& fields,
                 const std::vector<Handed>& handed, const std::vector<Draft>& drafts, const Wanted& wanted);

} // namespace cairn::cli
