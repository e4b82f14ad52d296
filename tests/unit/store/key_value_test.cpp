#include "catch.hpp"
#include "unit/store/support.hpp"
#include <store/key_value.hpp>
#include <store/lmdb_key_value.hpp>

#include <cerrno>
#include <memory>

using namespace cairn;
using namespace cairn::store;
using namespace cairn::store::test;

namespace {

std::string text(std::optional<ByteView> value) { return value ? std::string(as_text(*value)) : "(none)"; }

/// One of the twins, on a directory of its own.
struct Store {
    explicit Store(bool lmdb) {
        if (lmdb)
            tables = std::make_unique<LmdbKeyValue>(directory.path() / "index", 1U << 20);
        else
            tables = std::make_unique<MemoryKeyValue>();
    }
    TemporaryDirectory directory;
    std::unique_ptr<KeyValue> tables;
};

} // namespace

TEST_CASE("a value is copied into a batch, or taken from where it is at the commit", "[store]") {
    Store store(GENERATE(false, true));
    Bytes copied(3, 1);
    Bytes kept(3, 1);
    Batch batch;
    batch.put(0, 1, copied);
    batch.put_kept(0, 2, kept);
    for (std::uint64_t key = 3; key < 3'000; ++key) batch.put(0, key, Bytes(1'000, Byte{7})); // more of them
    copied.assign(3, 2);
    kept.assign(3, 2);
    store.tables->commit(batch);
    CHECK(text(store.tables->get(0, 1)) == "\1\1\1");
    CHECK(text(store.tables->get(0, 2)) == "\2\2\2");
    CHECK(text(store.tables->get(0, 1'500)) == std::string(1'000, '\7'));
}

TEST_CASE("a batch puts, appends and erases, and is seen as a whole", "[store]") {
    Store store(GENERATE(false, true));
    KeyValue& kv = *store.tables;
    CHECK(text(kv.get(0, 1)) == "(none)");
    CHECK_FALSE(kv.at_or_before(0, UINT64_MAX));
    CHECK_FALSE(kv.at_or_after(0, 0));
    {
        Batch batch;
        batch.append(2, 5, as_bytes("one "));
        batch.put(0, 300, as_bytes("c"));
        batch.put(0, 1, as_bytes("a"));
        batch.put(0, 256, {});
        batch.append(2, 5, as_bytes("two"));
        kv.commit(batch);
    }
    CHECK(text(kv.get(0, 1)) == "a");
    CHECK(text(kv.get(0, 256)).empty());
    CHECK(text(kv.get(1, 1)) == "(none)");
    CHECK(text(kv.get(2, 5)) == "one two");
    {
        Batch batch;
        batch.put(0, 1, as_bytes("A, longer than before"));
        batch.erase(0, 256);
        batch.erase(0, 77);
        batch.append(2, 5, as_bytes(" three"));
        kv.commit(batch);
    }
    CHECK(text(kv.get(0, 1)) == "A, longer than before");
    CHECK(text(kv.get(0, 256)) == "(none)");
    CHECK(text(kv.get(2, 5)) == "one two three");
}

TEST_CASE("neighbours are found by the order of numbers, across bytes", "[store]") {
    Store store(GENERATE(false, true));
    KeyValue& kv = *store.tables;
    Batch batch;
    for (const std::uint64_t key :
         {UINT64_MAX, std::uint64_t{256}, std::uint64_t{255}, std::uint64_t{1} << 32})
        batch.put(3, key, as_bytes("x"));
    kv.commit(batch);
    CHECK_FALSE(kv.at_or_before(3, 254));
    CHECK(kv.at_or_before(3, 255)->key == 255);
    CHECK(kv.at_or_before(3, 1000)->key == 256);
    CHECK(kv.at_or_before(3, UINT64_MAX - 1)->key == std::uint64_t{1} << 32);
    CHECK(kv.at_or_before(3, UINT64_MAX)->key == UINT64_MAX);
    CHECK(kv.at_or_after(3, 0)->key == 255);
    CHECK(kv.at_or_after(3, 256)->key == 256);
    CHECK(kv.at_or_after(3, 257)->key == std::uint64_t{1} << 32);
    CHECK(kv.at_or_after(3, (std::uint64_t{1} << 32) + 1)->key == UINT64_MAX);
}

