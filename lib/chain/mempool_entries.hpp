// What the mempool holds, and its indexes, always in step. No rules of admission here: those are
// mempool.cpp's. Ordered containers throughout: strangers choose the keys, and could choose such as fall
// together in a hash table; and every walk has one order. For one thread.
#pragma once

#include <chain/mempool.hpp>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace cairn::chain {

/// What decides which of two transactions a block takes first: the fee a byte, among equals the arrival.
struct Rank {
    std::uint64_t fee = 0;
    std::uint64_t size = 1;
    std::uint64_t arrival = 0; ///< its own for every transaction, so that no two are equal
};
/// −, 0, + where a pays less, as much, more a byte than b. Multiplied crosswise in 128 bits: exact.
int compare_rate(const Rank& a, const Rank& b);
bool goes_before(const Rank& a, const Rank& b);

/// Amounts and fee, in 128 bits.
Uint128 cost_of(const Transaction& tx);
/// Bytes of memory that a transaction takes here: its own, and its places in the indexes, as if nobody else
/// had its sender or recipients. 16 bytes are counted for every allocation.
std::size_t memory_of(const Transaction& tx);

struct MempoolEntry {
    Transaction tx;
    crypto::Address sender;
    Rank rank; ///< its own
    Rank turn; ///< the last of its own and its predecessors' ranks: a block takes it in the order of these
    Uint128 cost = 0;
    std::size_t memory = 0;
    std::size_t index = 0; ///< among the witness ids

    std::uint64_t nonce() const { return tx.fields().nonce.value; }
};

class MempoolEntries {
  public:
    /// By nonce, without a gap.
    using Queue = std::vector<std::unique_ptr<MempoolEntry>>;

    // --- changes; `address` is the sender's ---
    /// After the sender's last one, whose nonce is one less.
    void append(const Transaction& tx, const crypto::Address& address, std::uint64_t arrival);
    /// In place of the entry with the same sender and nonce.
    void replace(const Transaction& tx, const crypto::Address& address, std::uint64_t arrival);
    void drop_last(const crypto::Address& address);
    void drop_from(const crypto::Address& address, std::uint64_t nonce);  ///< it and all after it
    void drop_below(const crypto::Address& address, std::uint64_t nonce); ///< all before it
    Queue take_all(const crypto::Address& address);

    // --- queries ---
    std::size_t count() const { return by_id_.size(); }
    std::size_t bytes() const { return bytes_; }
    std::size_t memory() const { return memory_; }
    const MempoolEntry* find(const TxId& id) const;
    const MempoolEntry* find(const WitnessId& id) const;
    const MempoolEntry* find(const crypto::Address& sender, std::uint64_t nonce) const;
    /// nullptr where nothing of the sender is pending; never empty.
    const Queue* queue(const crypto::Address& sender) const;
    Uint128 outgoing(const crypto::Address& sender) const;
    Uint128 incoming(const crypto::Address& address) const;
    /// Oldest first.
    std::vector<const MempoolEntry*> received(const crypto::Address& address) const;
    std::size_t received_count(const crypto::Address& address) const;
    /// One whose expiry is below `height`; nullptr where there is none.
    const MempoolEntry* expired(Height height) const;
    /// The one that a block would take last; nullptr where there is none.
    const MempoolEntry* last_in_turn() const;
    /// Those that a block would take last, the very last first, until they free `bytes`; none of `spared`.
    /// nullopt where all of them free less.
    std::optional<std::vector<const MempoolEntry*>> last_in_turn(std::size_t bytes,
                                                                 const crypto::Address& spared) const;
    /// In the order in which a block takes them, none that expired before `height`.
    std::vector<const MempoolEntry*> select(std::size_t max_bytes, std::size_t max_count,
                                            Height height) const;
    std::vector<const MempoolEntry*> all() const; ///< in the order of txids
    /// At most `max`, by sender and nonce, behind `place`; from the first where none is given.
    std::vector<const MempoolEntry*> after(const std::optional<MempoolPlace>& place, std::size_t max) const;

    /// Of all, in no order; at(i) is the entry of the i-th.
    std::span<const WitnessId> witness_ids() const { return witness_ids_; }
    const MempoolEntry& at(std::size_t index) const { return *by_index_.at(index); }

  private:
    struct Sender {
        Queue queue;
        Uint128 outgoing = 0;
    };
    struct ByArrival {
        bool operator()(const MempoolEntry* a, const MempoolEntry* b) const {
            return a->rank.arrival < b->rank.arrival;
        }
    };
    struct ByExpiry {
        bool operator()(const MempoolEntry* a, const MempoolEntry* b) const;
    };
    struct ByTurn { // the last first
        bool operator()(const MempoolEntry* a, const MempoolEntry* b) const {
            return goes_before(b->turn, a->turn);
        }
    };
    struct ById {
        using is_transparent = void;
        static const TxId& key(const MempoolEntry* entry) { return entry->tx.id(); }
        static const TxId& key(const TxId& id) { return id; }
        template <typename A, typename B> bool operator()(const A& a, const B& b) const {
            return key(a) < key(b);
        }
    };
    struct ByWitness {
        using is_transparent = void;
        static const WitnessId& key(const MempoolEntry* entry) { return entry->tx.witness_id(); }
        static const WitnessId& key(const WitnessId& id) { return id; }
        template <typename A, typename B> bool operator()(const A& a, const B& b) const {
            return key(a) < key(b);
        }
    };
    struct Received {
        std::set<const MempoolEntry*, ByArrival> entries;
        Uint128 incoming = 0;
    };
    using Senders = std::map<crypto::Address, Sender>;
    friend std::size_t memory_of(const Transaction& tx);

    void link(MempoolEntry& entry);
    void unlink(const MempoolEntry& entry);
    void settle(Sender& sender, std::size_t from);

    Senders senders_; // none without entries
    std::map<crypto::Address, Received> received_;
    std::set<const MempoolEntry*, ById> by_id_;
    std::set<const MempoolEntry*, ByWitness> by_witness_;
    std::vector<WitnessId> witness_ids_; // what each peer's short forms are compared with, so close together
    std::vector<MempoolEntry*> by_index_;
    std::set<const MempoolEntry*, ByExpiry> expiring_; // those with an expiry
    std::set<const MempoolEntry*, ByTurn> tails_;      // every sender's last one
    std::size_t bytes_ = 0;
    std::size_t memory_ = 0;
};

} // namespace cairn::chain
