#include <base/utf8.hpp>
#include <cli/launch/signals.hpp>
#include <cli/script/input.hpp>
#include <cli/session.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cairn::cli {

namespace {

class Descriptor {
  public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    ~Descriptor() { ::close(descriptor_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return descriptor_; }

  private:
    int descriptor_;
};

/// nullopt where there is nothing yet after all.
Expected<std::optional<std::size_t>> read_some(int descriptor, char* buffer, std::size_t size) {
    const ssize_t count = ::read(descriptor, buffer, size);
    if (count >= 0) return std::optional(static_cast<std::size_t>(count));
    if (errno == EINTR || errno == EAGAIN) return std::optional<std::size_t>();
    return failure(Exit::failed, "io_error", std::string("cannot read: ") + std::strerror(errno));
}

bool is_readable(int descriptor) {
    pollfd looked{descriptor, POLLIN, 0};
    return ::poll(&looked, 1, 0) > 0;
}

/// Waits for the descriptor, the session's stop and its events.
Expected<std::size_t> read_waiting(Session& session, int descriptor, char* buffer, std::size_t size) {
    while (true) {
        // poll(2) rather than epoll: it also takes regular files, which are always ready
        std::array<pollfd, 3> waited = {pollfd{descriptor, POLLIN, 0},
                                        pollfd{session.signals().descriptor(), POLLIN, 0},
                                        pollfd{session.notice_descriptor(), POLLIN, 0}};
        const int ready = ::poll(waited.data(), waited.size(), -1);
        if (ready < 0 && errno != EINTR)
            return failure(Exit::failed, "io_error",
                           std::string("cannot wait for input: ") + std::strerror(errno));
        if (session.stop().stop_requested()) return fail(session.stop_failure());
        if (waited[1].revents != 0) session.signals().take();
        if (waited[2].revents != 0) session.pump();
        if (waited[0].revents == 0) continue;
        auto count = read_some(descriptor, buffer, size);
        if (!count) return fail(std::move(count.error()));
        if (*count) return **count;
    }
}

} // namespace

LineSource standard_input(Session& session) {
    return LineSource(
        [&session](char* buffer, std::size_t size) {
            return read_waiting(session, STDIN_FILENO, buffer, size);
        },
        [] { return is_readable(STDIN_FILENO); });
}

Expected<LineSource> open_script(Session& session, const std::string& name) {
    // Not blocking: a pipe may have nobody yet who writes to it.
    const int opened = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (opened < 0) {
        const bool absent = errno == ENOENT || errno == ENOTDIR;
        return failure(absent ? Exit::not_found : Exit::failed, absent ? "file_not_found" : "io_error",
                       "the script " + escape_for_display(name) + ": " + std::strerror(errno));
    }
    auto descriptor = std::make_shared<Descriptor>(opened);
    struct stat about {};
    if (::fstat(opened, &about) == 0 && S_ISDIR(about.st_mode))
        return failure(Exit::failed, "io_error",
                       "the script " + escape_for_display(name) + " is a directory");
    return LineSource(
        [&session, descriptor](char* buffer, std::size_t size) {
            return read_waiting(session, descriptor->get(), buffer, size);
        },
        [descriptor] { return is_readable(descriptor->get()); });
}

} // namespace cairn::cli
