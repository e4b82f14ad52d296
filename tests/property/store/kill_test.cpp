// Real processes on real files, killed at any moment: what they acknowledged is there.
#include "catch.hpp"
#include "unit/store/support.hpp"
#include <store/index.hpp>
#include <store/lmdb_key_value.hpp>
#include <store/outbox.hpp>

#include <array>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace cairn;
using namespace cairn::store;
using namespace cairn::store::test;

namespace {

Transaction payment(std::uint64_t nonce) {
    TxFields fields;
    fields.nonce = {nonce};
    fields.body = Transfer{{Output{{}, Amount::from_units(1), std::string(200, 'm')}}};
    return {fields, {}};
}

/// A data directory's log, index and outbox; the n-th step adds one to each.
struct Stores {
    explicit Stores(const Path& root)
        : tables(root / "index", 1U << 20),
          index(tables, chain_of(7)),
          log(files, root / "blocks", small_log(), log_end()),
          outbox(files, root / "outbox", small_log()) {}

    LogPosition log_end() const { return index.checkpoint() ? index.checkpoint()->log_end : LogPosition{}; }

    std::uint64_t steps() const { return payloads(log).size(); }

    void step(std::uint64_t n) {
        log.append(Bytes(50 + n % 400, static_cast<Byte>(n)));
        outbox.put(payment(n));
        if (n > 3) outbox.erase(payment(n - 3).id());
        outbox.sync();
        log.sync();
        if (n % 5 != 0) return;
        Changes changes;
        changes.checkpoint.log_end = log.end();
        changes.checkpoint.height = {static_cast<std::uint32_t>(n)};
        // With what an earlier life put into the log, and was killed before it came here: as a replay does.
        const std::uint32_t before = index.checkpoint() ? index.checkpoint()->height.value : 0;
        for (std::uint32_t height = before + 5; height <= n; height += 5)
            changes.history.push_back({{1}, {height, 0}});
        index.commit(changes);
    }

    PosixFileSystem files;
    LmdbKeyValue tables;
    Index index;
    RecordLog log;
    Outbox outbox;
};

/// Works until it is killed, and tells of every step that is durable.
[[noreturn]] void work(const Path& root, int tell) {
    try {
        Stores stores(root);
        for (std::uint64_t n = stores.steps() + 1;; ++n) {
            stores.step(n);
            if (::write(tell, &n, sizeof n) != sizeof n) ::_exit(1);
        }
    } catch (...) {
        ::_exit(2);
    }
}

} // namespace

TEST_CASE("a killed process loses nothing that it acknowledged", "[store][property]") {
    TemporaryDirectory directory;
    Prng random(5);
    std::uint64_t acknowledged = 0;
    for (int life = 0; life < 25; ++life) {
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            ::close(ends[0]);
            work(directory.path(), ends[1]);
        }
        ::close(ends[1]);
        for (std::uint64_t wanted = random.below(12); wanted > 0; --wanted)
            REQUIRE(::read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged);
        ::kill(child, SIGKILL);
        while (::read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        ::close(ends[0]);
        REQUIRE(WIFSIGNALED(status));

        const Stores stores(directory.path());
        const std::uint64_t found = stores.steps();
        REQUIRE(found >= acknowledged);
        REQUIRE(found <= acknowledged + 1);
        const std::uint64_t checkpoint = found / 5 * 5;
        if (stores.index.checkpoint()) {
            const std::uint64_t height = stores.index.checkpoint()->height.value;
            REQUIRE((height == checkpoint || height + 5 == checkpoint));
            REQUIRE(stores.index.history_from({1}, {}, 1000).size() == height / 5);
        }
        if (acknowledged > 3) REQUIRE(stores.outbox.size() >= 3);
    }
    CHECK(acknowledged > 50);
}
