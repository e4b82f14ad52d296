// What is dialled and when it is tried again.
#include "catch.hpp"
#include <protocol/targets.hpp>

using namespace cairn;
using namespace cairn::net;

namespace {

Instant after(std::uint64_t ms) { return {Time{}, 1'000'000 + ms}; }
Target target(const std::string& host, std::uint16_t port = 9'401) { return {host, port, false, true, {}}; }
Endpoint at(const char* text) { return parse_endpoint(text).value(); }

} // namespace

TEST_CASE("a target is dialled at once, and only once at a time", "[targets]") {
    Targets targets;
    REQUIRE(targets.add(target("host"), after(0)));
    CHECK_FALSE(targets.add(target("host"), after(0)));
    CHECK(targets.is_trying_first());
    const auto dials = targets.due(after(0));
    REQUIRE(dials.size() == 1);
    CHECK(dials[0].host == "host");
    CHECK(dials[0].port == 9'401);
    CHECK(targets.due(after(100'000)).empty());
    CHECK_FALSE(targets.wake_at());
    REQUIRE(targets.target_of(dials[0].dial) != nullptr);
    CHECK(targets.target_of(dials[0].dial)->name() == "host:9401");
}

TEST_CASE("pauses double up to half a minute, and a connection that lasts makes them short again",
          "[targets]") {
    Targets targets;
    Prng random(1);
    targets.add(target("host"), after(0));
    std::uint64_t now = 0;
    std::uint64_t expected = Targets::first_pause_ms;
    for (int i = 0; i < 10; ++i) {
        const auto dials = targets.due(after(now));
        REQUIRE(dials.size() == 1);
        targets.ended(dials[0].dial, after(now), random);
        CHECK_FALSE(targets.is_trying_first());
        const std::uint64_t wait = *targets.wake_at() - after(now).steady_ms;
        CHECK(wait >= expected);
        CHECK(wait < expected + expected / 2);
        CHECK(targets.due(after(now + wait - 1)).empty());
        now += wait;
        expected = std::min(2 * expected, Targets::longest_pause_ms);
    }
    auto dials = targets.due(after(now));
    targets.succeeded(dials[0].dial, after(now));
    now += Targets::lasting_ms - 1;
    targets.ended(dials[0].dial, after(now), random); // it ended soon
    CHECK(*targets.wake_at() - after(now).steady_ms >= Targets::longest_pause_ms);
    now += 2 * Targets::longest_pause_ms;
    dials = targets.due(after(now));
    targets.succeeded(dials.at(0).dial, after(now));
    const bool lasts = GENERATE(true, false);
    if (lasts)
        now += Targets::lasting_ms;
    else
        targets.proved(dials[0].dial); // it was of use
    targets.ended(dials[0].dial, after(now), random);
    CHECK(*targets.wake_at() - after(now).steady_ms < 2 * Targets::first_pause_ms);
}

TEST_CASE("what is removed is not dialled again, whatever becomes of the attempt", "[targets]") {
    Targets targets;
    Prng random(1);
    targets.add(target("host"), after(0));
    const auto dials = targets.due(after(0));
    CHECK(targets.remove("host:9401").has_value());
    CHECK_FALSE(targets.remove("host:9401").has_value());
    CHECK(targets.target_of(dials[0].dial) == nullptr);
    targets.ended(dials[0].dial, after(0), random);
    CHECK(targets.due(after(100'000)).empty());
    CHECK_FALSE(targets.is_trying_first());
}

TEST_CASE("there are no more targets than anybody needs", "[targets]") {
    Targets targets;
    for (std::uint16_t n = 0; n < Targets::max_targets; ++n)
        CHECK(targets.add(target("host", static_cast<std::uint16_t>(1 + n)), after(0)));
    CHECK_FALSE(targets.add(target("other"), after(0)));
    CHECK(targets.targets().size() == Targets::max_targets);
}

TEST_CASE("an IPv6 address has brackets in its name, and none where it is dialled", "[targets]") {
    Targets targets;
    targets.add(target("2001:db8::1"), after(0));
    CHECK(targets.has("[2001:db8::1]:9401"));
    CHECK(targets.due(after(0))[0].host == "2001:db8::1");
    CHECK(targets.dial_once(at("[2001:db8::2]:5")).host == "2001:db8::2");
    CHECK(targets.dial_once(at("20.1.1.1:5")).host == "20.1.1.1");
}

TEST_CASE("places that are dialled or connected are known until they end", "[targets]") {
    Targets targets;
    Prng random(1);
    targets.add(target("20.1.1.1"), after(0));
    targets.add(target("a-name"), after(0));
    CHECK(targets.places().empty());
    const auto dials = targets.due(after(0));
    const Dial once = targets.dial_once(at("20.2.1.1:9401"));
    CHECK(targets.places() == std::vector{at("20.2.1.1:9401"), at("20.1.1.1:9401")});
    CHECK(targets.once(once.dial) == at("20.2.1.1:9401"));
    CHECK(targets.once_count() == 1);
    targets.ended(once.dial, after(0), random);
    for (const Dial& one : dials) targets.ended(one.dial, after(0), random);
    CHECK(targets.places().empty());
    CHECK(targets.once_count() == 0);
}

TEST_CASE("a look at somebody's listener is no place", "[targets]") {
    Targets targets;
    Prng random(1);
    const Dial dial = targets.dial_to_confirm(at("127.0.0.1:9402"), PeerId{7});
    CHECK(dial.host == "127.0.0.1");
    CHECK(targets.confirms(dial.dial) == PeerId{7});
    CHECK(targets.confirming() == 1);
    CHECK(targets.places().empty());
    targets.ended(dial.dial, after(0), random);
    CHECK_FALSE(targets.confirms(dial.dial).has_value());
    CHECK(targets.confirming() == 0);
}
