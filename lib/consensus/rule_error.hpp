// Rule violations as values: a code in the order of validation, and which transaction is to blame.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace cairn::consensus {

/// Hundreds tell the rule of CONSENSUS.md; within a rule, the order of checking. Codes are stable.
enum class RuleCode : std::uint16_t {
    // 1: sizes and form
    malformed = 100,
    block_too_large = 101,
    too_many_transactions = 102,
    // 2: place
    header_version = 200,
    condemned = 202, ///< it, or an ancestor, failed before
    height = 201,
    // 3: time
    time_not_after_parent = 300,
    // 4, 5: work
    target = 400,
    work_missing = 500,
    // 6: what the header says of the body
    tx_count = 600,
    tx_root = 601,
    duplicate_transaction = 602,
    // 7: each transaction by itself
    tx_version = 700,
    tx_chain = 701,
    tx_type = 702,
    tx_expired = 703,
    tx_body = 704,
    tx_amount = 705, ///< an amount or fee, or their sum, above the maximum supply
    // 8: signatures
    signature = 800,
    // 9: each transaction against the state
    unknown_sender = 900,
    nonce = 901,
    insufficient_funds = 902,
    new_account_too_small = 903,
    // 10 … 12: the whole
    producer_credit = 1000,
    state_root = 1100,
    history_root = 1101,
    supply = 1200,
};

struct RuleError {
    RuleCode code{};
    std::uint32_t index = 0; ///< of the transaction in its block; 0 for errors of the block

    unsigned rule() const { return static_cast<unsigned>(code) / 100; }
    /// By rule, then transaction, then code within the rule: the least is the one that is reported.
    friend std::strong_ordering operator<=>(const RuleError& a, const RuleError& b) {
        if (const auto c = a.rule() <=> b.rule(); c != 0) return c;
        if (const auto c = a.index <=> b.index; c != 0) return c;
        return a.code <=> b.code;
    }
    friend bool operator==(const RuleError&, const RuleError&) = default;
};

/// snake_case, stable: "insufficient_funds".
const char* name_of(RuleCode code);
/// A clause for people: "the balance does not cover the amounts and the fee".
const char* describe(RuleCode code);
/// A block that fails thus is condemned with its descendants; a failure of 1 or 6 speaks of this copy alone.
bool condemns(RuleCode code);

} // namespace cairn::consensus
