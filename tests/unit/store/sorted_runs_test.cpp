#include "catch.hpp"
#include "unit/store/support.hpp"
#include <base/fault.hpp>
#include <store/index_format.hpp>
#include <store/sorted_runs.hpp>

#include <algorithm>
#include <stdexcept>

using namespace cairn;
using namespace cairn::store;
using namespace cairn::store::test;

namespace {

constexpr TableNumber table = tables::histories;
constexpr TxPlace end_of_all{UINT32_MAX, UINT32_MAX};

/// Runs on a store in memory.
struct Bench {
    explicit Bench(std::uint32_t bound = SortedRuns::default_bound)
        : runs(kv, table, SortedRuns::Keys::numbers, bound) {}

    void add(std::uint32_t from, std::uint32_t to, std::vector<RunEntry> entries) {
        Batch batch;
        auto after = runs.add(batch, {from, to, std::move(entries)});
        kv.commit(batch);
        runs.adopt(std::move(after));
    }
    /// `count` entries of one key at one height.
    void add_many(std::uint32_t height, std::uint32_t count, std::uint64_t key = 7) {
        std::vector<RunEntry> entries;
        for (std::uint32_t i = 0; i < count; ++i) entries.push_back({key, {height, i}});
        add(height, height, std::move(entries));
    }
    std::vector<std::uint32_t> sizes() const {
        std::vector<std::uint32_t> out;
        for (const Run& run : runs.runs()) out.push_back(run.entries);
        return out;
    }
    std::size_t values(TableNumber of) {
        std::size_t out = 0;
        for (auto at = kv.at_or_after(of, 0); at; at = kv.at_or_after(of, at->key + 1)) ++out;
        return out;
    }

    MemoryKeyValue kv;
    SortedRuns runs;
};

std::vector<RunEntry> entries_of(ByteView page, std::uint32_t from) {
    std::vector<RunEntry> out;
    read_run_page(page, from, out);
    return out;
}

} // namespace

