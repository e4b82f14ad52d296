#include <wallet/refusal.hpp>

namespace cairn::wallet {

std::string_view word(WalletError error) {
    switch (error) {
    case WalletError::bad_name:
        return "bad_name";
    case WalletError::name_taken:
        return "name_taken";
    case WalletError::address_taken:
        return "address_taken";
    case WalletError::not_found:
        return "not_found";
    case WalletError::unknown_address:
        return "unknown_address";
    case WalletError::wrong_password:
        return "wrong_password";
    case WalletError::bad_password:
        return "bad_password";
    case WalletError::locked:
        return "locked";
    case WalletError::damaged:
        return "damaged";
    case WalletError::too_new:
        return "too_new";
    case WalletError::not_a_wallet:
        return "not_a_wallet";
    case WalletError::bad_mnemonic:
        return "bad_mnemonic";
    case WalletError::bad_pem:
        return "bad_pem";
    case WalletError::not_derived:
        return "not_derived";
    case WalletError::too_many:
        return "too_many";
    case WalletError::bad_label:
        return "bad_label";
    case WalletError::bad_payment:
        return "bad_payment";
    case WalletError::bad_uri:
        return "bad_uri";
    case WalletError::bad_address:
        return "bad_address";
    case WalletError::bad_signature:
        return "bad_signature";
    case WalletError::given_up:
        return "given_up";
    }
    return "refused";
}

} // namespace cairn::wallet
