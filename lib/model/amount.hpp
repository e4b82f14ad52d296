// Money: whole units of 10^-8 coin. No floating point, no bare integers, no silent wrap.
#pragma once

#include <base/checked.hpp>
#include <base/result.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cairn {

/// An amount of 0 … 2^64 − 1 units, as the wire can carry it. Whether it is below a network's supply is
/// rule 7's to judge.
class Amount {
  public:
    static constexpr std::uint64_t units_per_coin = 100'000'000;
    static constexpr unsigned decimals = 8;

    constexpr Amount() = default;
    static constexpr Amount from_units(std::uint64_t units) { return Amount(units); }
    constexpr std::uint64_t units() const { return units_; }
    constexpr bool is_zero() const { return units_ == 0; }

    friend constexpr auto operator<=>(const Amount&, const Amount&) = default;

  private:
    constexpr explicit Amount(std::uint64_t units) : units_(units) {}
    std::uint64_t units_ = 0;
};

constexpr std::optional<Amount> checked_add(Amount a, Amount b) {
    const auto sum = checked_add(a.units(), b.units());
    return sum ? std::optional(Amount::from_units(*sum)) : std::nullopt;
}
constexpr std::optional<Amount> checked_sub(Amount a, Amount b) {
    const auto rest = checked_sub(a.units(), b.units());
    return rest ? std::optional(Amount::from_units(*rest)) : std::nullopt;
}

/// For sums that are known to fit (the supply is below 2^63): throws std::overflow_error where they do not,
/// which is a defect of the caller.
Amount operator+(Amount a, Amount b);
Amount operator-(Amount a, Amount b);

/// Whole coins, without trailing zeros: 12.5, 0.00000001, 50.
std::string to_text(Amount amount);
/// With a sign where negative; for differences.
std::string to_text_signed(Int128 units);

enum class AmountError {
    empty,
    malformed, ///< anything but digits and one point: signs, exponents, hex, NaN, blanks
    negative,
    too_many_decimals, ///< more than 8
    too_large,
    wrong_unit, ///< a suffix that is not the ticker
};
const char* describe(AmountError error);

/// "12.5", "0.00000001", "12.5 CRN", "12.5CRN" for ticker "CRN" (any case). Digits are needed before the
/// point.
Result<Amount, AmountError> amount_from_text(std::string_view text, std::string_view ticker = {});

} // namespace cairn
