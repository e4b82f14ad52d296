// Transactions that wait for a block: ordered per sender by nonce, across senders by fee a byte. Bounded in
// bytes. Owned by one thread; holds values, and is told of the chain by events.
#pragma once

#include <chain/events.hpp>
#include <consensus/rules.hpp>
#include <consensus/transition.hpp>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace cairn::chain {

struct MempoolOptions {
    std::size_t max_bytes = 64u << 20;
    std::uint64_t window = 1'024;         ///< nonces of one sender, from the account's
    std::uint64_t min_units_per_byte = 1; ///< 0 on dev
};

/// In the order of checking. Codes 1xx of rule violations are carried by `rule`.
enum class RefusalCode {
    rule, ///< form (rule 7) or signature (rule 8): see RuleError
    already_known,
    already_confirmed,
    unknown_sender,
    nonce_used,         ///< below the account's
    nonce_gap,          ///< at or above, but not the next: earlier ones are missing
    nonce_too_far,      ///< beyond the window
    insufficient_funds, ///< with all that is pending
    new_account_too_small,
    fee_too_low,
    replacement_fee_too_low,
    mempool_full,
};
const char* name_of(RefusalCode code); ///< snake_case, stable
const char* describe(RefusalCode code);

struct Refusal {
    RefusalCode code{};
    std::optional<consensus::RuleError> rule;
    Nonce expected_nonce; ///< for nonce errors: the next one
    Amount needed;        ///< for fee errors: the least fee; for insufficient funds: what it takes
    Amount available;     ///< for insufficient funds
};

/// What is pending for one address.
struct PendingTotals {
    Amount outgoing; ///< amounts and fees of what it sends
    Amount incoming; ///< to it, from anyone
    std::uint32_t sent = 0;
    std::uint32_t received = 0;
};

struct Admission {
    std::optional<TxId> replaced;
    std::vector<TxId> evicted;
};

class Mempool {
  public:
    Mempool(const consensus::Network& network, MempoolOptions options);
    ~Mempool();

    /// `signature_checked`: rule 8 was found to hold elsewhere. Cheap checks first, the signature last.
    Result<Admission, Refusal> admit(const Transaction& tx, const consensus::AccountsView& accounts,
                                     Height next, bool signature_checked = false);
    /// Removes what a block confirmed or made invalid, takes back what a reorganisation freed.
    void fold(const Events& events, const consensus::AccountsView& accounts, Height next);
    bool remove(const TxId& id);

    std::size_t count() const;
    std::size_t bytes() const;
    const Transaction* find(const TxId& id) const;
    const Transaction* find(const WitnessId& id) const;
    PendingTotals pending(const crypto::Address& address) const;
    /// The next nonce a new payment of this sender carries: after all that is pending without a gap.
    Nonce next_nonce(const crypto::Address& sender, Nonce confirmed) const;
    std::vector<Transaction> of_sender(const crypto::Address& sender) const; ///< by nonce
    std::vector<Transaction>
    touching(const crypto::Address& address) const; ///< sent or received, oldest first
    std::vector<Transaction> all() const;           ///< best fee a byte first
    /// In the order in which a block takes them: every sender's by nonce, best fee a byte first.
    std::vector<Transaction> select(std::size_t max_bytes, std::size_t max_count) const;
    Amount least_fee(std::size_t tx_bytes) const; ///< that is admitted now

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::chain
