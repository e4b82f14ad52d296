// Payment URIs after BIP-21: cairn:ADDRESS?amount=1.5&memo=Rent&label=Bob. Pure functions.
#pragma once

#include <crypto/address.hpp>
#include <model/amount.hpp>
#include <wallet/refusal.hpp>

#include <optional>

namespace cairn::wallet {

struct PaymentUri {
    crypto::Address to;
    std::optional<Amount> amount;
    std::string memo;  ///< for the transaction; UTF-8, ≤ 255 bytes
    std::string label; ///< who asks, for the payer's eyes; UTF-8, ≤ 255 bytes
    friend bool operator==(const PaymentUri&, const PaymentUri&) = default;
};

/// Whether a text means to be one: begins with "cairn:" in any case.
bool is_payment_uri(std::string_view text);

/// bad_uri (no such form, a key twice, an amount that is none, a key that begins with req- and is not known
/// here), bad_address. Other unknown keys are passed over.
Outcome<PaymentUri> payment_uri_from_text(std::string_view text, std::string_view prefix);

/// Everything but letters, digits and -._~ is percent-encoded. Keys without a value are left out.
std::string to_text(const PaymentUri& uri, std::string_view prefix);

} // namespace cairn::wallet
