// The bytes of the log (docs/STORAGE.md), for record_log.cpp and log_recovery.cpp; its files' names, for who
// has to name one. Pure functions, and the window through which they read.
#pragma once

#include <store/record_log.hpp>

namespace cairn::store {

// File:   "CAIRNLOG" 8 | format version u32 | file number u32 | mark u32 | genesis id 32 | CRC-32C u32
// Record: CRC-32C u32 | mark u32 | payload length u32 | group u64 | payload
inline constexpr std::uint32_t log_version = 1;
inline constexpr std::uint32_t file_header_bytes = 56;
inline constexpr std::uint32_t record_header_bytes = 20;

struct RecordHeader {
    std::uint32_t crc = 0;
    std::uint32_t mark = 0;
    std::uint32_t length = 0; ///< of the payload; 0: a clean end
    LogPosition group;        ///< where the record's group begins

    std::uint64_t record_bytes() const { return std::uint64_t{record_header_bytes} + length; }
};

/// Appends header and payload to `out`.
void write_record(Bytes& out, std::uint32_t mark, LogPosition group, ByteView payload);
/// `bytes`: at least record_header_bytes.
RecordHeader read_record_header(ByteView bytes);

/// What is wrong with the header at `at`, of a file that has `left` more bytes from there on; null if
/// nothing.
const char* header_problem(const RecordHeader& header, LogPosition at, std::uint64_t left,
                           std::uint32_t mark);
/// `record`: header and payload.
bool crc_holds(ByteView record);

Bytes write_file_header(std::uint32_t number, std::uint32_t mark, const BlockId& chain);
/// The file's mark; nullopt where the bytes are no file header. Throws ForeignStore, and DamagedStore for a
/// sound header of another file.
std::optional<std::uint32_t> read_file_header(ByteView bytes, const Path& path, std::uint32_t number,
                                              const BlockId& chain);

/// NNNNN.dat
std::string file_name(std::uint32_t number);
/// nullopt for another name.
std::optional<std::uint32_t> file_number(const std::string& name);

/// A piece of a file, read ahead.
class LogWindow {
  public:
    static constexpr std::uint64_t usual_bytes = 256U << 10;
    /// `read_ahead`: bytes read at once at least.
    explicit LogWindow(std::uint64_t read_ahead = usual_bytes) : read_ahead_(read_ahead) {}
    /// `size` bytes from `offset` on, fewer at the file's end; until the next call.
    ByteView get(const File& file, std::uint64_t offset, std::uint64_t size);
    void forget() { bytes_.clear(); }

  private:
    std::uint64_t read_ahead_;
    Bytes bytes_;
    std::uint64_t begin_ = 0;
};

/// What opening a log found.
struct OpenedLog {
    std::uint32_t number = 0;   ///< of the last file
    std::unique_ptr<File> file; ///< the last one, open for appending
    std::uint32_t size = 0;     ///< its size
    std::uint32_t mark = 0;
    /// False where all that may be missing on the disk is the mark of a clean end: it was written once all
    /// before it was durable. It must be synced before anything is written behind it.
    bool tail_synced = true;
    Recovery recovery;
};
/// As RecordLog's constructor tells.
OpenedLog open_log(FileSystem& files, const Path& directory, const LogOptions& options, LogPosition from);
/// A new file of the log, durable with its name.
std::unique_ptr<File> make_log_file(FileSystem& files, const Path& directory, std::uint32_t number,
                                    std::uint32_t mark, const BlockId& chain);

} // namespace cairn::store
