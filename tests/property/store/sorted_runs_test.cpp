// Sorted runs follow a std::map through commits of all sizes, reorganisations, swallowing and restarts, in
// memory and in LMDB; and no flipped bit of theirs is taken for an answer.
#include "catch.hpp"
#include "unit/store/support.hpp"
#include <base/fault.hpp>
#include <store/index_format.hpp>
#include <store/lmdb_key_value.hpp>
#include <store/sorted_runs.hpp>

#include <algorithm>
#include <map>
#include <set>

using namespace cairn;
using namespace cairn::store;
using namespace cairn::store::test;

namespace {

constexpr TableNumber table = tables::transactions;
using Model = std::map<std::uint64_t, std::set<TxPlace>>;

/// Few keys with many places, and many with one; the least and the greatest.
std::uint64_t random_key(Prng& random) {
    switch (random.below(6)) {
    case 0:
        return 0;
    case 1:
        return UINT64_MAX;
    case 2:
        return random.below(4);
    default:
        return random.next() >> random.below(60);
    }
}

TxPlace random_place(Prng& random, std::uint32_t from, std::uint32_t to) {
    const auto height = static_cast<std::uint32_t>(from + random.below(to - from + 1ULL));
    const auto index = static_cast<std::uint32_t>(random.below(1ULL << (1 + random.below(13))));
    return {height, random.below(10) == 0 ? TxPlace::reward : index};
}

void require_same(const SortedRuns& runs, const Model& model, Prng& random, std::uint32_t height) {
    for (int i = 0; i < 40; ++i) {
        auto near = model.lower_bound(random_key(random));
        const std::uint64_t key = near != model.end() && i % 4 != 0 ? near->first : random_key(random);
        std::vector<TxPlace> list;
        if (const auto found = model.find(key); found != model.end())
            list.assign(found->second.begin(), found->second.end());
        REQUIRE(runs.at_or_above(key, {}, SortedRuns::no_limit) == list);
        const TxPlace split_at = random_place(random, 0, height + 1);
        const std::size_t limit = random.below(3) == 0 ? SortedRuns::no_limit : random.below(2000);
        const auto split = std::lower_bound(list.begin(), list.end(), split_at);
        std::vector<TxPlace> above(split, list.end());
        above.resize(std::min(above.size(), limit));
        REQUIRE(runs.at_or_above(key, split_at, limit) == above);
        std::vector<TxPlace> below(list.begin(), split);
        std::reverse(below.begin(), below.end());
        below.resize(std::min(below.size(), limit));
        REQUIRE(runs.below(key, split_at, limit) == below);
    }
}

/// Any two neighbours: the older is more than twice as large, or both are too large together. A run that lost
/// void entries when it was made may be smaller than that.
void require_few(const SortedRuns& runs, std::uint32_t bound) {
    const auto& list = runs.runs();
    for (std::size_t i = 1; i < list.size(); ++i) {
        REQUIRE(list[i - 1].to < list[i].from);
        REQUIRE(list[i - 1].number < list[i].number);
        const std::uint64_t older = list[i - 1].entries;
        REQUIRE((older > 2ULL * list[i].entries || older + list[i].entries > bound));
    }
}

void history(std::uint64_t seed, KeyValue& kv, int commits) {
    const bool reorganises = seed % 5 != 0;
    Prng random(seed);
    const std::uint32_t bound = std::uint32_t{1} << (4 + random.below(12));
    const auto keys = seed % 2 == 0 ? SortedRuns::Keys::hashes : SortedRuns::Keys::numbers;
    SortedRuns runs(kv, table, keys, bound);
    Model model;
    std::uint32_t next = 0; ///< height
    for (int i = 0; i < commits; ++i) {
        INFO("seed " << seed << ", commit " << i);
        if (reorganises && random.below(4) == 0) {
            const auto most = random.below(4) == 0 ? next : std::min(next, 20U);
            next -= static_cast<std::uint32_t>(random.below(most + 1ULL));
            for (auto& [key, places] : model) places.erase(places.lower_bound({next, 0}), places.end());
        }
        SortedRuns::Addition addition{next, static_cast<std::uint32_t>(next + random.below(12)), {}};
        const std::uint64_t count = random.below(5) == 0 ? 0 : random.below(1ULL << random.below(13));
        const std::uint64_t hot = random_key(random); // so many places of one key that they fill pages
        for (std::uint64_t n = 0; n < count; ++n) {
            const std::uint64_t key = random.below(3) == 0 ? hot : random_key(random);
            addition.entries.push_back({key, random_place(random, addition.from, addition.to)});
            model[key].insert(addition.entries.back().place);
        }
        next = addition.to + 1;
        Batch batch;
        auto after = runs.add(batch, std::move(addition));
        kv.commit(batch);
        runs.adopt(std::move(after));
        const SortedRuns again(kv, table, keys, bound);
        REQUIRE(again.runs() == runs.runs());
        if (random.below(8) == 0) runs = again;
        if (!reorganises) require_few(runs, bound);
        require_same(runs, model, random, next);
    }
    // No page is left of what is gone.
    std::size_t pages = 0;
    for (const Run& run : runs.runs()) pages += run.pages;
    for (auto at = kv.at_or_after(table, 0); at; at = kv.at_or_after(table, at->key + 1)) {
        REQUIRE(pages-- > 0);
        if (at->key == UINT64_MAX) break;
    }
    REQUIRE(pages == 0);
}

} // namespace

