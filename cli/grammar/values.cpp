// Values of each kind: what is well-formed, and what to say where it is not.
#include <base/utf8.hpp>
#include <cli/grammar/parser.hpp>
#include <cli/grammar/suggest.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace cairn::cli {

namespace {

std::string shown(std::string_view text) {
    constexpr std::size_t longest = 80;
    std::string escaped = escape_for_display(text.substr(0, longest));
    return "'" + escaped + (text.size() > longest ? "…'" : "'");
}

Expected<Value> read_number(std::string_view argument, const std::string& text, std::uint64_t least,
                            std::uint64_t most) {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    const bool digits =
        !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return bad_argument(argument, shown(text) + " is not a whole number");
    if (error != std::errc() || stopped != end || number > most)
        return bad_argument(argument, shown(text) + " is too large, the most is " + std::to_string(most));
    if (number < least)
        return bad_argument(argument, shown(text) + " is too small, the least is " + std::to_string(least));
    return number;
}

Expected<Value> read_amount(std::string_view argument, const std::string& text, bool zero_allowed,
                            const ArgumentContext& context) {
    const auto amount = amount_from_text(text, context.ticker);
    const auto refuse = [&](const std::string& why) {
        return failure(Exit::usage, "bad_amount", std::string(argument) + ": " + shown(text) + " " + why,
                       "an amount is a number of coins such as 12.5, with at most 8 decimals");
    };
    if (!amount) return refuse(std::string("is not an amount: ") + describe(amount.error()));
    if (amount->is_zero() && !zero_allowed) return refuse("is not an amount: it must be more than zero");
    return *amount;
}

Expected<Value> read_address(std::string_view argument, const std::string& text,
                             const ArgumentContext& context) {
    const auto address = crypto::address_from_text(text, context.prefix);
    if (address) return *address;
    const auto& fault = address.error();
    std::string why;
    std::string code = "bad_address";
    switch (fault.error) {
    case crypto::AddressError::malformed:
        why = "is not an address";
        if (fault.position) why += " (look at character " + std::to_string(*fault.position + 1) + ")";
        break;
    case crypto::AddressError::checksum:
        why = "is mistyped: its checksum does not hold";
        break;
    case crypto::AddressError::wrong_network:
        code = "wrong_network_address";
        why = "is an address of another network (" + escape_for_display(fault.prefix) +
              "1…), here they begin with " + context.prefix + "1";
        break;
    case crypto::AddressError::version:
        why = "is an address of a version that is not known here";
        break;
    }
    return failure(Exit::usage, code, std::string(argument) + ": " + shown(text) + " " + why);
}

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
}
bool is_decimal(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

constexpr std::size_t shortest_id = 6, whole_id = 64; // hex digits

Expected<Value> read_id(std::string_view argument, const std::string& text, std::size_t shortest) {
    if (!is_hex(text) || text.size() < shortest || text.size() > whole_id)
        return bad_argument(argument,
                            shown(text) + " is not an id: " +
                                (shortest == whole_id ? "64 hex digits are" : "6 to 64 hex digits are") +
                                " expected");
    std::string lower = text;
    for (char& c : lower)
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

Expected<Value> read_block(std::string_view argument, const std::string& text) {
    if (text == "tip") return text;
    if (is_decimal(text) && text.size() < whole_id) {
        auto height = read_number(argument, text, 0, std::numeric_limits<std::uint32_t>::max());
        if (!height) return height;
        return text;
    }
    return read_id(argument, text, shortest_id);
}

Expected<Value> read_endpoint(std::string_view argument, const std::string& text) {
    const auto colon = text.rfind(':');
    const auto why = " is not of the form HOST:PORT";
    if (colon == std::string::npos || colon == 0) return bad_argument(argument, shown(text) + why);
    if (auto port = read_number(argument, text.substr(colon + 1), 1, 65'535); !port)
        return fail(port.error());
    return text;
}

Expected<Value> read_choice(std::string_view argument, const std::string& text,
                            const std::vector<std::string>& choices) {
    if (std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
    std::string list;
    for (const auto& choice : choices) list += (list.empty() ? "" : ", ") + choice;
    return bad_argument(argument, shown(text) + " is not one of: " + list, did_you_mean(text, choices));
}

} // namespace

Expected<Value> read_value(Kind kind, std::string_view argument, const std::string& text,
                           const std::vector<std::string>& choices, const ArgumentContext& context) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    switch (kind) {
    case Kind::number:
        return read_number(argument, text, 0, most);
    case Kind::count:
        return read_number(argument, text, 1, most);
    case Kind::height:
        return read_number(argument, text, 0, std::numeric_limits<std::uint32_t>::max());
    case Kind::amount:
        return read_amount(argument, text, false, context);
    case Kind::amount_or_all:
        if (text == "all") return text;
        return read_amount(argument, text, false, context);
    case Kind::fee:
        return read_amount(argument, text, true, context);
    case Kind::address:
        return read_address(argument, text, context);
    case Kind::hash:
        return read_id(argument, text, whole_id);
    case Kind::txid:
    case Kind::document:
    case Kind::branch:
        return read_id(argument, text, shortest_id);
    case Kind::block:
        return read_block(argument, text);
    case Kind::duration: {
        const auto ms = parse_duration_ms(text);
        if (!ms)
            return bad_argument(argument, shown(text) + " is not a duration",
                                "write 250ms, 30s, 5m, 2h or 7d");
        return *ms;
    }
    case Kind::date: {
        const auto time = parse_rfc3339(text);
        if (!time)
            return bad_argument(argument, shown(text) + " is not a date",
                                "write 2026-11-21 or 2026-11-21T08:30:00Z");
        return *time;
    }
    case Kind::endpoint:
        return read_endpoint(argument, text);
    case Kind::choice:
        return read_choice(argument, text, choices);
    default:
        return text;
    }
}

} // namespace cairn::cli
