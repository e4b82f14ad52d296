// balance: what a wallet or an address holds, now, at a height, and over time.
#include <base/utf8.hpp>
#include <cli/commands/commands.hpp>
#include <cli/commands/graph.hpp>
#include <cli/commands/history.hpp>
#include <cli/commands/support.hpp>
#include <wallet/wallet_directory.hpp>

#include <algorithm>
#include <set>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;

object balance_json(const Session& session, const Owner& owner, const Balance& balance) {
    return object{{"wallet", optional_text(owner.wallet)},     {"address", session.to_text(owner.primary())},
                  {"confirmed", to_text(balance.confirmed)},   {"pending", to_text_signed(balance.pending())},
                  {"available", to_text(balance.available())}, {"ticker", session.ticker()}};
}

Reply run_all(Session& session) {
    const auto names = session.wallets().names();
    array balances;
    Table table{{{"wallet"},
                 {"confirmed", Align::point},
                 {"pending", Align::point},
                 {"available", Align::point},
                 {"address", Align::left, Cut::middle}},
                {},
                "no wallets yet: `wallet new NAME` makes one"};
    std::set<crypto::Address> all; // of all wallets: the same words may be here under two names
    std::size_t told = 0;          // the addresses of each wallet, added up
    std::optional<Failure> unreadable;
    for (const auto& name : names) {
        const auto wallet = session.wallet(name);
        if (!wallet) { // one damaged file does not hide the others
            balances.push_back(object{{"wallet", name},
                                      {"address", nullptr},
                                      {"confirmed", nullptr},
                                      {"pending", nullptr},
                                      {"available", nullptr},
                                      {"ticker", session.ticker()},
                                      {"error", wallet.error().message}});
            table.rows.push_back({name, "", "", "", Cell{wallet.error().message, Tone::bad}});
            if (!unreadable) unreadable = wallet.error();
            continue;
        }
        const auto found = found_owner(session, **wallet);
        if (!found) return fail(found.error());
        const Owner& owner = *found;
        const auto balance =
            session.core().read([&](const net::Node& node) { return balance_of(node, owner.addresses); });
        balances.push_back(balance_json(session, owner, balance));
        table.rows.push_back({name, to_text(balance.confirmed), to_text_signed(balance.pending()),
                              Cell{to_text(balance.available()), Tone::strong},
                              session.to_text(owner.primary())});
        all.insert(owner.addresses.begin(), owner.addresses.end());
        told += owner.addresses.size();
    }
    const auto sum = session.core().read([&](const net::Node& node) {
        return balance_of(node, {all.begin(), all.end()});
    });
    Answer answer;
    answer.data = object{{"balances", std::move(balances)},
                         {"wallet", nullptr}, // of all together
                         {"address", nullptr},
                         {"confirmed", to_text(sum.confirmed)},
                         {"pending", to_text_signed(sum.pending())},
                         {"available", to_text(sum.available())},
                         {"ticker", session.ticker()}};
    answer.view.table(std::move(table));
    if (names.size() > 1) answer.view.line("together " + with_ticker(session, sum.confirmed));
    if (told > all.size())
        answer.remarks.emplace_back("Some addresses are in more than one wallet; together they count once.");
    if (unreadable) {
        answer.exit = unreadable->exit;
        answer.no_code = unreadable->code;
        answer.no_message = unreadable->message;
        answer.remarks.push_back("error: " + escape_for_display(unreadable->message) + "\n  " +
                                 usual_hint(*unreadable, "balance"));
    }
    return answer;
}

Reply run_at(Session& session, const Owner& owner, Height height) {
    struct At {
        std::optional<Amount> sum;
        Height tip;
    };
    const auto at = session.core().read([&](const net::Node& node) {
        At out{Amount{}, node.chain().height()};
        for (const auto& address : owner.addresses) {
            const auto one = node.chain().balance_at(address, height);
            out.sum = one && out.sum ? std::optional(*out.sum + *one) : std::nullopt;
        }
        return out;
    });
    if (!at.sum)
        return failure(Exit::not_found, "unknown_height",
                       "there is no block " + std::to_string(height.value) + " yet; the tip is at " +
                           std::to_string(at.tip.value));
    Answer answer;
    answer.data = balance_json(session, owner, Balance{*at.sum, {}, {}});
    answer.data["height"] = height.value;
    answer.view.line(with_ticker(session, *at.sum) + " at height " + std::to_string(height.value));
    return answer;
}

/// Balances after each confirmed entry, oldest first.
void add_graph(Session& session, const Owner& owner, Answer& answer) {
    HistoryQuery query;
    query.limit = 10'000;
    query.confirmed_only = true;
    query.whole = true;
    auto lines = history_of(session, owner, query).lines;
    std::reverse(lines.begin(), lines.end());
    std::vector<GraphPoint> points;
    array json;
    for (const auto& line : lines) {
        points.push_back({line.time, line.balance});
        json.push_back(object{{"time", to_rfc3339(line.time)}, {"balance", to_text(line.balance)}});
    }
    answer.data["points"] = std::move(json);
    answer.view.blank();
    for (auto& line : graph_lines(points, session.now(), session.ticker(), picture_room(session).columns))
        answer.view.line(std::move(line));
}

Reply run_balance(Session& session, const Args& args) {
    if (args.has("--all")) {
        if (args.has("wallet") || args.has("--at") || args.has("--graph"))
            return failure(Exit::usage, "bad_argument", "--all stands alone");
        return run_all(session);
    }
    if (args.has("--at") && args.has("--graph"))
        return failure(Exit::usage, "conflicting_options", "--at and --graph exclude each other",
                       "`balance --graph` shows every height, `balance --at HEIGHT` one");
    const auto owner = resolve_owner(session, args.text_or("wallet", ""));
    if (!owner) return fail(owner.error());
    if (args.has("--at"))
        return run_at(session, *owner, Height{static_cast<std::uint32_t>(args.number("--at"))});
    const auto balance =
        session.core().read([&](const net::Node& node) { return balance_of(node, owner->addresses); });
    Answer answer;
    answer.data = balance_json(session, *owner, balance);
    answer.view.fields({{owner->wallet.empty() ? "address" : "wallet",
                         owner->wallet.empty() ? session.to_text(owner->primary()) : owner->wallet},
                        {"confirmed", with_ticker(session, balance.confirmed)},
                        {"pending", to_text_signed(balance.pending()) + " " + session.ticker()},
                        {"available", Cell{with_ticker(session, balance.available()), Tone::strong}}});
    if (args.has("--graph")) add_graph(session, *owner, answer);
    return answer;
}

} // namespace

void add_balance_commands(CommandTree& tree) {
    tree.add({.path = "balance",
              .summary = "what a wallet or an address holds",
              .positionals = {{"wallet", Kind::recipient, "a wallet, contact or address (the current wallet)",
                               false}},
              .options = {flag("--all", "every wallet here"),
                          option("--at", "HEIGHT", Kind::height, "as of this block"),
                          flag("--graph", "over time")},
              .run = run_balance,
              .details =
                  "confirmed: in blocks. pending: the net of what waits for a block. available: confirmed, "
                  "less own payments that wait and their fees.",
              .examples = {"balance", "balance bob --at 1000", "balance --graph"}});
}

} // namespace cairn::cli
