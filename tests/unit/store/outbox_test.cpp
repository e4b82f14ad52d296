#include "catch.hpp"
#include "unit/store/support.hpp"
#include <store/memory_filesystem.hpp>
#include <store/outbox.hpp>

using namespace cairn;
using namespace cairn::store;
using namespace cairn::store::test;

namespace {

Transaction payment(std::uint64_t nonce, std::size_t memo = 10) {
    TxFields fields;
    fields.nonce = {nonce};
    fields.body = Transfer{{Output{{}, Amount::from_units(1), std::string(memo, 'm')}}};
    return {fields, {}};
}

std::vector<std::uint64_t> nonces(const Outbox& outbox) {
    std::vector<std::uint64_t> out;
    for (const Transaction& tx : outbox.all()) out.push_back(tx.fields().nonce.value);
    return out;
}

LogOptions options() {
    LogOptions out = small_log();
    out.file_bytes = 64U << 10;
    return out;
}

} // namespace

TEST_CASE("unconfirmed payments survive a restart, in their order", "[store]") {
    MemoryFileSystem files;
    {
        Outbox outbox(files, "/d/outbox", options());
        CHECK(outbox.size() == 0);
        for (const std::uint64_t nonce : {4U, 1U, 3U, 2U}) outbox.put(payment(nonce));
        outbox.put(payment(1));
        outbox.erase(payment(3).id());
        outbox.erase(payment(99).id());
        CHECK(outbox.has_unsynced());
        outbox.sync();
        CHECK_FALSE(outbox.has_unsynced());
        outbox.put(payment(5)); // not synced
    }
    files.crash();
    Outbox outbox(files, "/d/outbox", options());
    CHECK(nonces(outbox) == std::vector<std::uint64_t>{4, 1, 2});
    CHECK(outbox.contains(payment(4).id()));
    CHECK_FALSE(outbox.contains(payment(3).id()));
    CHECK(outbox.all()[0] == payment(4));
    outbox.put(payment(3)); // forgotten, and put again: at the end
    outbox.close();
    CHECK(nonces(Outbox(files, "/d/outbox", options())) == std::vector<std::uint64_t>{4, 1, 2, 3});
}

TEST_CASE("what others were told of is known after a restart, and in a fresh log", "[store]") {
    MemoryFileSystem files;
    const TxId told = payment(1).id();
    {
        Outbox outbox(files, "/outbox", options());
        for (const std::uint64_t nonce : {1U, 2U}) outbox.put(payment(nonce));
        outbox.note_told(told);
        outbox.note_told(payment(99).id()); // unknown
        CHECK(outbox.is_told(told));
        CHECK_FALSE(outbox.is_told(payment(2).id()));
        outbox.close();
    }
    Outbox outbox(files, "/outbox", options());
    CHECK(outbox.is_told(told));
    CHECK_FALSE(outbox.is_told(payment(2).id()));
    for (std::uint64_t nonce = 10; nonce < 4'000; ++nonce) {
        outbox.put(payment(nonce, 200));
        outbox.erase(payment(nonce, 200).id());
        if (nonce % 500 == 0) outbox.sync();
    }
    REQUIRE_FALSE(files.exists("/outbox/00000001"));
    CHECK(outbox.is_told(told));
    outbox.close();
    Outbox again(files, "/outbox", options());
    CHECK(again.is_told(told));
    again.erase(told);
    again.put(payment(1));
    CHECK_FALSE(again.is_told(told));
}

TEST_CASE("an outbox that is mostly dead is written anew", "[store]") {
    MemoryFileSystem files;
    Outbox outbox(files, "/outbox", options());
    outbox.put(payment(0));
    for (std::uint64_t nonce = 1; nonce <= 2000; ++nonce) {
        outbox.put(payment(nonce, 200));
        outbox.erase(payment(nonce, 200).id());
    }
    CHECK(files.list("/outbox") == std::vector<std::string>{"00000001"});
    outbox.sync();
    CHECK(files.list("/outbox") == std::vector<std::string>{"00000002"});
    CHECK(read_file(files, "/outbox/00000002/00000.dat").size() < 1000);
    outbox.put(payment(7777));
    outbox.sync();
    CHECK(nonces(Outbox(files, "/outbox", options())) == std::vector<std::uint64_t>{0, 7777});
}

TEST_CASE("a compaction may be killed at any moment", "[store]") {
    for (std::uint64_t n = 1;; ++n) {
        MemoryFileSystem files;
        bool failed = false;
        {
            Outbox outbox(files, "/outbox", options());
            for (std::uint64_t nonce = 1; nonce <= 1000; ++nonce) {
                outbox.put(payment(nonce, 255));
                if (nonce % 100 != 0) outbox.erase(payment(nonce, 255).id());
            }
            files.fail_at(n, MemoryFileSystem::Call::any, 5, true);
            try {
                outbox.sync();
            } catch (const Fault&) {
                failed = true;
            }
            files.fail_never();
        }
        Prng random(n);
        files.crash(random);
        // Up to its last sync the log's group may be there or not; a failure later leaves all of it.
        const Outbox outbox(files, "/outbox", options());
        const auto found = nonces(outbox);
        const std::vector<std::uint64_t> all{100, 200, 300, 400, 500, 600, 700, 800, 900, 1000};
        if (!failed || files.exists("/outbox/00000002")) REQUIRE(found == all);
        if (!failed) {
            CHECK(n > 20);
            break;
        }
    }
}
