// What is said of a single value while it is typed.
#include <cli/commands/address_words.hpp>
#include <cli/prompt/hint.hpp>

#include <algorithm>
#include <array>

namespace cairn::cli {

namespace {

constexpr std::size_t address_data = 39; // symbols behind the separator: version, 160 bits, checksum
constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"; // of bech32 (BIP-173)
constexpr std::array<std::string_view, 2> built_in_prefixes = {"crn", "dcrn"};

bool begins(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// One that is not set, perhaps not yet: others stand here with their values.
bool is_variable(const std::string& text) { return text.find('$') != std::string::npos; }

Check wrong(std::string text) { return {std::move(text), true}; }

/// Something that begins like an address, of this network or of another built-in one.
Check address_check(const std::string& typed, const Known& known) {
    const std::string text = lower(typed);
    const std::string& own = known.context.prefix;
    const std::string start = own + "1";
    for (const auto prefix : built_in_prefixes)
        if (prefix != own && begins(text, std::string(prefix) + "1") && !begins(text, start))
            return wrong(
                "wrong network: " +
                describe(crypto::AddressFault{crypto::AddressError::wrong_network, std::string(prefix), {}},
                         own));
    if (!begins(text, start)) return {};
    const auto strange = text.find_first_not_of(alphabet, start.size());
    if (strange != std::string::npos)
        return wrong("mistyped: character " + std::to_string(strange + 1) + " is in no address");
    const std::size_t whole = start.size() + address_data;
    if (text.size() < whole) return {};
    if (text.size() > whole)
        return wrong("too long by " + std::to_string(text.size() - whole) + ": an address here has " +
                     std::to_string(whole) + " characters");
    const auto address = crypto::address_from_text(typed, own);
    if (!address) return wrong(describe(address.error(), own));
    const auto owner = known.owners.find(*address);
    return {owner == known.owners.end() ? "a sound address, of nobody known here" : owner->second};
}

/// Where nothing but an address may stand.
Check only_address_check(const std::string& typed, const Known& known) {
    auto check = address_check(typed, known);
    if (!check.text.empty()) return check;
    const std::string text = lower(typed);
    for (const std::string& start : {known.context.prefix + "1", std::string("crn1"), std::string("dcrn1")})
        if (begins(start, text) || begins(text, start)) return {};
    return wrong("not an address; this network's begin with " + known.context.prefix + "1");
}

bool any_begins(const std::vector<std::string>& names, const std::string& start) {
    return std::any_of(names.begin(), names.end(), [&](const auto& name) { return begins(name, start); });
}
bool any_is(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::size_t longest_name = 32;
constexpr auto no_wallet = "no such wallet";
constexpr auto no_contact = "no such contact";
constexpr auto nobody = "unknown: no contact and no wallet of that name";

/// The address in a payment's URI.
std::string address_of_uri(const std::string& text) {
    constexpr std::size_t scheme = 6;
    const auto end = text.find('?');
    return text.substr(scheme, end == std::string::npos ? end : end - scheme);
}

Check name_check(Kind kind, const Place& place, const Known& known) {
    const std::string& word = place.word;
    if (word.empty()) return {};
    switch (kind) {
    case Kind::wallet:
        // `tx build --from` takes a public key as well
        return any_begins(known.wallets, word) || word.size() > longest_name ? Check{} : wrong(no_wallet);
    case Kind::contact:
        return any_begins(known.contacts, word) ? Check{} : wrong(no_contact);
    default:
        break;
    }
    if (any_begins(known.wallets, word) || any_begins(known.contacts, word)) return {};
    const std::string start = known.context.prefix + "1";
    if (begins(word, "cairn:")) return address_check(address_of_uri(word), known);
    if (begins("cairn:", word) || begins(start, lower(word))) return {};
    if (auto check = address_check(word, known); !check.text.empty() || begins(lower(word), start))
        return check;
    return wrong(word.size() > longest_name ? "not an address" : nobody);
}

Check taken_check(const Place& place, const Known& known) {
    const auto& names = place.spec && begins(place.spec->path, "contacts") ? known.contacts : known.wallets;
    return any_is(names, place.word) ? wrong("the name is taken") : Check{};
}

/// Whether more keys can still make an amount of it.
bool may_become_amount(const std::string& text, const ArgumentContext& context) {
    for (const char* more : {"1", ".1"}) {
        const auto amount = amount_from_text(text + more, context.ticker);
        if (amount && !amount->is_zero()) return true;
    }
    const auto unit = text.find_first_not_of("0123456789.");
    if (unit == std::string::npos || unit == 0) return text.empty();
    const auto typed = lower(text.substr(unit));
    const auto at = typed.find_first_not_of(' ');
    return begins(lower(context.ticker), at == std::string::npos ? "" : typed.substr(at)) &&
           amount_from_text(text.substr(0, unit), context.ticker).has_value();
}

Check amount_check(Kind kind, const Place& place, const Known& known) {
    const std::string& word = place.word;
    if (word.empty() || (kind == Kind::amount_or_all && begins("all", word) && word != "all")) return {};
    const bool all = kind == Kind::amount_or_all && word == "all";
    const auto amount =
        all ? Result<Amount, AmountError>(Amount{}) : amount_from_text(word, known.context.ticker);
    if (!amount || (amount->is_zero() && !all && kind != Kind::fee)) {
        if (may_become_amount(word, known.context)) return {};
        return wrong(amount ? "it must be more than zero"
                            : std::string("not an amount: ") + describe(amount.error()));
    }
    const std::string* payer = place.find("--from");
    if (!payer) payer = place.find("--wallet");
    const auto available = known.available ? known.available(payer ? *payer : std::string()) : std::nullopt;
    if (!available) return {};
    if (all) return {to_text(*available) + " available"};
    if (*amount > *available) return wrong("more than the " + to_text(*available) + " available");
    return kind == Kind::fee ? Check{} : Check{"of " + to_text(*available) + " available"};
}

Check height_check(const std::string& word, const Known& known) {
    if (!known.tip || word.empty() || word.size() > 10 ||
        word.find_first_not_of("0123456789") != std::string::npos)
        return {};
    return std::stoull(word) > *known.tip ? wrong("beyond the tip, " + std::to_string(*known.tip)) : Check{};
}

/// Of a word that no more keys will change.
std::string error_of(const Place::Passed& passed, const Place& place, const Known& known) {
    using What = Place::Passed::What;
    const std::string& text = passed.text;
    if (passed.what == What::unknown_command) return text;
    if (passed.what == What::unknown_option) return "unknown option " + text;
    if (is_variable(text)) return {};
    Place whole = place;
    whole.word = text;
    if (auto check = check_of(passed.kind, whole, known); check.wrong) return check.text;
    Kind kind = passed.kind;
    std::string typed = text;
    if (kind == Kind::wallet)
        return any_is(known.wallets, text) || text.size() > longest_name ? "" : no_wallet;
    if (kind == Kind::contact) return any_is(known.contacts, text) ? "" : no_contact;
    if (kind == Kind::recipient) {
        if (any_is(known.wallets, text) || any_is(known.contacts, text)) return {};
        const bool uri = begins(text, "cairn:");
        if (!uri && !begins(lower(text), known.context.prefix + "1")) return nobody;
        if (uri) typed = address_of_uri(text);
        kind = Kind::address;
    }
    const auto value = read_value(kind, "", typed, *passed.choices, known.context);
    if (value) return {};
    return kind == Kind::address ? "not an address: too short" : value.error().message.substr(2);
}

} // namespace

Check check_of(Kind kind, const Place& place, const Known& known) {
    if (is_variable(place.word)) return {};
    switch (kind) {
    case Kind::amount:
    case Kind::amount_or_all:
    case Kind::fee:
        return amount_check(kind, place, known);
    case Kind::address:
        return only_address_check(place.word, known);
    case Kind::some_address:
        return address_check(place.word, known);
    case Kind::recipient:
    case Kind::wallet:
    case Kind::contact:
        return name_check(kind, place, known);
    case Kind::new_name:
        return taken_check(place, known);
    case Kind::height:
    case Kind::block:
        return height_check(place.word, known);
    default:
        return {};
    }
}

std::string oldest_error(const Place& place, const Known& known) {
    if (place.find("--help")) return {};
    for (const auto& passed : place.passed)
        if (auto error = error_of(passed, place, known); !error.empty()) return error;
    return {};
}

} // namespace cairn::cli
