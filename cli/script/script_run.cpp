// The run of a script: its lines in their order, some prepared ahead of the answers, until one fails.
#include <cli/launch/signals.hpp>
#include <cli/output/streams.hpp>
#include <cli/script/faults.hpp>
#include <cli/script/interpreter.hpp>
#include <cli/script/lines_ahead.hpp>
#include <cli/session.hpp>

#include <deque>
#include <utility>

namespace cairn::cli {

struct Interpreter::Script {
    struct Again {
        LineSource::Line line;
        bool alone = false; ///< not to be prepared ahead
    };
    /// One line; nullopt at the end of the source, a failure where it cannot be read.
    struct Next {
        Expected<std::optional<LineSource::Line>> line;
        bool alone = false;
    };
    Next next() {
        if (!again.empty()) {
            Again front = std::move(again.front());
            again.pop_front();
            return {std::move(front.line), front.alone};
        }
        if (unread) return {fail(*std::exchange(unread, std::nullopt)), false};
        return {source.next(), false};
    }

    LineSource& source;
    const std::string& name;
    LinesAhead ahead;
    LinesAhead::Answers answers{};   ///< that are being told
    std::deque<Again> again{};       ///< to be carried out before what the source holds
    std::optional<Failure> unread{}; ///< of the source, behind those
    std::uint64_t last = 0;          ///< the number of the last line that was carried out
    Exit code = Exit::ok;            ///< of the last step
    Exit first = Exit::ok;           ///< of the first failure
    std::optional<Failure> first_failure{};
    bool over = false;
    std::optional<Exit> end{}; ///< with which it is over, whatever failed before
};

Exit Interpreter::run(LineSource& source, const std::string& name) {
    Script script{source, name, LinesAhead(session_)};
    while (!script.over && !exit_requested()) {
        const LinesAhead& ahead = script.ahead;
        // Whoever writes the lines may wait for what the last ones gave.
        const bool waits = !ahead.empty() && script.again.empty() && !source.is_at_hand();
        const bool is_due = ahead.is_due(LinesAhead::Clock::now());
        script.code = waits || is_due ? settle(script, waits || ahead.is_full()) : carry_out_next(script);
        if (script.end) return *script.end;
        if (script.code == Exit::ok) continue;
        if (ends_the_run(script.code)) return script.code;
        if (script.first == Exit::ok) {
            script.first = script.code;
            script.first_failure = last_failure_;
        }
        if (!options_.keep_going) break;
    }
    if (script.first_failure) last_failure_ = std::move(script.first_failure);
    if (exit_requested() && script.first == Exit::ok) return exit_code();
    return script.first;
}

Exit Interpreter::carry_out_next(Script& script) {
    LinesAhead& ahead = script.ahead;
    Script::Next next = script.next();
    auto& line = next.line;
    const bool alone = next.alone;
    const bool at_end = line && !*line;
    script.over = at_end && ahead.empty();
    if (script.over) return Exit::ok; // all was carried out: no interruption cuts it short any more
    if (session_.stop().stop_requested() && !(at_end && ahead.all_handed_in())) return stopped(script);
    if (at_end) return settle(script, true);
    if (!line && !ahead.empty()) {
        script.unread = std::move(line.error());
        return settle(script, true);
    }
    if (!line) {
        const Exit code = report_failure(line.error(), {script.name, script.source.number()});
        if (line.error().code == "io_error") script.end = code;
        return code;
    }
    if (alone && !ahead.empty()) {
        script.again.push_front({std::move(**line), true});
        return settle(script, true);
    }
    const std::uint64_t number = (*line)->number;
    Line now{{script.name, number}, false, {}, options_.output, alone ? nullptr : &ahead};
    const Exit code = run_line((*line)->text, now);
    if (now.prepared) {
        ahead.add({std::move(**line), now.path, now.output, std::move(*now.prepared)},
                  LinesAhead::Clock::now());
    } else if (now.held_up) {
        script.again.push_front({std::move(**line), true});
        return settle(script, true);
    } else {
        script.last = number;
    }
    return code;
}

bool Interpreter::is_held_up(Line& line) {
    line.held_up = line.ahead != nullptr && !line.ahead->empty();
    return line.held_up;
}

bool Interpreter::goes_ahead(const Command& command, Line& line) {
    if (command.spec == nullptr || !command.spec->prepare || command.args.has("--help")) return false;
    const auto prepared = guarded([&]() -> Reply {
        if (auto provided = session_.provide(command.spec->needs); !provided)
            return fail(std::move(provided.error()));
        session_.set_line({command.args.has("--yes"), command.args.text_or("--wallet", "")});
        if (session_.may_go_ahead())
            line.prepared = command.spec->prepare(session_, command.args, line.ahead->payers());
        return Answer{};
    });
    return prepared && line.prepared; // what failed here fails again when it is carried out
}

Exit Interpreter::settle(Script& script, bool all) {
    do {
        const Line first{{script.name, script.ahead.first()}, false, {}, options_.output};
        const auto known =
            guarded([&]() -> Reply { return script.answers = script.ahead.take_answers(), Answer{}; });
        if (!known) { // the node has stopped
            script.ahead.drop_rest();
            script.end = report(known, first);
            return *script.end;
        }
        show_answers(script);
        if (!script.answers.undone.empty()) {
            bool alone = true; // what the node says of the first is told as of any line
            std::deque<Script::Again> again;
            for (auto& line : script.answers.undone)
                again.push_back({std::move(line), std::exchange(alone, false)});
            std::move(script.again.begin(), script.again.end(), std::back_inserter(again));
            script.again = std::move(again);
        }
        script.ahead.hand_in();
    } while (all && !script.ahead.empty());
    const auto pumped = guarded([&]() -> Reply { return session_.pump(), Answer{}; });
    if (!pumped && !has_told(pumped.error()))
        return report(pumped, Line{{script.name, script.last}, false, {}, options_.output});
    return Exit::ok;
}

void Interpreter::show_answers(Script& script) {
    std::string text;
    for (const auto& [waiting, answer] : script.answers.taken) {
        const Line line{{script.name, waiting.line.number}, false, waiting.path, waiting.output};
        text += render(answer, next_head(line), style(line.output));
        script.last = waiting.line.number;
    }
    if (!text.empty()) streams_.out(text);
    for (const auto& [waiting, answer] : script.answers.taken) {
        for (const auto& remark : answer.remarks) session_.remark(remark);
        append_to_record(waiting.line.text, waiting.path);
    }
}

/// Those that were handed in already are told of still.
Exit Interpreter::stopped(Script& script) {
    const Exit before = script.code;
    script.ahead.drop_rest();
    if (!script.ahead.empty()) settle(script, true);
    const Failure why = session_.stop_failure();
    if (!script.end)
        script.end = before == Exit::ok ? report_failure(why, {script.name, script.last}) : why.exit;
    return *script.end;
}

} // namespace cairn::cli
