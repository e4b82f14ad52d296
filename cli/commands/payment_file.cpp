#include <base/utf8.hpp>
#include <cli/commands/csv.hpp>
#include <cli/commands/files.hpp>
#include <cli/commands/payment_file.hpp>
#include <cli/commands/submission.hpp>

#include <algorithm>
#include <utility>

namespace cairn::cli {
namespace {

constexpr std::size_t longest_file = 64u << 20;
constexpr std::size_t most_rows = 100'000;

bool is_heading(const CsvRow& row) {
    return row.fields.size() >= 2 && row.fields[0] == "to" && row.fields[1] == "amount";
}

/// All that is wrong with the row, not the first of it alone.
Result<PaymentRow, std::vector<Failure>> read_row(Session& session, const CsvRow& row) {
    if (row.fields.size() < 2 || row.fields.size() > 3)
        return fail(std::vector{
            Failure{"bad_argument", Exit::usage, "row: 2 or 3 fields are expected: to,amount,memo", {}}});
    std::vector<Failure> faults;
    auto recipient = resolve_recipient(session, "to", row.fields[0]);
    if (!recipient) faults.push_back(std::move(recipient.error()));
    auto amount = read_value(Kind::amount, "amount", row.fields[1], {}, argument_context(session));
    if (!amount) faults.push_back(std::move(amount.error()));
    std::string memo = row.fields.size() == 3 ? row.fields[2] : recipient ? recipient->memo : std::string();
    if (auto fits = check_text("memo", memo); !fits) faults.push_back(std::move(fits.error()));
    if (!faults.empty()) return fail(std::move(faults));
    return PaymentRow{row.line, std::move(*recipient), std::get<Amount>(*amount), std::move(memo)};
}

struct RowFault {
    std::size_t row = 0; ///< among the payments, from 1
    std::size_t line = 0;
    Failure failure;
};

/// One fault in the message itself; several below it, a line each.
Failure summed_up(const std::string& path, const std::vector<RowFault>& faults, std::size_t shown) {
    Failure out = faults.front().failure;
    boost::json::array rows;
    std::size_t at_fault = 0, last = 0;
    for (const auto& [row, line, fault] : faults) {
        rows.push_back(boost::json::object{
            {"row", row}, {"line", line}, {"code", fault.code}, {"message", fault.message}});
        if (rows.size() <= shown)
            out.details.push_back("line " + std::to_string(line) + ": " + fault.message);
        if (row != std::exchange(last, row)) ++at_fault;
    }
    if (faults.size() == 1) {
        out.message = path + ": " + out.details.front();
        out.details.clear();
    } else {
        out.message = path + ": " + counted(at_fault, "row") + (at_fault == 1 ? " is" : " are") + " at fault";
    }
    if (faults.size() > shown)
        out.details.push_back("and " + std::to_string(faults.size() - shown) + " more");
    out.hint = "nothing was sent";
    if (faults.size() > shown) out.hint += "; with --dry-run all of them are listed";
    out.extra["rows"] = std::move(rows);
    return out;
}

/// The first line that is not UTF-8; nullopt where all are.
std::optional<std::size_t> first_line_of_no_text(std::string_view text) {
    if (is_utf8(text)) return std::nullopt;
    std::size_t line = 1;
    for (std::size_t at = 0; at < text.size(); ++line) { // a line feed is part of no other character
        const auto end = std::min(text.find('\n', at), text.size());
        if (!is_utf8(text.substr(at, end - at))) break;
        at = end + 1;
    }
    return line;
}

} // namespace

Expected<std::vector<PaymentRow>> read_payment_file(Session& session, const std::string& path,
                                                    std::size_t shown_faults) {
    const auto text = read_whole(path, longest_file);
    if (!text) return fail(text.error());
    if (const auto line = first_line_of_no_text(*text))
        return failure(Exit::usage, "not_text",
                       path + ": line " + std::to_string(*line) + ": it is not UTF-8 text",
                       "nothing was sent; save the file as UTF-8");
    auto rows = parse_csv(*text);
    if (!rows)
        return failure(Exit::usage, "bad_file",
                       path + ": line " + std::to_string(rows.error().line) + ": " + rows.error().why);
    if (!rows->empty() && is_heading(rows->front())) rows->erase(rows->begin());
    if (rows->empty()) return failure(Exit::usage, "bad_file", path + ": there is no payment in it");
    if (rows->size() > most_rows)
        return failure(Exit::usage, "bad_file",
                       path + ": more than " + std::to_string(most_rows) + " payments");
    std::vector<PaymentRow> payments;
    std::vector<RowFault> faults;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        const auto& row = (*rows)[i];
        auto payment = read_row(session, row);
        if (payment)
            payments.push_back(std::move(*payment));
        else
            for (auto& fault : payment.error()) faults.push_back({i + 1, row.line, std::move(fault)});
    }
    if (!faults.empty()) return fail(summed_up(path, faults, shown_faults));
    return payments;
}

} // namespace cairn::cli
