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

/// Something that begins like an address, of this network or of another built-in one.
std::string address_check(const std::string& typed, const Known& known) {
    const std::string text = lower(typed);
    const std::string& own = known.context.prefix;
    const std::string start = own + "1";
    for (const auto prefix : built_in_prefixes)
        if (prefix != own && begins(text, std::string(prefix) + "1") && !begins(text, start))
            return describe(
                crypto::AddressFault{crypto::AddressError::wrong_network, std::string(prefix), {}}, own);
    if (!begins(text, start)) return {};
    const auto wrong = text.find_first_not_of(alphabet, start.size());
    if (wrong != std::string::npos) return "character " + std::to_string(wrong + 1) + " is in no address";
    const std::size_t whole = start.size() + address_data;
    if (text.size() < whole) return {};
    if (text.size() > whole)
        return "too long by " + std::to_string(text.size() - whole) + ": an address here has " +
               std::to_string(whole) + " characters";
    const auto address = crypto::address_from_text(typed, own);
    if (!address) return describe(address.error(), own);
    const auto owner = known.owners.find(*address);
    return owner == known.owners.end() ? "a sound address, of nobody known here" : owner->second;
}

bool any_begins(const std::vector<std::string>& names, const std::string& start) {
    return std::any_of(names.begin(), names.end(), [&](const auto& name) { return begins(name, start); });
}

std::string name_check(Kind kind, const Place& place, const Known& known) {
    const std::string& word = place.word;
    if (word.empty()) return {};
    constexpr std::size_t longest_name = 32;
    switch (kind) {
    case Kind::wallet:
        // `tx build --from` takes a public key as well
        return any_begins(known.wallets, word) || word.size() > longest_name ? "" : "no such wallet";
    case Kind::contact:
        return any_begins(known.contacts, word) ? "" : "no such contact";
    default:
        break;
    }
    if (any_begins(known.wallets, word) || any_begins(known.contacts, word)) return {};
    const std::string start = known.context.prefix + "1";
    if (begins(word, "cairn:"))
        return address_check(
            word.substr(6, word.find('?') == std::string::npos ? std::string::npos : word.find('?') - 6),
            known);
    if (begins("cairn:", word) || begins(start, lower(word))) return {};
    if (auto check = address_check(word, known); !check.empty() || begins(lower(word), start)) return check;
    return word.size() > longest_name ? "not an address" : "no contact and no wallet of that name";
}

std::string taken_check(const Place& place, const Known& known) {
    const auto& names = place.spec && begins(place.spec->path, "contacts") ? known.contacts : known.wallets;
    return std::find(names.begin(), names.end(), place.word) == names.end() ? "" : "the name is taken";
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

std::string amount_check(Kind kind, const Place& place, const Known& known) {
    const std::string& word = place.word;
    if (word.empty() || (kind == Kind::amount_or_all && begins("all", word) && word != "all")) return {};
    const bool all = kind == Kind::amount_or_all && word == "all";
    const auto amount =
        all ? Result<Amount, AmountError>(Amount{}) : amount_from_text(word, known.context.ticker);
    if (!amount || (amount->is_zero() && !all && kind != Kind::fee)) {
        if (may_become_amount(word, known.context)) return {};
        return amount ? "it must be more than zero"
                      : std::string("not an amount: ") + describe(amount.error());
    }
    const std::string* payer = place.find("--from");
    if (!payer) payer = place.find("--wallet");
    const auto available = known.available ? known.available(payer ? *payer : std::string()) : std::nullopt;
    if (!available) return {};
    if (all) return to_text(*available) + " available";
    if (*amount > *available) return "more than the " + to_text(*available) + " available";
    return kind == Kind::fee ? std::string() : "of " + to_text(*available) + " available";
}

std::string height_check(const std::string& word, const Known& known) {
    if (!known.tip || word.empty() || word.size() > 10 ||
        word.find_first_not_of("0123456789") != std::string::npos)
        return {};
    return std::stoull(word) > *known.tip ? "beyond the tip, " + std::to_string(*known.tip) : "";
}

} // namespace

std::string check_of(Kind kind, const Place& place, const Known& known) {
    switch (kind) {
    case Kind::amount:
    case Kind::amount_or_all:
    case Kind::fee:
        return amount_check(kind, place, known);
    case Kind::address:
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

} // namespace cairn::cli
