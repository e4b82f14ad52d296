// The stores of one data directory, opened and recovered together. Used by the core thread alone, once open.
#pragma once

#include <store/index.hpp>
#include <store/lmdb_key_value.hpp>
#include <store/outbox.hpp>
#include <store/posix_filesystem.hpp>
#include <store/record_log.hpp>

#include <memory>

namespace cairn::net {

class Stores {
  public:
    /// Throws Fault, DamagedStore, ForeignStore. `reindex`: forgets the index, which the chain makes anew. An
    /// index of another version is forgotten, too.
    Stores(const store::Path& directory, const BlockId& chain, bool reindex);

    store::RecordLog& log() { return *log_; }
    store::Index& index() { return *index_; }
    store::Outbox& outbox() { return *outbox_; }

    /// Makes durable what was appended to log and outbox.
    void sync();
    void close();

  private:
    void open_index(const store::Path& directory, const BlockId& chain);

    store::PosixFileSystem files_;
    std::unique_ptr<store::LmdbKeyValue> tables_;
    std::unique_ptr<store::Index> index_;
    std::unique_ptr<store::RecordLog> log_;
    std::unique_ptr<store::Outbox> outbox_;
};

} // namespace cairn::net
