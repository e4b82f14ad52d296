#include <base/utf8.hpp>
#include <base/version.hpp>
#include <cli/command.hpp>
#include <cli/grammar/secret_line.hpp>
#include <cli/grammar/tokenizer.hpp>
#include <cli/launch/places.hpp>
#include <cli/launch/signals.hpp>
#include <cli/open_wallets.hpp>
#include <cli/output/streams.hpp>
#include <cli/prompt/completion.hpp>
#include <cli/prompt/prompt.hpp>
#include <cli/script/faults.hpp>
#include <cli/script/interpreter.hpp>
#include <cli/session.hpp>
#include <transport/core.hpp>
#include <wallet/contacts.hpp>
#include <wallet/wallet_directory.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <poll.h>
#include <unistd.h>

namespace cairn::cli {

namespace {

/// Commands that say themselves which blocks or peers came of them.
bool tells_itself(std::string_view path) {
    constexpr std::array all = {"mine",      "chain import", "node sync",
                                "peers add", "peers remove", "peers ban"};
    return std::find(all.begin(), all.end(), path) != all.end();
}

std::uint64_t steady_ms() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

/// Escapes of colour take no room in the prompt: Readline is told by these marks.
std::string prompt_colour(const std::string& text, const char* code, bool colour) {
    if (!colour) return text;
    return std::string("\x01\x1b[") + code + "m\x02" + text + "\x01\x1b[0m\x02";
}

} // namespace

Prompt::Prompt(Session& session, Streams& streams, Signals& signals, Interpreter& interpreter,
               std::filesystem::path history)
    : session_(session),
      streams_(streams),
      signals_(signals),
      interpreter_(interpreter),
      history_(std::move(history)),
      live_(session, interpreter),
      dumb_(process_environment()("TERM").value_or("dumb") == "dumb") {}

Prompt::~Prompt() {
    streams_.set_lane(nullptr);
    session_.set_notices(nullptr, nullptr);
}

Exit Prompt::run() {
    const auto provided = guarded([&]() -> Reply {
        if (auto opened = session_.provide(Needs::core); !opened) return fail(std::move(opened.error()));
        return Answer{};
    });
    if (!provided) return interpreter_.report_failure(provided.error(), {});
    streams_.err("cairn " + std::string(version) + " on " +
                 escape_for_display(session_.network().parameters().name) +
                 ". `help` lists the commands, Ctrl-D ends.\n");
    editor_ = make_line_editor({[this](std::string_view line) { return completion(line); },
                                [this](std::string_view line) { return hint_behind(line); }},
                               streams_.out_is_terminal());
    for (const auto& line : history_.lines()) editor_->remember(line);
    session_.set_notices(
        [this](const net::Event& event) {
            notices_.fold(event, notice_style(), tells_itself(interpreter_.running()));
        },
        [this](const OwnPayment& payment) {
            if (const auto name = session_.current_wallet_name(); name && payment.wallet == *name)
                notices_.fold(payment, notice_style());
        });
    session_.open_wallets().set_idle_limit(interpreter_.options().lock_after);
    session_.open_wallets().idle_since(std::chrono::steady_clock::now());
    const Terminal::Taken taken(signals_.terminal());
    const Exit code = loop();
    editor_->stop();
    streams_.set_lane(nullptr);
    if (!interpreter_.exit_requested() && code == Exit::ok) streams_.err("\n");
    return code;
}

Exit Prompt::loop() {
    while (!ended_ && !interpreter_.exit_requested()) {
        if (!editing_) {
            editor_->start(joined_.empty() ? text() : "> ");
            editing_ = true;
            signals_.set_editing(true);
            streams_.set_lane([this](std::string_view written, bool to_error) {
                editor_->above([&] { to_error ? streams_.write_err(written) : streams_.write_out(written); });
            });
        }
        if (step()) break;
    }
    signals_.set_editing(false);
    if (interpreter_.exit_requested()) return interpreter_.exit_code();
    if (session_.stop().stop_requested()) return session_.stop_failure().exit;
    return Exit::ok;
}

bool Prompt::step() {
    std::array<pollfd, 3> waited = {pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{signals_.descriptor(), POLLIN, 0},
                                    pollfd{session_.notice_descriptor(), POLLIN, 0}};
    const int ready = ::poll(waited.data(), waited.size(), idle_span());
    if (ready < 0 && errno != EINTR) return true;
    if (waited[1].revents != 0) {
        const auto taken = signals_.take();
        if (signals_.reason() == Signals::Reason::terminated || signals_.reason() == Signals::Reason::timeout)
            return true;
        if (taken.interrupt) give_up_line();
        if (taken.suspend) suspend();
        if (taken.resize) {
            editor_->resize();
            notices_.postpone(steady_ms());
        }
    }
    if (waited[2].revents != 0) session_.pump();
    if (notices_.waiting() && notices_.due_in(steady_ms()) == 0) show_notices();
    lock_idle_wallets();
    if (waited[0].revents == 0) return false;
    session_.open_wallets().idle_since(std::chrono::steady_clock::now());
    const auto typed = editor_->read();
    if (!typed) return false;
    using What = LineEditor::Typed::What;
    if (typed->what == What::interrupt) give_up_line();
    if (typed->what == What::suspend) suspend();
    if (typed->what != What::line && typed->what != What::end) return false;
    editing_ = false;
    signals_.set_editing(false);
    streams_.set_lane(nullptr);
    if (typed->what == What::end) return true;
    signals_.terminal().hold();
    carry_out(typed->line);
    return session_.stop().stop_requested(); // by what ends more than the command
}

void Prompt::suspend() {
    editor_->suspend([this] { signals_.terminal().stop_process(); });
    signals_.terminal().hold();
}

void Prompt::give_up_line() {
    signals_.forgive();
    keep_typed();
    joined_.clear();
    editor_->interrupt();
    editor_->set_prompt(text());
}

void Prompt::carry_out(const std::string& typed) {
    session_.open_wallets().in_use();
    // What was pasted may be several lines.
    for (std::size_t at = 0; at <= typed.size() && !interpreter_.exit_requested();) {
        const auto end = std::min(typed.find('\n', at), typed.size());
        carry_out_line(typed.substr(at, end - at));
        at = end + 1;
    }
    session_.open_wallets().set_idle_limit(interpreter_.options().lock_after);
    session_.open_wallets().idle_since(std::chrono::steady_clock::now());
    signals_.take();
    signals_.forgive();
    live_.forget();
    if (notices_.waiting()) streams_.err(notices_.take(steady_ms()));
}

void Prompt::carry_out_line(const std::string& line) {
    if (session_.stop().stop_requested()) return; // Ctrl-C gives up the lines behind it, too
    joined_ += line;
    typed_.push_back(line);
    if (continues(joined_)) {
        joined_.pop_back();
        return;
    }
    keep_typed();
    interpreter_.run_line(std::exchange(joined_, {}), {}, true);
}

void Prompt::keep_typed() {
    const auto lines = std::exchange(typed_, {});
    if (lines.empty() || joined_.empty() || joined_[0] == ' ' || joined_[0] == '\t') return;
    if (const auto secret = secret_of_line(joined_); !secret.empty())
        return streams_.err("not kept in the history: it holds " + std::string(secret) + "\n");
    for (const auto& line : lines)
        if (history_.add(line)) editor_->remember(line);
}

int Prompt::idle_span() const {
    std::optional<std::uint64_t> span;
    if (notices_.waiting()) span = notices_.due_in(steady_ms());
    if (const auto next = session_.open_wallets().next_lock()) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(*next - std::chrono::steady_clock::now());
        const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(left.count(), 0));
        span = std::min(span.value_or(ms), ms);
    }
    constexpr std::uint64_t an_hour = 3'600'000;
    return span ? static_cast<int>(std::min(*span, an_hour)) : -1;
}

