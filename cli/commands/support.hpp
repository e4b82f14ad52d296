// What several commands share: whom a word on the line means, how transactions, blocks and times look in JSON
// and to people, and reading the node in one go.
#pragma once

#include <cli/answer.hpp>
#include <cli/args.hpp>
#include <cli/command.hpp>
#include <cli/grammar/parser.hpp>
#include <cli/output/words.hpp>
#include <cli/session.hpp>
#include <model/transaction.hpp>
#include <transport/core.hpp>
#include <wallet/refusal.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cairn::cli {

// --- outcomes of other layers as failures ---

/// `auto value = expect(outcome); if (!value) return fail(value.error());`
template <typename T> Expected<T> expected(wallet::Outcome<T> outcome) {
    if (!outcome) return fail(failure_of(outcome.error()));
    if constexpr (std::is_void_v<T>)
        return {};
    else
        return std::move(*outcome);
}
/// A payment that the node did not take: insufficient_funds, nonce_gap … are exit 3.
Failure failure_of(const chain::Refusal& refusal, const std::string& ticker);
Failure insufficient_funds(Amount needed, Amount available, const std::string& ticker);

// --- names ---

/// What addresses are called here: contacts first, then wallets of this data directory.
class Names {
  public:
    static Expected<Names> of(Session& session);
    /// Empty where it has none.
    std::string find(const crypto::Address& address) const;
    /// The name, else the address.
    std::string show(const crypto::Address& address) const;

  private:
    std::map<crypto::Address, std::string> names_;
    std::string prefix_;
};

/// Whom a payment goes to.
struct Recipient {
    crypto::Address address;
    std::string name;             ///< of the contact or wallet; empty for a bare address
    std::optional<Amount> amount; ///< that a payment URI asks for
    std::string memo;             ///< that it asks for
};
/// An address, a contact, the name of a wallet here, or a cairn: URI. Something that looks like an address is
/// one: mistyped it is exit 2. An unknown name is exit 4. `argument`: to name in failures.
Expected<Recipient> resolve_recipient(Session& session, std::string_view argument, const std::string& text);

/// Whose balance or history is asked for: a wallet with all its addresses, or one address.
struct Owner {
    std::string wallet; ///< empty for a bare address
    std::vector<crypto::Address> addresses;
    const crypto::Address& primary() const { return addresses.front(); }
    bool owns(const crypto::Address& address) const;
};
/// The current wallet where `text` is empty.
Expected<Owner> resolve_owner(Session& session, const std::string& text);
Owner owner_of(const wallet::Wallet& wallet);
/// The same, once the chain was asked for payments to addresses that the wallet has not used here yet: it may
/// have been restored before the blocks came.
Expected<Owner> found_owner(Session& session, wallet::Wallet& wallet);

/// The wallet that the argument `name` names; the current one without it.
Expected<wallet::Wallet*> named_or_current(Session& session, const Args& args);

// --- money of an owner ---

struct Balance {
    Amount confirmed;
    Amount incoming; ///< unconfirmed
    Amount outgoing; ///< unconfirmed: amounts and fees, also of what waits
    Int128 pending() const { return Int128{incoming.units()} - Int128{outgoing.units()}; }
    Amount available() const { return confirmed > outgoing ? confirmed - outgoing : Amount{}; }
};
/// On the core thread.
Balance balance_of(const net::Node& node, const std::vector<crypto::Address>& addresses);

// --- transactions ---

/// A transaction and where it stands.
struct ShownTx {
    Transaction tx;
    std::string status; ///< pending, waiting (for earlier ones of the same sender), confirmed
    std::optional<chain::BlockInfo> block{};
    std::uint32_t confirmations = 0;
};
/// On the core thread; nullopt where it is unknown.
/// The chain tells the content: it is kept inline, or the hash is that of an empty file.
bool tells_content(const Document& document);
std::optional<ShownTx> find_transaction(const net::Node& node, const TxId& id);
ShownTx pending_transaction(const net::Node& node, const Transaction& tx);
/// The fields of `tx show`.
boost::json::object to_json(const Session& session, const ShownTx& shown);
/// One line a transaction.
Table transaction_table(const Names& names, const std::vector<ShownTx>& shown);
std::string memo_of(const Transaction& tx); ///< of the first output that has one, or the title
std::string_view type_name(const Transaction& tx);
/// A whole id, or the digits that one of the pending or the wallet's own begins with: not_found,
/// ambiguous_id.
Expected<TxId> resolve_txid(Session& session, const std::string& text);

// --- options of the table ---

inline Option flag(std::string name, std::string help, std::string short_name = {}) {
    return {std::move(name), {}, Kind::text, std::move(help), std::move(short_name)};
}
inline Option option(std::string name, std::string value, Kind kind, std::string help) {
    return {std::move(name), std::move(value), kind, std::move(help)};
}
inline Option choice(std::string name, std::vector<std::string> choices, std::string help) {
    std::string value;
    for (const auto& each : choices) value += (value.empty() ? "" : "|") + each;
    Option out{std::move(name), std::move(value), Kind::choice, std::move(help)};
    out.choices = std::move(choices);
    return out;
}

// --- small things ---

/// What a picture may take of the screen, the prompt's row left out; where there is none as much as is usual
/// (80), and any number of rows.
struct Room {
    std::size_t columns = 80;
    std::size_t rows = SIZE_MAX;
};
Room picture_room(Session& session);

/// For reading values outside the argument list: rows of a file.
ArgumentContext argument_context(const Session& session);

/// --since: a date, or a span back from now.
Expected<Time> since_of(const Session& session, const std::string& text);

std::string with_ticker(const Session& session, Amount amount);
std::string shorten(const std::string& id); ///< for tables: the first 12 digits
/// A number of things: "1 block", "3 blocks".
std::string counted(std::uint64_t count, std::string_view thing);
std::string decimal(const Uint256& value);
double to_double(const Uint256& value);
std::string attempts_text(const Uint256& count); ///< for people: "1.23 M attempts"
std::string compact_hex(CompactTarget target);   ///< "0x1d00ffff"
/// Expected attempts under this target.
Uint256 difficulty_of(CompactTarget target);
boost::json::value optional_text(const std::string& text); ///< null where empty

} // namespace cairn::cli
