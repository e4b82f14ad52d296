// The address book: what it takes from whom, whom it gives out, what it keeps on disk.
#include "catch.hpp"
#include <protocol/address_book.hpp>

#include <algorithm>

using namespace cairn;
using namespace cairn::net;

namespace {

constexpr std::uint64_t minute = 60'000;
constexpr std::uint64_t day = 1'440 * minute;
constexpr Time now{1'800'000'000'000};

Endpoint at(const char* text) { return parse_endpoint(text).value(); }
Time later(std::uint64_t ms) { return {now.unix_ms + ms}; }
AddressBook new_book(Byte key = 7) { return AddressBook({key}); }
AddrEntry entry(const char* text, Time seen = now) { return {at(text), seen}; }

/// Two addresses of one group whose places among the tried are the same.
std::pair<Endpoint, Endpoint> rivals(const AddressBook& empty) {
    for (std::uint16_t i = 0; i < 20'000; ++i) {
        const Endpoint first = at("20.1.1.1:9401");
        const Endpoint second =
            ipv4_endpoint({20, 1, static_cast<Byte>(i / 256), static_cast<Byte>(i)}, 9'402);
        AddressBook book = empty;
        book.tried(first, now);
        book.tried(second, now);
        if (book.tried_count() == 1) return {first, second};
    }
    throw std::logic_error("no rivals");
}

} // namespace

TEST_CASE("an address that was told of is picked, told to others, and reached", "[addresses]") {
    AddressBook book = new_book();
    Prng random(1);
    CHECK_FALSE(book.pick(random, now, {}));
    CHECK(book.add(entry("20.1.1.1:9401"), at("30.1.1.1:9401"), now));
    CHECK(book.count() == 1);
    CHECK(book.pick(random, now, {}) == at("20.1.1.1:9401"));
    const auto sample = book.sample(100, at("40.1.1.1:9401"), random, now);
    REQUIRE(sample.size() == 1);
    CHECK(sample[0].at == at("20.1.1.1:9401"));
    CHECK(sample[0].seen < now); // hearsay
    book.tried(at("20.1.1.1:9401"), now);
    CHECK(book.tried_count() == 1);
    CHECK(book.count() == 1);
    book.forget(at("20.1.1.1:9401"));
    CHECK(book.count() == 0);
    CHECK_FALSE(book.pick(random, now, {}));
}

TEST_CASE("nobody is dialled in a group that is in use", "[addresses]") {
    AddressBook book = new_book();
    Prng random(2);
    CHECK(book.add(entry("20.1.1.1:9401"), at("30.1.1.1:9401"), now));
    CHECK(book.add(entry("20.1.200.1:9401"), at("31.1.1.1:9401"), now));
    CHECK_FALSE(book.pick(random, now, {group_of(at("20.1.77.77:1"))}));
    CHECK(book.pick(random, now, {group_of(at("20.2.1.1:9401"))}));
}

TEST_CASE("groups are a /16, a /32, an address of a private network, a port of loopback", "[addresses]") {
    CHECK(group_of(at("20.1.1.1:1")) == group_of(at("20.1.2.2:2")));
    CHECK(group_of(at("20.1.1.1:1")) != group_of(at("20.2.1.1:1")));
    CHECK(group_of(at("[2a01:4f8:1::1]:1")) == group_of(at("[2a01:4f8:2::1]:2")));
    CHECK(group_of(at("[2a01:4f8::1]:1")) != group_of(at("[2a01:4f9::1]:1")));
    CHECK(group_of(at("192.168.1.1:1")) == group_of(at("192.168.1.1:2")));
    CHECK(group_of(at("192.168.1.1:1")) != group_of(at("192.168.1.2:1")));
    CHECK(group_of(at("127.0.0.1:1")) != group_of(at("127.0.0.1:2")));
}

TEST_CASE("nobody from outside makes us try the doors of our own network", "[addresses][attack]") {
    AddressBook book = new_book();
    const Endpoint outside = at("30.1.1.1:9401");
    for (const char* text : {"127.0.0.1:9401", "10.0.0.1:9401", "192.168.1.1:9401", "172.16.0.1:9401",
                             "169.254.1.1:9401", "[::1]:9401", "[fe80::1]:9401", "[fd00::1]:9401"})
        CHECK_FALSE(book.add(entry(text), outside, now));
    CHECK_FALSE(book.add(entry("127.0.0.1:9401"), at("192.168.1.9:9401"), now));
    CHECK(book.add(entry("192.168.1.1:9401"), at("192.168.1.9:9401"), now));
    CHECK(book.add(entry("127.0.0.1:9401"), at("127.0.0.1:9402"), now));
    CHECK(book.add(entry("20.1.1.1:9401"), at("127.0.0.1:9402"), now));
    Prng random(3);
    CHECK(book.sample(100, at("127.0.0.1:9402"), random, now).size() == 3);
    CHECK(book.sample(100, at("192.168.1.9:9401"), random, now).size() == 2);
    CHECK(book.sample(100, outside, random, now).size() == 1);
}

TEST_CASE("what cannot be a node is not taken", "[addresses][attack]") {
    AddressBook book = new_book();
    const Endpoint source = at("30.1.1.1:9401");
    for (const char* text : {"0.0.0.0:9401", "0.1.2.3:9401", "224.0.0.1:9401", "255.255.255.255:9401",
                             "[::]:9401", "[ff02::1]:9401", "[::20.1.1.1]:9401", "20.1.1.1:0", "20.1.1.1:25"})
        CHECK_FALSE(book.add(entry(text), source, now));
    CHECK(book.count() == 0);
    CHECK(book.add(entry("20.1.1.1:443"), at("20.1.1.1:50000"), now)); // it says so itself
}

TEST_CASE("times from outside move nothing", "[addresses][attack]") {
    for (const std::uint64_t ms :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{INT64_MAX}, UINT64_MAX}) {
        AddressBook book = new_book();
        Prng random(4);
        book.add({at("20.1.1.1:9401"), Time{ms}}, at("30.1.1.1:9401"), now);
        for (const AddrEntry& one : book.sample(100, at("30.1.1.1:9401"), random, now))
            CHECK(one.seen <= now);
        for (const std::uint64_t clock : {std::uint64_t{0}, UINT64_MAX}) { // and ours may be wrong, too
            const bool taken = book.add(entry("20.2.1.1:9401", Time{ms}), at("30.1.1.1:9401"), Time{clock});
            CHECK(taken == book.contains(at("20.2.1.1:9401")));
            book.failed(at("20.1.1.1:9401"), Time{clock});
            book.tried(at("20.3.1.1:9401"), Time{clock});
            CHECK(book.pick(random, now, {}));
            CHECK(new_book().decode(book.encode()));
        }
    }
}

