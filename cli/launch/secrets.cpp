#include <base/utf8.hpp>
#include <cli/launch/secrets.hpp>
#include <cli/output/printer.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace cairn::cli {

namespace {

constexpr std::size_t longest_secret = 4'096; // bytes

enum class Reading { done, too_long, failed, stopped };

/// Up to a line feed or the end.
Reading read_line(int descriptor, Signals& signals, crypto::SecretBytes& line) {
    Byte byte = 0;
    while (line.size() <= longest_secret) {
        std::array<pollfd, 2> waited = {pollfd{descriptor, POLLIN, 0},
                                        pollfd{signals.descriptor(), POLLIN, 0}};
        if (::poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR) return Reading::failed;
        if (signals.reason() != Signals::Reason::none) return Reading::stopped;
        if (waited[1].revents != 0) signals.take();
        if (waited[0].revents == 0) continue;
        const ssize_t count = ::read(descriptor, &byte, 1);
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (count < 0) return Reading::failed;
        if (count == 0 || byte == '\n') break;
        line.append({&byte, 1});
    }
    crypto::wipe({&byte, 1});
    if (line.size() > longest_secret) return Reading::too_long;
    if (!line.empty() && line.view().back() == '\r')
        line = crypto::SecretBytes(line.view().first(line.size() - 1));
    return Reading::done;
}

} // namespace

Expected<crypto::SecretBytes> secret_from_descriptor(int descriptor, Signals& signals) {
    const auto bad = [](const std::string& why) {
        return failure(Exit::locked, "bad_password_file", "the password " + why);
    };
    crypto::SecretBytes line;
    switch (read_line(descriptor, signals, line)) {
    case Reading::too_long:
        return bad("cannot be read: the line is too long");
    case Reading::failed:
        return bad(std::string("cannot be read: ") + std::strerror(errno));
    case Reading::stopped:
        return failure(Exit::interrupted, "interrupted", "interrupted");
    case Reading::done:
        break;
    }
    if (line.empty()) return bad("is empty");
    return line;
}

Expected<crypto::SecretBytes> secret_from_file(const std::filesystem::path& file, Signals& signals) {
    // Not blocking: a pipe may have nobody yet who writes to it.
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0) {
        const bool absent = errno == ENOENT || errno == ENOTDIR;
        return failure(
            absent ? Exit::not_found : Exit::locked, absent ? "file_not_found" : "bad_password_file",
            "the password file " + escape_for_display(file.string()) + ": " + std::strerror(errno));
    }
    auto secret = secret_from_descriptor(descriptor, signals);
    ::close(descriptor);
    return secret;
}

namespace {

constexpr unsigned char ctrl(char letter) { return static_cast<unsigned char>(letter & 0x1f); }

/// What is typed as an answer, key by key, edited at its end. Nothing of it is kept but in wiped memory.
class AnswerLine {
  public:
    AnswerLine(Streams& streams, bool echo) : streams_(streams), echo_(echo) {}

    enum class Key { more, done, end };
    Key take(Byte key) {
        if (in_escape(key)) return Key::more;
        if (key == '\n' || key == '\r') return Key::done;
        if (key == ctrl('D')) return line.empty() ? Key::end : Key::more;
        if (key == 0x7f || key == ctrl('H')) {
            drop_last();
        } else if (key == ctrl('U') || key == ctrl('W')) {
            while (!line.empty()) drop_last();
        } else if (key >= 0x20 && line.size() < longest_secret) {
            line.append({&key, 1});
            if (echo_) streams_.write_err({reinterpret_cast<const char*>(&key), 1});
        }
        return Key::more;
    }
    void show() const {
        if (echo_) streams_.write_err(line.text());
    }

    crypto::SecretBytes line;

  private:
    static bool is_continuation(Byte byte) { return (byte & 0xc0U) == 0x80; }

    /// The last character.
    void drop_last() {
        if (line.empty()) return;
        std::size_t size = line.size() - 1;
        while (size > 0 && is_continuation(line.view()[size])) --size;
        if (echo_)
            for (auto width = display_width(line.text().substr(size)); width > 0; --width)
                streams_.write_err("\b \b");
        line = crypto::SecretBytes(line.view().first(size));
    }

    /// Arrows and other keys that send several bytes do nothing here.
    bool in_escape(Byte key) {
        if (escape_ == Escape::none) {
            if (key == 0x1b) escape_ = Escape::begun;
            return key == 0x1b;
        }
        if (escape_ == Escape::begun && (key == '[' || key == 'O'))
            escape_ = Escape::inside;
        else if (escape_ == Escape::begun || key >= 0x40)
            escape_ = Escape::none;
        return key >= 0x20;
    }

    enum class Escape { none, begun, inside };
    Streams& streams_;
    bool echo_;
    Escape escape_ = Escape::none;
};

/// Until the line is complete, given up, or there is nobody left to type it.
Expected<void> read_answer(Streams& streams, Signals& signals, std::string_view question,
                           AnswerLine& answer) {
    while (true) {
        std::array<pollfd, 2> waited = {pollfd{STDIN_FILENO, POLLIN, 0},
                                        pollfd{signals.descriptor(), POLLIN, 0}};
        if (::poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR) return {};
        if (waited[1].revents != 0) {
            if (signals.take().suspend) {
                streams.write_err("\n");
                signals.terminal().stop_process();
                streams.write_err(question);
                answer.show();
            }
            if (signals.reason() != Signals::Reason::none)
                return failure(Exit::interrupted, "interrupted", "interrupted");
            continue;
        }
        if (waited[0].revents == 0) continue;
        Byte byte = 0;
        const ssize_t count = ::read(STDIN_FILENO, &byte, 1);
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        const auto key = count <= 0 ? AnswerLine::Key::end : answer.take(byte);
        crypto::wipe({&byte, 1});
        if (key == AnswerLine::Key::done) return {};
        if (key == AnswerLine::Key::end) return failure(Exit::declined, "declined", "nothing was typed");
    }
}

/// What was typed before the question stood there answers something else: it must not agree to a payment.
void drop_typed_ahead() {
    // From the background it would stop the process.
    if (::isatty(STDIN_FILENO) != 0 && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp())
        ::tcflush(STDIN_FILENO, TCIFLUSH);
}

} // namespace

Expected<crypto::SecretBytes> ask_at_terminal(Streams& streams, Signals& signals, std::string_view question,
                                              bool echo) {
    const Terminal::Taken quiet(signals.terminal());
    AnswerLine answer(streams, echo);
    signals.set_editing(true);
    drop_typed_ahead();
    streams.write_err(question);
    auto outcome = read_answer(streams, signals, question, answer);
    signals.set_editing(false);
    streams.write_err("\n");
    if (!outcome) return fail(std::move(outcome.error()));
    return std::move(answer.line);
}

} // namespace cairn::cli
