// What a wallet builds: the unsigned fields of a transaction. Pure; whether the balance suffices is the
// chain's to know.
#pragma once

#include <model/transaction.hpp>
#include <wallet/refusal.hpp>

namespace cairn::wallet {

/// What every transaction needs beside its body.
struct Envelope {
    crypto::PublicKey sender;
    Nonce nonce;
    Amount fee;
    std::uint32_t expiry = 0; ///< last height that may include it; 0 none
    Time now;
};

/// bad_payment: no output or more than 256, an amount of zero, a memo that is longer than 255 bytes or not
/// UTF-8, or a total with the fee above 2^64 − 1 units.
Outcome<TxFields> build_transfer(const Envelope& envelope, std::vector<Output> outputs,
                                 const BlockId& genesis);

/// `content`: empty, or the document whose hash is given. bad_payment: title too long or not UTF-8, content
/// above 65,536 bytes or of another hash.
Outcome<TxFields> build_document(const Envelope& envelope, Document document, const BlockId& genesis);

} // namespace cairn::wallet