TEST_CASE("two different changes of one key in a batch are a defect", "[store]") {
    Store store(GENERATE(false, true));
    Batch batch;
    batch.put(0, 1, as_bytes("a"));
    batch.append(0, 1, as_bytes("b"));
    CHECK_THROWS_AS(store.tables->commit(batch), std::logic_error);
    CHECK_THROWS_AS(batch.put(table_count, 1, {}), std::logic_error);
}

TEST_CASE("LMDB keeps what was committed, and grows beyond its first map", "[store]") {
    TemporaryDirectory directory;
    const Path path = directory.path() / "a" / "index";
    const Bytes value(2000, 0x5a);
    {
        LmdbKeyValue kv(path, 256U << 10);
        for (std::uint64_t round = 0; round < 4; ++round) {
            Batch batch;
            for (std::uint64_t i = 0; i < 1000; ++i) batch.put(4, i * 4 + round, value);
            kv.commit(batch); // 2 MB each
        }
    }
    LmdbKeyValue kv(path, 256U << 10);
    for (std::uint64_t i = 0; i < 4000; ++i) REQUIRE(text(kv.get(4, i)) == as_text(value));
    Batch batch;
    batch.put(4, 9999, value);
    kv.commit(batch);
    CHECK(kv.at_or_before(4, UINT64_MAX)->key == 9999);

    namespace fs = std::filesystem;
    CHECK((fs::status(path / "data.mdb").permissions() & fs::perms::all) ==
          (fs::perms::owner_read | fs::perms::owner_write));
    CHECK((fs::status(path).permissions() & fs::perms::all) == fs::perms::owner_all);
}

TEST_CASE("an index that a crash left half made is made anew", "[store]") {
    TemporaryDirectory directory;
    PosixFileSystem files;
    files.make_directory(directory.path() / "index.new");
    files.open(directory.path() / "index.new" / "data.mdb", OpenMode::append)->append(Bytes(9000));
    LmdbKeyValue kv(directory.path() / "index");
    CHECK_FALSE(kv.get(0, 0));
    CHECK_FALSE(files.exists(directory.path() / "index.new"));
}

TEST_CASE("an index that LMDB cannot read is damaged", "[store]") {
    TemporaryDirectory directory;
    const Path path = directory.path() / "index";
    PosixFileSystem files;
    const auto fill = [&] {
        LmdbKeyValue kv(path);
        Batch batch;
        for (std::uint64_t i = 0; i < 1000; ++i) batch.put(4, i, Bytes(100, 0x77));
        kv.commit(batch);
    };
    fill();
    SECTION("its first pages are overwritten") {
        Bytes all = read_file(files, path / "data.mdb");
        std::fill_n(all.begin(), 8192, Byte{0xee});
        write_file_atomically(files, path / "data.mdb", all);
        CHECK_THROWS_AS(LmdbKeyValue(path), DamagedStore);
    }
    SECTION("it is cut short") {
        const Bytes all = read_file(files, path / "data.mdb");
        write_file_atomically(files, path / "data.mdb", ByteView(all).first(all.size() / 2));
        CHECK_THROWS_AS(LmdbKeyValue(path), DamagedStore);
    }
    SECTION("a bit of a value is another") {
        Bytes all = read_file(files, path / "data.mdb");
        const Bytes run(100, 0x77);
        for (auto at = all.begin();;) { // copies of former pages as well
            at = std::search(at, all.end(), run.begin(), run.end());
            if (at == all.end()) break;
            at[50] ^= 4;
            at += 100;
        }
        write_file_atomically(files, path / "data.mdb", all);
        LmdbKeyValue kv(path);
        CHECK_THROWS_AS(kv.get(4, 500), DamagedStore);
        Batch batch;
        batch.append(4, 500, as_bytes("x"));
        CHECK_THROWS_AS(kv.commit(batch), DamagedStore);
    }
}

TEST_CASE("a failed commit changes nothing, and the store is dead until it is opened again", "[store]") {
    MemoryKeyValue kv;
    Batch one;
    one.put(0, 1, as_bytes("a"));
    kv.commit(one);
    Batch two;
    two.put(0, 1, as_bytes("b"));
    kv.fail_at(1, ENOSPC);
    CHECK_THROWS_AS(kv.commit(two), IoFault);
    CHECK_THROWS_AS(kv.get(0, 1), Fault);
    CHECK_THROWS_AS(kv.commit(two), Fault);
    kv.reopen();
    CHECK(text(kv.get(0, 1)) == "a");
}
