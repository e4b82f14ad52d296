// history: what a wallet or an address received, sent and mined.
#include <cli/commands/commands.hpp>
#include <cli/commands/files.hpp>
#include <cli/commands/history.hpp>
#include <cli/output/plain_text.hpp>

#include <set>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr std::uint32_t most_entries = 1'000'000;

object line_json(const Session& session, const Names& names, const HistoryLine& line) {
    return object{
        {"time", to_rfc3339(line.time)},
        {"height", line.height ? value(line.height->value) : value(nullptr)},
        {"txid", line.txid ? value(line.txid->hex()) : value(nullptr)},
        {"direction", line.direction},
        {"counterparty", line.counterparty ? value(session.to_text(*line.counterparty)) : value(nullptr)},
        {"name", line.counterparty ? optional_text(names.find(*line.counterparty)) : value(nullptr)},
        {"amount", to_text(line.amount)},
        {"fee", to_text(line.fee)},
        {"memo", line.memo},
        {"balance", to_text(line.balance)},
        {"status", line.height ? "confirmed" : "pending"}};
}

std::string signed_amount(const HistoryLine& line) {
    if (line.direction == "sent") return "-" + to_text(line.amount);
    if (line.direction == "document") return "-";
    if (line.direction == "self") return to_text(line.amount);
    return "+" + to_text(line.amount);
}

/// So many digits that no two ids begin alike: at least 8.
std::size_t telling_digits(const std::vector<HistoryLine>& lines) {
    std::set<std::string> ids;
    for (const auto& line : lines)
        if (line.txid) ids.insert(line.txid->hex());
    std::size_t digits = 8;
    const std::string* before = nullptr;
    for (const auto& id : ids) {
        while (before != nullptr && before->compare(0, digits, id, 0, digits) == 0) ++digits;
        before = &id;
    }
    return digits;
}

std::vector<Cell> row_of(const Names& names, const HistoryLine& line, std::size_t digits) {
    const std::string who = line.counterparty ? names.show(*line.counterparty) : "-";
    const Tone tone = line.direction == "sent"   ? Tone::bad
                      : line.direction == "self" ? Tone::plain
                                                 : Tone::good;
    return {to_rfc3339(line.time).substr(0, 16),
            line.height ? Cell{std::to_string(line.height->value)} : Cell{"pending", Tone::warn},
            line.direction,
            who,
            Cell{signed_amount(line), tone},
            line.fee.is_zero() ? "" : to_text(line.fee),
            to_text(line.balance),
            line.txid ? Cell{line.txid->hex().substr(0, digits), Tone::dim} : Cell{},
            line.memo};
}

/// The columns are the fields of an entry, in their order.
Expected<void> write_csv(const Session& session, const Names& names, const std::string& path,
                         const std::vector<HistoryLine>& lines) {
    auto file = OutputFile::create(path);
    if (!file) return fail(std::move(file.error()));
    std::string text = csv_row({"time", "height", "txid", "direction", "counterparty", "name", "amount",
                                "fee", "memo", "balance", "status"}) +
                       "\r\n";
    for (const auto& line : lines) {
        text += csv_row({to_rfc3339(line.time), line.height ? std::to_string(line.height->value) : "",
                         line.txid ? line.txid->hex() : "", line.direction,
                         line.counterparty ? session.to_text(*line.counterparty) : "",
                         line.counterparty ? names.find(*line.counterparty) : "", to_text(line.amount),
                         to_text(line.fee), line.memo, to_text(line.balance),
                         line.height ? "confirmed" : "pending"}) +
                "\r\n";
    }
    if (auto written = file->write(as_bytes(text)); !written) return written;
    return file->commit();
}

std::string left_out(std::uint32_t limit) {
    return "the newest " + std::to_string(limit) + "; `history --limit N` shows more";
}

Reply run_history(Session& session, const Args& args) {
    const auto owner = resolve_owner(session, args.text_or("wallet", ""));
    if (!owner) return fail(owner.error());
    const auto names = Names::of(session);
    if (!names) return fail(names.error());
    HistoryQuery query;
    query.confirmed_only = args.has("--confirmed");
    if (args.has("--since")) {
        const auto since = since_of(session, args.text("--since"));
        if (!since) return fail(since.error());
        query.since = *since;
    }
    const std::uint64_t standard = args.has("--csv") ? most_entries : 50;
    query.limit = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(args.number_or("--limit", standard), most_entries));
    const auto [lines, more] = history_of(session, *owner, query);

    Answer answer;
    array entries;
    Table table{{{"time (UTC)", Align::left, Cut::never},
                 {"block", Align::right},
                 {"what", Align::left, Cut::never},
                 {"with", Align::left, Cut::middle},
                 {"amount", Align::point},
                 {"fee", Align::point},
                 {"balance", Align::point},
                 {"id", Align::left, Cut::never},
                 {"memo"}},
                {},
                "nothing yet"};
    const std::size_t digits = telling_digits(lines);
    for (const auto& line : lines) {
        entries.push_back(line_json(session, *names, line));
        table.rows.push_back(row_of(*names, line, digits));
    }
    answer.data = object{{"entries", std::move(entries)}, // first: in CSV they are the rows
                         {"wallet", optional_text(owner->wallet)},
                         {"address", session.to_text(owner->primary())}};
    if (args.has("--csv")) {
        if (auto written = write_csv(session, *names, args.text("--csv"), lines); !written)
            return fail(std::move(written.error()));
        answer.data["file"] = args.text("--csv");
        answer.view.line("Wrote " + std::to_string(lines.size()) + " entries to " + args.text("--csv") + ".");
        if (more) answer.view.line({left_out(query.limit), Tone::dim});
        return answer;
    }
    answer.view.table(std::move(table));
    if (more) answer.view.line({left_out(query.limit), Tone::dim});
    return answer;
}

} // namespace

void add_history_commands(CommandTree& tree) {
    tree.add({.path = "history",
              .summary = "what was received, sent and mined, newest first",
              .positionals = {{"wallet", Kind::recipient, "a wallet, contact or address (the current wallet)",
                               false}},
              .options = {flag("--confirmed", "leave out what waits for a block"),
                          option("--since", "D", Kind::text, "a date, or a span such as 2h"),
                          option("--limit", "N", Kind::count, "at most so many (50)"),
                          option("--csv", "F", Kind::out_file, "write all of it to a new file")},
              .run = run_history,
              .details =
                  "A payment to several is an entry a recipient: the first bears the fee, and what went to "
                  "an address "
                  "of one's own is `self`.",
              .examples = {"history --limit 10", "history bob --since 2026-11-01", "history --since 2h",
                           "history --csv november.csv"}});
}

} // namespace cairn::cli
