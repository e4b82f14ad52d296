#include <model/amount.hpp>

#include <algorithm>
#include <stdexcept>

namespace cairn {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Of ASCII alone, whatever the locale.
char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter(char c) { return lowered(c) >= 'a' && lowered(c) <= 'z'; }

bool same_word(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lowered(x) == lowered(y); });
}

std::string units_to_text(Uint128 units) {
    std::string whole;
    auto coins = static_cast<Uint128>(units / Amount::units_per_coin);
    do {
        whole.insert(whole.begin(), static_cast<char>('0' + static_cast<int>(coins % 10)));
        coins /= 10;
    } while (coins != 0);
    std::string fraction = std::to_string(static_cast<std::uint64_t>(units % Amount::units_per_coin));
    fraction.insert(0, Amount::decimals - fraction.size(), '0');
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    return fraction.empty() ? whole : whole + "." + fraction;
}

} // namespace

Amount operator+(Amount a, Amount b) {
    const auto sum = checked_add(a, b);
    if (!sum) throw std::overflow_error("sum of amounts");
    return *sum;
}

Amount operator-(Amount a, Amount b) {
    const auto rest = checked_sub(a, b);
    if (!rest) throw std::overflow_error("difference of amounts");
    return *rest;
}

std::string to_text(Amount amount) { return units_to_text(amount.units()); }

std::string to_text_signed(Int128 units) {
    return units < 0 ? "-" + units_to_text(-static_cast<Uint128>(units))
                     : units_to_text(static_cast<Uint128>(units));
}

const char* describe(AmountError error) {
    switch (error) {
    case AmountError::empty:
        return "an amount is missing";
    case AmountError::malformed:
        return "not a decimal number of coins";
    case AmountError::negative:
        return "an amount cannot be negative";
    case AmountError::too_many_decimals:
        return "more than 8 decimal places";
    case AmountError::too_large:
        return "larger than any amount can be";
    case AmountError::wrong_unit:
        return "the unit is not this network's";
    }
    return "not an amount";
}

Result<Amount, AmountError> amount_from_text(std::string_view text, std::string_view ticker) {
    if (text.empty()) return fail(AmountError::empty);
    if (text.front() == '-') return fail(AmountError::negative);
    std::size_t at = 0;
    std::uint64_t units = 0;
    const auto take_digit = [&](char c) -> bool {
        const auto scaled = checked_mul<std::uint64_t>(units, 10);
        const auto sum =
            scaled ? checked_add<std::uint64_t>(*scaled, static_cast<std::uint64_t>(c - '0')) : std::nullopt;
        if (sum) units = *sum;
        return sum.has_value();
    };
    bool fits = true;
    for (; at < text.size() && is_digit(text[at]); ++at) fits = fits && take_digit(text[at]);
    if (at == 0) return fail(AmountError::malformed);
    std::size_t places = 0;
    if (at < text.size() && text[at] == '.') {
        ++at;
        for (; at < text.size() && is_digit(text[at]); ++at, ++places)
            if (places < Amount::decimals) fits = fits && take_digit(text[at]);
        if (places == 0) return fail(AmountError::malformed);
    }
    std::string_view unit = text.substr(at);
    if (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
    if (!unit.empty()) {
        const bool word = std::all_of(unit.begin(), unit.end(), is_letter);
        if (!word || (at == 1 && text[0] == '0' && (unit.front() == 'x' || unit.front() == 'X')))
            return fail(AmountError::malformed);
        if (ticker.empty() || !same_word(unit, ticker)) return fail(AmountError::wrong_unit);
    } else if (at != text.size()) {
        return fail(AmountError::malformed); // a trailing blank
    }
    if (places > Amount::decimals) return fail(AmountError::too_many_decimals);
    for (; places < Amount::decimals; ++places) fits = fits && take_digit('0');
    if (!fits) return fail(AmountError::too_large);
    return Amount::from_units(units);
}

} // namespace cairn
