// Standing: what an address has cost, who shares it, and what follows.
#include "catch.hpp"
#include <protocol/standing.hpp>

using namespace cairn;
using namespace cairn::net;
using Level = Standing::Level;

namespace {

Endpoint at(const char* text) { return parse_endpoint(text).value(); }
StandingKey key(const char* text) { return standing_key(at(text)); }
StandingKey key_of(std::uint32_t n) {
    return standing_key(ipv4_endpoint({20, static_cast<Byte>(n >> 8), static_cast<Byte>(n), 1}, 1));
}
Instant after(std::uint64_t ms) { return {Time{}, 1'000'000 + ms}; }

} // namespace

TEST_CASE("neighbours share a score, as far as one owner is likely", "[standing]") {
    CHECK(key("20.1.1.1:1") == key("20.1.1.200:2"));
    CHECK(key("20.1.1.1:1") != key("20.1.2.1:1"));
    CHECK(key("[2a01:4f8:1:2::1]:1") == key("[2a01:4f8:1:3::1]:1"));
    CHECK(key("[2a01:4f8:1::1]:1") != key("[2a01:4f8:2::1]:1"));
    CHECK(key("192.168.1.1:1") == key("192.168.1.1:2"));
    CHECK(key("192.168.1.1:1") != key("192.168.1.2:1"));
    CHECK(key("127.0.0.1:1") == key("[::1]:2"));
    CHECK(is_shared(key("127.0.0.1:1")));
    const auto confirmed = standing_key(at("127.0.0.1:50000"), 9'401);
    CHECK_FALSE(is_shared(confirmed));
    CHECK(confirmed == standing_key(at("127.0.0.1:50001"), 9'401));
    CHECK(confirmed != standing_key(at("127.0.0.1:50000"), 9'402));
    CHECK(standing_key(at("20.1.1.1:1"), 9'401) == key("20.1.1.1:1")); // a port tells nothing elsewhere
    CHECK(to_text(key("20.1.1.1:1")) == "20.1.1.0/24");
    CHECK(to_text(key("[2a01:4f8:1::1]:1")) == "2a01:4f8:1::/48");
    CHECK(to_text(key("192.168.1.1:1")) == "192.168.1.1");
    CHECK(to_text(confirmed) == "127.0.0.1:9401");
    CHECK(to_text(key("[::1]:5")) == "loopback");
}

TEST_CASE("cost slows, then drops and keeps out for a day, across reconnects", "[standing]") {
    Standing standing;
    const auto bad = key("20.1.1.1:1");
    CHECK(standing.add(bad, 999, after(0)) == Level::fine);
    CHECK(standing.add(bad, 1, after(0)) == Level::slowed);
    CHECK(standing.add(bad, 8'999, after(0)) == Level::slowed);
    CHECK_FALSE(standing.is_out(bad, after(0)));
    CHECK(standing.add(bad, 1, after(0)) == Level::dropped);
    CHECK(standing.is_out(key("20.1.1.77:9401"), after(1)));
    CHECK(standing.is_out(bad, after(Standing::discouraged_ms - 1)));
    CHECK_FALSE(standing.is_out(bad, after(Standing::discouraged_ms)));
    CHECK(standing.level(bad, after(Standing::discouraged_ms)) == Level::fine);
    CHECK(standing.level(key("20.1.2.1:1"), after(0)) == Level::fine);
}

TEST_CASE("a score is forgiven with time, and only with steady time", "[standing]") {
    Standing standing;
    const auto one = key("20.1.1.1:1");
    standing.add(one, 1'500, after(0));
    CHECK(standing.score(one, after(499'000)) == 1'001);
    CHECK(standing.level(one, after(499'000)) == Level::slowed);
    CHECK(standing.level(one, after(501'000)) == Level::fine);
    CHECK(standing.score(one, {Time{UINT64_MAX}, 1'000'000}) == 1'500);
    CHECK(standing.score(one, after(10'000'000)) == 0);
    for (int i = 0; i < 100; ++i) standing.add(one, UINT32_MAX, after(0));
    CHECK(standing.score(one, after(0)) == Standing::most);
}

TEST_CASE("those on loopback whom we do not know are slowed, never banned", "[standing]") {
    Standing standing;
    const auto shared = key("127.0.0.1:50000");
    for (int i = 0; i < 100; ++i) CHECK(standing.add(shared, 5'000, after(0)) == Level::slowed);
    CHECK_FALSE(standing.is_out(shared, after(0)));
    CHECK_FALSE(standing.ban(shared, 1'000, after(0)));
    const auto known = standing_key(at("127.0.0.1:50000"), 9'401);
    CHECK(standing.level(known, after(0)) == Level::fine);
    CHECK(standing.add(known, 10'000, after(0)) == Level::dropped);
}

TEST_CASE("the user bans for a span and takes it back", "[standing]") {
    Standing standing;
    const auto one = key("20.1.1.1:1");
    CHECK(standing.ban(one, 60'000, after(0)));
    CHECK(standing.is_out(one, after(59'999)));
    CHECK(standing.bans(after(0)) == std::vector{std::pair(one, std::uint64_t{60'000})});
    CHECK_FALSE(standing.is_out(one, after(60'000)));
    CHECK(standing.bans(after(60'000)).empty());
    CHECK(standing.ban(one, UINT64_MAX, after(0)));
    CHECK(standing.is_out(one, after(365ULL * 86'400'000)));
    CHECK(standing.unban(one));
    CHECK_FALSE(standing.unban(one));
    CHECK_FALSE(standing.is_out(one, after(0)));
    standing.add(one, 10'000, after(0));
    CHECK(standing.bans(after(0)).size() == 1);
    CHECK(standing.unban(one));
    CHECK(standing.level(one, after(0)) == Level::fine);
}

TEST_CASE("the list of scores is bounded: the least goes, the discouraged last", "[standing][attack]") {
    Standing standing;
    const auto out = key("99.1.1.1:1");
    const auto high = key("98.1.1.1:1");
    standing.add(out, 10'000, after(0));
    standing.add(high, 5'000, after(0));
    for (std::uint32_t n = 0; n < 3 * Standing::max_keys; ++n) standing.add(key_of(n), 100, after(n));
    CHECK(standing.count() == Standing::max_keys);
    CHECK(standing.is_out(out, after(20'000)));
    CHECK(standing.score(high, after(20'000)) > 4'000);
    CHECK(standing.score(key_of(0), after(20'000)) == 0);
    CHECK(standing.score(key_of(3 * Standing::max_keys - 1), after(20'000)) > 0);
    // Full of those who are out: a newcomer is counted all the same.
    for (std::uint32_t n = 0; n < Standing::max_keys; ++n) standing.add(key_of(n), 10'000, after(30'000));
    CHECK(standing.count() == Standing::max_keys);
    CHECK(standing.add(key("97.1.1.1:1"), 2'000, after(40'000)) == Level::slowed);
    CHECK(standing.add(key("97.1.1.1:1"), 8'000, after(40'000)) == Level::dropped);
}

TEST_CASE("bans of the user are bounded", "[standing]") {
    Standing standing;
    for (std::uint32_t n = 0; n < Standing::max_bans; ++n)
        CHECK(standing.ban(key_of(n), 1'000, after(n / 100)));
    CHECK_FALSE(standing.ban(key("99.1.1.1:1"), 1'000, after(50)));
    CHECK(standing.ban(key_of(5), 9'000, after(50)));
    CHECK(standing.ban(key("99.1.1.1:1"), 1'000, after(1'010))); // some are over
}
