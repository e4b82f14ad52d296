#include "catch.hpp"
#include <base/checked.hpp>
#include <base/hex.hpp>
#include <base/random.hpp>
#include <base/time.hpp>
#include <base/uint256.hpp>
#include <base/utf8.hpp>

using namespace cairn;

TEST_CASE("hex reads what it writes and refuses the rest", "[base]") {
    const Bytes bytes{0x00, 0xab, 0xff};
    CHECK(to_hex(bytes) == "00abff");
    CHECK(from_hex("00ABff") == bytes);
    CHECK_FALSE(from_hex("0"));
    CHECK_FALSE(from_hex("0g"));
    CHECK_FALSE(array_from_hex<2>("00abff"));
}

TEST_CASE("times are RFC 3339 with milliseconds", "[base]") {
    CHECK(to_rfc3339(Time{0}) == "1970-01-01T00:00:00.000Z");
    CHECK(to_rfc3339(Time{1582934400123}) == "2020-02-29T00:00:00.123Z");
    CHECK(to_rfc3339(Time{UINT64_MAX}) == "9999-12-31T23:59:59.999Z");
    CHECK(parse_rfc3339("2020-02-29T00:00:00.123Z") == Time{1582934400123});
    CHECK(parse_rfc3339("2020-02-29T01:00:00+01:00") == Time{1582934400000});
    CHECK(parse_rfc3339("2020-02-29") == Time{1582934400000});
    for (const auto* bad :
         {"", "2020", "2021-02-29", "2020-02-29T25:00", "2020-02-29T00:00:00.Z", "2020-02-29x"})
        CHECK_FALSE(parse_rfc3339(bad));
}

TEST_CASE("durations name their unit", "[base]") {
    CHECK(parse_duration_ms("250ms") == 250);
    CHECK(parse_duration_ms("1.5h") == 5400000);
    CHECK(parse_duration_ms("10") == 10000);
    for (const auto* bad : {"", "s", "1x", "-1s", "1e3s", "1..2s", "99999999999999999d"})
        CHECK_FALSE(parse_duration_ms(bad));
}

TEST_CASE("text from others is shown escaped, reversibly", "[base]") {
    CHECK(escape_for_display("h\xc3\xa9llo") == "h\xc3\xa9llo");
    CHECK(escape_for_display("\x1b[31m\n\\") == "\\x1b[31m\\n\\\\");
    CHECK(escape_for_display("\xe2\x80\xae") == "\\u202e");
    CHECK(escape_for_display("a\xff") == "a\\xff");
}

TEST_CASE("UTF-8 by the table of RFC 3629", "[base]") {
    CHECK(is_utf8("\xf0\x9f\x8c\x84 cairn"));
    for (const auto* bad : {"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                            "\xf8\x88\x80\x80\x80", "\xe2\x82", "\x80"})
        CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("256-bit numbers shift, add and print", "[base]") {
    const Uint256 one{1};
    CHECK((one << 255).bit_length() == 256);
    CHECK(((one << 200) >> 200) == one);
    CHECK((Uint256::max() + one).is_zero());
    CHECK((Uint256{} - one) == Uint256::max());
    CHECK((one << 64).to_decimal() == "18446744073709551616");
    CHECK(Uint256::from_hex("10000000000000000") == (one << 64));
    CHECK(Uint256::from_big_endian((one << 77).to_big_endian()) == (one << 77));
    CHECK((one << 64) > Uint256{UINT64_MAX});
}

TEST_CASE("arithmetic that would wrap is no value", "[base]") {
    CHECK_FALSE(checked_add<std::uint64_t>(UINT64_MAX, 1));
    CHECK_FALSE(checked_sub<std::uint64_t>(0, 1));
    CHECK(checked_mul<std::uint64_t>(1ULL << 31, 1ULL << 32) == 1ULL << 63);
}

TEST_CASE("the reproducible generator is xoshiro256**", "[base]") {
    Prng a{1};
    Prng b{1};
    CHECK(a.next() == b.next());
    for (int i = 0; i < 1000; ++i) CHECK(a.below(7) < 7);
}
