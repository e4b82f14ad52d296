// Twins give the same answers: LMDB and memory, the machine's files and memory.
#include "catch.hpp"
#include "unit/store/support.hpp"
#include <store/index.hpp>
#include <store/lmdb_key_value.hpp>
#include <store/memory_filesystem.hpp>

#include <algorithm>
#include <map>
#include <set>

using namespace cairn;
using namespace cairn::store;
using namespace cairn::store::test;

namespace {

Bytes copy(std::optional<ByteView> value) {
    return value ? Bytes(value->begin(), value->end()) : Bytes{0xde, 0xad};
}

std::pair<std::uint64_t, Bytes> copy(const std::optional<KeyAndValue>& entry) {
    if (!entry) return {0, {0xde, 0xad}};
    return {entry->key, Bytes(entry->value.begin(), entry->value.end())};
}

std::uint64_t random_key(Prng& random) {
    switch (random.below(4)) {
    case 0:
        return random.below(20);
    case 1:
        return random.below(2000);
    case 2:
        return std::uint64_t{1} << random.below(64);
    default:
        return random.next();
    }
}

Batch random_batch(Prng& random) {
    Batch out;
    std::set<std::pair<TableNumber, std::uint64_t>> used;
    const std::uint64_t count = random.below(200);
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto table = static_cast<TableNumber>(random.below(3));
        const std::uint64_t key = random_key(random);
        if (!used.emplace(table, key).second) continue;
        const Bytes value = random_bytes(random, random.below(random.below(10) == 0 ? 9000 : 100));
        switch (random.below(4)) {
        case 0:
            out.erase(table, key);
            break;
        case 1:
            out.put(table, key, value);
            break;
        default:
            out.append(table, key, value);
            if (random.below(2) == 0) out.append(table, key, value);
        }
    }
    return out;
}

/// What an operation gives: its result, or its fault's code.
template <typename Call> std::string outcome(Call call) {
    try {
        return call();
    } catch (const IoFault& fault) {
        return "errno " + std::to_string(fault.code());
    }
}

std::string one_operation(FileSystem& files, const Path& root, Prng random) {
    static constexpr std::array<const char*, 6> names{"a", "b", "d", "d/a", "d/e", "d/e/f"};
    const auto any = [&] { return root / names[random.below(names.size())]; };
    const Path path = any();
    return outcome([&]() -> std::string {
        switch (random.below(9)) {
        case 0:
            return files.exists(path) ? "is" : "is not";
        case 1:
            return files.is_directory(path) ? "directory" : "none";
        case 2: {
            std::string out;
            for (const std::string& name : files.list(random.below(2) == 0 ? root : path)) out += name + " ";
            return out;
        }
        case 3:
            files.make_directory(path);
            return "made";
        case 4: {
            const Path to = path.parent_path() / "a";
            files.rename(path, to);
            files.sync_directory(path.parent_path());
            return "renamed";
        }
        case 5:
            files.remove(path);
            return "removed";
        case 6:
            return std::string(as_text(read_file(files, path)));
        default:
            break;
        }
        const auto file = files.open(path, random.below(4) == 0 ? OpenMode::read : OpenMode::append);
        Bytes part(random.below(40));
        part.resize(file->read(random.below(60), part));
        const Bytes text(random.below(50), static_cast<Byte>('a' + random.below(26)));
        std::string out = std::to_string(file->size()) + " " + std::string(as_text(part));
        if (file->size() > 200) {
            file->truncate(random.below(100));
        } else {
            file->append(text);
            file->sync();
        }
        return out + " " + std::to_string(file->size());
    });
}

} // namespace