TEST_CASE("what failed is tried again after a minute, doubling to a day", "[addresses]") {
    AddressBook book = new_book();
    Prng random(5);
    const Endpoint node = at("20.1.1.1:9401");
    book.add({node, now}, at("30.1.1.1:9401"), now);
    Time clock = now;
    for (unsigned failures = 1; failures < 14; ++failures) {
        const std::uint64_t pause = std::min(1ULL << (failures - 1), 1'440ULL); // minutes
        book.failed(node, clock);
        CHECK_FALSE(book.pick(random, Time{clock.unix_ms + pause * minute - 1}, {}));
        clock.unix_ms += pause * minute;
        CHECK(book.pick(random, clock, {}) == node);
    }
    CHECK(book.sample(100, at("30.1.1.1:9401"), random, clock).empty()); // nor told to others
    book.tried(node, clock);
    book.failed(node, clock);
    CHECK(book.pick(random, Time{clock.unix_ms + minute}, {}) == node);
    CHECK(book.pick(random, Time{5}, {}) == node); // a clock that was set back locks nobody out
}

TEST_CASE("who was reached is displaced only where it does not answer", "[addresses]") {
    const auto [first, second] = rivals(new_book());
    AddressBook book = new_book();
    book.tried(first, now);
    book.tried(second, later(minute));
    CHECK_FALSE(book.to_test(later(minute))); // it answered just now

    book.tried(second, later(day));
    CHECK(book.to_test(later(day)) == first);
    SECTION("it answers") {
        book.tried(first, later(day));
        CHECK_FALSE(book.to_test(later(day)));
        CHECK(book.tried_count() == 1);
        CHECK(book.count() == 2);
    }
    SECTION("it does not answer") {
        book.failed(first, later(day));
        CHECK_FALSE(book.to_test(later(day)));
        CHECK(book.tried_count() == 1);
        CHECK(book.count() == 2); // it is not forgotten
        book.tried(second, later(day));
        CHECK_FALSE(book.to_test(later(day))); // it stands there now
    }
    SECTION("it is forgotten") {
        book.forget(first);
        CHECK_FALSE(book.to_test(later(day)));
        book.tried(second, later(day));
        CHECK(book.tried_count() == 1);
    }
    CHECK(new_book().decode(book.encode()));
}

TEST_CASE("the book survives a restart as it was", "[addresses]") {
    AddressBook book = new_book();
    Prng random(6);
    for (Byte i = 1; i < 200; ++i) {
        book.add({ipv4_endpoint({i, 1, 1, 1}, 9'401), now}, ipv4_endpoint({i, 2, 2, 2}, 9'401), now);
        if (i % 3 == 0) book.tried(ipv4_endpoint({i, 1, 1, 1}, 9'401), now);
        if (i % 7 == 0) book.failed(ipv4_endpoint({i, 1, 1, 1}, 9'401), now);
    }
    book.set_anchors({at("20.1.1.1:1"), at("21.1.1.1:1"), at("22.1.1.1:1")});
    CHECK(book.keep({"node.example", 9'401}));
    CHECK(book.keep({"::1", 9'402}));
    const Bytes bytes = book.encode();
    AddressBook again = new_book(99);
    REQUIRE(again.decode(bytes));
    CHECK(again.encode() == bytes);
    CHECK(again.count() == book.count());
    CHECK(again.tried_count() == book.tried_count());
    CHECK(again.anchors() == std::vector{at("20.1.1.1:1"), at("21.1.1.1:1")});
    CHECK(again.kept() == std::vector<KeptPeer>{{"node.example", 9'401}, {"::1", 9'402}});
    Prng one(8);
    Prng other(8);
    for (int i = 0; i < 50; ++i) CHECK(book.pick(one, now, {}) == again.pick(other, now, {}));
}

TEST_CASE("a damaged book is empty", "[addresses]") {
    AddressBook book = new_book();
    book.add(entry("20.1.1.1:9401"), at("30.1.1.1:9401"), now);
    book.keep({"node.example", 9'401});
    book.set_anchors({at("20.1.1.1:9401")});
    const Bytes good = book.encode();
    for (std::size_t i = 0; i < good.size(); ++i) {
        AddressBook other = new_book();
        Bytes bad = good;
        bad[i] ^= 1;
        CHECK_FALSE(other.decode(bad));
        CHECK(other.count() + other.kept().size() + other.anchors().size() == 0);
        CHECK_FALSE(other.decode(ByteView(good).first(i)));
        CHECK(other.add(entry("20.1.1.1:9401"), at("30.1.1.1:9401"), now)); // and of use
    }
}

TEST_CASE("peers that the user added are kept as typed, within bounds", "[addresses]") {
    AddressBook book = new_book();
    CHECK_FALSE(book.keep({"", 9'401}));
    CHECK_FALSE(book.keep({"node.example", 0}));
    CHECK_FALSE(book.keep({std::string(254, 'a'), 9'401}));
    CHECK_FALSE(book.keep({"a b", 9'401}));
    CHECK_FALSE(book.keep({"a\x1b[2J", 9'401}));
    const auto before = book.revision();
    for (std::size_t i = 0; i < AddressBook::max_kept; ++i)
        CHECK(book.keep({"n" + std::to_string(i), 9'401}));
    CHECK(book.revision() > before);
    CHECK(book.keep({"n0", 9'401})); // is kept already
    CHECK_FALSE(book.keep({"one.more", 9'401}));
    CHECK(book.unkeep({"n0", 9'401}));
    CHECK_FALSE(book.unkeep({"n0", 9'401}));
    CHECK(book.keep({"one.more", 9'401}));
    CHECK(book.kept().size() == AddressBook::max_kept);
}
