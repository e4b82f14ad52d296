// The user's own payments that are not yet confirmed: they survive a restart, and are sent again until they
// are confirmed, cancelled or expired. A small log beside the block log. One owner thread.
#pragma once

#include <model/transaction.hpp>
#include <store/record_log.hpp>

#include <map>
#include <set>
#include <vector>

namespace cairn::store {

class Outbox {
  public:
    /// `directory`: its own. Opens or makes it; throws as RecordLog does. Only chain and mark of `options`
    /// matter beside the sizes.
    Outbox(FileSystem& files, Path directory, const LogOptions& options);

    /// Adds a payment; one that is there already stays where it is. Durable after the next sync().
    void put(const Transaction& payment);
    /// Forgets one; an unknown one is fine. Durable after the next sync().
    void erase(const TxId& id);
    /// Others were told of it, so that it may be confirmed though it is forgotten here; an unknown one is
    /// fine. Durable after the next sync().
    void note_told(const TxId& id);
    /// Ends the group, as RecordLog::sync; then, where most of the log is dead, writes it anew.
    void sync();
    bool has_unsynced() const;

    bool contains(const TxId& id) const { return places_.contains(id); }
    bool is_told(const TxId& id) const { return told_.contains(id); }
    /// In the order in which they were put.
    std::vector<Transaction> all() const;
    std::size_t size() const { return places_.size(); }

    /// Marks a clean end. No call but the destructor may follow.
    void close();

  private:
    Path generation_path(std::uint64_t generation) const;
    void replay();
    void remember(const Transaction& payment);
    void forget(const TxId& id);
    void compact();

    FileSystem* files_;
    Path directory_;
    LogOptions options_;
    std::uint64_t generation_ = 1;
    std::optional<RecordLog> log_;
    std::map<TxId, std::uint64_t> places_;          ///< id → number of its put
    std::map<std::uint64_t, Transaction> payments_; ///< by number of their put
    std::set<TxId> told_;                           ///< of them, those that others were told of
    std::uint64_t next_ = 0;
    std::uint64_t live_bytes_ = 0;
    std::uint64_t dead_bytes_ = 0;
};

} // namespace cairn::store
