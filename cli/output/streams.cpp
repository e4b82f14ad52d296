#include <cli/output/streams.hpp>
#include <store/fault.hpp>

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace cairn::cli {

namespace {

/// 0, or errno's value.
int write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) { // somebody made the terminal or pipe non-blocking
            pollfd ready{descriptor, POLLOUT, 0};
            ::poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

/// Who starts us may have closed standard input or output. Then the first files that are opened would take
/// their numbers, and what is printed would be written into them. Whether it was closed.
bool fill_if_closed(int descriptor) {
    if (::fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) return false;
    const int null = ::open("/dev/null", O_RDWR); // the lowest free number
    if (null != descriptor) throw Fault("no file descriptor left for standard input and output");
    return true;
}

bool fill_all_closed() {
    fill_if_closed(STDIN_FILENO);
    const bool out = fill_if_closed(STDOUT_FILENO);
    fill_if_closed(STDERR_FILENO);
    return out;
}

} // namespace

Streams::Streams()
    : out_was_closed_(fill_all_closed()),
      in_is_terminal_(::isatty(STDIN_FILENO) == 1),
      out_is_terminal_(::isatty(STDOUT_FILENO) == 1),
      err_is_terminal_(::isatty(STDERR_FILENO) == 1) {}

void Streams::out(std::string_view text) {
    if (text.empty()) return;
    if (lane_) return lane_(text, false);
    write_out(text);
}

void Streams::err(std::string_view text) {
    if (text.empty()) return;
    if (lane_) return lane_(text, true);
    write_err(text);
}

void Streams::write_out(std::string_view text) {
    const int error = write_all(STDOUT_FILENO, text);
    if (error == EPIPE) throw ClosedPipe{};
    if (error != 0) throw store::IoFault("write to", "standard output", error);
}

void Streams::write_err(std::string_view text) { write_all(STDERR_FILENO, text); }

unsigned Streams::width() const {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) return size.ws_col;
    return 80;
}

unsigned Streams::height() const {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row >= 2) return size.ws_row;
    return 24;
}

} // namespace cairn::cli
