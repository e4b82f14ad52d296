#include <store/record_format.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace cairn::store {

struct RecordLog::State {
    State(FileSystem& file_system, Path path, const LogOptions& opts, LogPosition from)
        : files(file_system), directory(std::move(path)), options(opts) {
        options.file_bytes = std::min(options.file_bytes, max_file_bytes);
        OpenedLog opened = open_log(files, directory, options, from);
        number = opened.number;
        file = std::move(opened.file);
        written = opened.size;
        mark = opened.mark;
        tail_synced = opened.tail_synced;
        recovery = std::move(opened.recovery);
        // A new log has no mark of a clean end yet, though it is clean.
        ends_clean = recovery.was_clean && opened.size > file_header_bytes;
    }

    std::uint32_t end() const { return written + static_cast<std::uint32_t>(buffer.size()); }
    Path path_of(std::uint32_t file_number) const { return directory / file_name(file_number); }

    void check() const {
        if (closed) throw std::logic_error("the log is closed");
        if (dead) throw Fault("the log has failed: " + directory.string());
    }
    /// Carries out writes; a failure of any kind is the log's end.
    template <typename Call> void write(Call call) {
        try {
            call();
        } catch (...) {
            dead = true;
            throw;
        }
    }

    void add(ByteView payload) {
        const LogPosition at{number, end()};
        if (!group) group = at;
        write_record(buffer, mark, *group, payload);
        ends_clean = payload.empty();
    }
    void sync_tail() {
        if (!tail_synced) write([&] { file->sync(); });
        tail_synced = true;
    }
    void flush() {
        if (buffer.empty()) return;
        sync_tail();
        write([&] { file->append(buffer); });
        written = end();
        buffer.clear();
    }
    void sync() {
        if (!group) return;
        flush();
        write([&] { file->sync(); });
        group.reset();
    }
    void next_file() {
        sync();
        sync_tail();
        write([&] { file = make_log_file(files, directory, number + 1, mark, options.chain); });
        ++number;
        written = file_header_bytes;
    }

    /// A file before the current one, kept open.
    const File& earlier(std::uint32_t file_number) const {
        const auto known = std::find_if(earlier_files.begin(), earlier_files.end(),
                                        [&](const auto& entry) { return entry.first == file_number; });
        if (known != earlier_files.end()) {
            std::rotate(earlier_files.begin(), known, known + 1);
            return *earlier_files.front().second;
        }
        const Path path = path_of(file_number);
        auto found = files.open(path, OpenMode::read);
        ByteArray<file_header_bytes> head{};
        const std::size_t got = found->read(0, head);
        if (read_file_header(ByteView(head).first(got), path, file_number, options.chain) != mark)
            throw DamagedStore(path.string(), 0, "the file's header is damaged");
        if (earlier_files.size() == max_earlier_files) earlier_files.pop_back();
        earlier_files.emplace(earlier_files.begin(), file_number, std::move(found));
        return *earlier_files.front().second;
    }
    const File& file_of(std::uint32_t file_number) const {
        return file_number == number ? *file : earlier(file_number);
    }

    /// At least `size` bytes from there on, where there are so many; from the file or from the buffer.
    ByteView look(LogWindow& window, LogPosition at, std::uint64_t size) const {
        if (at.file == number && at.offset >= written)
            return ByteView(buffer).subspan(std::min<std::size_t>(at.offset - written, buffer.size()));
        return window.get(file_of(at.file), at.offset, size);
    }
    /// The record there, header and all; until the window is used again. Throws DamagedStore.
    ByteView record(LogWindow& window, LogPosition at, std::uint64_t size_hint) const {
        const auto damaged = [&](const char* why) {
            throw DamagedStore(path_of(at.file).string(), at.offset, why);
        };
        ByteView seen = look(window, at, std::max<std::uint64_t>(size_hint, record_header_bytes));
        if (seen.size() < record_header_bytes) damaged("a record that is cut short");
        const RecordHeader header = read_record_header(seen);
        if (const char* why = header_problem(header, at, UINT64_MAX, mark)) damaged(why);
        if (seen.size() < header.record_bytes()) seen = look(window, at, header.record_bytes());
        if (seen.size() < header.record_bytes()) damaged("a record that is cut short");
        seen = seen.first(header.record_bytes());
        if (!crc_holds(seen)) damaged("a record whose checksum does not hold");
        return seen;
    }

