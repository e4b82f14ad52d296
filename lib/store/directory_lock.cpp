#include <store/directory_lock.hpp>

#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <string_view>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace cairn::store {
namespace {

constexpr std::size_t max_bytes = 4096;

/// A text on a line of its own, shortened, without anything that could move a terminal.
std::string line(std::string text) {
    constexpr std::size_t max_line = 1024;
    if (text.size() > max_line) text.resize(max_line);
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return text + "\n";
}

std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view out = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return out;
}

/// "PID\nPANE\nCOMMAND\n"
LockHolder read_holder(int descriptor) {
    std::string content(max_bytes, '\0');
    const ssize_t got = ::pread(descriptor, content.data(), content.size(), 0);
    content.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    std::string_view text = content;
    LockHolder out;
    const std::string_view pid = take_line(text);
    std::from_chars(pid.data(), pid.data() + pid.size(), out.pid);
    out.pane = take_line(text);
    out.command = take_line(text);
    return out;
}

/// What it tells is for people: a full disk must not keep anyone out, so failures are ignored.
void write_holder(int descriptor, const LockHolder& holder) {
    const std::string text = line(std::to_string(holder.pid)) + line(holder.pane) + line(holder.command);
    if (::ftruncate(descriptor, 0) != 0) return;
    if (::pwrite(descriptor, text.data(), text.size(), 0) < 0) return;
}

} // namespace

Result<DirectoryLock, LockHolder> DirectoryLock::acquire(const Path& directory, LockHolder self) {
    const Path path = directory / "lock";
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) throw IoFault("open", path, errno);
    DirectoryLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) throw IoFault("lock", path, errno);
        return fail(read_holder(descriptor));
    }
    self.pid = ::getpid();
    write_holder(descriptor, self);
    return lock;
}

DirectoryLock::~DirectoryLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

} // namespace cairn::store
