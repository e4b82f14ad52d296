// Conditions of `wait` and `assert`: FIELD OP VALUE, `synced`, `tx ID [CONFIRMATIONS]`.
#pragma once

#include <cli/answer.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace cairn::cli {

class Session;

struct Condition {
    enum class Field { height, peers, mempool, balance, confirmed, difficulty, synced, tx };
    enum class Op { equal, unequal, at_least, at_most, more, less };

    Field field = Field::synced;
    Op op = Op::equal;
    std::string value;               ///< as typed; of `tx` the id
    std::string wallet;              ///< of balance:NAME; empty: the current one
    std::uint64_t confirmations = 1; ///< of `tx`; 0: being known is enough
};

/// The words may stand apart or together (`height >= 3`, `height>=3`). Pure. Usage failures name the part.
Expected<Condition> parse_condition(const std::vector<std::string>& tokens, const std::string& ticker);

std::string to_text(const Condition& condition);

/// `a` OP `b`, of whole numbers in decimal without a sign, however long.
bool holds(Condition::Op op, const std::string& a, const std::string& b);

struct Judgement {
    bool holds = false;
    std::string actual; ///< what FIELD is now
};
/// Looks at the core. no_wallet (4), not_found (4) for a wallet that does not exist.
Expected<Judgement> judge(Session& session, const Condition& condition);

} // namespace cairn::cli
