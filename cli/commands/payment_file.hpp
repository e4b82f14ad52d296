// A file of payments: rows `to,amount,memo`. All rows are checked, and all that is wrong with each is kept.
#pragma once

#include <cli/commands/support.hpp>

namespace cairn::cli {

struct PaymentRow {
    std::size_t line = 0;
    Recipient recipient;
    Amount amount;
    std::string memo;
};

/// A row as it stands in the file, and what it means or all that is wrong with it.
struct CheckedRow {
    std::size_t line = 0;
    std::vector<std::string> fields;
    std::optional<PaymentRow> payment{}; ///< where nothing is wrong
    std::vector<Failure> faults{};
    /// The field, for people: empty where the row is too short.
    std::string field(std::size_t at) const { return at < fields.size() ? fields[at] : std::string(); }
};

/// At least one row, at most 100,000. A first row `to,amount,memo` is a heading. Bytes that are not UTF-8 are
/// not_text (2).
Expected<std::vector<CheckedRow>> read_payment_file(Session& session, const std::string& path);

/// All that is wrong with all rows, `shown` of it in its details, with the exit code of the first fault;
/// nullopt where nothing is.
std::optional<Failure> faults_of(const std::string& path, const std::vector<CheckedRow>& rows,
                                 std::size_t shown);

} // namespace cairn::cli
