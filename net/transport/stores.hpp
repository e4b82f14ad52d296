// The stores of one data directory, opened and recovered together. Used by the core thread alone, once open.
#pragma once

#include <store/index.hpp>
#include <store/lmdb_key_value.hpp>
#include <store/outbox.hpp>
#include <store/posix_filesystem.hpp>
#include <store/record_log.hpp>

#include <memory>

namespace cairn::chain {
class Chain;
} // namespace cairn::chain

namespace cairn::net {

/// The tip up to which an index knows the chain: the log held that block once.
struct IndexedTip {
    BlockId id;
    Height height;
};

class Stores {
  public:
    /// Throws Fault, DamagedStore, ForeignStore. `reindex`: forgets the index, once the log is open; the
    /// chain makes it anew. An index of another version is forgotten, too. A directory that was in use and
    /// has no log is damaged, unless `reindex`.
    Stores(const store::Path& directory, const BlockId& chain, bool reindex);

    /// What the index knew before it was given up, or knows.
    const std::optional<IndexedTip>& indexed() const { return indexed_; }
    /// By `reindex` alone: the log is new, though the directory was in use.
    bool log_was_missing() const { return log_was_missing_; }

    store::RecordLog& log() { return *log_; }
    store::Index& index() { return *index_; }
    store::Outbox& outbox() { return *outbox_; }

    /// Makes durable what was appended to log and outbox.
    void sync();
    void close();

  private:
    void open_index(const store::Path& directory, const BlockId& chain);
    void close_index();
    void read_indexed();
    /// Throws DamagedStore where the log is gone, or notes it.
    void look_for_log(const store::Path& directory, bool reindex);

    std::optional<IndexedTip> indexed_;
    bool log_was_missing_ = false;
    store::PosixFileSystem files_;
    std::unique_ptr<store::LmdbKeyValue> tables_;
    std::unique_ptr<store::Index> index_;
    std::unique_ptr<store::RecordLog> log_;
    std::unique_ptr<store::Outbox> outbox_;
};

struct StoresReport;
/// What opening found, once the chain took what the log holds.
StoresReport report_of(const Stores& stores, const chain::Chain& chain);

} // namespace cairn::net