    static constexpr std::size_t max_earlier_files = 32;
    static constexpr std::uint32_t max_file_bytes = 1U << 30; // so that offsets stay far below 2^32

    FileSystem& files;
    Path directory;
    LogOptions options;
    std::uint32_t mark = 0;
    Recovery recovery;

    std::uint32_t number = 0;         ///< of the file that is written
    std::unique_ptr<File> file;       ///< it
    std::uint32_t written = 0;        ///< its size; `buffer` follows
    Bytes buffer;                     ///< records that are not yet in the file
    std::optional<LogPosition> group; ///< begin of the group that is not yet durable
    bool ends_clean = false;          ///< the last record is the mark of a clean end
    bool tail_synced = true;          ///< what opening found; see OpenedLog
    bool dead = false;
    bool closed = false;
    mutable std::vector<std::pair<std::uint32_t, std::unique_ptr<File>>> earlier_files; ///< latest used first
};

RecordLog::RecordLog(FileSystem& files, Path directory, const LogOptions& options, LogPosition from)
    : state_(std::make_unique<State>(files, std::move(directory), options, from)) {}
RecordLog::~RecordLog() = default;
RecordLog::RecordLog(RecordLog&&) noexcept = default;
RecordLog& RecordLog::operator=(RecordLog&&) noexcept = default;

const Recovery& RecordLog::recovery() const { return state_->recovery; }

LogPosition RecordLog::append(ByteView payload) {
    State& log = *state_;
    log.check();
    if (payload.empty() || payload.size() > max_payload)
        throw std::length_error("a record of 0 or more than 64 MiB");
    const std::uint64_t end = std::uint64_t{log.end()} + record_header_bytes + payload.size();
    if (end > log.options.file_bytes && log.end() > file_header_bytes) log.next_file();
    const LogPosition at{log.number, log.end()};
    log.add(payload);
    if (log.buffer.size() >= log.options.buffer_bytes) log.flush();
    return at;
}

void RecordLog::sync() {
    state_->check();
    state_->sync();
}

LogPosition RecordLog::end() const { return {state_->number, state_->end()}; }

bool RecordLog::has_unsynced() const { return state_->group.has_value(); }

Bytes RecordLog::read(LogPosition position, std::uint32_t payload_size) const {
    state_->check();
    if (position.file > state_->number || position.offset < file_header_bytes)
        throw DamagedStore(state_->path_of(position.file).string(), position.offset, "no record begins here");
    LogWindow window(0);
    const ByteView record =
        state_->record(window, position, std::uint64_t{payload_size} + record_header_bytes);
    const ByteView payload = record.subspan(record_header_bytes);
    if (payload.empty())
        throw DamagedStore(state_->path_of(position.file).string(), position.offset, "no record begins here");
    return {payload.begin(), payload.end()};
}

void RecordLog::close() {
    State& log = *state_;
    log.check();
    log.sync();
    if (!log.ends_clean) {
        log.add({});
        log.sync();
    }
    log.closed = true;
}

RecordLog::Cursor RecordLog::cursor(LogPosition from) const {
    state_->check();
    return {*state_, from};
}

RecordLog::Cursor::Cursor(const State& log, LogPosition from)
    : log_(&log), at_(from), window_(std::make_unique<LogWindow>()) {
    at_.offset = std::max(at_.offset, file_header_bytes);
}
RecordLog::Cursor::~Cursor() = default;
RecordLog::Cursor::Cursor(Cursor&&) noexcept = default;
RecordLog::Cursor& RecordLog::Cursor::operator=(Cursor&&) noexcept = default;

std::optional<LogRecord> RecordLog::Cursor::next() {
    for (;;) {
        log_->check();
        if (at_ >= LogPosition{log_->number, log_->end()}) return std::nullopt;
        if (log_->look(*window_, at_, record_header_bytes).empty()) {
            at_ = {at_.file + 1, file_header_bytes}; // the current file has more, so this is an earlier one
            window_->forget();
            continue;
        }
        const ByteView record = log_->record(*window_, at_, record_header_bytes);
        LogRecord out{at_, at_, {}};
        at_.offset += static_cast<std::uint32_t>(record.size());
        if (record.size() == record_header_bytes) continue; // the mark of a clean end
        out.end = at_;
        const ByteView payload = record.subspan(record_header_bytes);
        out.payload.assign(payload.begin(), payload.end());
        return out;
    }
}

} // namespace cairn::store
