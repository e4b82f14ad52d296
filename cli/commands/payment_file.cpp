#include <cli/commands/csv.hpp>
#include <cli/commands/files.hpp>
#include <cli/commands/payment_file.hpp>
#include <cli/commands/submission.hpp>

namespace cairn::cli {
namespace {

constexpr std::size_t longest_file = 64u << 20;
constexpr std::size_t most_rows = 100'000;
constexpr std::size_t shown_faults = 20;

bool is_heading(const CsvRow& row) {
    return row.fields.size() >= 2 && row.fields[0] == "to" && row.fields[1] == "amount";
}

Expected<PaymentRow> read_row(Session& session, const CsvRow& row) {
    if (row.fields.size() < 2 || row.fields.size() > 3)
        return bad_argument("row", "2 or 3 fields are expected: to,amount,memo");
    auto recipient = resolve_recipient(session, "to", row.fields[0]);
    if (!recipient) return fail(std::move(recipient.error()));
    auto amount = read_value(Kind::amount, "amount", row.fields[1], {}, argument_context(session));
    if (!amount) return fail(std::move(amount.error()));
    std::string memo = row.fields.size() == 3 ? row.fields[2] : recipient->memo;
    if (auto fits = check_text("memo", memo); !fits) return fail(std::move(fits.error()));
    return PaymentRow{row.line, std::move(*recipient), std::get<Amount>(*amount), std::move(memo)};
}

Failure summed_up(const std::string& path, const std::vector<std::pair<std::size_t, Failure>>& faults) {
    Failure out = faults.front().second;
    boost::json::array rows;
    out.message = path + ": ";
    if (faults.size() > 1) out.message += std::to_string(faults.size()) + " rows are at fault: ";
    for (std::size_t i = 0; i < faults.size(); ++i) {
        const auto& [line, fault] = faults[i];
        rows.push_back(boost::json::object{{"line", line}, {"code", fault.code}, {"message", fault.message}});
        if (i < shown_faults)
            out.message += (i == 0 ? "" : "; ") + ("line " + std::to_string(line)) + ": " + fault.message;
    }
    if (faults.size() > shown_faults) out.message += "; …";
    out.hint = "nothing was sent";
    out.extra["rows"] = std::move(rows);
    return out;
}

} // namespace

Expected<std::vector<PaymentRow>> read_payment_file(Session& session, const std::string& path) {
    const auto text = read_whole(path, longest_file);
    if (!text) return fail(text.error());
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
    std::vector<std::pair<std::size_t, Failure>> faults;
    for (const auto& row : *rows) {
        auto payment = read_row(session, row);
        if (payment)
            payments.push_back(std::move(*payment));
        else
            faults.emplace_back(row.line, std::move(payment.error()));
    }
    if (!faults.empty()) return fail(summed_up(path, faults));
    return payments;
}

} // namespace cairn::cli
