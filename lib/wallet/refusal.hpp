// Why a wallet says no: a code for programs and a sentence for people. Faults of the machine (disk full, no
// permission) are not refusals: they are thrown as Fault.
#pragma once

#include <base/result.hpp>

#include <string>
#include <string_view>

namespace cairn::wallet {

enum class WalletError {
    bad_name,        ///< not 1 to 32 of A-Z a-z 0-9 _ -
    name_taken,      ///< a wallet, contact or file of that name stands there already
    address_taken,   ///< another contact has this address
    not_found,       ///< no wallet, contact or file of that name
    unknown_address, ///< the address is not of this wallet
    wrong_password,  ///< or the sealed part was altered by someone who also renewed the checksum
    bad_password,    ///< an empty password
    locked,          ///< needs the secret, and the wallet is locked
    damaged,         ///< truncated, altered, or not canonical
    too_new,         ///< written by a later version
    not_a_wallet,    ///< the file is something else
    bad_mnemonic,
    bad_pem,
    not_derived, ///< the wallet holds one imported key: it has neither mnemonic nor further addresses
    too_many,    ///< a wallet or the contacts hold as many entries as they may
    bad_label,   ///< longer than 255 bytes, or not UTF-8
    bad_payment, ///< outputs, amounts or memo that no transaction can carry
    bad_uri,
    bad_address,
    bad_signature, ///< a signature's text that cannot be read
    given_up,      ///< who derives keys was told to stop
};

/// The stable snake_case word of a code.
std::string_view word(WalletError error);

struct Refusal {
    WalletError code;
    std::string message; ///< a sentence without a full stop; never holds a secret
};

template <typename T> using Outcome = Result<T, Refusal>;

/// `return refuse(WalletError::locked, "…");`
inline auto refuse(WalletError code, std::string message) { return fail(Refusal{code, std::move(message)}); }

} // namespace cairn::wallet
