#include "catch.hpp"
#include <consensus/rules.hpp>

#include <set>
#include <string>

using namespace cairn::consensus;

namespace {

constexpr RuleCode all_codes[] = {RuleCode::malformed,
                                  RuleCode::block_too_large,
                                  RuleCode::too_many_transactions,
                                  RuleCode::header_version,
                                  RuleCode::height,
                                  RuleCode::time_not_after_parent,
                                  RuleCode::target,
                                  RuleCode::work_missing,
                                  RuleCode::tx_count,
                                  RuleCode::tx_root,
                                  RuleCode::duplicate_transaction,
                                  RuleCode::tx_version,
                                  RuleCode::tx_chain,
                                  RuleCode::tx_type,
                                  RuleCode::tx_expired,
                                  RuleCode::tx_body,
                                  RuleCode::tx_amount,
                                  RuleCode::signature,
                                  RuleCode::unknown_sender,
                                  RuleCode::nonce,
                                  RuleCode::insufficient_funds,
                                  RuleCode::new_account_too_small,
                                  RuleCode::producer_credit,
                                  RuleCode::state_root,
                                  RuleCode::history_root,
                                  RuleCode::supply,
                                  RuleCode::condemned};

} // namespace

TEST_CASE("every code has a name and a clause of its own", "[consensus]") {
    std::set<std::string> names;
    std::set<std::string> clauses;
    for (const RuleCode code : all_codes) {
        names.insert(name_of(code));
        clauses.insert(describe(code));
    }
    CHECK(names.size() == std::size(all_codes));
    CHECK(clauses.size() == std::size(all_codes));
    CHECK_FALSE(names.contains("unknown"));
    CHECK(std::string(name_of(RuleCode::insufficient_funds)) == "insufficient_funds");
    CHECK(std::string(name_of(RuleCode{9999})) == "unknown");
}

TEST_CASE("only rules 1 and 6 speak of one copy of a block", "[consensus]") {
    for (const RuleCode code : all_codes) {
        const unsigned rule = RuleError{code}.rule();
        CHECK(rule >= 1);
        CHECK(rule <= 12);
        CHECK(condemns(code) == (rule != 1 && rule != 6));
    }
}

TEST_CASE("the least error is the least by rule, then by transaction", "[consensus]") {
    const RuleError late_form{RuleCode::tx_amount, 0};
    const RuleError early_chain{RuleCode::tx_chain, 1};
    const RuleError late_chain{RuleCode::tx_chain, 5};
    const RuleError signature{RuleCode::signature, 0};
    CHECK(late_form < early_chain); // the index counts before the code within a rule
    CHECK(early_chain < late_chain);
    CHECK(late_chain < signature);
    CHECK(RuleError{RuleCode::tx_chain, 2} < RuleError{RuleCode::tx_amount, 2});
    CHECK(least(signature, late_chain) == late_chain);
    CHECK(least(late_chain, signature) == late_chain);
    CHECK(least(std::nullopt, signature) == signature);
    CHECK(least(signature, std::nullopt) == signature);
    CHECK(least(std::nullopt, std::nullopt) == std::nullopt);
}
