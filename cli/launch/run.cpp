#include <base/utf8.hpp>
#include <cli/builtin/builtins.hpp>
#include <cli/builtin/help_text.hpp>
#include <cli/commands/commands.hpp>
#include <cli/launch/options.hpp>
#include <cli/launch/places.hpp>
#include <cli/launch/run.hpp>
#include <cli/launch/settings.hpp>
#include <cli/launch/signals.hpp>
#include <cli/output/streams.hpp>
#include <cli/prompt/prompt.hpp>
#include <cli/script/faults.hpp>
#include <cli/script/input.hpp>
#include <cli/script/interpreter.hpp>
#include <cli/session.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <sys/stat.h>
#include <utility>

namespace cairn::cli {

namespace {

bool uses_colour(const LaunchOptions& options, const Settings& settings, const Streams& streams,
                 const Environment& environment) {
    auto choice = options.colour.value_or(settings.colour == "always"  ? ColourChoice::always
                                          : settings.colour == "never" ? ColourChoice::never
                                                                       : ColourChoice::automatic);
    if (choice != ColourChoice::automatic) return choice == ColourChoice::always;
    return streams.out_is_terminal() && !environment("NO_COLOR") &&
           environment("TERM").value_or("dumb") != "dumb";
}

/// Of a launch that went wrong before an interpreter stood.
Exit refuse(Streams& streams, Failure failure, bool json) {
    if (failure.hint.empty()) failure.hint = usual_hint(failure, {});
    if (json) streams.out(render_record(failure, {1, "", 0}));
    streams.err(render_message(failure, {}, false));
    return failure.exit;
}

bool wants_json(const std::vector<std::string>& arguments) {
    return std::find(arguments.begin(), arguments.end(), "--json") != arguments.end() ||
           std::find(arguments.begin(), arguments.end(), "--output=json") != arguments.end();
}

/// Who names peers, or lets others in, has the node work from the start on; not to be told of the program.
bool wants_node_at_once(const LaunchOptions& options) {
    constexpr std::array<std::string_view, 5> about = {"version", "help", "apropos", "man", "completions"};
    const bool only_asks = !options.command.empty() && options.scripts.empty() &&
                           std::find(about.begin(), about.end(), options.command.front()) != about.end();
    const bool listens = options.listen && *options.listen != "off";
    return (listens || !options.connect.empty()) && !only_asks;
}

/// A daemon that was told to do nothing beside: it has nothing to say on standard output.
bool answers_nobody(const LaunchOptions& options) {
    return options.daemon && options.command.empty() && options.scripts.empty() && !options.events &&
           !options.version && !options.help;
}

/// An alias of a command's name would never be met.
std::optional<Failure> bad_alias(const CommandTree& tree, const Settings& settings,
                                 const std::filesystem::path& file) {
    for (const auto& [name, command] : settings.aliases) {
        if (!names_command(tree, name)) continue;
        std::string message = escape_for_display(file.string());
        message.append(": [alias] ").append(name).append(": it is the name of a command");
        return Failure{"bad_settings", Exit::usage, std::move(message), "give the alias another name", {}};
    }
    return std::nullopt;
}

/// The modes, one after the other.
class Run {
  public:
    Run(Session& session, Streams& streams, Signals& signals, Interpreter& interpreter,
        std::filesystem::path history)
        : session_(session),
          streams_(streams),
          signals_(signals),
          interpreter_(interpreter),
          history_(std::move(history)) {}

    Exit carry_out() {
        const LaunchOptions& options = session_.launch();
        if (wants_node_at_once(options))
            if (const Exit code = open_node(); code != Exit::ok) return code;
        if (!options.command.empty()) note(interpreter_.run_words(options.command));
        for (const auto& script : options.scripts) {
            if (ended()) return cut_short();
            if (script.is_file) {
                const auto code = interpreter_.run_file(script.text);
                note(code ? *code : interpreter_.report_failure(code.error(), {}));
            } else {
                auto source = LineSource::of_text(script.text);
                const auto number = static_cast<std::size_t>(&script - options.scripts.data()) + 1;
                note(interpreter_.run(source,
                                      options.scripts.size() > 1 ? "-c " + std::to_string(number) : "-c"));
            }
        }
        const bool given = !options.command.empty() || !options.scripts.empty();
        if (options.interactive && !options.daemon && session_.stop().stop_requested()) return cut_short();
        if (ended() || (given && !options.interactive && !options.daemon)) return result();
        if (options.daemon)
            note(serve());
        else if (streams_.in_is_terminal())
            note(prompt());
        else
            note(*interpreter_.run_file("-"));
        return result();
    }

  private:
    void note(Exit code) {
        if (first_ == Exit::ok) first_ = code;
    }
    Exit result() const { return first_ == Exit::ok ? interpreter_.exit_code() : first_; }
    /// Something was still to be done.
    Exit cut_short() {
        if (first_ != Exit::ok || !session_.stop().stop_requested()) return first_;
        return interpreter_.report_failure(session_.stop_failure(), {});
    }
    /// A failure ends the run unless --keep-going, or the prompt was asked for afterwards.
    bool ended() const {
        const LaunchOptions& options = session_.launch();
        if (interpreter_.exit_requested() || session_.stop().stop_requested()) return true;
        return first_ != Exit::ok && !options.keep_going && !options.interactive;
    }

