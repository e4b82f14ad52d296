// Transactions that wait for a block: ordered per sender by nonce, across senders by fee a byte. Bounded in
// memory. Owned by one thread; holds values, and is told of the chain by events.
//
// What always holds: the transactions of one sender have consecutive nonces from its account's on, and their
// amounts and fees together are covered by its confirmed balance.
#pragma once

#include <chain/events.hpp>
#include <consensus/rules.hpp>
#include <consensus/transition.hpp>

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace cairn::chain {

struct MempoolOptions {
    std::size_t max_bytes = 64u << 20;    ///< of memory, as memory() counts it
    std::uint64_t window = 1'024;         ///< nonces of one sender, from the account's
    std::uint64_t min_units_per_byte = 1; ///< 0 on dev
};

/// In the order of checking; rule 7 comes first, rule 8 last. Codes 1xx of rule violations are carried by
/// `rule`.
enum class RefusalCode {
    rule, ///< form (rule 7) or signature (rule 8): see RuleError
    already_known,
    already_confirmed, ///< said by those who can ask the chain; the mempool itself says nonce_used
    unknown_sender,
    nonce_used,         ///< below the account's
    nonce_too_far,      ///< beyond the window
    nonce_gap,          ///< within it, but not the next: earlier ones are missing
    insufficient_funds, ///< with all that is pending
    fee_too_low,
    replacement_fee_too_low,
    new_account_too_small,
    mempool_full,
};
const char* name_of(RefusalCode code);  ///< snake_case, stable
const char* describe(RefusalCode code); ///< a clause for people

struct Refusal {
    RefusalCode code{};
    std::optional<consensus::RuleError> rule;
    Nonce expected_nonce; ///< for nonce errors: the next one
    Amount needed;        ///< for fee errors: the least fee; for insufficient funds: what it takes
    Amount available;     ///< for insufficient funds: the confirmed balance
};

/// What is pending for one address.
struct PendingTotals {
    Amount outgoing; ///< amounts and fees of what it sends
    Amount incoming; ///< to it, from anyone
    std::uint32_t sent = 0;
    std::uint32_t received = 0; ///< transactions, however many of their outputs
};

struct Admission {
    std::optional<TxId> replaced;
    std::vector<TxId> evicted;
};

/// Where a transaction stands in the order of senders and nonces.
struct MempoolPlace {
    crypto::Address sender;
    Nonce nonce;
};

/// Rule 9 on outputs, against the confirmed accounts: the least amount that an output to a new account
/// must have and one of `tx` has not; nullopt where all is well. What pending payments would create does not
/// count: they may never be confirmed. (The mempool counts earlier ones of the same sender beside.)
std::optional<Amount> short_new_account(const consensus::Network& network, const Transaction& tx,
                                        const consensus::AccountsView& accounts);

/// The least fee of one that replaces another of the same sender and nonce: a tenth more (rounded up), and
/// one unit a byte more.
Amount least_replacement_fee(Amount old, std::size_t tx_bytes);

class Mempool {
  public:
    /// `network` outlives the mempool.
    Mempool(const consensus::Network& network, MempoolOptions options);
    ~Mempool();
    Mempool(const Mempool&) = delete;
    Mempool& operator=(const Mempool&) = delete;

    /// `accounts`: as confirmed, `next`: the height of the block after them. `signature_checked`: rule 8 was
    /// found to hold elsewhere. Cheap checks first, the signature last; a refusal changes nothing.
    /// The same sender and nonce again replaces, for a fee that is higher by a tenth (rounded up) and by one
    /// unit a byte of the new size. A full pool evicts what a block would take last, never of the same
    /// sender, and only for one that a block would take sooner.
    Result<Admission, Refusal> admit(const Transaction& tx, const consensus::AccountsView& accounts,
                                     Height next, bool signature_checked = false);
    /// Removes what blocks confirmed or made invalid, takes back what a reorganisation freed. `accounts` and
    /// `next`: as they are after all of the events.
    void fold(const Events& events, const consensus::AccountsView& accounts, Height next);
    /// With it go the later ones of its sender, which no block could take. False where it is unknown.
    bool remove(const TxId& id);

    std::size_t count() const;
    std::size_t bytes() const;      ///< encoded
    std::uint64_t arrivals() const; ///< ever, those that are gone included: it grows with each that comes
    std::size_t memory() const;     ///< what max_bytes bounds: with all that is kept beside the transactions
    /// nullptr where unknown; else until the next change.
    const Transaction* find(const TxId& id) const;
    const Transaction* find(const WitnessId& id) const;
    PendingTotals pending(const crypto::Address& address) const;
    /// The next nonce a new payment of this sender carries: after all that is pending.
    Nonce next_nonce(const crypto::Address& sender, Nonce confirmed) const;
    std::vector<Transaction> of_sender(const crypto::Address& sender) const; ///< by nonce
    /// Sent or received, oldest first.
    std::vector<Transaction> touching(const crypto::Address& address) const;
    std::vector<Transaction> all() const; ///< best fee a byte first
    /// In the order of places, so that a walk over everything can go on after changes: at most `max` that
    /// stand behind `place`, from the first where none is given. Never nullptr; until the next change.
    std::vector<const Transaction*> after(const std::optional<MempoolPlace>& place, std::size_t max) const;
    /// Of everything, side by side and in no order, for those who compare each; until the next change.
    std::span<const WitnessId> witness_ids() const;
    const Transaction& at(std::size_t index) const; ///< the one whose witness id stands there
    /// In the order in which a block takes them: every sender's by nonce, best fee a byte first. What does
    /// not fit is left out with the later ones of its sender.
    std::vector<Transaction> select(std::size_t max_bytes, std::size_t max_count) const;
    /// The least fee that is admitted now, of a payment of that size with one recipient.
    Amount least_fee(std::size_t tx_bytes) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::chain
