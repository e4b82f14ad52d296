#include <base/hex.hpp>
#include <base/utf8.hpp>
#include <wallet/payment_uri.hpp>

#include <vector>

namespace cairn::wallet {
namespace {

constexpr std::string_view scheme = "cairn:";
constexpr std::size_t max_text_bytes = 255;
constexpr std::size_t max_uri_bytes = 4096;

auto bad(std::string message) { return refuse(WalletError::bad_uri, std::move(message)); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_unreserved(char c) { // RFC 3986, 2.3
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (is_unreserved(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
    }
    return out;
}

/// nullopt for a % that two hex digits do not follow.
std::optional<std::string> percent_decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const auto byte = from_hex(text.substr(i + 1, 2));
        if (!byte || byte->size() != 1) return std::nullopt;
        out += static_cast<char>(byte->front());
        i += 2;
    }
    return out;
}

std::string quoted(std::string_view text) { return '"' + escape_for_display(text) + '"'; }

std::string describe(const crypto::AddressFault& fault) {
    switch (fault.error) {
    case crypto::AddressError::malformed:
        return "the payment URI holds no address after cairn:";
    case crypto::AddressError::checksum:
        return "the address in the payment URI is mistyped";
    case crypto::AddressError::wrong_network:
        return "the address in the payment URI is of another network, whose addresses begin with " +
               quoted(fault.prefix + "1");
    case crypto::AddressError::version:
        break;
    }
    return "the address in the payment URI is of a kind that this version does not know";
}

Outcome<void> take_text(std::string& to, std::string_view key, std::string value) {
    if (value.size() > max_text_bytes) return bad(std::string(key) + " in the payment URI exceeds 255 bytes");
    if (!is_utf8(value)) return bad(std::string(key) + " in the payment URI is not UTF-8");
    to = std::move(value);
    return {};
}

Outcome<void> take(PaymentUri& uri, std::string_view key, std::string value) {
    if (key == "memo") return take_text(uri.memo, key, std::move(value));
    if (key == "label") return take_text(uri.label, key, std::move(value));
    if (key == "amount") {
        const auto amount = amount_from_text(value);
        if (!amount) return bad("amount in the payment URI: " + std::string(cairn::describe(amount.error())));
        uri.amount = *amount;
        return {};
    }
    if (key.substr(0, 4) == "req-")
        return bad("the payment URI requires " + quoted(key) + ", which this version does not know");
    return {}; // BIP-21: unknown, and not required
}

} // namespace

bool is_payment_uri(std::string_view text) {
    if (text.size() < scheme.size()) return false;
    for (std::size_t i = 0; i < scheme.size(); ++i)
        if (lower(text[i]) != scheme[i]) return false;
    return true;
}

Outcome<PaymentUri> payment_uri_from_text(std::string_view text, std::string_view prefix) {
    if (!is_payment_uri(text)) return bad("a payment URI begins with cairn:");
    if (text.size() > max_uri_bytes) return bad("the payment URI is longer than 4,096 bytes");
    text.remove_prefix(scheme.size());

    const std::size_t question = text.find('?');
    const auto address = crypto::address_from_text(text.substr(0, question), prefix);
    if (!address) return refuse(WalletError::bad_address, describe(address.error()));
    PaymentUri uri;
    uri.to = *address;
    if (question == std::string_view::npos) return uri;

    std::vector<std::string> seen;
    std::string_view rest = text.substr(question + 1);
    while (!rest.empty()) {
        const std::string_view part = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        if (part.empty()) continue;
        const std::size_t equals = part.find('=');
        auto key = percent_decode(part.substr(0, equals));
        auto value =
            equals == std::string_view::npos ? std::string() : percent_decode(part.substr(equals + 1));
        if (!key || !value) return bad("a % in the payment URI is not followed by two hex digits");
        if (key->empty()) return bad("a part of the payment URI has no name");
        if (std::find(seen.begin(), seen.end(), *key) != seen.end())
            return bad("the payment URI has " + quoted(*key) + " twice");
        if (const auto taken = take(uri, *key, std::move(*value)); !taken) return fail(taken.error());
        seen.push_back(std::move(*key));
    }
    return uri;
}

std::string to_text(const PaymentUri& uri, std::string_view prefix) {
    std::string out = std::string(scheme) + crypto::to_text(uri.to, prefix);
    char separator = '?';
    const auto add = [&](std::string_view key, std::string_view value) {
        out += separator;
        out += key;
        out += '=';
        out += percent_encode(value);
        separator = '&';
    };
    if (uri.amount) add("amount", cairn::to_text(*uri.amount));
    if (!uri.memo.empty()) add("memo", uri.memo);
    if (!uri.label.empty()) add("label", uri.label);
    return out;
}

} // namespace cairn::wallet
