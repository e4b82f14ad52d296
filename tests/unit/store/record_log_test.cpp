#include "catch.hpp"
#include "unit/store/support.hpp"
#include <store/memory_filesystem.hpp>
#include <store/record_log.hpp>

#include <cerrno>

using namespace cairn;
using namespace cairn::store;
using namespace cairn::store::test;

namespace {

constexpr std::uint32_t header = 20; // of a record
constexpr std::uint32_t first = 56;  // where a file's first record begins

Bytes payload(std::uint32_t size, Byte fill) { return Bytes(size, fill); }

/// Bytes at the end of a file as a crash may leave them.
void append_raw(FileSystem& files, const Path& path, ByteView bytes) {
    const auto file = files.open(path, OpenMode::append);
    file->append(bytes);
    file->sync();
}

void cut_to(FileSystem& files, const Path& path, std::uint64_t size) {
    const auto file = files.open(path, OpenMode::append);
    file->truncate(size);
    file->sync();
}

/// A log of four records of 20 + 80 bytes from 56 on, not closed. Group A: records 0, 1. Group B: records
/// 2, 3.
struct FourRecords {
    MemoryFileSystem files;
    Path path = "/log/00000.dat";

    FourRecords() {
        RecordLog log(files, "/log", small_log());
        log.append(payload(80, 0xa0));
        log.append(payload(80, 0xa1));
        log.sync();
        log.append(payload(80, 0xb0));
        log.append(payload(80, 0xb1));
        log.sync();
    }

    void flip_in(unsigned record, std::uint64_t byte) {
        files.flip_bit(path, std::uint64_t{8} * (first + record * 100 + byte));
    }

    void damaged_at(std::uint64_t offset) {
        try {
            const RecordLog log(files, "/log", small_log());
        } catch (const DamagedStore& fault) {
            CHECK(fault.file() == path.string());
            CHECK(fault.offset() == offset);
            return;
        }
        FAIL("opened a damaged log");
    }

    void cut_at(std::uint32_t offset, std::uint64_t bytes) {
        {
            const RecordLog log(files, "/log", small_log());
            CHECK_FALSE(log.recovery().was_clean);
            CHECK(log.recovery().cut_bytes == bytes);
            CHECK(log.recovery().cut_at == LogPosition{0, offset});
            CHECK(log.recovery().file == path);
            CHECK(log.end() == LogPosition{0, offset});
            CHECK(payloads(log).size() == (offset - first) / 100);
        }
        const RecordLog again(files, "/log", small_log());
        CHECK(again.recovery().cut_bytes == 0);
    }
};

} // namespace

TEST_CASE("a new log is empty, clean and private to its network", "[store]") {
    MemoryFileSystem files;
    {
        RecordLog log(files, "/d/blocks", small_log());
        CHECK(log.recovery().was_clean);
        CHECK(log.recovery().cut_bytes == 0);
        CHECK(log.end() == LogPosition{0, first});
        CHECK_FALSE(log.has_unsynced());
        CHECK(payloads(log).empty());
    }
    LogOptions other = small_log();
    other.chain = chain_of(8);
    try {
        const RecordLog log(files, "/d/blocks", other);
        FAIL("opened a log of another network");
    } catch (const ForeignStore& fault) {
        CHECK(fault.reason() == ForeignStore::Reason::network);
    }
}

TEST_CASE("a record can be read at once, before and after its sync, and after a restart", "[store]") {
    MemoryFileSystem files;
    std::vector<LogPosition> places;
    {
        RecordLog log(files, "/log", small_log());
        for (Byte i = 1; i <= 40; ++i) {
            places.push_back(log.append(payload(i * 10U, i)));
            CHECK(log.read(places.back()) == payload(i * 10U, i));
            CHECK(log.has_unsynced());
            if (i % 7 == 0) {
                log.sync();
                CHECK_FALSE(log.has_unsynced());
            }
        }
        for (Byte i = 1; i <= 40; ++i) CHECK(log.read(places[i - 1U], i) == payload(i * 10U, i));
        CHECK(places.back().file >= 1);
        CHECK(std::is_sorted(places.begin(), places.end()));
        log.close();
    }
    const RecordLog log(files, "/log", small_log());
    CHECK(log.recovery().was_clean);
    for (Byte i = 1; i <= 40; ++i) CHECK(log.read(places[i - 1U], 1) == payload(i * 10U, i));
    CHECK(payloads(log).size() == 40);
    CHECK(payloads(log, places[35]).size() == 5);
}

