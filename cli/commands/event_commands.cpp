// events: what happened to the chain, and what happens.
#include <cli/commands/commands.hpp>
#include <cli/commands/support.hpp>
#include <cli/launch/options.hpp>
#include <cli/output/event_record.hpp>
#include <cli/output/json_text.hpp>
#include <cli/output/streams.hpp>

#include <algorithm>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;

/// Events that the stored chain tells of, newest first: its blocks, and where it was reorganised.
struct Past {
    std::vector<chain::BlockInfo> blocks;
    std::vector<chain::ReorganisationRecord> reorganisations;
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

struct Shown {
    Time time;
    object json;
    std::string text;
};

/// As the records of --events, with the time of the block.
std::vector<Shown> shown_of(const Past& past) {
    std::vector<Shown> all;
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
    std::stable_sort(all.begin(), all.end(), [](const Shown& a, const Shown& b) { return a.time < b.time; });
    return all;
}

/// A date, or a span back from now.
Expected<Time> since_of(const Session& session, const std::string& text) {
    if (const auto time = parse_rfc3339(text)) return *time;
    if (const auto span = parse_duration_ms(text)) {
        const auto now = session.now().unix_ms;
        return Time{now - std::min(now, *span)};
    }
    return bad_argument("--since", "a date such as 2026-11-21, or a span such as 2h, is expected");
}

bool wants_json(const Session& session, const Args& args) {
    const bool on_line = args.has("--json") || args.text_or("--output", "") == "json";
    return on_line || session.launch().output == OutputMode::json || session.launch().events;
}

/// One line an event, as it comes, until Ctrl-C or the run's time limit.
Failure follow(Session& session, bool json) {
    session.set_event_tap([&session, json](const net::Event& event) {
        if (session.launch().events) return; // printed already
        const auto record = event_record(event);
        std::string line;
        if (json) {
            append_json(line, record);
        } else {
            for (const auto& [key, value] : record) {
                if (key == "v") continue;
                line += line.empty() ? "" : "  ";
                if (value.is_string())
                    line += std::string(value.as_string());
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
    if (args.has("--since") || !following) {
        Time since;
        if (args.has("--since")) {
            const auto read = since_of(session, args.text("--since"));
            if (!read) return fail(read.error());
            since = *read;
        }
        const auto limit = args.number_or("--limit", args.has("--since") ? UINT32_MAX : 20);
        past = session.core().read([&](const net::Node& node) { return past_of(node, since, limit); });
    }
    const auto all = shown_of(past);
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
              .summary = "what happened to the chain, oldest first",
              .options = {flag("--follow", "go on until Ctrl-C, one line an event"),
                          option("--since", "D", Kind::text, "a date, or a span such as 2h"),
                          option("--limit", "N", Kind::count, "at most so many (20, or all since D)")},
              .run = run_events,
              .examples = {"events --limit 20", "events --since 2026-11-01", "events --follow"}});
}

} // namespace cairn::cli
