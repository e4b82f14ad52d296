#include "catch.hpp"
#include <model/amount.hpp>

using namespace cairn;

namespace {

constexpr std::uint64_t coin = Amount::units_per_coin;

AmountError error_of(std::string_view text, std::string_view ticker = "CRN") {
    const auto amount = amount_from_text(text, ticker);
    REQUIRE_FALSE(amount);
    return amount.error();
}

} // namespace

TEST_CASE("amounts are written in whole coins without trailing zeros", "[model]") {
    CHECK(to_text(Amount{}) == "0");
    CHECK(to_text(Amount::from_units(1)) == "0.00000001");
    CHECK(to_text(Amount::from_units(coin * 50)) == "50");
    CHECK(to_text(Amount::from_units(coin * 12 + coin / 2)) == "12.5");
    CHECK(to_text(Amount::from_units(UINT64_MAX)) == "184467440737.09551615");
    CHECK(to_text_signed(-static_cast<Int128>(coin)) == "-1");
    CHECK(to_text_signed(static_cast<Int128>(coin)) == "1");
    CHECK(to_text_signed(0) == "0");
    const auto least = static_cast<Int128>(static_cast<Uint128>(1) << 127);
    CHECK(to_text_signed(least) == "-1701411834604692317316873037158.84105728");
}

TEST_CASE("amounts are read exactly", "[model]") {
    CHECK(amount_from_text("0") == Amount{});
    CHECK(amount_from_text("12.5") == Amount::from_units(coin * 12 + coin / 2));
    CHECK(amount_from_text("0.00000001") == Amount::from_units(1));
    CHECK(amount_from_text("007.10") == Amount::from_units(coin * 7 + coin / 10));
    CHECK(amount_from_text("184467440737.09551615") == Amount::from_units(UINT64_MAX));
    for (const auto* text : {"12.5 CRN", "12.5CRN", "12.5 crn", "12.5Crn"})
        CHECK(amount_from_text(text, "CRN") == Amount::from_units(coin * 12 + coin / 2));
}

TEST_CASE("what is no amount is refused, and told why", "[model]") {
    CHECK(error_of("") == AmountError::empty);
    for (const auto* text : {"-1", "-0.5", "-0", "-", "-CRN"}) CHECK(error_of(text) == AmountError::negative);
    for (const auto* text : {"1e3",  "1E3",  "1e-3", "1.5e8",  "NaN",    "nan",   "inf",      "Infinity",
                             "0x10", "0X1F", "0x",   "+1",     " 1",     "1 ",    "1\t",      "1\n",
                             ".5",   "5.",   ".",    "1..2",   "1.2.3",  "1,5",   "1_000",    "1 000",
                             "1'0",  "CRN",  "a",    "1  CRN", "1 CRN ", "1CRN1", "\xd9\xa1", "1\u00a0CRN"})
        CHECK(error_of(text) == AmountError::malformed);
    CHECK(error_of(std::string_view("1\0", 2)) == AmountError::malformed);
    for (const auto* text : {"0.000000001", "1.123456789", "0.0000000010"})
        CHECK(error_of(text) == AmountError::too_many_decimals);
    for (const auto* text : {"184467440737.09551616", "184467440738", "18446744073709551616",
                             "99999999999999999999999999999999999999999", "9999999999999999999 CRN"})
        CHECK(error_of(text) == AmountError::too_large);
    for (const auto* text : {"1 BTC", "1CR", "1 CRNN", "1e"})
        CHECK(error_of(text) == AmountError::wrong_unit);
    CHECK(error_of("1 CRN", "") == AmountError::wrong_unit);
    for (const auto error : {AmountError::empty, AmountError::malformed, AmountError::negative,
                             AmountError::too_many_decimals, AmountError::too_large, AmountError::wrong_unit})
        CHECK_FALSE(std::string(describe(error)).empty());
}

TEST_CASE("sums and differences of amounts never wrap", "[model]") {
    const Amount most = Amount::from_units(UINT64_MAX);
    const Amount one = Amount::from_units(1);
    CHECK_FALSE(checked_add(most, one));
    CHECK_FALSE(checked_sub(Amount{}, one));
    CHECK_THROWS_AS(most + one, std::overflow_error);
    CHECK_THROWS_AS(Amount{} - one, std::overflow_error);
    CHECK((most - one) + one == most);
}
