// Opening the log: the scan from the checkpoint to the end, and the one decision that matters, whether what
// is bad at the end is a torn tail (cut it) or damage (stop). The table of cases is in docs/STORAGE.md.
#include <store/record_format.hpp>

#include <algorithm>
#include <cstring>

namespace cairn::store {
namespace {

/// Numbers of the log's files: 0 … the count − 1, none missing.
std::uint32_t count_files(FileSystem& files, const Path& directory) {
    std::vector<std::uint32_t> numbers;
    for (const std::string& name : files.list(directory))
        if (const auto number = file_number(name)) numbers.push_back(*number);
    std::sort(numbers.begin(), numbers.end());
    for (std::uint32_t i = 0; i < numbers.size(); ++i)
        if (numbers[i] != i) throw DamagedStore((directory / file_name(i)).string(), 0, "is missing");
    return static_cast<std::uint32_t>(numbers.size());
}

/// Reads one file's records from an offset on.
class FileScan {
  public:
    FileScan(const File& file, const Path& path, std::uint32_t number, std::uint32_t mark)
        : file_(file), path_(path), number_(number), mark_(mark), size_(file.size()) {}

    /// Where the records end: the file's size, or the first bad byte, and then problem() tells.
    std::uint64_t run(std::uint64_t offset) {
        std::optional<LogPosition> group;
        for (; offset < size_; offset += record_bytes_) {
            if ((problem_ = examine(offset))) break;
            const LogPosition at = position(offset);
            // Either it begins a group or it goes on with the one before; of the first record read here, what
            // came before is not known.
            if (record_group_ != at && group && record_group_ != *group)
                throw DamagedStore(path_.string(), offset, "a record of another group than the one before");
            group = record_group_;
            clean_ = record_bytes_ == record_header_bytes;
        }
        return offset;
    }
    const char* problem() const { return problem_; }
    /// Whether the last record read is the mark of a clean end.
    bool clean() const { return clean_; }

    /// Whether a valid record stands behind the bad one at `bad`, of a group that begins behind it too. Such
    /// a group was written after the bad record was durable; one that begins at or before `bad` was not.
    bool later_group_after(std::uint64_t bad) {
        ByteArray<4> mark;
        store_le(mark.data(), mark_);
        std::uint64_t offset = bad + 1;
        while (offset + record_header_bytes <= size_) {
            const ByteView window = window_.get(file_, offset, std::min(size_ - offset, scan_bytes));
            if (window.size() < record_header_bytes) return false;
            const auto* const begin = window.data() + 4;
            const auto* const end = window.data() + window.size();
            const auto* const hit = std::search(begin, end, mark.begin(), mark.end());
            offset += static_cast<std::uint64_t>(std::min(hit, end - 3) - begin);
            if (hit == end) continue;
            if (examine(offset) == nullptr && record_group_ > position(bad)) return true;
            ++offset;
        }
        return false;
    }

  private:
    static constexpr std::uint64_t scan_bytes = 64U << 10;

    LogPosition position(std::uint64_t offset) const { return {number_, static_cast<std::uint32_t>(offset)}; }

    /// What is wrong with the record at `offset`; null, and its size and group are known, if nothing.
    const char* examine(std::uint64_t offset) {
        const std::uint64_t left = size_ - offset;
        const ByteView head = window_.get(file_, offset, record_header_bytes);
        if (head.size() < record_header_bytes) return "a record that is cut short";
        const RecordHeader header = read_record_header(head);
        if (const char* why = header_problem(header, position(offset), left, mark_)) return why;
        const ByteView record = window_.get(file_, offset, header.record_bytes());
        if (record.size() < header.record_bytes()) return "a record that is cut short";
        if (!crc_holds(record)) return "a record whose checksum does not hold";
        record_bytes_ = header.record_bytes();
        record_group_ = header.group;
        return nullptr;
    }

    const File& file_;
    const Path& path_;
    std::uint32_t number_;
    std::uint32_t mark_;
    std::uint64_t size_;
    LogWindow window_;
    const char* problem_ = nullptr;
    std::uint64_t record_bytes_ = 0;
    LogPosition record_group_;
    bool clean_ = false;
};

class Opening {
  public:
    Opening(FileSystem& files, const Path& directory, const LogOptions& options)
        : files_(files), directory_(directory), options_(options) {}

    OpenedLog run(LogPosition from) {
        files_.make_directory(directory_);
        const std::uint32_t count = count_files(files_, directory_);
        const std::uint32_t last = count == 0 ? 0 : count - 1;
        if (from.file > last) ends_too_early(last, 0);
        if (count == 0) return make_first(from);
        bool clean = false;
        for (std::uint32_t number = from.file; number < last; ++number)
            clean = scan_whole(number, number == from.file ? from.offset : 0, clean);
        return open_last(last, last == from.file ? from.offset : 0, clean);
    }

