// events: what happened to the chain, and what happens.
#include <base/utf8.hpp>
#include <cli/commands/commands.hpp>
#include <cli/commands/own_payments.hpp>
#include <cli/commands/support.hpp>
#include <cli/launch/options.hpp>
#include <cli/output/event_record.hpp>
#include <cli/output/json_text.hpp>
#include <cli/output/streams.hpp>
#include <wallet/wallet_directory.hpp>

#include <algorithm>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;

/// Events that the stored chain tells of, newest first: its blocks, and where it was reorganised.
struct Past {
    std::vector<chain::BlockInfo> blocks;
    std::vector<chain::ReorganisationRecord> reorganisations;
    std::vector<OwnPayment> payments; ///< of the wallets here: those in these blocks, and those that wait
};

Past past_of(const net::Node& node, Time since, std::uint64_t limit) {
    Past past;
    for (std::uint64_t height = node.chain().height().value; height > 0 && past.blocks.size() < limit;
         --height) {
        const auto info = node.chain().at(Height{static_cast<std::uint32_t>(height)});
        if (!info || info->header().time < since) break;
        past.blocks.push_back(*info);
    }
    for (const auto& each : node.chain().reorganisations())
        if (each.time >= since) past.reorganisations.push_back(each);
    return past;
}

void add_payments(Session& session, Time since, std::uint64_t limit, Past& past) {
    HistoryQuery query;
    query.since = since;
    query.limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(limit, 1'000'000));
    query.whole = true;
    for (const auto& name : session.wallets().names()) {
        const auto wallet = session.wallet(name);
        if (!wallet) continue;
        auto lines = history_of(session, owner_of(**wallet), query).lines;
        std::reverse(lines.begin(), lines.end());
        for (auto& line : lines) {
            if (!line.txid) continue;
            const bool received = line.direction == "received";
            const auto what = line.height ? OwnPayment::What::confirmed
                              : received  ? OwnPayment::What::received
                                          : OwnPayment::What::sent;
            past.payments.push_back({what, name, std::move(line)});
        }
    }
}

struct Shown {
    Time time;
    object json;
    std::string text;
    bool waits = false; ///< for a block: its time is the sender's, and tells nothing of the order
};

/// As the records of --events, with the time of the block.
std::vector<Shown> shown_of(const Session& session, Past past, std::uint64_t limit) {
    std::vector<Shown> all;
    std::reverse(past.blocks.begin(), past.blocks.end()); // of the same time
    for (const auto& block : past.blocks)
        all.push_back({block.header().time,
                       object{{"event", "block"},
                              {"time", to_rfc3339(block.header().time)},
                              {"height", block.height().value},
                              {"id", block.id.hex()},
                              {"txs", block.header().tx_count}},
                       "block " + std::to_string(block.height().value) + "  " + shorten(block.id.hex()) +
                           "  " + counted(block.header().tx_count, "transaction")});
    for (const auto& each : past.reorganisations)
        all.push_back({each.time,
                       object{{"event", "reorganisation"},
                              {"time", to_rfc3339(each.time)},
                              {"depth", each.depth},
                              {"from", each.from.hex()},
                              {"to", each.to.hex()}},
                       "reorganisation  " + counted(each.depth, "block") + " taken back, from " +
                           shorten(each.from.hex()) + " to " + shorten(each.to.hex())});
    for (const auto& each : past.payments) {
        auto record = payment_record(each, session.prefix());
        record.erase("v");
        const auto& who = record.at("counterparty");
        std::string text = (each.line.height ? "confirmed  " : "waiting  ") + each.line.direction + " " +
                           with_ticker(session, each.line.amount);
        if (who.is_string())
            text += (each.line.direction == "received" ? " from " : " to ") + std::string(who.as_string());
        all.push_back({each.line.time, std::move(record),
                       "payment  " + text + "  " + shorten(each.line.txid->hex()), !each.line.height});
    }
    std::stable_sort(all.begin(), all.end(), [](const Shown& a, const Shown& b) {
        return std::pair(a.waits, a.time) < std::pair(b.waits, b.time);
    });
    if (all.size() > limit) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(limit));
    return all;
}

bool wants_json(const Session& session, const Args& args) {
    const bool on_line = args.has("--json") || args.text_or("--output", "") == "json";
    return on_line || session.launch().output == OutputMode::json || session.launch().events;
}

/// One line an event, as it comes, until Ctrl-C or the run's time limit.
Failure follow(Session& session, bool json) {
    session.set_event_tap([&session, json](const object& record) {
        if (session.launch().events) return; // printed already
        std::string line;
        if (json) {
            append_json(line, record);
        } else {
            for (const auto& [key, value] : record) {
                if (key == "v" || value.is_null() || value == "") continue;
                line += line.empty() ? "" : "  ";
                if (value.is_string())
                    line += escape_for_display(std::string(value.as_string()));
                else
                    append_json(line, value);
            }
        }
        session.streams().out(line + "\n");
    });
    Expected<bool> waited = true;
    while (waited) waited = session.wait_for_events(std::chrono::milliseconds(500));
    session.set_event_tap(nullptr);
    return std::move(waited.error());
}

Reply run_events(Session& session, const Args& args) {
    const bool following = args.has("--follow");
    Past past;
    const auto limit = args.number_or("--limit", args.has("--since") ? UINT32_MAX : 20);
    if (args.has("--since") || !following) {
        Time since;
        if (args.has("--since")) {
            const auto read = since_of(session, args.text("--since"));
            if (!read) return fail(read.error());
            since = *read;
        }
        past = session.core().read([&](const net::Node& node) { return past_of(node, since, limit); });
        add_payments(session,
                     args.has("--since") || past.blocks.empty() ? since : past.blocks.back().header().time,
                     limit, past);
    }
    const auto all = shown_of(session, std::move(past), limit);
    const bool json = wants_json(session, args);
    Answer answer;
    array events;
    for (const auto& each : all) {
        if (following) {
            std::string line;
            if (json) {
                object record{{"v", 1}};
                for (const auto& [key, value] : each.json) record[key] = value;
                append_json(line, record);
            }
            session.streams().out((json ? line : to_rfc3339(each.time).substr(0, 19) + "  " + each.text) +
                                  "\n");
            continue;
        }
        events.push_back(each.json);
        answer.view.line(to_rfc3339(each.time).substr(0, 19) + "  " + each.text);
    }
    if (following) return fail(follow(session, json));
    answer.data["events"] = std::move(events);
    if (all.empty()) answer.view.line("nothing happened");
    return answer;
}

} // namespace

void add_event_commands(CommandTree& tree) {
    tree.add({.path = "events",
              .summary = "what happened to the chain and to own payments, oldest first",
              .options = {flag("--follow", "go on until Ctrl-C, one line an event"),
                          option("--since", "D", Kind::text, "a date, or a span such as 2h"),
                          option("--limit", "N", Kind::count, "at most so many (20, or all since D)")},
              .run = run_events,
              .examples = {"events --limit 20", "events --since 2026-11-01", "events --follow"}});
}

} // namespace cairn::cli