TEST_CASE("sorted runs follow a plain model in memory", "[store][property]") {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        MemoryKeyValue kv;
        history(seed, kv, 40);
    }
}

TEST_CASE("sorted runs follow a plain model in LMDB", "[store][property]") {
    for (std::uint64_t seed = 100; seed < 106; ++seed) {
        TemporaryDirectory directory;
        LmdbKeyValue kv(directory.path() / "index", 1U << 20);
        history(seed, kv, 30);
    }
}

TEST_CASE("pages of runs fill their file, whatever was there before", "[store][property]") {
    TemporaryDirectory directory;
    const Path path = directory.path() / "index";
    Prng random(1);
    std::size_t payload = 0;
    {
        LmdbKeyValue kv(path, 1U << 20);
        SortedRuns runs(kv, table, SortedRuns::Keys::hashes,
                        1U << 14); // so that most runs stay, and little is free in the end
        for (std::uint32_t height = 0; height < 40; ++height) {
            SortedRuns::Addition addition{height, height, {}};
            for (std::uint32_t i = 0; i < 10'000; ++i)
                addition.entries.push_back({random.next(), {height, i}});
            Batch batch;
            auto after = runs.add(batch, std::move(addition));
            kv.commit(batch);
            runs.adopt(std::move(after));
        }
        for (const Run& run : runs.runs()) payload += std::size_t{run.pages} * run_page_bytes;
    }
    const std::size_t file = std::filesystem::file_size(path / "data.mdb");
    CHECK(static_cast<double>(file) < 1.15 * static_cast<double>(payload));
}

TEST_CASE("a flipped bit in a page of a run or in their directory is damage", "[store][property]") {
    TemporaryDirectory directory;
    const Path path = directory.path() / "index";
    Prng random(3);
    std::vector<RunEntry> entries;
    for (std::uint32_t i = 0; i < 1000; ++i) entries.push_back({random.next(), {i / 50, i % 50}});
    std::vector<Bytes> values;
    {
        LmdbKeyValue kv(path, 1U << 20);
        SortedRuns runs(kv, table, SortedRuns::Keys::hashes);
        Batch batch;
        runs.add(batch, {0, 99, entries});
        kv.commit(batch);
        for (const TableNumber of : {table, tables::runs})
            for (auto at = kv.at_or_after(of, 0); at; at = kv.at_or_after(of, at->key + 1))
                values.emplace_back(at->value.begin(), at->value.end());
    }
    REQUIRE(values.size() > 5);
    PosixFileSystem files;
    const Bytes whole = read_file(files, path / "data.mdb");
    for (int i = 0; i < 200; ++i) {
        INFO("flip " << i);
        const Bytes& value = values[static_cast<std::size_t>(i) % values.size()];
        const auto found = std::search(whole.begin(), whole.end(), value.begin(), value.end());
        REQUIRE(found != whole.end());
        const std::size_t bit = random.below(8 * (value.size() + 4)); // the checksum follows
        Bytes broken = whole;
        Byte& byte = broken[static_cast<std::size_t>(found - whole.begin()) + bit / 8];
        byte = static_cast<Byte>(byte ^ (1U << bit % 8));
        std::filesystem::remove_all(path);
        files.make_directory(path);
        files.open(path / "data.mdb", OpenMode::append)->append(broken);
        LmdbKeyValue kv(path);
        const auto look = [&] {
            const SortedRuns runs(kv, table, SortedRuns::Keys::hashes);
            for (const RunEntry& entry : entries) runs.at_or_above(entry.key, {}, 9);
        };
        CHECK_THROWS_AS(look(), DamagedStore);
    }
}
