// An append-only log of records in numbered files: the chain's own write-ahead log. Its bytes are written
// down in docs/STORAGE.md. One owner thread.
//
// Records are appended in groups; sync() ends a group and returns when it is durable. A group is written only
// after the one before it is synced, so what a crash tears is always the last group. Whoever acknowledges
// something syncs first.
#pragma once

#include <model/ids.hpp>
#include <store/filesystem.hpp>

#include <compare>
#include <optional>

namespace cairn::store {

/// Where a record begins: file number, then bytes from the file's start. Ordered as the records are.
struct LogPosition {
    std::uint32_t file = 0;
    std::uint32_t offset = 0;
    friend auto operator<=>(const LogPosition&, const LogPosition&) = default;
    std::uint64_t packed() const { return std::uint64_t{file} << 32 | offset; }
    static LogPosition unpack(std::uint64_t packed) {
        return {static_cast<std::uint32_t>(packed >> 32), static_cast<std::uint32_t>(packed)};
    }
};

struct LogOptions {
    BlockId chain;                         ///< the network's genesis: a log of another one is refused
    std::uint32_t mark = 1;                ///< drawn at random for a new log, so that nobody outside can
                                           ///< put something that looks like a record into a payload
    std::uint32_t file_bytes = 128U << 20; ///< a file that would grow beyond it is followed by the next
    std::uint32_t buffer_bytes = 1U << 20; ///< what is kept back from the file at most until sync()
};

/// What open() found.
struct Recovery {
    bool was_clean = true;       ///< the log is new, or ended with the mark of close()
    std::uint64_t cut_bytes = 0; ///< of a torn tail; 0 mostly
    LogPosition cut_at;          ///< where it was cut
    Path file;                   ///< which file was cut
};

class LogWindow;

struct LogRecord {
    LogPosition position;
    LogPosition end; ///< from where to read on
    Bytes payload;
};

/// The network of the log in `directory`, as its first file tells; nullopt where there is no such file, or it
/// does not tell.
std::optional<BlockId> chain_of_log(FileSystem& files, const Path& directory);

class RecordLog {
  public:
    static constexpr std::uint32_t max_payload = 64U << 20;

    class Cursor;

    /// Opens the log in `directory`, made where it is absent. Reads and checks all from `from` (a position
    /// that end() once gave, after a sync; {} is the log's start) to the end, and nothing before it. A torn
    /// tail is cut off and the cut synced. Throws DamagedStore for anything else that is wrong, or for a log
    /// that ends before `from`; ForeignStore for another version or network; IoFault.
    RecordLog(FileSystem& files, Path directory, const LogOptions& options, LogPosition from = {});
    ~RecordLog(); ///< without close(): as a kill; what was not synced may be lost
    RecordLog(RecordLog&&) noexcept;
    RecordLog& operator=(RecordLog&&) noexcept;

    const Recovery& recovery() const;

    /// Adds a record of 1 … max_payload bytes (std::length_error otherwise) and tells where it will stand. It
    /// can be read at once, and is durable after the next sync(). Where the file is full the group is synced
    /// first and the record begins the next file.
    LogPosition append(ByteView payload);
    /// Ends the group. Returns when all that was appended is durable; nothing to do is no operation.
    void sync();
    /// Where the next record will stand, or before that.
    LogPosition end() const;
    /// Whether anything was appended since the last sync.
    bool has_unsynced() const;

    /// The payload of the record that begins there; DamagedStore where none does. One read where
    /// `payload_size` tells its size.
    Bytes read(LogPosition position, std::uint32_t payload_size = 4096) const;
    /// All records from `from` on, which is {} or a record's position or end. The log must outlive it, and
    /// not be moved.
    Cursor cursor(LogPosition from = {}) const;

    /// Marks a clean end, after a sync. No call but the destructor may follow.
    void close();

  private:
    struct State;
    std::unique_ptr<State> state_;
};
// After a failed write or sync the log is dead: every further call throws Fault.

/// Reads ahead in large pieces, holds one of them.
class RecordLog::Cursor {
  public:
    /// The next record; nullopt at the end, where a later call may find what was appended meanwhile. Throws
    /// DamagedStore.
    std::optional<LogRecord> next();
    LogPosition position() const { return at_; } ///< of the next one
    ~Cursor();
    Cursor(Cursor&&) noexcept;
    Cursor& operator=(Cursor&&) noexcept;

  private:
    friend class RecordLog;
    Cursor(const State& log, LogPosition from);
    const State* log_;
    LogPosition at_;
    std::unique_ptr<LogWindow> window_;
};

} // namespace cairn::store