void Prompt::lock_idle_wallets() {
    const auto locked = session_.open_wallets().lock_due(std::chrono::steady_clock::now());
    for (const auto& name : locked) streams_.err(escape_for_display(name) + " is locked again\n");
    if (!locked.empty() && joined_.empty()) editor_->set_prompt(text());
}

void Prompt::show_notices() {
    live_.forget();
    streams_.err(notices_.take(steady_ms()));
    if (joined_.empty()) editor_->set_prompt(text());
}

std::string Prompt::text() {
    const bool colour = interpreter_.options().colour;
    std::string line = escape_for_display(session_.network().parameters().name) + " ";
    const auto name = session_.current_wallet_name();
    if (name) {
        const auto wallet = session_.wallet(*name);
        const bool locked = !wallet || (*wallet)->is_locked();
        line += prompt_colour(escape_for_display(*name), "1", colour) + (locked ? " ○ " : " ● ");
    } else {
        line += "- ";
    }
    const auto [height, peers] = session_.core().read(
        [](const net::Node& node) { return std::pair(node.chain().height().value, node.peer_count()); });
    return line + std::to_string(height) + " " + std::to_string(peers) + "p> ";
}

NoticeStyle Prompt::notice_style() {
    NoticeStyle style{session_.prefix(),
                      session_.ticker(),
                      {},
                      interpreter_.options().colour,
                      &session_.network().parameters()};
    if (const auto wallet = session_.current_wallet())
        for (const auto& entry : (*wallet)->addresses()) style.own.push_back(entry.address);
    return style;
}

Completion Prompt::completion(std::string_view line) {
    // Called from within Readline, which is C: nothing may be thrown through it.
    try {
        return complete({interpreter_.tree(), interpreter_.aliases()}, line,
                        [this](Kind kind, const Place& place) { return live_.values(kind, place); });
    } catch (...) {
        return {line.size(), {}, {}};
    }
}

std::string Prompt::hint_behind(std::string_view line) {
    // Likewise.
    try {
        const auto& options = interpreter_.options();
        if (!options.hints || !options.colour || dumb_ || !joined_.empty()) return {};
        return hint({interpreter_.tree(), interpreter_.aliases(), &session_.variables()}, line,
                    live_.known());
    } catch (...) {
        return {};
    }
}

} // namespace cairn::cli
