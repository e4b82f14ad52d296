#include <base/utf8.hpp>
#include <cli/launch/secrets.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace cairn::cli {

namespace {

constexpr std::size_t longest_secret = 4'096; // bytes

/// The terminal without echo, put back at the end of the scope.
class Silence {
  public:
    explicit Silence(bool wanted) : wanted_(wanted && ::tcgetattr(STDIN_FILENO, &before_) == 0) { apply(); }
    ~Silence() { restore(); }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    void apply() const {
        if (!wanted_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &silent);
    }
    void restore() const {
        if (wanted_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
    }

  private:
    termios before_{};
    bool wanted_;
};

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

Expected<crypto::SecretBytes> ask_at_terminal(Streams& streams, Signals& signals, std::string_view question,
                                              bool echo) {
    Silence silence(!echo);
    signals.set_editing(true);
    streams.write_err(question);
    crypto::SecretBytes line;
    Expected<void> outcome;
    bool done = false;
    while (!done) {
        std::array<pollfd, 2> waited = {pollfd{STDIN_FILENO, POLLIN, 0},
                                        pollfd{signals.descriptor(), POLLIN, 0}};
        if (::poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR) break;
        if (waited[1].revents != 0) {
            if (signals.take().suspend) {
                silence.restore();
                ::kill(::getpid(), SIGSTOP);
                silence.apply();
                streams.write_err(question);
            }
            if (signals.reason() != Signals::Reason::none) {
                outcome = failure(Exit::interrupted, "interrupted", "interrupted");
                done = true;
            }
        } else if (waited[0].revents != 0) {
            Byte byte = 0;
            const ssize_t count = ::read(STDIN_FILENO, &byte, 1);
            if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
            if (count <= 0 && line.empty())
                outcome = failure(Exit::declined, "declined", "nothing was typed");
            done = count <= 0 || byte == '\n';
            if (!done && line.size() < longest_secret) line.append({&byte, 1});
            crypto::wipe({&byte, 1});
        }
    }
    signals.set_editing(false);
    if (!echo || !outcome) streams.write_err("\n");
    if (!outcome) return fail(std::move(outcome.error()));
    return line;
}

} // namespace cairn::cli
