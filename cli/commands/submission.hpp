// From a wallet to the node: who pays, at what fee, whether the user agrees, and handing in signed
// transactions, all of them or none.
#pragma once

#include <cli/commands/payment_plan.hpp>
#include <cli/commands/support.hpp>
#include <wallet/payment.hpp>
#include <wallet/wallet.hpp>

#include <functional>

namespace cairn::cli {

// --- fees ---

enum class Priority { low, normal, high };

/// Units a byte that are asked for now: a small multiple of the least that is admitted, and enough to be
/// among those that the next block takes.
struct FeeTable {
    std::uint64_t low = 0;
    std::uint64_t normal = 0;
    std::uint64_t high = 0;
    std::uint64_t of(Priority priority) const {
        return priority == Priority::low ? low : priority == Priority::normal ? normal : high;
    }
};
FeeTable fee_table(const net::Node& node); ///< on the core thread
/// --fee, else --priority, else normal.
/// --fee and --priority exclude each other (2).
Expected<FeeRate> fee_rate(Session& session, const Args& args);
Expected<FeeRate> fee_rate(const FeeTable& table, const Args& args);
std::vector<Option> fee_options();

// --- who pays ---

struct Payer {
    wallet::Wallet* wallet = nullptr;
    std::vector<Source> sources; ///< the wallet's addresses, in order
    FeeTable fees{};             ///< of the same moment
    Amount available() const;
};
/// --from NAME, else the current wallet.
Expected<Payer> payer_of(Session& session, const Args& args);
Payer payer_of(Session& session, wallet::Wallet& wallet);
/// Looks for payments to addresses that the wallet has not used here yet, as it may have been restored before
/// the blocks came. True where the payer owns more addresses now.
Expected<bool> find_later_addresses(Session& session, Payer& payer);

// --- asking ---

/// What is about to be paid, for the question.
struct Proposal {
    std::string what; ///< "Send 5 CRN to bob (crn1…)"
    Amount amount;
    Amount fee;
    std::optional<Amount> left; ///< available afterwards, where it is known
    std::vector<std::string> alarms{};
    bool spends = true;     ///< false for a document: its fee has no amount to be compared with
    std::string memo{};     ///< that everybody will read
    View rows{};            ///< of a file of payments: shown above the question
    std::string high_fee{}; ///< why the fee is high, where it is not by the amount
};
/// The one rule of which payments ask. At a terminal every one is shown and asked about. Without a terminal
/// an ordinary one goes its way, and one that raises an alarm (a fee above 5 % of the amount, an address that
/// looks like a contact's) needs --yes: exit 8.
Expected<void> agree(Session& session, const Proposal& proposal);
/// Alarms about a recipient that was given as a bare address.
Expected<std::vector<std::string>> look_alike_alarms(Session& session, const Recipient& recipient);
Expected<std::vector<std::string>> look_alike_alarms(Session& session, const crypto::Address& address);
/// ", with the memo "…" for everybody to read"; empty without one.
std::string memo_words(const std::string& memo);

// --- handing in ---

struct Handed {
    TxId id;
    std::string status; ///< pending, waiting, confirmed
    std::optional<TxId> replaced{};
};
Handed handed_of(const TxId& id, const net::Submitted& submitted);
/// Hands all in; where one is refused, those before it are taken back and its failure is returned.
Expected<std::vector<Handed>> submit_all(Session& session, const std::vector<Transaction>& txs);
/// Returns when the transaction has so many confirmations. Ends with --timeout (7) and Ctrl-C (130).
Expected<void> wait_confirmed(Session& session, const TxId& id, std::uint64_t confirmations);

/// The amount of the line and that of a payment URI must not contradict each other (2).
Expected<void> check_asked(Session& session, const Recipient& recipient, const Args& args);

/// "--memo" and titles: at most 255 bytes of UTF-8, else exit 2.
Expected<void> check_text(std::string_view argument, const std::string& text);

} // namespace cairn::cli