    Exit open_node() {
        const auto provided = guarded([&]() -> Reply {
            if (auto opened = session_.provide(Needs::core); !opened) return fail(std::move(opened.error()));
            return Answer{};
        });
        return provided ? Exit::ok : interpreter_.report_failure(provided.error(), {});
    }

    Exit serve() {
        if (const Exit code = open_node(); code != Exit::ok) return code;
        while (true) {
            const auto waited = session_.wait_for_events(std::chrono::hours(1));
            if (waited) continue;
            if (waited.error().exit == Exit::timeout) return interpreter_.report_failure(waited.error(), {});
            return Exit::ok; // asked to end by a signal: the clean end of a daemon
        }
    }

    Exit prompt() {
        Prompt prompt(session_, streams_, signals_, interpreter_,
                      session_.settings().history ? history_ : std::filesystem::path{});
        const Exit code = prompt.run();
        // What failed at the prompt was dealt with there; earlier failures of scripts too.
        first_ = Exit::ok;
        return code;
    }

    Session& session_;
    Streams& streams_;
    Signals& signals_;
    Interpreter& interpreter_;
    std::filesystem::path history_;
    Exit first_ = Exit::ok;
};

Exit run_session(LaunchOptions options, Streams& streams, const Environment& environment, bool json) {
    auto places = find_places(options, environment);
    if (!places) return refuse(streams, places.error(), json);
    auto read = read_settings(places->settings);
    if (!read) return refuse(streams, read.error(), json);
    for (const auto& warning : read->warnings) streams.err("warning: " + warning + "\n");
    const Settings settings = read->settings;

    Signals signals(options.timeout_ms, streams.in_is_terminal());
    Interpreter::Options printing;
    printing.output = options.output.value_or(settings.output.value_or(OutputMode::human));
    printing.colour = uses_colour(options, settings, streams, environment);
    printing.keep_going = options.keep_going;
    printing.pager = settings.pager.value_or("auto");
    printing.hints = settings.hints;
    printing.lock_after = settings.lock_after;

    options.cache_mib = options.cache_mib.value_or(settings.cache_mib);
    Session session(std::move(options), settings, places->data, streams, signals);
    CommandTree tree;
    Interpreter interpreter(session, streams, tree, printing);
    add_commands(tree);
    add_builtin_commands(tree, interpreter);
    if (const auto why = bad_alias(tree, settings, places->settings)) return refuse(streams, *why, json);
    interpreter.aliases() = settings.aliases;
    Exit code = Exit::ok;
    const auto guard = [&](const auto& work) {
        const auto done = guarded([&]() -> Reply {
            work();
            return Answer{};
        });
        if (done) return;
        if (!interpreter.has_told(done.error())) interpreter.report_failure(done.error(), {});
        if (code == Exit::ok) code = done.error().exit;
    };
    guard([&] { code = Run(session, streams, signals, interpreter, places->history).carry_out(); });
    guard([&] {
        session.pump();
        session.close();
    });
    return code;
}

Exit run_guarded(const std::vector<std::string>& arguments, Streams& streams) {
    const bool json = wants_json(arguments);
    auto options = read_launch_options(arguments);
    if (!options) return refuse(streams, options.error(), json);
    if (streams.out_was_closed() && !answers_nobody(*options)) {
        const Failure why{"no_output",
                          Exit::failed,
                          "standard output is closed: no answer could be given",
                          "nothing was done; send the answer to a file, or to /dev/null",
                          {}};
        return refuse(streams, why, false);
    }
    if (options->version) options->command = {"version"};
    if (options->help) {
        // The tree alone: nothing is opened for it.
        CommandTree tree;
        Signals signals(std::nullopt, false);
        Session session(*options, {}, {}, streams, signals);
        Interpreter interpreter(session, streams, tree, {});
        add_commands(tree);
        add_builtin_commands(tree, interpreter);
        streams.out(launch_help(tree));
        return Exit::ok;
    }
    return run_session(std::move(*options), streams, process_environment(), json);
}

} // namespace

int run_program(const std::vector<std::string>& arguments) {
    ::umask(0077); // what cairn writes is its user's alone
    Exit code = Exit::failed;
    bool told = false;
    try {
        Streams streams;
        try {
            code = run_guarded(arguments, streams);
        } catch (...) {
            const Failure failure = failure_of_current_exception();
            // People first: where standard output is what failed, the record cannot be written either.
            streams.err(render_message(failure, {}, false));
            told = true;
            code = failure.exit;
            if (wants_json(arguments)) streams.out(render_record(failure, {0, "", 0}));
        }
    } catch (const ClosedPipe&) {
        code = Exit::closed_pipe;
    } catch (...) {
        if (!told) std::fputs("error: cairn cannot write its answer\n", stderr);
    }
    return static_cast<int>(code);
}

} // namespace cairn::cli
