// A file of payments: rows `to,amount,memo`. All rows are checked, and all that is wrong with them is said at
// once.
#pragma once

#include <cli/commands/support.hpp>

namespace cairn::cli {

struct PaymentRow {
    std::size_t line = 0;
    Recipient recipient;
    Amount amount;
    std::string memo;
};

/// At least one row, at most 100,000. A first row `to,amount,memo` is a heading. Bytes that are not UTF-8 are
/// not_text (2); another failure lists all that is wrong with all rows, `shown_faults` of it in its details,
/// and has the exit code of the first.
Expected<std::vector<PaymentRow>> read_payment_file(Session& session, const std::string& path,
                                                    std::size_t shown_faults);

} // namespace cairn::cli
