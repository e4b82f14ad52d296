// What `send --file --dry-run` shows: every row with what is wrong with it, and the sums against the balance.
#pragma once

#include <cli/commands/payment_file.hpp>

namespace cairn::cli {

struct DryRun {
    std::vector<CheckedRow> rows;
    Amount total;                       ///< of the rows that are in order
    Amount fee;                         ///< of their transfers
    Amount available;                   ///< of who pays
    std::optional<Failure> faults{};    ///< of rows
    std::optional<Failure> shortfall{}; ///< of the balance
    Amount needed() const { return checked_add(total, fee).value_or(Amount::from_units(UINT64_MAX)); }
    Amount missing() const { return checked_sub(needed(), available).value_or(Amount{}); }
};

/// Puts the rows in front of the answer's data and its view, the sums behind, and the verdict on both.
void add_rows(const Session& session, const DryRun& run, Answer& answer);

} // namespace cairn::cli
