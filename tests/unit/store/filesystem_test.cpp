#include "catch.hpp"
#include "unit/store/support.hpp"
#include <store/memory_filesystem.hpp>

#include <cerrno>
#include <set>
#include <sys/stat.h>

using namespace cairn;
using namespace cairn::store;
using namespace cairn::store::test;

namespace {

std::string content(FileSystem& files, const Path& path) {
    return files.exists(path) ? std::string(as_text(read_file(files, path))) : "(none)";
}

void put(FileSystem& files, const Path& path, std::string_view text, bool sync) {
    const auto file = files.open(path, OpenMode::append);
    file->append(as_bytes(text));
    if (sync) file->sync();
}

} // namespace

TEST_CASE("files and directories are made private", "[store]") {
    TemporaryDirectory directory;
    PosixFileSystem files;
    files.make_directory(directory.path() / "a" / "b");
    files.open(directory.path() / "a" / "b" / "f", OpenMode::append);
    const auto mode = [&](const Path& path) {
        struct stat status {};
        REQUIRE(::stat((directory.path() / path).c_str(), &status) == 0);
        return status.st_mode & 07777;
    };
    CHECK(mode("a") == 0700);
    CHECK(mode("a/b") == 0700);
    CHECK(mode("a/b/f") == 0600);
}

TEST_CASE("faults name what was tried, the file and the reason", "[store]") {
    TemporaryDirectory directory;
    PosixFileSystem files;
    const Path absent = directory.path() / "no" / "file";
    try {
        files.open(absent, OpenMode::append);
        FAIL("opened a file in no directory");
    } catch (const IoFault& fault) {
        CHECK(fault.code() == ENOENT);
        CHECK(fault.path() == absent);
        CHECK(std::string(fault.what()) == "cannot open " + absent.string() + ": No such file or directory");
    }
    CHECK_THROWS_AS(files.list(absent), IoFault);
    CHECK_THROWS_AS(files.remove(absent), IoFault);
    CHECK_THROWS_AS(files.rename(absent, directory.path() / "x"), IoFault);
    CHECK_THROWS_AS(files.sync_directory(absent), IoFault);
    put(files, directory.path() / "file", "x", false);
    CHECK_THROWS_AS(files.make_directory(directory.path() / "file" / "below"), IoFault);
    CHECK(std::string(IoFault("write", "/d/f", ENOSPC).what()) ==
          "the disk is full: cannot write /d/f: no space left on the device");
    CHECK(IoFault("write", "/d/f", EDQUOT).disk_full());
    CHECK_FALSE(IoFault("write", "/d/f", EIO).disk_full());
}

TEST_CASE("a full device is told as such", "[store]") {
    PosixFileSystem files;
    if (!files.exists("/dev/full")) return;
    const auto file = files.open("/dev/full", OpenMode::append);
    try {
        file->append(as_bytes("x"));
        FAIL("wrote to a full device");
    } catch (const IoFault& fault) {
        CHECK(fault.disk_full());
    }
}

TEST_CASE("what was not synced is gone after a crash, names included", "[store]") {
    MemoryFileSystem files;
    files.make_directory("/d");
    put(files, "/d/unnamed", "synced, but its name is not", true);
    files.sync_directory("/d");
    put(files, "/d/unnamed", " and more", false);
    put(files, "/d/late", "x", true);
    files.crash();
    CHECK(content(files, "/d/unnamed") == "synced, but its name is not");
    CHECK(content(files, "/d/late") == "(none)");

    files.remove("/d/unnamed");
    files.crash();
    CHECK(content(files, "/d/unnamed") == "synced, but its name is not");
    files.rename("/d/unnamed", "/d/other");
    files.sync_directory("/d");
    files.crash();
    CHECK(files.list("/d") == std::vector<std::string>{"other"});
}

TEST_CASE("an unkind crash keeps any part of what was not synced, and all that was", "[store]") {
    std::set<std::string> outcomes;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        MemoryFileSystem files;
        put(files, "/f", std::string(700, 'a'), true);
        files.sync_directory("/");
        put(files, "/f", std::string(400, 'b'), false);
        Prng random(seed);
        files.crash(random);
        const std::string found = content(files, "/f");
        REQUIRE(found.substr(0, 700) == std::string(700, 'a'));
        outcomes.insert(found.substr(700));
    }
    // Sectors end at 1,024: 324 bytes of the first, 76 of the second.
    const std::string one(324, 'b');
    const std::string two(76, 'b');
    CHECK(outcomes == std::set<std::string>{"", one, one + two, std::string(324, '\0') + two});
}

TEST_CASE("what a failed sync lost stays lost", "[store]") {
    MemoryFileSystem files;
    put(files, "/f", "first ", true);
    files.sync_directory("/");
    const auto file = files.open("/f", OpenMode::append);
    file->append(as_bytes("second "));
    files.fail_at(1, MemoryFileSystem::Call::sync, EIO);
    CHECK_THROWS_AS(file->sync(), IoFault);
    file->sync();
    files.crash();
    CHECK(content(files, "/f") == "first ");
}

TEST_CASE("a file is replaced whole or not at all", "[store]") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        for (std::uint64_t n = 1;; ++n) {
            MemoryFileSystem files;
            files.make_directory("/d");
            write_file_atomically(files, "/d/f", as_bytes("old"));
            files.fail_at(n, MemoryFileSystem::Call::any, EIO, true);
            bool failed = false;
            try {
                write_file_atomically(files, "/d/f", as_bytes("new"));
            } catch (const IoFault&) {
                failed = true;
            }
            files.fail_never();
            Prng random(seed * 100 + n);
            files.crash(random);
            const std::string found = content(files, "/d/f");
            if (failed)
                REQUIRE((found == "old" || found == "new"));
            else
                REQUIRE(found == "new");
            write_file_atomically(files, "/d/f", as_bytes("again"));
            REQUIRE(content(files, "/d/f") == "again");
            if (!failed) break;
        }
    }
}

TEST_CASE("a tree of directories is removed", "[store]") {
    TemporaryDirectory directory;
    PosixFileSystem posix;
    MemoryFileSystem memory;
    const bool real = GENERATE(false, true);
    FileSystem& files = real ? static_cast<FileSystem&>(posix) : memory;
    const Path root = directory.path() / "x";
    files.make_directory(root / "a" / "b");
    put(files, root / "a" / "b" / "f", "1", false);
    put(files, root / "g", "2", false);
    CHECK_THROWS_AS(files.remove(root), IoFault);
    remove_tree(files, root);
    CHECK_FALSE(files.exists(root));
    remove_tree(files, root);
    put(files, directory.path() / "large", "12345", false);
    CHECK_THROWS_AS(read_file(files, directory.path() / "large", 4), IoFault);
}
