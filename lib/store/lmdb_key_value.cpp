#include <base/bytes.hpp>
#include <crypto/hash.hpp>
#include <store/lmdb_key_value.hpp>
#include <store/posix_filesystem.hpp>

#include <lmdb.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <utility>

namespace cairn::store {
namespace {

constexpr std::size_t crc_bytes = 4;

/// Of the key and the value: tells a value that stands under a wrong key, too.
std::uint32_t checksum(Bytes& scratch, std::uint64_t key, ByteView value) {
    scratch.resize(sizeof key);
    store_le(scratch.data(), key);
    append(scratch, value);
    return crypto::crc32c(scratch);
}

MDB_val as_val(std::uint64_t& key) { return {sizeof key, &key}; }

ByteView as_view(const MDB_val& value) { return {static_cast<const Byte*>(value.mv_data), value.mv_size}; }

} // namespace

struct LmdbKeyValue::State {
    State(Path path, std::uint64_t map_bytes) : directory(std::move(path)) {
        PosixFileSystem files;
        if (!files.exists(data_path())) make(files, map_bytes);
        try {
            open(0);
            check_size(files);
            open_tables();
        } catch (...) {
            close();
            throw;
        }
    }
    ~State() { close(); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    Path data_path() const { return directory / "data.mdb"; }

    void open(std::uint64_t map_bytes) {
        check(mdb_env_create(&env), "open");
        check(mdb_env_set_maxdbs(env, table_count), "open");
        if (map_bytes != 0) check(mdb_env_set_mapsize(env, map_bytes), "open");
        // NOLOCK: the data directory's lock keeps others away, and no view is read while a batch is written.
        check(mdb_env_open(env, directory.c_str(), MDB_NOLOCK | MDB_NOTLS | MDB_NORDAHEAD, 0600), "open");
    }

    /// Makes an empty environment beside its place, and moves it there once it is whole and durable: a crash
    /// leaves none or a good one.
    void make(PosixFileSystem& files, std::uint64_t map_bytes) {
        const Path place = directory;
        const Path parent = place.has_parent_path() ? place.parent_path() : Path(".");
        directory += ".new";
        remove_tree(files, directory);
        files.make_directory(directory);
        try {
            open(map_bytes);
            open_tables();
        } catch (...) {
            close();
            throw;
        }
        close();
        files.sync_directory(directory);
        files.rename(directory, place);
        files.sync_directory(parent);
        directory = place;
    }

    /// A file that was cut short would end the process at the first access beyond its end.
    void check_size(PosixFileSystem& files) const {
        MDB_envinfo info{};
        MDB_stat stat{};
        check(mdb_env_info(env, &info), "open");
        check(mdb_env_stat(env, &stat), "open");
        const std::uint64_t needed = (std::uint64_t{info.me_last_pgno} + 1) * stat.ms_psize;
        const std::uint64_t size = files.open(data_path(), OpenMode::read)->size();
        if (size < needed) throw DamagedStore(data_path().string(), size, "the index is cut short");
    }

    void open_tables() {
        MDB_txn* opening = nullptr;
        check(mdb_txn_begin(env, nullptr, 0, &opening), "open");
        for (TableNumber table = 0; table < table_count; ++table) {
            const std::string name(1, static_cast<char>('a' + table));
            const int code = mdb_dbi_open(opening, name.c_str(), MDB_CREATE | MDB_INTEGERKEY, &tables[table]);
            if (code == MDB_SUCCESS) continue;
            mdb_txn_abort(opening);
            check(code, "open");
        }
        check(mdb_txn_commit(opening), "write");
    }

    void close() noexcept {
        end_reading();
        if (env) mdb_env_close(env);
        env = nullptr;
    }

    /// Turns LMDB's codes into faults.
    void check(int code, const char* operation) const {
        switch (code) {
        case MDB_SUCCESS:
            return;
        case MDB_CORRUPTED:
        case MDB_PAGE_NOTFOUND:
        case MDB_INVALID:
        case MDB_PANIC:
        case MDB_CURSOR_FULL:
        case MDB_BAD_TXN:
        case MDB_BAD_DBI:
        case MDB_INCOMPATIBLE:
            throw DamagedStore(data_path().string(), 0, mdb_strerror(code));
        case MDB_VERSION_MISMATCH:
            throw ForeignStore(data_path(), ForeignStore::Reason::version, mdb_strerror(code));
        default:
            break;
        }
        if (code > 0) throw IoFault(operation, data_path(), code == EIO && is_full() ? ENOSPC : code);
        throw Fault("the index: cannot " + std::string(operation) + " " + data_path().string() + ": " +
                    mdb_strerror(code));
    }
    /// LMDB says EIO of a write that the disk took in part, as a full one does.
    bool is_full() const {
        constexpr std::uint64_t next_to_nothing = 1u << 20; // bytes
        struct statvfs disk {};
        return ::statvfs(directory.c_str(), &disk) == 0 &&
               std::uint64_t{disk.f_bavail} * disk.f_frsize < next_to_nothing;
    }
    void check_alive() const {
        if (dead) throw Fault("the index has failed: " + directory.string());
    }

    /// The transaction that views belong to, and its cursor on a table.
    MDB_cursor* reading(TableNumber table) {
        check_alive();
        if (!reader) check(mdb_txn_begin(env, nullptr, MDB_RDONLY, &reader), "read");
        MDB_cursor*& cursor = cursors.at(table);
        if (!cursor) check(mdb_cursor_open(reader, tables.at(table), &cursor), "read");
        return cursor;
    }
    void end_reading() noexcept {
        for (MDB_cursor*& cursor : cursors) {
            if (cursor) mdb_cursor_close(cursor);
            cursor = nullptr;
        }
        if (reader) mdb_txn_abort(reader);
        reader = nullptr;
    }

    /// The value without its checksum, which must hold.
    ByteView checked(std::uint64_t key, const MDB_val& stored) {
        const ByteView all = as_view(stored);
        if (all.size() >= crc_bytes) {
            const ByteView value = all.first(all.size() - crc_bytes);
            if (checksum(scratch, key, value) == load_le<std::uint32_t>(all.data() + value.size()))
                return value;
        }
        MDB_envinfo info{};
        mdb_env_info(env, &info);
        const auto offset = all.data() - static_cast<const Byte*>(info.me_mapaddr);
        const bool inside = info.me_mapaddr != nullptr && offset >= 0;
        throw DamagedStore(data_path().string(), inside ? static_cast<std::uint64_t>(offset) : 0,
                           "an entry of the index whose checksum does not hold");
    }

    std::uint64_t as_number(const MDB_val& key) const {
        if (key.mv_size != sizeof(std::uint64_t))
            throw DamagedStore(data_path().string(), 0, "a key of the index of impossible size");
        std::uint64_t number = 0;
        std::memcpy(&number, key.mv_data, sizeof number);
        return number;
    }

    KeyAndValue entry(const MDB_val& key, const MDB_val& value) {
        const std::uint64_t number = as_number(key);
        return {number, checked(number, value)};
    }

    /// mdb_cursor_get; nullopt at MDB_NOTFOUND.
    std::optional<KeyAndValue> seek(TableNumber table, std::uint64_t wanted, MDB_cursor_op operation) {
        MDB_cursor* const cursor = reading(table);
        MDB_val key = as_val(wanted);
        MDB_val value{};
        const int code = mdb_cursor_get(cursor, &key, &value, operation);
        if (code == MDB_NOTFOUND) return std::nullopt;
        check(code, "read");
        return entry(key, value);
    }

    /// The table's last key, for put(); none where it is empty.
    void find_last(MDB_cursor* cursor) {
        MDB_val key{};
        MDB_val value{};
        const int code = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
        last_key.reset();
        if (code == MDB_NOTFOUND) return;
        if (code != MDB_SUCCESS) throw Refused{code};
        last_key = as_number(key);
    }

    void put(MDB_cursor* cursor, std::uint64_t key, ByteView value) {
        MDB_val place = as_val(key);
        MDB_val room{value.size() + crc_bytes, nullptr};
        const std::uint32_t crc = checksum(scratch, key, value);
        // Behind the last one: or LMDB would split the last page in halves, and leave the lower as it is.
        const bool behind = !last_key || key > *last_key;
        if (behind) last_key = key;
        const int code = mdb_cursor_put(cursor, &place, &room, MDB_RESERVE | (behind ? MDB_APPEND : 0U));
        if (code != MDB_SUCCESS) throw Refused{code};
        auto* const to = static_cast<Byte*>(room.mv_data);
        if (!value.empty()) std::memcpy(to, value.data(), value.size());
        store_le(to + value.size(), crc);
    }

    void append_to(MDB_cursor* cursor, std::uint64_t key, ByteView tail) {
        MDB_val place = as_val(key);
        MDB_val old{};
        const int code = mdb_cursor_get(cursor, &place, &old, MDB_SET_KEY);
        if (code == MDB_NOTFOUND) return put(cursor, key, tail);
        if (code != MDB_SUCCESS) throw Refused{code};
        const ByteView had = checked(key, old);
        joined.assign(had.begin(), had.end());
        append(joined, tail);
        put(cursor, key, joined);
    }

    void erase(MDB_cursor* cursor, std::uint64_t key) {
        MDB_val place = as_val(key);
        int code = mdb_cursor_get(cursor, &place, nullptr, MDB_SET);
        if (code == MDB_NOTFOUND) return;
        if (code == MDB_SUCCESS) code = mdb_cursor_del(cursor, 0);
        if (code != MDB_SUCCESS) throw Refused{code};
    }

    /// LMDB's refusal inside of a batch; the transaction is to be given up.
    struct Refused {
        int code;
    };

    void write_items(MDB_txn* writer, const Batch& batch) {
        MDB_cursor* cursor = nullptr; // closed by LMDB with its transaction
        std::optional<TableNumber> table;
        for (const Batch::Item& item : batch.items()) {
            if (table != item.table) {
                const int code = mdb_cursor_open(writer, tables.at(item.table), &cursor);
                if (code != MDB_SUCCESS) throw Refused{code};
                table = item.table;
                find_last(cursor);
            }
            switch (item.kind) {
            case Batch::Kind::put:
                put(cursor, item.key, item.value);
                break;
            case Batch::Kind::append:
                append_to(cursor, item.key, item.value);
                break;
            case Batch::Kind::erase:
                erase(cursor, item.key);
                break;
            }
        }
    }

    /// MDB_SUCCESS, or the code with which the whole batch was given up.
    int try_commit(const Batch& batch) {
        MDB_txn* writer = nullptr;
        check(mdb_txn_begin(env, nullptr, 0, &writer), "write");
        try {
            write_items(writer, batch);
        } catch (const Refused& refused) {
            mdb_txn_abort(writer);
            return refused.code;
        } catch (...) {
            mdb_txn_abort(writer);
            throw;
        }
        return mdb_txn_commit(writer); // ends the transaction, whatever it answers
    }

    /// Pages that were read stay mapped, and would count as the process' own as long as nobody wants memory:
    /// more of them the longer the chain. The system keeps what it has of the file.
    void let_go_of_pages() const noexcept {
        MDB_envinfo info{};
        if (mdb_env_info(env, &info) == MDB_SUCCESS && info.me_mapaddr != nullptr)
            ::madvise(info.me_mapaddr, info.me_mapsize,
                      MADV_DONTNEED); // a hint: what comes of it is no matter
    }

    void commit(Batch& batch) {
        check_alive();
        batch.sort();
        end_reading();
        try {
            for (;;) {
                const int code = try_commit(batch);
                if (code == MDB_SUCCESS) return let_go_of_pages();
                if (code != MDB_MAP_FULL) check(code, "write");
                MDB_envinfo info{};
                check(mdb_env_info(env, &info), "write");
                check(mdb_env_set_mapsize(env, info.me_mapsize * 2), "write");
            }
        } catch (...) {
            dead = true;
            throw;
        }
    }

    Path directory;
    MDB_env* env = nullptr;
    std::array<MDB_dbi, table_count> tables{};
    MDB_txn* reader = nullptr;
    std::array<MDB_cursor*, table_count> cursors{};
    Bytes scratch;                         ///< of checksum()
    Bytes joined;                          ///< of append_to()
    std::optional<std::uint64_t> last_key; ///< at or above all of the table that is being written
    bool dead = false;
};

LmdbKeyValue::LmdbKeyValue(const Path& directory, std::uint64_t map_bytes)
    : state_(std::make_unique<State>(directory, map_bytes)) {}
LmdbKeyValue::~LmdbKeyValue() = default;

std::optional<ByteView> LmdbKeyValue::get(TableNumber table, std::uint64_t key) {
    const auto found = state_->seek(table, key, MDB_SET_KEY);
    return found ? std::optional(found->value) : std::nullopt;
}

std::optional<KeyAndValue> LmdbKeyValue::at_or_after(TableNumber table, std::uint64_t key) {
    return state_->seek(table, key, MDB_SET_RANGE);
}

std::optional<KeyAndValue> LmdbKeyValue::at_or_before(TableNumber table, std::uint64_t key) {
    const auto after = state_->seek(table, key, MDB_SET_RANGE);
    if (after && after->key == key) return after;
    return state_->seek(table, 0, after ? MDB_PREV : MDB_LAST);
}

void LmdbKeyValue::commit(Batch& batch) { state_->commit(batch); }

} // namespace cairn::store
