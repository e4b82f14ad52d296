// The laws of the address book: it is bounded whatever comes, few sources and few networks get little of it,
// and it is the same after a restart.
#include "catch.hpp"
#include <protocol/address_book.hpp>

#include <algorithm>
#include <map>

using namespace cairn;
using namespace cairn::net;

namespace {

constexpr Time start{1'800'000'000'000};

Endpoint random_public(Random& random) {
    for (;;) {
        ByteArray<4> ip;
        random.fill(ip);
        const Endpoint out = ipv4_endpoint(ip, static_cast<std::uint16_t>(9'000 + random.below(100)));
        if (is_dialable(out) && !is_loopback(out) && !is_private(out)) return out;
    }
}

Endpoint in_network(Byte a, Byte b, Random& random) {
    return ipv4_endpoint({a, b, static_cast<Byte>(random.below(256)), static_cast<Byte>(random.below(256))},
                         static_cast<std::uint16_t>(1'024 + random.below(60'000)));
}

/// As a node dials: until nobody is left, or all places are taken.
std::vector<Endpoint> dial(const AddressBook& book, std::size_t places, Random& random) {
    std::set<AddressGroup> in_use;
    std::vector<Endpoint> out;
    while (out.size() < places) {
        const auto picked = book.pick(random, start, in_use);
        if (!picked) break;
        in_use.insert(group_of(*picked));
        out.push_back(*picked);
    }
    return out;
}

} // namespace

TEST_CASE("a million addresses: the book stays bounded, and one source gets one part in sixteen",
          "[addresses][attack]") {
    Prng random(11);
    AddressBook book({1});
    std::vector<Endpoint> honest;
    honest.reserve(500);
    for (int i = 0; i < 500; ++i) {
        honest.push_back(random_public(random));
        book.add({honest.back(), start}, random_public(random), start);
    }
    const std::size_t before = book.count();
    const Endpoint source = random_public(random);
    for (int i = 0; i < 1'000'000; ++i) book.add({random_public(random), start}, source, start);
    CHECK(book.count() <= before + AddressBook::new_buckets / 16 * AddressBook::bucket_size);
    const auto kept =
        std::count_if(honest.begin(), honest.end(), [&](const auto& at) { return book.contains(at); });
    CHECK(static_cast<std::size_t>(kept) == before); // nobody who was there gave way
    CHECK(book.encode().size() <= 70 * book.count() + 1'024);
}

TEST_CASE("however many sources there are, the book stays bounded", "[addresses][attack]") {
    Prng random(12);
    AddressBook book({2});
    for (int i = 0; i < 300'000; ++i) {
        const Endpoint at = random_public(random);
        book.add({at, start}, random_public(random), start);
        if (i % 8 == 0) book.tried(at, start);
    }
    CHECK(book.count() <= AddressBook::max_entries);
    CHECK(book.tried_count() <= AddressBook::tried_buckets * AddressBook::bucket_size);
    CHECK(book.count() > AddressBook::new_buckets * AddressBook::bucket_size / 2);
    AddressBook again({3});
    REQUIRE(again.decode(book.encode()));
    CHECK(again.count() == book.count());
}

TEST_CASE("five thousand addresses of one network get one outbound place", "[addresses][attack]") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        INFO("seed " << seed);
        Prng random(seed);
        ByteArray<16> key;
        random.fill(key);
        AddressBook book(key);
        for (Byte i = 1; i <= 30; ++i)
            book.add({in_network(i, i, random), start}, in_network(i, 9, random), start);
        for (int i = 0; i < 5'000; ++i) {
            const Endpoint at = in_network(66, 6, random);
            book.add({at, start}, seed % 2 == 0 ? at : random_public(random), start);
            if (seed % 4 == 0) book.tried(at, start); // and even where all of them answer
        }
        const auto dialled = dial(book, 8, random);
        CHECK(dialled.size() == 8);
        CHECK(std::count_if(dialled.begin(), dialled.end(),
                            [](const Endpoint& at) { return at.ip[12] == 66 && at.ip[13] == 6; }) <= 1);
    }
}

TEST_CASE("one network reaches 8 buckets of those that were reached", "[addresses][attack]") {
    Prng random(13);
    AddressBook book({4});
    for (int i = 0; i < 50'000; ++i) book.tried(in_network(66, 6, random), start);
    CHECK(book.tried_count() <= 8 * AddressBook::bucket_size);
}

TEST_CASE("a sample is fair, bounded, and without repetition", "[addresses]") {
    Prng random(14);
    AddressBook book({5});
    while (book.count() < 200) book.add({random_public(random), start}, random_public(random), start);
    std::map<Endpoint, int> counts;
    for (int i = 0; i < 2'000; ++i) {
        std::set<Endpoint> seen;
        for (const AddrEntry& one : book.sample(1'000, in_network(1, 1, random), random, start)) {
            ++counts[one.at];
            seen.insert(one.at);
        }
        REQUIRE(seen.size() == 50); // a quarter
    }
    CHECK(counts.size() == 200);
    for (const auto& [at, count] : counts) { // 500 expected, σ = 19
        CHECK(count > 380);
        CHECK(count < 620);
    }
}

TEST_CASE("after any history the book is whole, and the same after a restart", "[addresses]") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        INFO("seed " << seed);
        Prng random(seed);
        ByteArray<16> key;
        random.fill(key);
        AddressBook book(key);
        Time now = start;
        std::vector<Endpoint> known;
        for (int i = 0; i < 5'000; ++i) {
            now.unix_ms += random.below(7'200'000);
            const std::uint64_t what = random.below(100);
            // Of few networks, so that places are fought for.
            const Endpoint fresh = in_network(static_cast<Byte>(20 + random.below(2)), 1, random);
            const Endpoint old = known.empty() ? fresh : known[random.below(known.size())];
            if (what < 50) {
                if (book.add({fresh, now}, in_network(30, 1, random), now)) known.push_back(fresh);
            } else if (what < 75) {
                book.tried(what < 60 ? fresh : old, now);
                known.push_back(what < 60 ? fresh : old);
            } else if (what < 90) {
                book.failed(old, now);
            } else if (what < 95) {
                book.forget(old);
            } else if (const auto occupant = book.to_test(now)) {
                REQUIRE(book.contains(*occupant));
                if (random.below(2) == 0)
                    book.failed(*occupant, now);
                else
                    book.tried(*occupant, now);
            }
            if (i % 500 != 0) continue;
            AddressBook again({});
            const Bytes bytes = book.encode();
            REQUIRE(again.decode(bytes)); // every address in a place of its own, which its hash tells
            REQUIRE(again.encode() == bytes);
            REQUIRE(again.tried_count() == book.tried_count());
        }
        CHECK(book.tried_count() > 100);
    }
}
