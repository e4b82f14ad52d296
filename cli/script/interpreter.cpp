#include <base/utf8.hpp>
#include <cli/builtin/help_text.hpp>
#include <cli/grammar/secret_line.hpp>
#include <cli/launch/places.hpp>
#include <cli/launch/signals.hpp>
#include <cli/output/pager.hpp>
#include <cli/output/streams.hpp>
#include <cli/output/wrap.hpp>
#include <cli/script/faults.hpp>
#include <cli/script/input.hpp>
#include <cli/script/interpreter.hpp>
#include <cli/script/lines_ahead.hpp>
#include <cli/session.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace cairn::cli {

namespace {

/// --json or --output of the line, before it is parsed: a refusal of it is printed in that mode too.
std::optional<OutputMode> output_of(const std::vector<Token>& tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const std::string& text = tokens[i].text;
        if (text == "--") break;
        if (text == "--json") return OutputMode::json;
        if (text == "--output" && i + 1 < tokens.size()) return output_mode_from(tokens[i + 1].text);
        if (text.compare(0, 9, "--output=") == 0) return output_mode_from(std::string_view(text).substr(9));
    }
    return std::nullopt;
}

} // namespace

Interpreter::Interpreter(Session& session, Streams& streams, const CommandTree& tree, Options options)
    : session_(session),
      streams_(streams),
      tree_(tree),
      first_options_(options),
      options_(std::move(options)) {}

Interpreter::~Interpreter() {
    if (record_descriptor_ >= 0) ::close(record_descriptor_);
}

bool Interpreter::ends_the_run(Exit code) {
    return code == Exit::interrupted || code == Exit::terminated || code == Exit::closed_pipe;
}