  private:
    [[noreturn]] void ends_too_early(std::uint32_t number, std::uint64_t size) const {
        throw DamagedStore((directory_ / file_name(number)).string(), size,
                           "the log ends before the place up to which the index knows it");
    }

    OpenedLog make_first(LogPosition from) {
        if (from.offset > file_header_bytes) ends_too_early(0, 0);
        OpenedLog out;
        out.mark = options_.mark == 0 ? 1 : options_.mark; // 0 would find itself in a tail of zeros
        out.file = make_log_file(files_, directory_, 0, out.mark, options_.chain);
        out.size = file_header_bytes;
        return out;
    }

    /// The mark of a file's header; nullopt where it has none.
    std::optional<std::uint32_t> mark_of(const File& file, std::uint32_t number, const Path& path) {
        ByteArray<file_header_bytes> head{};
        const std::size_t got = file.read(0, head);
        const auto mark = read_file_header(ByteView(head).first(got), path, number, options_.chain);
        if (mark && mark_ && *mark != *mark_)
            throw DamagedStore(path.string(), 16, "the mark is not that of the files before");
        if (mark) mark_ = mark;
        return mark;
    }

    /// A file that another one follows: all of it was durable before the other was made.
    bool scan_whole(std::uint32_t number, std::uint32_t offset, bool clean) {
        const Path path = directory_ / file_name(number);
        const auto file = files_.open(path, OpenMode::read);
        const auto mark = mark_of(*file, number, path);
        if (!mark) throw DamagedStore(path.string(), 0, "the file's header is damaged");
        if (offset > file->size()) ends_too_early(number, file->size());
        FileScan scan(*file, path, number, *mark);
        const std::uint32_t begin = std::max(offset, file_header_bytes);
        const std::uint64_t end = scan.run(begin);
        if (scan.problem()) throw DamagedStore(path.string(), end, scan.problem());
        return end > begin ? scan.clean() : clean;
    }

    OpenedLog open_last(std::uint32_t number, std::uint32_t offset, bool clean) {
        OpenedLog out;
        out.number = number;
        const Path path = directory_ / file_name(number);
        out.file = files_.open(path, OpenMode::append);
        const std::uint64_t size = out.file->size();
        const auto mark = mark_of(*out.file, number, path);
        if (!mark) {
            // Records are written once the header is durable: without any, its making was interrupted.
            if (size > file_header_bytes)
                throw DamagedStore(path.string(), 0, "the file's header is damaged");
            if (number == 0) return make_first({number, offset});
            if (offset > file_header_bytes) ends_too_early(number, size);
            out.mark = mark_ ? *mark_ : mark_before(number);
            out.file = make_log_file(files_, directory_, number, out.mark, options_.chain);
            out.size = file_header_bytes;
            out.recovery.was_clean = false;
            return out;
        }
        if (offset > size) ends_too_early(number, size);
        out.mark = *mark;
        FileScan scan(*out.file, path, number, *mark);
        const std::uint32_t begin = std::max(offset, file_header_bytes);
        const std::uint64_t end = scan.run(begin);
        out.size = static_cast<std::uint32_t>(end);
        const bool fresh = number == 0 && size == file_header_bytes;
        out.recovery.was_clean = end > begin ? scan.clean() : (clean || fresh);
        if (scan.problem()) cut(out, path, scan, size);
        // A killed process may have left records or a name that are seen but not yet durable; what is written
        // from now on must not become durable before them.
        out.tail_synced = !(end > begin && scan.clean() && scan.problem() == nullptr);
        if (!out.tail_synced) return out;
        out.file->sync();
        files_.sync_directory(directory_);
        return out;
    }

    std::uint32_t mark_before(std::uint32_t number) {
        const Path path = directory_ / file_name(number - 1);
        const auto mark = mark_of(*files_.open(path, OpenMode::read), number - 1, path);
        if (!mark) throw DamagedStore(path.string(), 0, "the file's header is damaged");
        return *mark;
    }

    static void cut(OpenedLog& log, const Path& path, FileScan& scan, std::uint64_t size) {
        const char* const why = scan.problem();
        if (scan.later_group_after(log.size)) throw DamagedStore(path.string(), log.size, why);
        log.file->truncate(log.size);
        log.recovery = {false, size - log.size, {log.number, log.size}, path};
    }

    FileSystem& files_;
    const Path& directory_;
    const LogOptions& options_;
    std::optional<std::uint32_t> mark_; ///< of the files read so far
};

} // namespace

OpenedLog open_log(FileSystem& files, const Path& directory, const LogOptions& options, LogPosition from) {
    return Opening(files, directory, options).run(from);
}

} // namespace cairn::store
