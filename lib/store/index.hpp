// The index: what can be looked up without reading the log from its start, as of one checkpoint. All of it
// can be rebuilt from the log. Entries under 8-byte prefixes are candidates: the caller confirms them against
// the active chain. Its tables are written down in docs/STORAGE.md. One owner thread.
#pragma once

#include <base/uint256.hpp>
#include <model/account.hpp>
#include <model/block.hpp>
#include <store/key_value.hpp>
#include <store/record_log.hpp>
#include <store/sorted_runs.hpp>
#include <store/tx_place.hpp>

#include <optional>
#include <span>
#include <vector>

namespace cairn::store {

/// Blocks are numbered in the order in which their bodies came, from 0 (genesis).
struct BlockNumber {
    std::uint32_t value = 0;
    friend auto operator<=>(const BlockNumber&, const BlockNumber&) = default;
    BlockNumber next() const { return {value + 1}; }
};

enum class BlockStatus : std::uint8_t {
    stored = 0,  ///< the body is in the log, rules 9 to 12 were not yet tried
    valid = 1,   ///< connected once
    invalid = 2, ///< for good
    held = 3,    ///< waits for `chain accept`
};

struct StoredBlock {
    BlockId id;
    BlockNumber parent;           ///< itself for genesis
    SealedHeader head;            ///< so that headers are answered without reading bodies
    std::uint64_t counted_ms = 0; ///< v of the difficulty rule
    Uint256 work;                 ///< from genesis on, this block included
    LogPosition position;         ///< of its body
    std::uint32_t size = 0;       ///< of its body, bytes
    BlockStatus status = BlockStatus::stored;

    const Header& header() const { return head.header; }
    Height height() const { return head.header.height; }
    friend bool operator==(const StoredBlock&, const StoredBlock&) = default;
};

/// Up to where the index knows the log.
struct Checkpoint {
    BlockNumber tip;
    Height height;
    LogPosition log_end; ///< replay from here
    std::uint32_t accounts = 0;
    std::uint32_t blocks = 0;
    Amount issued;   ///< allocations and subsidies up to the tip
    Amount balances; ///< sum of all balances and stakes
    Bytes notes;     ///< the chain's own; ≤ 64 KiB
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

struct Reorganisation {
    Time time;
    std::uint32_t depth = 0; ///< blocks taken back
    BlockId from;            ///< former tip
    BlockId to;              ///< new tip
    friend bool operator==(const Reorganisation&, const Reorganisation&) = default;
};

enum class Tree : std::uint8_t { accounts = 0, history = 1 };

/// 64 hashes of one level of a Merkle tree, which is every sixth; the last page of a level may be shorter.
struct TreePage {
    static constexpr std::uint32_t hashes_per_page = 64;
    Tree tree = Tree::accounts;
    std::uint8_t tier = 0; ///< level / 6
    std::uint32_t page = 0;
    std::span<const Hash256> hashes; ///< the owner's, until the commit
};

/// Lists all documents in the order of the chain, as the history of an account that cannot exist.
inline constexpr AccountNumber documents_account{0xffff'ffff};

/// What one commit changes. Order within a list matters only where two entries are of the same thing: the
/// later one counts.
struct Changes {
    struct BlockAt {
        BlockNumber number;
        StoredBlock block;
    };
    struct ActiveAt {
        Height height;
        BlockNumber number;
    };
    struct AccountAt {
        AccountNumber number;
        Account account;
    };
    struct AddressAt {
        crypto::Address address;
        AccountNumber number;
    };
    struct TransactionAt {
        TxId id;
        TxPlace place;
    };
    struct DocumentAt {
        Hash256 sha256;
        TxPlace place;
    };
    struct HistoryAt {
        AccountNumber account;
        TxPlace place;
    };

    Checkpoint checkpoint;
    std::vector<BlockAt> blocks; ///< new ones and ones whose status changed
    std::vector<ActiveAt> active;
    std::vector<AccountAt> accounts;
    std::vector<AddressAt> addresses; ///< of new accounts
    /// All places of earlier commits at this height and above are gone: a reorganisation took them back.
    /// None, or one above the former checkpoint: nothing was taken back.
    std::optional<Height> cut;
    // Places: of heights from the cut, or above the former checkpoint, to this one's. In any order; the same
    // one twice counts once.
    std::vector<TransactionAt> transactions;
    std::vector<DocumentAt> documents;
    std::vector<HistoryAt> history;
    std::vector<TreePage> tree_pages;
    std::vector<Reorganisation> reorganisations;
};

class Index {
  public:
    static constexpr std::uint32_t format_version = 3;

    /// `kv` must outlive it. An empty store becomes an index of `chain` with the first commit. Throws
    /// ForeignStore for another version or network.
    Index(KeyValue& kv, const BlockId& chain);

    /// nullopt before the first commit.
    const std::optional<Checkpoint>& checkpoint() const { return checkpoint_; }

    std::optional<StoredBlock> block(BlockNumber number) const;
    /// Compares the whole id.
    std::optional<BlockNumber> find(const BlockId& id) const;
    /// nullopt above the checkpoint's height.
    std::optional<BlockNumber> active(Height height) const;

    /// nullopt from the checkpoint's count on.
    std::optional<Account> account(AccountNumber number) const;
    /// Accounts whose address begins with the same 8 bytes, ascending; below the checkpoint's count.
    std::vector<AccountNumber> accounts_like(const crypto::Address& address) const;
    /// Places of transactions whose id begins with the same 8 bytes, ascending.
    std::vector<TxPlace> transactions_like(const TxId& id) const;
    /// Places of documents whose hash begins with the same 8 bytes, ascending, at most `limit`.
    std::vector<TxPlace> documents_like(const Hash256& sha256, std::size_t limit = 256) const;

    /// An account's places below `before`, newest first, at most `limit`.
    std::vector<TxPlace> history_before(AccountNumber account, TxPlace before, std::size_t limit) const;
    /// An account's places from `from` on, oldest first, at most `limit`.
    std::vector<TxPlace> history_from(AccountNumber account, TxPlace from, std::size_t limit) const;

    /// Empty where no such page was written.
    std::vector<Hash256> tree_page(Tree tree, std::uint8_t tier, std::uint32_t page) const;

    /// Newest first, at most `limit`.
    std::vector<Reorganisation> reorganisations(std::size_t limit) const;

    /// One atomic, durable transaction; its cost is per page touched, so collect much before calling. The log
    /// must be synced up to `changes.checkpoint.log_end`. After a fault the index is dead.
    void commit(const Changes& changes);

  private:
    SortedRuns::Addition addition(const Changes& changes) const;

    KeyValue* tables_;
    BlockId chain_;
    std::optional<Checkpoint> checkpoint_;
    SortedRuns transactions_;
    SortedRuns documents_;
    SortedRuns histories_;
};

} // namespace cairn::store
