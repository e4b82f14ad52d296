#include <consensus/rule_error.hpp>

#include <algorithm>
#include <iterator>

namespace cairn::consensus {
namespace {

struct Texts {
    RuleCode code;
    const char* name;
    const char* clause;
};

constexpr Texts texts[] = {
    {RuleCode::malformed, "malformed", "the bytes are not in the one form that is allowed"},
    {RuleCode::block_too_large, "block_too_large", "the block is larger than the network allows"},
    {RuleCode::too_many_transactions, "too_many_transactions",
     "the block holds more transactions than the network allows"},
    {RuleCode::header_version, "header_version", "the header's version is unknown"},
    {RuleCode::condemned, "condemned", "the block, or one below it, has failed before"},
    {RuleCode::height, "height", "the height is not its parent's plus one"},
    {RuleCode::time_not_after_parent, "time_not_after_parent", "the time is not after its parent's"},
    {RuleCode::target, "target", "the target is not the one that the difficulty rule gives"},
    {RuleCode::work_missing, "work_missing", "the id is above the target"},
    {RuleCode::tx_count, "tx_count", "the header tells another number of transactions"},
    {RuleCode::tx_root, "tx_root", "the header commits to other transactions"},
    {RuleCode::duplicate_transaction, "duplicate_transaction", "the transaction is in the block already"},
    {RuleCode::tx_version, "tx_version", "the transaction's version is unknown"},
    {RuleCode::tx_chain, "tx_chain", "the transaction is of another chain"},
    {RuleCode::tx_type, "tx_type", "the transaction's type is unknown"},
    {RuleCode::tx_expired, "tx_expired", "the transaction has expired"},
    {RuleCode::tx_body, "tx_body", "the transaction's body is not well-formed"},
    {RuleCode::tx_amount, "tx_amount", "the amounts and the fee exceed all coins there can be"},
    {RuleCode::signature, "signature", "the signature does not hold"},
    {RuleCode::unknown_sender, "unknown_sender", "the sender has never received anything"},
    {RuleCode::nonce, "nonce", "the nonce is not the sender's next one"},
    {RuleCode::insufficient_funds, "insufficient_funds",
     "the balance does not cover the amounts and the fee"},
    {RuleCode::new_account_too_small, "new_account_too_small",
     "an amount is too small to open its recipient's account"},
    {RuleCode::producer_credit, "producer_credit", "the producer is not credited subsidy and fees"},
    {RuleCode::state_root, "state_root", "the header commits to other balances"},
    {RuleCode::history_root, "history_root", "the header commits to other earlier blocks"},
    {RuleCode::supply, "supply", "the balances do not sum to what was issued"},
};

const Texts& texts_of(RuleCode code) {
    static constexpr Texts unknown{RuleCode{}, "unknown", "an unknown rule is broken"};
    const auto* found =
        std::find_if(std::begin(texts), std::end(texts), [&](const Texts& one) { return one.code == code; });
    return found == std::end(texts) ? unknown : *found;
}

} // namespace

const char* name_of(RuleCode code) { return texts_of(code).name; }

const char* describe(RuleCode code) { return texts_of(code).clause; }

bool condemns(RuleCode code) {
    const unsigned rule = RuleError{code}.rule();
    return rule != 1 && rule != 6;
}

} // namespace cairn::consensus
