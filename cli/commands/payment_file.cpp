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
CheckedRow read_row(Session& session, const CsvRow& row) {
    CheckedRow out{row.line, row.fields};
    if (row.fields.size() < 2 || row.fields.size() > 3) {
        out.faults.push_back(
            {"bad_argument", Exit::usage, "row: 2 or 3 fields are expected: to,amount,memo", {}});
        return out;
    }
    auto recipient = resolve_recipient(session, "to", row.fields[0]);
    if (!recipient) out.faults.push_back(std::move(recipient.error()));
    auto amount = read_value(Kind::amount, "amount", row.fields[1], {}, argument_context(session));
    if (!amount) out.faults.push_back(std::move(amount.error()));
    std::string memo = row.fields.size() == 3 ? row.fields[2] : recipient ? recipient->memo : std::string();
    if (auto fits = check_text("memo", memo); !fits) out.faults.push_back(std::move(fits.error()));
    if (out.faults.empty())
        out.payment = PaymentRow{row.line, std::move(*recipient), std::get<Amount>(*amount), std::move(memo)};
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

Expected<std::vector<CheckedRow>> read_payment_file(Session& session, const std::string& path) {
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
    std::vector<CheckedRow> checked;
    checked.reserve(rows->size());
    for (const auto& row : *rows) checked.push_back(read_row(session, row));
    return checked;
}

/// One fault in the message itself; several below it, a line each.
std::optional<Failure> faults_of(const std::string& path, const std::vector<CheckedRow>& rows,
                                 std::size_t shown) {
    std::optional<Failure> out;
    boost::json::array faults;
    std::size_t at_fault = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!rows[i].faults.empty()) ++at_fault;
        for (const auto& fault : rows[i].faults) {
            if (!out) out = fault;
            faults.push_back(boost::json::object{
                {"row", i + 1}, {"line", rows[i].line}, {"code", fault.code}, {"message", fault.message}});
            if (faults.size() <= shown)
                out->details.push_back("line " + std::to_string(rows[i].line) + ": " + fault.message);
        }
    }
    if (!out) return out;
    if (faults.size() == 1 && shown > 0) {
        out->message = path + ": " + out->details.front();
        out->details.clear();
    } else {
        out->message =
            path + ": " + counted(at_fault, "row") + (at_fault == 1 ? " is" : " are") + " at fault";
    }
    if (shown > 0 && faults.size() > shown)
        out->details.push_back("and " + std::to_string(faults.size() - shown) + " more");
    out->hint = "nothing was sent; with --dry-run every row is listed";
    out->extra["rows"] = std::move(faults);
    return out;
}

} // namespace cairn::cli