TEST_CASE("a page gives back the entries at the ends of their ranges", "[store]") {
    constexpr std::uint64_t top = UINT64_MAX;
    const std::vector<RunEntry> entries{{0, {5, 0}},
                                        {0, {5, 0xffff'fffe}},
                                        {0, {5, TxPlace::reward}},
                                        {0, {UINT32_MAX, 1}},
                                        {1, {5, 0x7f}},
                                        {0x80, {6, 0x80}},
                                        {top, {5, 3}},
                                        {top, {UINT32_MAX, TxPlace::reward}}};
    RunPageWriter page(5);
    for (const RunEntry& entry : entries) REQUIRE(page.add(entry));
    CHECK(entries_of(page.bytes(), 5) == entries);
    CHECK(first_of_run_page(page.bytes(), 5) == entries.front());
    CHECK_THROWS_AS(page.add({top, {4, 0}}), std::logic_error);
    CHECK_THROWS_AS(page.add({0, {5, 0}}), std::logic_error);

    page.clear();
    CHECK(page.bytes().empty());
    REQUIRE(page.add(entries.back()));
    CHECK(entries_of(page.bytes(), 5) == std::vector<RunEntry>{entries.back()});
    CHECK(page.bytes().size() == 10 + 5 + 1);
}

TEST_CASE("a page is full at its bound, and not before", "[store]") {
    RunPageWriter page(0);
    std::uint32_t count = 0;
    while (page.add({1, {0, count}})) ++count;
    CHECK(page.bytes().size() > run_page_bytes - 4);
    CHECK(page.bytes().size() <= run_page_bytes);
    CHECK(entries_of(page.bytes(), 0).size() == count);
}

TEST_CASE("the bytes of a page are those of the documentation", "[store]") {
    RunPageWriter page(100);
    REQUIRE(page.add({300, {100, 0}}));
    REQUIRE(page.add({300, {102, 199}}));
    REQUIRE(page.add({301, {101, TxPlace::reward}}));
    const Bytes expected{0xac, 0x02, 0x00, 0x01, 0x00, 0x02, 0xc8, 0x01, 0x01, 0x01, 0x00};
    CHECK(Bytes(page.bytes().begin(), page.bytes().end()) == expected);
}

TEST_CASE("a page that cannot be read is damage", "[store]") {
    const auto bad = [](Bytes bytes) { CHECK_THROWS_AS(entries_of(bytes, 9), DamagedStore); };
    bad({});
    bad({0x01});                                                                   // ends after the key
    bad({0x01, 0x00});                                                             // before the index
    bad({0x81});                                                                   // within a number
    bad({0x01, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x01});                               // height 9 + 2^32 - 1
    bad({0x01, 0x00, 0x80, 0x80, 0x80, 0x80, 0x10});                               // index 2^32
    bad({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0x00, 0x01}); // key 2^65 - 1
    bad({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x00}); // a number of 11 bytes
    bad({0x02, 0x00, 0x01, 0x00, 0x00, 0x01});                                     // the same one twice
    bad({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x00, 0x01, 0x01, 0x00, 0x01});
}

TEST_CASE("a new run swallows those before it that are not much larger, up to the bound", "[store]") {
    Bench bench(100);
    bench.add_many(1, 40);
    bench.add_many(2, 19);
    CHECK(bench.sizes() == std::vector<std::uint32_t>{40, 19}); // 40 > 2 × 19
    bench.add_many(3, 5);
    CHECK(bench.sizes() == std::vector<std::uint32_t>{40, 19, 5});
    bench.add_many(4, 5);
    CHECK(bench.sizes() == std::vector<std::uint32_t>{69}); // 5 ≤ 10, 19 ≤ 20, 40 ≤ 58
    bench.add_many(5, 31);
    CHECK(bench.sizes() == std::vector<std::uint32_t>{69, 31}); // 69 > 62
    bench.add_many(6, 1);
    bench.add_many(7, 30);
    CHECK(bench.sizes() == std::vector<std::uint32_t>{69, 62}); // 131 are above the bound
    bench.add_many(8, 500);                                     // one commit may be larger
    CHECK(bench.sizes() == std::vector<std::uint32_t>{69, 62, 500});
    CHECK(bench.runs.at_or_above(7, {}, SortedRuns::no_limit).size() == 631);
    CHECK(bench.values(tables::runs) == 3);
    std::size_t pages = 0;
    for (const Run& run : bench.runs.runs()) pages += run.pages;
    CHECK(bench.values(table) == pages); // what was swallowed is gone
    CHECK(SortedRuns(bench.kv, table, SortedRuns::Keys::numbers).runs() == bench.runs.runs());
}

TEST_CASE("small commits leave few runs and few values behind", "[store]") {
    Bench bench;
    std::uint32_t height = 0;
    for (; height < 5000; ++height) {
        bench.add_many(height, 2, height % 9);
        REQUIRE(bench.runs.runs().size() <= 13);
    }
    bench.add(height, height + 99, {}); // no places: nothing is written
    CHECK(bench.runs.runs().back().to == height - 1);
    CHECK(bench.values(tables::runs) == bench.runs.runs().size());
    CHECK(bench.runs.at_or_above(3, {}, SortedRuns::no_limit).size() == 2U * ((5000 - 3 + 8) / 9));
}

TEST_CASE("one key's places are read in order across pages and runs", "[store]") {
    Bench bench(3000);
    std::vector<TxPlace> expected;
    for (std::uint32_t height = 0; height < 8; ++height) {
        bench.add_many(height, 2500); // more than two pages of one key each
        for (std::uint32_t i = 0; i < 2500; ++i) expected.push_back({height, i});
    }
    REQUIRE(bench.runs.runs().size() == 8);
    REQUIRE(bench.runs.runs().front().pages > 2);
    CHECK(bench.runs.at_or_above(7, {}, SortedRuns::no_limit) == expected);
    CHECK(bench.runs.at_or_above(7, {3, 2400}, 200) ==
          std::vector<TxPlace>(expected.begin() + 9900, expected.begin() + 10'100));
    CHECK(bench.runs.at_or_above(7, {}, 0).empty());
    CHECK(bench.runs.at_or_above(6, {}, 1).empty());
    CHECK(bench.runs.at_or_above(8, {}, 1).empty());
    CHECK(bench.runs.below(6, end_of_all, 1).empty());
    CHECK(bench.runs.below(8, end_of_all, 1).empty());
    std::reverse(expected.begin(), expected.end());
    CHECK(bench.runs.below(7, end_of_all, SortedRuns::no_limit) == expected);
    CHECK(bench.runs.below(7, {4, 100}, 5000) ==
          std::vector<TxPlace>(expected.begin() + 9900, expected.begin() + 14'900));
}

TEST_CASE("what a reorganisation took back is void, and gone once its run is swallowed", "[store]") {
    Bench bench(100);
    for (std::uint32_t height = 10; height < 20; ++height) bench.add_many(height, 6);
    REQUIRE(bench.sizes() == std::vector<std::uint32_t>{48, 12});
    const auto heights = [&] {
        std::vector<std::uint32_t> out;
        for (const TxPlace place : bench.runs.at_or_above(7, {}, SortedRuns::no_limit))
            if (out.empty() || out.back() != place.height) out.push_back(place.height);
        auto back = bench.runs.below(7, end_of_all, SortedRuns::no_limit);
        std::reverse(back.begin(), back.end());
        CHECK(back == bench.runs.at_or_above(7, {}, SortedRuns::no_limit));
        return out;
    };
    SECTION("whole runs are erased, a part of one is marked") {
        bench.add(14, 15, {});
        CHECK(bench.sizes() == std::vector<std::uint32_t>{48});
        CHECK(bench.runs.runs().back().to == 13);
        CHECK(bench.values(table) == bench.runs.runs().back().pages);
        CHECK(heights() == std::vector<std::uint32_t>{10, 11, 12, 13});
        CHECK(SortedRuns(bench.kv, table, SortedRuns::Keys::numbers).runs() == bench.runs.runs());
        bench.add_many(16, 30);
        CHECK(bench.sizes() == std::vector<std::uint32_t>{54}); // 24 and 30
        CHECK(heights() == std::vector<std::uint32_t>{10, 11, 12, 13, 16});
    }
    SECTION("all of it") {
        bench.add(0, 0, {});
        CHECK(bench.sizes().empty());
        CHECK(bench.values(table) == 0);
        CHECK(bench.values(tables::runs) == 0);
    }
    SECTION("all of it, and something else instead, in one commit") {
        bench.add_many(3, 2);
        CHECK(bench.sizes() == std::vector<std::uint32_t>{2});
        CHECK(heights() == std::vector<std::uint32_t>{3});
        CHECK(bench.values(table) == 1);
    }
    SECTION("the same places again") {
        bench.add_many(19, 6);
        CHECK(heights().back() == 19);
        CHECK(bench.runs.at_or_above(7, {19, 0}, 100).size() == 6);
    }
}

TEST_CASE("a run without one of its pages, and a directory that tells nonsense, are damage", "[store]") {
    Bench bench;
    bench.add_many(5, 5000);
    const Run run = bench.runs.runs().back();
    REQUIRE(run.pages == 10);
    Batch batch;
    SECTION("a page") {
        batch.erase(table, std::uint64_t{run.number} << 32 | 3);
        bench.kv.commit(batch);
        CHECK_THROWS_AS(bench.runs.at_or_above(7, {}, SortedRuns::no_limit), DamagedStore);
        CHECK_THROWS_AS(bench.add_many(6, 5000), DamagedStore);
    }
    SECTION("a run that ends before it begins") {
        Bytes entry(16, 1);
        entry[0] = 2;
        batch.put(tables::runs, std::uint64_t{table} << 56 | 9, entry);
        bench.kv.commit(batch);
        CHECK_THROWS_AS(SortedRuns(bench.kv, table, SortedRuns::Keys::numbers), DamagedStore);
    }
    SECTION("two runs of one height") {
        const auto entry = bench.kv.get(tables::runs, std::uint64_t{table} << 56 | run.number);
        batch.put(tables::runs, std::uint64_t{table} << 56 | (run.number + 1), *entry);
        bench.kv.commit(batch);
        CHECK_THROWS_AS(SortedRuns(bench.kv, table, SortedRuns::Keys::numbers), DamagedStore);
    }
    SECTION("an entry of another size") {
        batch.append(tables::runs, std::uint64_t{table} << 56 | run.number, Bytes{0});
        bench.kv.commit(batch);
        CHECK_THROWS_AS(SortedRuns(bench.kv, table, SortedRuns::Keys::numbers), DamagedStore);
    }
}
