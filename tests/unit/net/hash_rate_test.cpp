#include "catch.hpp"
#include <transport/hash_rate.hpp>

using namespace cairn::net;

namespace {

HashRate::TimePoint at(std::int64_t ms) { return HashRate::TimePoint(std::chrono::milliseconds(ms)); }

} // namespace

TEST_CASE("The hash rate is that of the last ten seconds", "[net]") {
    HashRate rate;
    CHECK(rate.per_second(5, at(0)) == 0);
    for (int second = 0; second <= 60; ++second)
        rate.sample(static_cast<std::uint64_t>(second < 40 ? second * 100 : 4'000 + (second - 40) * 10),
                    at(second * 1'000));
    CHECK(rate.per_second(4'200, at(60'000)) == Approx(10));
    CHECK(rate.per_second(4'200, at(120'000)) == Approx(0).margin(0.01)); // nothing was sampled since
    rate.restart();
    CHECK(rate.per_second(4'200, at(120'000)) == 0);
    CHECK(rate.history(4'200, at(120'000)).empty());
}

TEST_CASE("The history of the hash rate has a part for every two seconds since it began", "[net]") {
    HashRate rate;
    rate.sample(0, at(0));
    CHECK(rate.history(150, at(1'500)).empty());
    rate.sample(1'000, at(10'000)); // an even 100 a second in between
    rate.sample(1'000, at(10'050)); // too soon after the last one to count
    const auto young = rate.history(1'400, at(12'000));
    REQUIRE(young.size() == 6);
    CHECK(young.front() == Approx(100));
    CHECK(young.back() == Approx(200));
    for (int second = 12; second <= 200; second += 4)
        rate.sample(static_cast<std::uint64_t>(second) * 50 + 800, at(second * 1'000));
    const auto old = rate.history(200 * 50 + 800, at(200'000));
    REQUIRE(old.size() == HashRate::history_parts);
    for (const double part : old) CHECK(part == Approx(50));
}