Style Interpreter::style(OutputMode mode) const {
    if (mode != OutputMode::human) return {mode, false, 80};
    return {mode, options_.colour, streams_.out_is_terminal() ? streams_.width() : 1'000};
}

// --- sources ---

Expected<Exit> Interpreter::run_file(const std::string& name) {
    if (depth_ >= deepest)
        return failure(Exit::failed, "too_deep",
                       "scripts run each other more than " + std::to_string(deepest) + " deep");
    auto source = name == "-" ? Expected<LineSource>(standard_input(session_)) : open_script(session_, name);
    if (!source) return fail(std::move(source.error()));
    // Lines of the terminal itself, at the prompt: typed as in any other program.
    std::optional<Terminal::Lent> lent;
    if (name == "-") lent.emplace(session_.signals().terminal());
    const unsigned before = depth_;
    if (current_) ++depth_; // by a line of another script, or of the prompt
    const Exit code = run(*source, name == "-" ? "stdin" : name);
    depth_ = before;
    return code;
}

Exit Interpreter::run_line(const std::string& text, const LineOrigin& origin, bool typed) {
    Line line{origin, typed, {}, options_.output};
    return run_line(text, line);
}

Exit Interpreter::run_line(const std::string& text, Line& line) {
    auto tokens = tokenize(text, &session_.variables());
    if (!tokens) {
        // The command's name where it can be told: what stands before the fault is still readable.
        const auto word = text.substr(0, text.find_first_of(" \t\"'$\\"));
        if (is_utf8(word) && tree_.find(word)) line.path = word;
        if (is_held_up(line)) return Exit::ok;
        return report(fail(std::move(tokens.error())), line);
    }
    if (tokens->empty()) return Exit::ok;
    const Exit code = carry_out(std::move(*tokens), line);
    if (!line.prepared && !line.held_up) append_to_record(text, line.path);
    return code;
}

Exit Interpreter::run_words(const std::vector<std::string>& words) {
    std::vector<Token> tokens;
    tokens.reserve(words.size());
    for (const auto& word : words) tokens.push_back({word, 0, false});
    Line line{{}, false, {}, options_.output};
    for (const auto& word : words)
        if (!is_utf8(word))
            return report(failure(Exit::usage, "not_text",
                                  "an argument is not UTF-8 text: " + escape_for_display(word)),
                          line);
    return carry_out(std::move(tokens), line);
}

// --- one line ---

Exit Interpreter::carry_out(std::vector<Token> tokens, Line& line) {
    if (tokens.size() > 1 && tokens[0].text == "-" && !tokens[0].quoted) {
        line.ignored = true;
        tokens.erase(tokens.begin());
    }
    if (const auto mode = output_of(tokens)) line.output = *mode;
    Line* const outer = std::exchange(current_, &line);
    auto command = understand(std::move(tokens), line);
    if (line.ahead != nullptr) {
        if ((command && goes_ahead(*command, line)) || is_held_up(line)) {
            current_ = outer;
            return Exit::ok;
        }
        line.ahead->forget(); // it may change who pays
    }
    const auto reply = command ? perform(*command) : fail(std::move(command.error()));
    current_ = outer;
    Exit code = report(reply, line);
    // Where the node has stopped, the command that met it has told so.
    current_ = &line; // what came meanwhile is of this command, for those who tell blocks themselves
    const auto pumped = guarded([&]() -> Reply {
        session_.pump();
        return Answer{};
    });
    current_ = outer;
    if (!pumped && !has_told(pumped.error())) code = report(pumped, line);
    if (line.ignored && !ends_the_run(code)) code = Exit::ok;
    return code;
}

Expected<std::vector<Token>> Interpreter::expand_aliases(std::vector<Token> tokens) const {
    for (unsigned times = 0; !tokens.empty(); ++times) {
        const auto alias = tokens[0].quoted ? aliases_.end() : aliases_.find(tokens[0].text);
        if (alias == aliases_.end() || tree_.find(tokens[0].text) != nullptr) break;
        if (times == deepest)
            return failure(Exit::usage, "alias_loop", "the alias " + tokens[0].text + " leads to itself");
        auto begun = tokenize(alias->second, &session_.variables());
        if (!begun) return begun;
        begun->insert(begun->end(), std::make_move_iterator(tokens.begin() + 1),
                      std::make_move_iterator(tokens.end()));
        tokens = std::move(*begun);
    }
    return tokens;
}

Expected<Interpreter::Command> Interpreter::understand(std::vector<Token> tokens, Line& line) {
    auto expanded = expand_aliases(std::move(tokens));
    if (!expanded) return fail(std::move(expanded.error()));
    std::vector<std::string> words;
    for (const auto& token : *expanded) {
        words.push_back(token.text);
        if (words.size() == 2) break;
    }
    if (!words.empty()) line.path = words[0];
    if (words.size() == 2 && (words[1] == "--help" || words[1] == "-h") && !tree_.find(words[0]))
        return Command{nullptr, {words[0]}, {}};
    auto match = tree_.match(words, line.typed);
    if (!match) return fail(std::move(match.error()));
    const CommandSpec& spec = *match->spec;
    line.path = spec.path;
    expanded->erase(expanded->begin(), expanded->begin() + static_cast<std::ptrdiff_t>(match->words));
    const bool asks_for_help = std::any_of(expanded->begin(), expanded->end(), [](const Token& token) {
        return token.text == "--help" || token.text == "-h";
    });
    try {
        ArgumentContext context;
        if (!asks_for_help && spec.needs != Needs::nothing) {
            if (auto provided = session_.provide(Needs::network); !provided)
                return fail(std::move(provided.error()));
            context = {session_.prefix(), session_.ticker()};
        }
        auto args = arguments_.parse(spec, *expanded, context);
        if (!args) return fail(std::move(args.error()));
        return Command{&spec, {}, std::move(*args)};
    } catch (...) {
        return fail(failure_of_current_exception());
    }
}

Reply Interpreter::perform(const Command& command) {
    return guarded([&]() -> Reply {
        if (command.spec == nullptr) return help_on(tree_, command.help_on);
        const CommandSpec& spec = *command.spec;
        if (command.args.has("--help")) return help_of(tree_, spec);
        if (auto provided = session_.provide(spec.needs); !provided) return fail(std::move(provided.error()));
        session_.set_line({command.args.has("--yes"), command.args.text_or("--wallet", "")});
        auto reply = spec.run(session_, command.args);
        if (!reply && reply.error().code == "given_up") return fail(session_.stop_failure());
        return reply;
    });
}

Reply Interpreter::dispatch(std::vector<Token> tokens, Line& line) {
    const auto command = understand(std::move(tokens), line);
    return command ? perform(*command) : fail(command.error());
}

Reply Interpreter::evaluate(const std::vector<std::string>& words, std::string* path) {
    if (depth_ >= deepest) return failure(Exit::failed, "too_deep", "commands are nested too deep");
    std::vector<Token> tokens;
    tokens.reserve(words.size());
    for (const auto& word : words) tokens.push_back({word, 0, false});
    Line line{current_ ? current_->origin : LineOrigin{},
              current_ != nullptr && current_->typed,
              {},
              options_.output};
    ++depth_;
    auto reply = dispatch(std::move(tokens), line);
    --depth_;
    if (path) *path = line.path;
    if (reply && reply->last_id) session_.variables()["_"] = *reply->last_id;
    return reply;
}

void Interpreter::tell(const std::string& message) {
    streams_.err(streams_.err_is_terminal() ? wrap_at_words(message, streams_.width()) : message);
}

std::string_view Interpreter::promised(std::string_view path) const {
    const auto* spec = tree_.find(path);
    return spec ? std::string_view(spec->data) : std::string_view();
}

void Interpreter::print(const Answer& answer, std::string_view path) {
    const auto mode = current_ ? current_->output : options_.output;
    streams_.out(render(answer, {++sequence_, path, current_ ? current_->origin.line : 0, promised(path)},
                        style(mode)));
}

RecordHead Interpreter::next_head(const Line& line) {
    return {++sequence_, line.path, line.origin.line, promised(line.path)};
}

/// Through the pager where somebody typed for it and it is longer than the screen.
void Interpreter::show(const Answer& answer, const Line& line) {
    const auto head = next_head(line);
    auto look = style(line.output);
    const auto text = render(answer, head, look);
    const auto environment = process_environment();
    if (!answer.viewer.empty() && line.output == OutputMode::human && streams_.out_is_terminal() &&
        session_.can_ask() && is_on_path(answer.viewer, environment("PATH").value_or("")) &&
        show_in_pager(answer.viewer, text, session_.signals()))
        return;
    if (line.typed && !answer.secret && !answer.picture && line.output == OutputMode::human &&
        streams_.out_is_terminal() && environment("TERM").value_or("dumb") != "dumb" &&
        needs_pager(text, streams_.height(), streams_.width())) {
        const auto command = pager_command(options_.pager, environment);
        look.colour = look.colour && shows_colour(command);
        if (!command.empty() && show_in_pager(command, render(answer, head, look), session_.signals()))
            return;
    }
    streams_.out(text);
}

Exit Interpreter::report(const Reply& reply, const Line& line) {
    if (!reply && reply.error().hint.empty()) {
        Failure hinted = reply.error();
        hinted.hint = usual_hint(hinted, tree_.find(line.path) ? line.path : std::string());
        if (!hinted.hint.empty()) return report(fail(std::move(hinted)), line);
    }
    if (!reply) {
        if (line.output == OutputMode::json)
            streams_.out(render_record(reply.error(), {++sequence_, line.path, line.origin.line}));
        if (reply.error().exit == Exit::interrupted && line.typed) {
            tell((reply.error().message == "interrupted" ? "" : reply.error().message) + "\n");
            return reply.error().exit;
        }
        if (!reply.error().told)
            tell(render_message(reply.error(), line.origin, options_.colour && streams_.err_is_terminal()));
        last_failure_ = reply.error();
        if (!line.origin.source.empty() && !reply.error().told)
            last_failure_->message =
                line.origin.source + ":" + std::to_string(line.origin.line) + ": " + last_failure_->message;
        return reply.error().exit;
    }
    if (reply->last_id) session_.variables()["_"] = *reply->last_id;
    try {
        show(*reply, line);
    } catch (...) {
        if (!reply->when_unwritten.empty()) session_.remark(reply->when_unwritten);
        throw;
    }
    for (const auto& remark : reply->remarks) session_.remark(remark);
    if (reply->exit != Exit::ok) {
        last_failure_ = Failure{reply->no_code, reply->exit, line.path + ": " + reply->no_message, {}, {}};
        last_failure_->hint = usual_hint(*last_failure_, line.path);
        // An interruption needs no more words.
        if (!line.origin.source.empty() && !ends_the_run(reply->exit))
            streams_.err(render_message(*last_failure_, line.origin, false));
        else if (line.output != OutputMode::json && !last_failure_->hint.empty())
            session_.remark(last_failure_->hint);
    }
    return reply->exit;
}

bool Interpreter::has_told(const Failure& failure) const {
    return last_failure_ && last_failure_->code == failure.code;
}

Exit Interpreter::report_failure(const Failure& failure, const LineOrigin& origin) {
    return report(fail(failure), Line{origin, false, {}, options_.output});
}

// --- record ---

Expected<void> Interpreter::record(const std::string& file) {
    if (record_descriptor_ >= 0) ::close(record_descriptor_);
    record_descriptor_ = -1;
    if (file.empty()) return {};
    // Not blocking: of a pipe that nobody reads it is told.
    record_descriptor_ =
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
    if (record_descriptor_ < 0) {
        const bool absent = errno == ENOENT || errno == ENOTDIR;
        return failure(absent ? Exit::not_found : Exit::failed, absent ? "file_not_found" : "io_error",
                       "cannot write " + escape_for_display(file) + ": " + std::strerror(errno));
    }
    record_name_ = file;
    return {};
}

void Interpreter::append_to_record(const std::string& line, const std::string& path) {
    if (record_descriptor_ < 0 || path == "record" || depth_ > 0 || line.empty() || line[0] == ' ') return;
    if (const auto secret = secret_of_line(line); !secret.empty())
        return streams_.err("not recorded: it holds " + std::string(secret) + "\n");
    const std::string text = line + "\n";
    if (::write(record_descriptor_, text.data(), text.size()) == static_cast<ssize_t>(text.size())) return;
    streams_.err("error: cannot write " + escape_for_display(record_name_) + ": " + std::strerror(errno) +
                 "; recording is off\n");
    ::close(record_descriptor_);
    record_descriptor_ = -1;
}

} // namespace cairn::cli