TEST_CASE("a cursor finds what is appended after it reached the end", "[store]") {
    MemoryFileSystem files;
    RecordLog log(files, "/log", small_log());
    auto cursor = log.cursor();
    CHECK_FALSE(cursor.next());
    for (Byte i = 1; i <= 30; ++i) {
        const LogPosition at = log.append(payload(300, i));
        const auto record = cursor.next();
        REQUIRE(record);
        CHECK(record->position == at);
        CHECK(record->payload == payload(300, i));
        CHECK(record->end == log.end());
        if (i % 4 == 0) log.sync();
        CHECK_FALSE(cursor.next());
    }
}

TEST_CASE("a record larger than a file gets a file of its own", "[store]") {
    MemoryFileSystem files;
    RecordLog log(files, "/log", small_log());
    const LogPosition one = log.append(payload(10'000, 1));
    const LogPosition two = log.append(payload(10'000, 2));
    CHECK(one == LogPosition{0, first});
    CHECK(two == LogPosition{1, first});
    log.sync();
    CHECK(payloads(log) == std::vector<Bytes>{payload(10'000, 1), payload(10'000, 2)});
}

TEST_CASE("records of no bytes or too many are refused before anything is written", "[store]") {
    MemoryFileSystem files;
    RecordLog log(files, "/log", small_log());
    CHECK_THROWS_AS(log.append({}), std::length_error);
    const Bytes large(RecordLog::max_payload + 1U);
    CHECK_THROWS_AS(log.append(large), std::length_error);
    CHECK_FALSE(log.has_unsynced());
}

TEST_CASE("nothing of a group reaches the disk unordered: the next group waits for the sync", "[store]") {
    MemoryFileSystem files;
    LogOptions options = small_log();
    options.buffer_bytes = 1;
    RecordLog log(files, "/log", options);
    log.append(payload(100, 1));
    log.sync();
    log.append(payload(100, 2)); // written at once, not synced
    files.crash();
    const RecordLog again(files, "/log", options);
    CHECK(payloads(again) == std::vector<Bytes>{payload(100, 1)});
}

TEST_CASE_METHOD(FourRecords, "what a recovery cuts: a torn last group, and nothing else", "[store]") {
    SECTION("nothing wrong, not closed") {
        const RecordLog log(files, "/log", small_log());
        CHECK_FALSE(log.recovery().was_clean);
        CHECK(log.recovery().cut_bytes == 0);
        CHECK(payloads(log).size() == 4);
    }
    SECTION("the last record of the last group is bad: torn") {
        flip_in(3, 50);
        cut_at(first + 300, 100);
    }
    SECTION("the first record of the last group is bad, the second is whole: torn, both are cut") {
        flip_in(2, 50);
        cut_at(first + 200, 200);
    }
    SECTION("its mark, its length or its group is bad: torn all the same") {
        flip_in(2, GENERATE(4U, 8U, 11U, 12U, 19U));
        cut_at(first + 200, 200);
    }
    SECTION("the last record is cut short, in its payload or its header") {
        const std::uint32_t left = GENERATE(1U, 19U, 20U, 99U);
        cut_to(files, path, first + 300 + left);
        cut_at(first + 300, left);
    }
    SECTION("a tail of zeros: torn") {
        append_raw(files, path, Bytes(5000));
        cut_at(first + 400, 5000);
    }
    SECTION("a tail of anything: torn") {
        Prng random(1);
        append_raw(files, path, random_bytes(random, 3000));
        cut_at(first + 400, 3000);
    }
    SECTION("the mark of a clean end is bad: cut, nothing is lost") {
        RecordLog(files, "/log", small_log()).close();
        flip_in(4, 3);
        cut_at(first + 400, header);
    }
}

TEST_CASE_METHOD(FourRecords, "what a recovery refuses: damage to what had been synced", "[store]") {
    SECTION("a record of a group before the last is bad: damage") {
        const unsigned record = GENERATE(0U, 1U);
        flip_in(record, GENERATE(0U, 4U, 8U, 11U, 12U, 50U));
        damaged_at(first + record * 100);
    }
    SECTION("a bad record, then the mark of a clean end: damage") {
        RecordLog(files, "/log", small_log()).close();
        const unsigned record = GENERATE(0U, 2U, 3U);
        flip_in(record, GENERATE(0U, 5U, 9U, 60U));
        damaged_at(first + record * 100);
    }
    SECTION("a bad record, and a file after it: damage") {
        {
            RecordLog log(files, "/log", small_log());
            log.append(payload(4000, 1));
            log.sync();
        }
        REQUIRE(files.exists("/log/00001.dat"));
        flip_in(3, 50);
        damaged_at(first + 300);
    }
    SECTION("the file's header is bad, and there are records: damage") {
        files.flip_bit(path, std::uint64_t{8} * GENERATE(0U, 8U, 12U, 16U, 20U, 52U));
        damaged_at(0);
    }
    SECTION("a file is missing: damage") {
        {
            RecordLog log(files, "/log", small_log());
            log.append(payload(4000, 1));
            log.append(payload(4000, 1));
            log.sync();
        }
        files.remove("/log/00001.dat");
        CHECK_THROWS_AS(RecordLog(files, "/log", small_log()), DamagedStore);
    }
    SECTION("the log ends before the place from which it is to be read: damage") {
        CHECK_THROWS_AS(RecordLog(files, "/log", small_log(), {0, first + 401}), DamagedStore);
        CHECK_THROWS_AS(RecordLog(files, "/log", small_log(), {1, first}), DamagedStore);
    }
}

TEST_CASE_METHOD(FourRecords, "a recovery makes an unfinished file anew, and refuses another version",
                 "[store]") {
    SECTION("the making of the next file was interrupted: made anew") {
        append_raw(files, "/log/00001.dat", Bytes(GENERATE(0U, 3U, 56U)));
        RecordLog log(files, "/log", small_log());
        CHECK(log.recovery().cut_bytes == 0);
        CHECK(payloads(log).size() == 4);
        CHECK(log.append(payload(10, 9)) == LogPosition{1, first});
        log.close();
        CHECK(RecordLog(files, "/log", small_log()).recovery().was_clean);
    }
    SECTION("another format version: said so") {
        // A sound header of version 2: header bytes are rewritten with their checksum.
        Bytes all = read_file(files, path);
        all[8] = 2;
        store_le(all.data() + 52, crypto::crc32c(ByteView(all).first(52)));
        write_file_atomically(files, path, all);
        try {
            const RecordLog log(files, "/log", small_log());
            FAIL("opened a log of another version");
        } catch (const ForeignStore& fault) {
            CHECK(fault.reason() == ForeignStore::Reason::version);
        }
    }
}

TEST_CASE("opening reads nothing before the given place, and reading finds damage there", "[store]") {
    MemoryFileSystem files;
    LogPosition checkpoint;
    LogPosition early;
    {
        RecordLog log(files, "/log", small_log());
        early = log.append(payload(100, 1));
        for (Byte i = 0; i < 100; ++i) log.append(payload(200, i));
        log.sync();
        checkpoint = log.end();
        log.append(payload(50, 3));
        log.close();
    }
    files.flip_bit("/log/00000.dat", std::uint64_t{8} * (first + 40));
    const std::uint64_t before = files.calls();
    const RecordLog log(files, "/log", small_log(), checkpoint);
    CHECK(files.calls() - before < 10);
    CHECK(log.recovery().was_clean);
    CHECK(payloads(log, checkpoint) == std::vector<Bytes>{payload(50, 3)});
    CHECK_THROWS_AS(log.read(early), DamagedStore);
    CHECK_THROWS_AS(log.cursor().next(), DamagedStore);
    CHECK_THROWS_AS(log.read({0, first + 1}), DamagedStore);
    CHECK_THROWS_AS(log.read({77, first}), DamagedStore);
    CHECK_THROWS_AS(log.read({0, 0}), DamagedStore);
}

TEST_CASE("a payload that looks like a record of a later group does not stop a recovery", "[store]") {
    // A record copied from a log with another mark: that is all that an outsider can know.
    MemoryFileSystem files;
    LogOptions foreign = small_log();
    foreign.mark = 0x12345678;
    {
        RecordLog log(files, "/foreign", foreign);
        for (int i = 0; i < 20; ++i) {
            log.append(payload(60, 1));
            log.sync();
        }
    }
    Bytes trap = read_file(files, "/foreign/00000.dat");
    {
        RecordLog log(files, "/log", small_log());
        log.append(payload(10, 1));
        log.sync();
        log.append(trap);
        log.sync();
    }
    files.flip_bit("/log/00000.dat", std::uint64_t{8} * (first + 30 + 25));
    const RecordLog log(files, "/log", small_log());
    CHECK(payloads(log) == std::vector<Bytes>{payload(10, 1)});
}

TEST_CASE("after a failed write or sync the log is dead", "[store]") {
    MemoryFileSystem files;
    RecordLog log(files, "/log", small_log());
    const LogPosition at = log.append(payload(10, 1));
    files.fail_at(1, GENERATE(MemoryFileSystem::Call::write, MemoryFileSystem::Call::sync), ENOSPC);
    try {
        log.sync();
        FAIL("a failed sync was not told");
    } catch (const IoFault& fault) {
        CHECK(fault.disk_full());
        CHECK_THAT(fault.what(), Catch::StartsWith("the disk is full: cannot "));
    }
    CHECK_THROWS_AS(log.sync(), Fault);
    CHECK_THROWS_AS(log.append(payload(10, 2)), Fault);
    CHECK_THROWS_AS(log.read(at), Fault);
    CHECK_THROWS_AS(log.cursor(), Fault);
    CHECK_THROWS_AS(log.close(), Fault);
}
