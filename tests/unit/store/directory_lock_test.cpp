#include "catch.hpp"
#include "unit/store/support.hpp"
#include <store/directory_lock.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace cairn;
using namespace cairn::store;
using namespace cairn::store::test;

TEST_CASE("a directory is held by one at a time, and the second is told who", "[store]") {
    TemporaryDirectory directory;
    {
        const auto held = DirectoryLock::acquire(directory.path(), {0, "%3", "cairn run\x1b[2J"});
        REQUIRE(held);
        const auto second = DirectoryLock::acquire(directory.path(), {0, "", "cairn"});
        REQUIRE_FALSE(second);
        CHECK(second.error() == LockHolder{::getpid(), "%3", "cairn run [2J"});
    }
    const auto third = DirectoryLock::acquire(directory.path(), {});
    REQUIRE(third);
    CHECK(DirectoryLock::acquire(directory.path(), {}).error() == LockHolder{::getpid(), "", ""});
}

TEST_CASE("the lock is let go when its process is killed", "[store]") {
    TemporaryDirectory directory;
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const auto held = DirectoryLock::acquire(directory.path(), {0, "", "child"});
        const char byte = held ? 'y' : 'n';
        if (::write(ready[1], &byte, 1) != 1) ::_exit(1);
        for (;;) ::pause();
    }
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    REQUIRE(byte == 'y');
    const auto refused = DirectoryLock::acquire(directory.path(), {});
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == LockHolder{child, "", "child"});
    CHECK(DirectoryLock::acquire(directory.path(), {}));
}

TEST_CASE("a lock file of any content is no obstacle", "[store]") {
    TemporaryDirectory directory;
    PosixFileSystem files;
    Prng random(3);
    write_file_atomically(files, directory.path() / "lock", random_bytes(random, 5000));
    const auto held = DirectoryLock::acquire(directory.path(), {0, "", std::string(5000, 'x')});
    REQUIRE(held);
    CHECK(DirectoryLock::acquire(directory.path(), {}).error().command == std::string(1024, 'x'));
    CHECK_THROWS_AS(DirectoryLock::acquire(directory.path() / "absent", {}), IoFault);
}
