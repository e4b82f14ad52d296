// What refusals are called: by programs, and to people.
#include <chain/mempool.hpp>

namespace cairn::chain {

const char* name_of(RefusalCode code) {
    switch (code) {
    case RefusalCode::rule:
        return "rule";
    case RefusalCode::already_known:
        return "already_known";
    case RefusalCode::already_confirmed:
        return "already_confirmed";
    case RefusalCode::unknown_sender:
        return "unknown_sender";
    case RefusalCode::nonce_used:
        return "nonce_used";
    case RefusalCode::nonce_too_far:
        return "nonce_too_far";
    case RefusalCode::nonce_gap:
        return "nonce_gap";
    case RefusalCode::insufficient_funds:
        return "insufficient_funds";
    case RefusalCode::fee_too_low:
        return "fee_too_low";
    case RefusalCode::replacement_fee_too_low:
        return "replacement_fee_too_low";
    case RefusalCode::new_account_too_small:
        return "new_account_too_small";
    case RefusalCode::mempool_full:
        return "mempool_full";
    }
    return "unknown";
}

const char* describe(RefusalCode code) {
    switch (code) {
    case RefusalCode::rule:
        return "the transaction breaks a rule";
    case RefusalCode::already_known:
        return "the transaction is pending already";
    case RefusalCode::already_confirmed:
        return "the transaction is confirmed already";
    case RefusalCode::unknown_sender:
        return "the sender has no account: nothing was ever paid to it";
    case RefusalCode::nonce_used:
        return "the nonce was used by a confirmed transaction";
    case RefusalCode::nonce_too_far:
        return "too many transactions of the sender wait already";
    case RefusalCode::nonce_gap:
        return "earlier transactions of the sender are missing";
    case RefusalCode::insufficient_funds:
        return "the balance does not cover this and all that is pending of the sender";
    case RefusalCode::fee_too_low:
        return "the fee is below the least";
    case RefusalCode::replacement_fee_too_low:
        return "the fee is too low to replace the pending transaction with the same nonce";
    case RefusalCode::new_account_too_small:
        return "the amount is too small to open a new account";
    case RefusalCode::mempool_full:
        return "the mempool is full of transactions that pay more";
    }
    return "unknown";
}

} // namespace cairn::chain
