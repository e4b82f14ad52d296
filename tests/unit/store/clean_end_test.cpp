// The mark of a clean end of the log: what opening may leave out, and what it must not.
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

} // namespace

TEST_CASE("a log that ended cleanly is opened and read without a sync", "[store]") {
    MemoryFileSystem files;
    {
        RecordLog log(files, "/log", small_log());
        log.append(payload(10, 1));
        log.close();
    }
    files.fail_at(1, MemoryFileSystem::Call::sync, EIO, true);
    {
        RecordLog log(files, "/log", small_log());
        CHECK(payloads(log).size() == 1);
        log.close();
    }
    files.fail_never();
    { const RecordLog killed(files, "/log", small_log()); }
    RecordLog log(files, "/log", small_log());
    files.fail_at(1, MemoryFileSystem::Call::sync, EIO);
    log.append(payload(10, 2));
    CHECK_THROWS_AS(log.sync(), IoFault); // the mark comes first
}

TEST_CASE("a mark of a clean end that is not durable yet never turns into damage", "[store]") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Prng random(seed);
        MemoryFileSystem files;
        Bytes whole;
        {
            MemoryFileSystem twin;
            RecordLog log(twin, "/log", small_log());
            log.append(payload(80, 1));
            log.close();
            whole = read_file(twin, "/log/00000.dat");
        }
        {
            RecordLog log(files, "/log", small_log());
            log.append(payload(80, 1));
            log.sync();
        }
        files.open("/log/00000.dat", OpenMode::append)->append(ByteView(whole).last(header)); // killed here
        {
            LogOptions options = small_log();
            options.buffer_bytes = 1;
            RecordLog log(files, "/log", options);
            CHECK(log.recovery().was_clean);
            for (Byte i = 2; i < 20; ++i)
                log.append(payload(seed % 2 == 0 ? 80 : 700, i)); // into further files
        }
        files.crash(random);
        const RecordLog log(files, "/log", small_log());
        REQUIRE(payloads(log).size() >= 1);
        CHECK(payloads(log).front() == payload(80, 1));
    }
}

TEST_CASE("a clean end is written once, however often the log is opened", "[store]") {
    MemoryFileSystem files;
    {
        RecordLog log(files, "/log", small_log());
        log.append(payload(10, 1));
        log.close();
        CHECK_THROWS_AS(log.append(payload(10, 1)), std::logic_error);
    }
    const std::size_t size = read_file(files, "/log/00000.dat").size();
    for (int i = 0; i < 3; ++i) {
        RecordLog log(files, "/log", small_log());
        CHECK(log.recovery().was_clean);
        log.close();
    }
    CHECK(read_file(files, "/log/00000.dat").size() == size);
    CHECK(size == first + 30 + header);
}