TEST_CASE("LMDB and memory answer alike", "[store][property]") {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        INFO("seed " << seed);
        Prng random(seed);
        TemporaryDirectory directory;
        MemoryKeyValue memory;
        auto lmdb = std::make_unique<LmdbKeyValue>(directory.path() / "index", 1U << 20);
        for (int round = 0; round < 12; ++round) {
            Prng again = random;
            Batch batch = random_batch(random);
            Batch same = random_batch(again);
            memory.commit(batch);
            lmdb->commit(same);
            if (random.below(4) == 0) {
                lmdb.reset();
                lmdb = std::make_unique<LmdbKeyValue>(directory.path() / "index");
            }
            for (int i = 0; i < 300; ++i) {
                const auto table = static_cast<TableNumber>(random.below(4));
                const std::uint64_t key = random_key(random);
                REQUIRE(copy(lmdb->get(table, key)) == copy(memory.get(table, key)));
                REQUIRE(copy(lmdb->at_or_before(table, key)) == copy(memory.at_or_before(table, key)));
                REQUIRE(copy(lmdb->at_or_after(table, key)) == copy(memory.at_or_after(table, key)));
            }
        }
    }
}

TEST_CASE("the machine's files and those in memory behave alike", "[store][property]") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        Prng random(seed);
        TemporaryDirectory directory;
        PosixFileSystem posix;
        MemoryFileSystem memory;
        memory.make_directory(directory.path());
        for (int step = 0; step < 200; ++step) {
            INFO("seed " << seed << ", step " << step);
            const Prng same(random.next());
            const std::string real = one_operation(posix, directory.path(), same);
            const std::string model = one_operation(memory, directory.path(), same);
            REQUIRE(real == model);
        }
    }
}

TEST_CASE("histories and lists follow a plain model through commits and reorganisations",
          "[store][property]") {
    constexpr std::uint32_t accounts = 6;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        INFO("seed " << seed);
        Prng random(seed);
        MemoryKeyValue kv;
        Index index(kv, chain_of(1));
        std::map<std::uint32_t, std::vector<TxPlace>> model;
        std::map<std::uint64_t, std::set<TxPlace>> transactions;
        std::uint32_t height = 0;
        for (int round = 0; round < 30; ++round) {
            Changes changes;
            if (random.below(4) == 0) { // some blocks are taken back
                height -= static_cast<std::uint32_t>(random.below(std::min(height, 40U) + 1U));
                changes.cut = Height{height + 1};
                const auto gone = [&](TxPlace place) { return place.height > height; };
                for (auto& [account, list] : model) std::erase_if(list, gone);
                for (auto& [prefix, places] : transactions) std::erase_if(places, gone);
            }
            const std::uint64_t blocks = random.below(60);
            for (std::uint64_t b = 0; b < blocks; ++b) {
                ++height;
                const auto txs = static_cast<std::uint32_t>(random.below(20));
                for (std::uint32_t i = 0; i < txs; ++i) {
                    const auto account = static_cast<std::uint32_t>(random.below(accounts));
                    changes.history.push_back({{account}, {height, i}});
                    model[account].push_back({height, i});
                    TxId id;
                    store_le(id.bytes.data(), random.below(300));
                    changes.transactions.push_back({id, {height, i}});
                    transactions[id.prefix()].insert({height, i});
                }
            }
            changes.checkpoint.height = {height};
            index.commit(changes);
            for (std::uint32_t account = 0; account < accounts; ++account) {
                const auto& list = model[account];
                REQUIRE(index.history_from({account}, {}, SIZE_MAX) == list);
                const TxPlace from{static_cast<std::uint32_t>(random.below(height + 2ULL)),
                                   static_cast<std::uint32_t>(random.below(20))};
                const std::size_t limit = random.below(600);
                const auto split = std::lower_bound(list.begin(), list.end(), from);
                std::vector<TxPlace> above(split, list.end());
                above.resize(std::min(above.size(), limit));
                REQUIRE(index.history_from({account}, from, limit) == above);
                std::vector<TxPlace> below(list.begin(), split);
                std::reverse(below.begin(), below.end());
                below.resize(std::min(below.size(), limit));
                REQUIRE(index.history_before({account}, from, limit) == below);
            }
            for (const auto& [prefix, places] : transactions) {
                TxId id;
                store_le(id.bytes.data(), prefix);
                REQUIRE(index.transactions_like(id) == std::vector<TxPlace>(places.begin(), places.end()));
            }
        }
    }
}
