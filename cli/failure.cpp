// Refusals of the wallet layer as failures of a command.
#include <cli/answer.hpp>
#include <wallet/refusal.hpp>

namespace cairn::cli {

namespace {

Exit exit_of(wallet::WalletError error) {
    using wallet::WalletError;
    switch (error) {
    case WalletError::not_found:
    case WalletError::unknown_address:
        return Exit::not_found;
    case WalletError::wrong_password:
    case WalletError::locked:
        return Exit::locked;
    case WalletError::bad_name:
    case WalletError::bad_password:
    case WalletError::bad_mnemonic:
    case WalletError::bad_pem:
    case WalletError::bad_label:
    case WalletError::bad_payment:
    case WalletError::bad_uri:
    case WalletError::bad_address:
    case WalletError::bad_signature:
        return Exit::usage;
    case WalletError::damaged:
        return Exit::damaged;
    case WalletError::name_taken:
    case WalletError::address_taken:
    case WalletError::too_new:
    case WalletError::not_a_wallet:
    case WalletError::not_derived:
    case WalletError::too_many:
        return Exit::failed;
    }
    return Exit::failed;
}

} // namespace

Failure failure_of(const wallet::Refusal& refusal) {
    return {std::string(wallet::word(refusal.code)), exit_of(refusal.code), refusal.message, {}, {}};
}

} // namespace cairn::cli
