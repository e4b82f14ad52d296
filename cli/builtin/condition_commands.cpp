// wait, assert, expect, watch.
#include <base/utf8.hpp>
#include <cli/builtin/builtins.hpp>
#include <cli/builtin/condition.hpp>
#include <cli/output/streams.hpp>
#include <cli/progress.hpp>
#include <cli/script/interpreter.hpp>
#include <cli/session.hpp>

#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

namespace cairn::cli {

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// What changes without an event (a payment handed in elsewhere) is seen this late at the most.
constexpr milliseconds longest_nap{250};

Expected<Condition> prepared(Session& session, const Args& args) {
    auto condition = parse_condition(args.all("condition"), session.ticker());
    if (!condition) return condition;
    if (auto provided = session.provide(Needs::core); !provided) return fail(std::move(provided.error()));
    return condition;
}

Answer met(const Condition& condition, const std::string& actual) {
    Answer answer;
    answer.data["condition"] = to_text(condition);
    answer.data["actual"] = actual;
    answer.silent = true;
    return answer;
}

Failure unmet(const char* code, Exit exit, const std::string& what, const Condition& condition,
              const std::string& actual) {
    Failure why{code, exit, what + ": " + to_text(condition) + " (it is " + actual + ")", {}, {}};
    why.extra["condition"] = to_text(condition);
    why.extra["actual"] = actual;
    return why;
}

Reply wait(Session& session, const Args& args) {
    auto condition = prepared(session, args);
    if (!condition) return fail(std::move(condition.error()));
    const auto started = SteadyClock::now();
    constexpr std::uint64_t longest = 1'000ULL * 86'400 * 365; // ms
    std::optional<SteadyClock::time_point> deadline;
    if (args.has("--timeout")) deadline = started + milliseconds(std::min(args.number("--timeout"), longest));
    const ProgressScope shown(session.progress(), "Waiting for " + to_text(*condition), "", 0);
    while (true) {
        auto judged = judge(session, *condition);
        if (!judged) return fail(std::move(judged.error()));
        if (judged->holds) {
            Answer answer = met(*condition, judged->actual);
            answer.data["waited_ms"] =
                std::chrono::duration_cast<milliseconds>(SteadyClock::now() - started).count();
            return answer;
        }
        milliseconds nap = longest_nap;
        if (deadline) {
            const auto left = std::chrono::ceil<milliseconds>(*deadline - SteadyClock::now());
            if (left.count() <= 0)
                return fail(unmet("timeout", Exit::timeout, "not in time", *condition, judged->actual));
            nap = std::min(nap, left);
        }
        session.progress().update(0, "it is " + judged->actual);
        if (auto waited = session.wait_for_events(nap); !waited) return fail(std::move(waited.error()));
    }
}

Reply assert_that(Session& session, const Args& args) {
    auto condition = prepared(session, args);
    if (!condition) return fail(std::move(condition.error()));
    auto judged = judge(session, *condition);
    if (!judged) return fail(std::move(judged.error()));
    if (judged->holds) return met(*condition, judged->actual);
    return fail(unmet("assert_failed", Exit::assertion, "assertion failed", *condition, judged->actual));
}

/// 0 … 255
bool is_exit_code(const std::string& text) {
    return !text.empty() && text.size() <= 3 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
           std::stoi(text) <= 255;
}

/// The words of errors are two or more joined by `_`, save these.
bool is_error_word(const std::string& text) {
    constexpr std::array<std::string_view, 9> single = {
        "ok", "declined", "fault", "interrupted", "locked", "terminated", "timeout", "damaged", "rule"};
    if (std::find(single.begin(), single.end(), text) != single.end()) return true;
    const bool letters =
        std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    return letters && text.find('_') != std::string::npos;
}

/// CODE: an exit code, or the word of an error.
Reply expect(Interpreter& interpreter, const Args& args) {
    const std::string& code = args.text("code");
    const bool number = is_exit_code(code);
    if (!number && !is_error_word(code))
        return bad_argument("CODE",
                            "'" + escape_for_display(code) + "' is neither an exit code nor an error's word");
    std::string path;
    auto reply = interpreter.evaluate(args.rest(), &path);
    if (!reply && (reply.error().exit == Exit::interrupted || reply.error().exit == Exit::terminated))
        return reply;
    const int actual = static_cast<int>(reply ? reply->exit : reply.error().exit);
    const std::string actual_word = reply ? "ok" : reply.error().code;
    if (number ? std::stoi(code) == actual : code == actual_word) {
        Answer answer;
        answer.data["cmd"] = path;
        answer.data["exit"] = actual;
        if (reply)
            answer.data["data"] = reply->data;
        else
            answer.data["code"] = reply.error().code;
        if (reply) answer.last_id = reply->last_id;
        answer.silent = true;
        return answer;
    }
    Failure why{"expect_failed",
                Exit::assertion,
                "expected " + code + ", but `" + path + "` gave " + std::to_string(actual),
                {},
                {}};
    if (!reply) why.message += " (" + reply.error().code + ": " + reply.error().message + ")";
    why.extra["expected"] = code;
    why.extra["actual"] = actual;
    why.extra["actual_code"] = actual_word;
    return fail(std::move(why));
}

Reply watch(Session& session, Interpreter& interpreter, const Args& args) {
    const std::uint64_t span =
        std::clamp<std::uint64_t>(args.number_or("--interval", 2'000), 100, 86'400'000);
    const std::uint64_t times = args.number_or("--times", 0);
    const bool clears =
        session.streams().out_is_terminal() && interpreter.options().output == OutputMode::human;
    for (std::uint64_t done = 0;;) {
        std::string path;
        auto reply = interpreter.evaluate(args.rest(), &path);
        if (!reply) return reply;
        if (clears) session.streams().out("\x1b[H\x1b[J");
        interpreter.print(*reply, path);
        if (++done == times) break;
        if (auto slept = session.pause(milliseconds(span)); !slept) return fail(std::move(slept.error()));
    }
    Answer answer;
    answer.data["times"] = times;
    answer.silent = true;
    return answer;
}

constexpr auto about_conditions =
    "CONDITION is one of\n"
    "  FIELD OP VALUE    with == != >= <= > <, and the fields\n"
    "                    height      blocks above genesis\n"
    "                    peers       nodes that this one talks to\n"
    "                    mempool     transactions that wait for a block\n"
    "                    balance     what the current wallet can spend now; balance:NAME is of another\n"
    "                    confirmed   what blocks have given it; confirmed:NAME is of another\n"
    "                    difficulty  expected attempts of the next block\n"
    "  synced            nobody known is ahead, and a peer of --connect was there\n"
    "  tx ID [N]         the transaction has N confirmations, 1 unless told; 0: it is known";

} // namespace

void add_condition_commands(CommandTree& tree, Interpreter& interpreter) {
    const Positional condition{"condition", Kind::condition, "what is to hold", true, true};
    CommandSpec wait_spec{"wait",
                          "wait until a condition holds",
                          Needs::network,
                          {condition},
                          {{"--timeout", "D", Kind::duration, "give up after this time (exit 7)"}},
                          [](Session& session, const Args& args) { return wait(session, args); },
                          about_conditions,
                          {"wait height >= 10 --timeout 1m", "wait tx $_ 3"}};
    tree.add(std::move(wait_spec));
    CommandSpec assert_spec{"assert",
                            "fail (exit 9) unless a condition holds",
                            Needs::network,
                            {condition},
                            {},
                            [](Session& session, const Args& args) { return assert_that(session, args); },
                            about_conditions,
                            {"assert balance >= 12.5", "assert mempool == 0"}};
    tree.add(std::move(assert_spec));
    CommandSpec expect_spec{
        "expect",
        "fail (exit 9) unless a command ends with this code",
        Needs::nothing,
        {{"code", Kind::text, "an exit code, or the word of an error"}},
        {},
        [&](Session&, const Args& args) { return expect(interpreter, args); },
        "The command is carried out; what it prints is kept back.",
        {"expect 3 -- send bob 1000000", "expect insufficient_funds -- send bob 1000000"}};
    expect_spec.rest = "-- COMMAND";
    tree.add(std::move(expect_spec));
    CommandSpec watch_spec{
        "watch",
        "carry out a command again and again",
        Needs::nothing,
        {},
        {{"--interval", "S", Kind::duration, "time between, 2 s unless told", "-n"},
         {"--times", "N", Kind::count, "end after so many"}},
        [&](Session& session, const Args& args) { return watch(session, interpreter, args); },
        "Ctrl-C ends it.",
        {"watch -n 5 chain status"}};
    watch_spec.rest = "COMMAND";
    tree.add(std::move(watch_spec));
}

} // namespace cairn::cli
