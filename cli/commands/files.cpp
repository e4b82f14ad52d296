#include <cli/commands/files.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace cairn::cli {
namespace {

constexpr std::size_t buffer_bytes = 256u << 10;

std::string reason(int code) {
    switch (code) {
    case ENOSPC:
    case EDQUOT:
        return "the disk is full: no space left on the device";
    case EROFS:
        return "the disk is read-only";
    case EACCES:
    case EPERM:
        return "no permission";
    case EISDIR:
        return "it is a directory";
    case ENOTDIR:
        return "a part of the path is no directory";
    case ENAMETOOLONG:
        return "the name is too long";
    default:
        return std::strerror(code); // NOLINT(concurrency-mt-unsafe): the interface thread alone
    }
}

auto unreadable(const std::string& path, const std::string& why) {
    return failure(Exit::failed, "unreadable_file", "cannot read " + path + ": " + why);
}
auto unwritable(const std::string& path, const std::string& why) {
    return failure(Exit::failed, "unwritable_file", "cannot write " + path + ": " + why);
}
/// `code`: errno's value.
auto unwritable(const std::string& path, int code) {
    const bool full = code == ENOSPC || code == EDQUOT;
    return failure(Exit::failed, full ? "disk_full" : "unwritable_file",
                   "cannot write " + path + ": " + reason(code));
}
auto missing(const std::string& path) {
    return failure(Exit::not_found, "file_not_found", "there is no file " + path);
}
auto too_large(const std::string& path, std::size_t limit) {
    return failure(Exit::failed, "file_too_large",
                   path + " is larger than " + std::to_string(limit) + " bytes");
}
auto exists(const std::string& path) {
    return failure(Exit::failed, "file_exists", path + " exists already and is left as it is",
                   "name another file, or remove it first");
}

} // namespace

Expected<InputFile> InputFile::open(const std::string& path) {
    // Not blocking: a pipe that nobody writes to must not hold the program.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0) {
        if (errno == ENOENT) return missing(path);
        return unreadable(path, reason(errno));
    }
    struct stat status {};
    const bool known = ::fstat(descriptor, &status) == 0;
    InputFile file(path, descriptor,
                   known && S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0);
    if (!known) return unreadable(path, reason(errno));
    if (S_ISDIR(status.st_mode)) return unreadable(path, "it is a directory");
    if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) return unreadable(path, "it is a device");
    if (!S_ISREG(status.st_mode)) return unreadable(path, "it is no regular file");
    return file;
}

InputFile::InputFile(InputFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

InputFile::~InputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Expected<std::size_t> InputFile::read(std::span<Byte> out) {
    std::size_t filled = 0;
    while (filled < out.size()) {
        const auto got = ::read(descriptor_, out.data() + filled, out.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unreadable(path_, reason(errno));
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

Expected<std::string> read_whole(const std::string& path, std::size_t limit) {
    auto file = InputFile::open(path);
    if (!file) return fail(file.error());
    if (file->size() > limit) return too_large(path, limit);
    std::string text;
    Bytes piece(64u << 10);
    while (true) {
        const auto got = file->read(piece);
        if (!got) return fail(got.error());
        text.append(as_text(ByteView(piece).first(*got)));
        if (text.size() > limit) return too_large(path, limit);
        if (*got < piece.size()) return text;
    }
}

Expected<crypto::SecretBytes> read_secret(const std::string& path, std::size_t limit) {
    auto file = InputFile::open(path);
    if (!file) return fail(file.error());
    crypto::SecretBytes room(limit + 1); // of full size at once: no piece of it is left in freed memory
    const auto got = file->read(room.writable());
    if (!got) return fail(got.error());
    if (*got > limit) return too_large(path, limit);
    return crypto::SecretBytes(room.view().first(*got));
}

Expected<OutputFile> OutputFile::create(const std::string& path, Secrecy secrecy) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0) {
        if (S_ISDIR(status.st_mode)) return unwritable(path, "it is a directory");
        if (!S_ISCHR(status.st_mode) && !S_ISFIFO(status.st_mode)) return exists(path);
        const int device = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
        if (device < 0) return unwritable(path, errno);
        return OutputFile(path, {}, device);
    }
    const std::filesystem::path target(path);
    const auto temporary = target.parent_path() / ("." + target.filename().string() + "." +
                                                   std::to_string(static_cast<long>(::getpid())) + ".tmp");
    const mode_t mode = secrecy == Secrecy::secret ? 0600 : 0666;
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor < 0) {
        if (errno == ENOENT)
            return failure(Exit::not_found, "file_not_found",
                           "there is no directory " + target.parent_path().string());
        return unwritable(path, errno);
    }
    return OutputFile(path, temporary.string(), descriptor);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)) {}

OutputFile::~OutputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Expected<void> OutputFile::flush() {
    ByteView left = buffer_;
    while (!left.empty()) {
        const auto put = ::write(descriptor_, left.data(), left.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return unwritable(path_, errno);
        left = left.subspan(static_cast<std::size_t>(put));
    }
    buffer_.clear();
    return {};
}

Expected<void> OutputFile::write(ByteView bytes) {
    append(buffer_, bytes);
    return buffer_.size() < buffer_bytes ? Expected<void>{} : flush();
}

Expected<void> OutputFile::commit() {
    if (auto flushed = flush(); !flushed) return flushed;
    if (temporary_.empty()) return {};
    if (::fsync(descriptor_) != 0) return unwritable(path_, errno);
    if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
        // Not every file system knows the flag; a link refuses an existing name as well.
        if (errno == EEXIST) return exists(path_);
        if (::link(temporary_.c_str(), path_.c_str()) != 0)
            return errno == EEXIST ? Expected<void>(exists(path_)) : unwritable(path_, errno);
        ::unlink(temporary_.c_str());
    }
    temporary_.clear();
    auto folder = std::filesystem::path(path_).parent_path();
    if (folder.empty()) folder = ".";
    if (const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); directory >= 0) {
        ::fsync(directory);
        ::close(directory);
    }
    return {};
}

Expected<void> write_whole(const std::string& path, ByteView bytes, Secrecy secrecy) {
    auto file = OutputFile::create(path, secrecy);
    if (!file) return fail(file.error());
    if (auto written = file->write(bytes); !written) return written;
    return file->commit();
}

} // namespace cairn::cli
