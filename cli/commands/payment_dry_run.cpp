#include <cli/commands/payment_dry_run.hpp>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;

/// What the row says, as it is understood where it is.
struct RowWords {
    std::string to; ///< the name or address
    std::string amount;
    std::string memo;
    std::string address; ///< where it is known and `to` is not it
    std::string status = "ok";
};

RowWords words_of(const Session& session, const CheckedRow& row) {
    RowWords words{row.field(0), row.field(1), row.field(2), {}};
    if (row.payment) {
        const auto address = session.to_text(row.payment->recipient.address);
        const auto& name = row.payment->recipient.name;
        words = {name.empty() ? address : name, to_text(row.payment->amount), row.payment->memo,
                 name.empty() ? std::string() : address};
        return words;
    }
    words.status.clear();
    for (const auto& fault : row.faults) words.status += (words.status.empty() ? "" : "; ") + fault.message;
    return words;
}

object row_json(const Session& session, const CheckedRow& row) {
    array errors;
    for (const auto& fault : row.faults)
        errors.push_back(object{{"code", fault.code}, {"message", fault.message}});
    const auto words = words_of(session, row);
    return object{{"line", row.line},
                  {"to", words.address.empty() ? words.to : words.address},
                  {"amount", words.amount},
                  {"memo", words.memo},
                  {"status", row.faults.empty() ? "ok" : "error"},
                  {"errors", std::move(errors)}};
}

/// One line of CSV: of a row, or of a sum below the rows.
object record(const boost::json::value& line, const RowWords& words) {
    return object{{"line", line},       {"to", words.to},           {"amount", words.amount},
                  {"memo", words.memo}, {"address", words.address}, {"status", words.status}};
}

std::vector<std::pair<std::string, Amount>> sums_of(const DryRun& run) {
    return {{"total", run.total},
            {"fees", run.fee},
            {"needed", run.needed()},
            {"available", run.available},
            {"missing", run.missing()}};
}

} // namespace

void add_rows(const Session& session, const DryRun& run, Answer& answer) {
    object data;
    array rows;
    Table table{{{"line", Align::right},
                 {"to", Align::left, Cut::middle},
                 {"amount", Align::point},
                 {"memo"},
                 {"address", Align::left, Cut::middle},
                 {"status", Align::left, Cut::wrap}},
                {},
                ""};
    for (const auto& row : run.rows) {
        const auto words = words_of(session, row);
        rows.push_back(row_json(session, row));
        answer.records.push_back(record(row.line, words));
        table.rows.push_back({std::to_string(row.line), words.to, words.amount, words.memo, words.address,
                              Cell{words.status, row.faults.empty() ? Tone::good : Tone::bad}});
    }
    data["rows"] = std::move(rows);
    for (auto& [key, value] : answer.data) data[key] = std::move(value);
    for (const auto& [name, sum] : sums_of(run)) {
        data[name == "fees" ? "total_fee" : name] = to_text(sum);
        answer.records.push_back(record(nullptr, {name, to_text(sum), {}, {}, {}}));
    }
    answer.data = std::move(data);

    View view;
    view.table(std::move(table)).blank();
    std::vector<std::pair<std::string, Cell>> sums;
    for (const auto& [name, sum] : sums_of(run))
        if (name != "missing" || !sum.is_zero())
            sums.emplace_back(name,
                              Cell{with_ticker(session, sum), name == "missing" ? Tone::bad : Tone::plain});
    view.fields(std::move(sums));
    for (const auto& section : answer.view.sections()) view.line(section.line);
    for (const auto* why : {&run.faults, &run.shortfall}) {
        if (!*why) continue;
        view.line({(*why)->message, Tone::bad});
        if (answer.exit != Exit::ok) continue;
        answer.exit = (*why)->exit;
        answer.no_code = (*why)->code;
        answer.no_message = (*why)->message;
    }
    answer.view = std::move(view);
}

} // namespace cairn::cli
