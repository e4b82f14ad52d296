// The chain: header tree, fork choice by work, account state, and what can be asked of them. Owned by one
// thread. Blocks go into the log when rules 1 to 8 have passed; what connects becomes visible at once, and
// durable with the log's next sync, which the owner calls. A change is returned as events.
#pragma once

#include <chain/events.hpp>
#include <consensus/rules.hpp>
#include <consensus/transition.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cairn::store {
class Index;
class RecordLog;
} // namespace cairn::store

namespace cairn::chain {

struct ChainOptions {
    std::uint32_t max_reorg = 100;               ///< deeper reorganisations are held; 0: never held
    std::uint32_t checkpoint_payments = 100'000; ///< the index is written after so many transactions
    std::uint32_t checkpoint_blocks = 2'000;     ///< or so many blocks
    std::size_t cache_bytes = 128U << 20;        ///< of accounts and trees that are kept to be read again
    ByteArray<16> salt{};                        ///< of tables by address; a secret of the process
};

enum class Outcome {
    connected, ///< the tip moved, perhaps through a reorganisation
    stored,    ///< sound so far, on a branch with less work
    held,      ///< on a branch that waits for `chain accept`
    duplicate, ///< known already
    orphan,    ///< the parent is unknown
    deferred,  ///< its time is too far ahead of the local clock
    invalid,   ///< `error` tells the rule; nothing was stored, or the branch is condemned
};

struct Acceptance {
    Outcome outcome = Outcome::invalid;
    std::optional<consensus::RuleError> error;
    Events events;
};

/// Which rules hold of a block, as who hands it in has found: they are not looked at again.
struct Checked {
    bool body = false;       ///< 1, 6 and 7
    bool signatures = false; ///< 8: by the mempool or by workers
};

/// Where a confirmed transaction stands.
struct TxLocation {
    Transaction tx;
    BlockInfo block;
    std::uint32_t index = 0; ///< within the block
    std::uint32_t confirmations = 0;
};

/// One line of an account's history. Amounts of the whole transaction as it touched this account.
struct HistoryEntry {
    enum class Kind { sent, received, self, reward, genesis, document };
    Kind kind{};
    Time time; ///< of the block
    Height height;
    std::optional<TxId> txid;                    ///< none for a reward or an allocation
    std::optional<crypto::Address> counterparty; ///< the other side; the first recipient of several
    std::uint32_t recipients = 0;                ///< of a transfer that was sent
    Amount amount;                 ///< moved, without the fee; the sum of what this account received or sent
    Amount fee;                    ///< paid by this account; zero for what was received
    std::string memo;              ///< of the output concerned, or a document's title
    Amount balance;                ///< after it
    std::vector<Output> outputs{}; ///< of a transfer: all where this account sent it, else those to it
};

struct ReorganisationRecord {
    Time time; ///< when it happened here; of one that was replayed from the log, that of the new tip
    std::uint32_t depth = 0;
    BlockId from;
    BlockId to;
};

struct Held {
    BlockId tip;
    Height height;
    std::uint32_t depth = 0;
};

struct Totals {
    Amount issued;   ///< by rule 10 and the allocations
    Amount balances; ///< running sum of all balances
    std::uint32_t accounts = 0;
};

/// What opening found.
struct OpenReport {
    std::uint32_t replayed_blocks = 0;
    std::uint64_t cut_bytes = 0; ///< of a torn tail
    bool rebuilt = false;        ///< the index was made anew from the log
};

class Chain {
  public:
    /// Opens on a log that is already recovered: takes the index' checkpoint and replays what follows it.
    /// The log and the index outlive the chain.
    Chain(consensus::Network network, store::RecordLog& log, store::Index& index, ChainOptions options = {});
    ~Chain();
    Chain(const Chain&) = delete;
    Chain& operator=(const Chain&) = delete;

    const consensus::Network& network() const;
    const OpenReport& open_report() const;

    // --- changes ---
    /// Judges a block and, where it belongs, stores and connects it.
    Acceptance accept(const BlockPtr& block, Time now, Checked checked);
    /// Follows a held branch.
    Acceptance accept_held(const BlockId& tip, Time now);
    /// True when the index should be written; the log must be synced first.
    bool wants_checkpoint() const;
    /// True when that cannot wait: what changed takes as much memory as the cache may.
    bool must_checkpoint() const;
    bool has_unwritten() const; ///< the index lags behind the log
    void write_checkpoint();

    // --- the tip ---
    const consensus::ChainPoint& tip() const;
    Height height() const { return tip().height; }
    BlockInfo tip_info() const;
    Totals totals() const;
    CompactTarget next_target() const;
    std::vector<Held> held() const;
    const consensus::AccountsView& accounts() const;

    // --- queries ---
    std::optional<BlockInfo> find(const BlockId& id) const;
    std::optional<BlockInfo> at(Height height) const; ///< on the active chain
    /// Blocks whose id starts with these hex digits, at most `limit`; of the last `depth` blocks and whole
    /// ids.
    std::vector<BlockInfo>
    recent(std::uint32_t count) const;      ///< all known blocks, side branches too, newest height first
    BlockPtr body(const BlockId& id) const; ///< nullptr where unknown; DamagedStore where it cannot be read
    Bytes body_bytes(Height height) const;  ///< of the active chain, as stored
    std::optional<Account> account(const crypto::Address& address) const;
    std::optional<TxLocation> transaction(const TxId& id) const;
    /// Of many at once, in their order: the block each stands in; a block is read once for all of its own.
    std::vector<std::optional<Height>> heights_of(std::span<const TxId> ids) const;
    std::vector<TxLocation> documents(const Hash256& sha256) const;   ///< oldest first
    std::vector<TxLocation> all_documents(std::uint32_t limit) const; ///< newest first
    /// Newest first, at most `limit` entries, of blocks with time ≥ since; balances are exact.
    std::vector<HistoryEntry> history(const crypto::Address& address, std::uint32_t limit,
                                      Time since = {}) const;
    /// nullopt where `height` is above the tip.
    std::optional<Amount> balance_at(const crypto::Address& address, Height height) const;
    std::vector<ReorganisationRecord> reorganisations() const; ///< newest first

    // --- for peers (chain_sync.cpp) ---
    /// What a header above this block is judged against; nullopt where it is not stored, or condemned.
    std::optional<consensus::ChainPoint> point(const BlockId& id) const;
    /// Stored, and found invalid for good. Blocks that were never stored are not known here.
    bool is_condemned(const BlockId& id) const;
    /// Of the active chain: the tip first, then at distances that grow by a constant factor, genesis last.
    static constexpr std::size_t max_locator = 12;
    std::vector<BlockId> locator() const;
    /// The active chain's headers above the first of `locator` that is on it (genesis where none is), lowest
    /// first: at most `max`, none above `stop` if that is among them.
    std::vector<SealedHeader> headers_after(std::span<const BlockId> locator,
                                            const std::optional<BlockId>& stop, std::uint32_t max) const;

    /// An unsealed block on the tip with these transactions, in this order; those that do not apply are left
    /// out. Its time is max(now, parent's + 1).
    Block make_template(const crypto::Address& producer, const std::vector<Transaction>& candidates,
                        Time now) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::chain
