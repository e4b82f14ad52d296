#include <base/fault.hpp>
#include <wallet/files.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace cairn::wallet {
namespace {

namespace fs = std::filesystem;

constexpr mode_t file_mode = 0600;
constexpr mode_t directory_mode = 0700;

std::string reason(int error) {
    switch (error) {
    case ENOSPC:
        return "the disk is full";
    case EDQUOT:
        return "the disk quota is used up";
    case EROFS:
        return "the file system is read-only";
    case EACCES:
    case EPERM:
        return "no permission";
    case EIO:
        return "the disk reports an input/output error";
    case ENAMETOOLONG:
        return "the name is too long";
    case ENOTDIR:
        return "a part of the path is not a directory";
    case ENOENT:
        return "the directory does not exist";
    default:
        return std::generic_category().message(error);
    }
}

[[noreturn]] void fault(const char* act, const fs::path& path, int error = errno) {
    throw FileFault(act, path, error);
}

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }
    bool is_open() const { return fd_ >= 0; }
    /// Network file systems tell of a failed write no sooner than here.
    bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

  private:
    int fd_;
};

fs::path directory_of(const fs::path& file) {
    const fs::path parent = file.parent_path();
    return parent.empty() ? fs::path(".") : parent;
}

void sync_directory(const fs::path& directory) {
    const Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.is_open()) fault("open", directory);
    // EINVAL: a file system that has no such thing to offer.
    if (::fsync(fd.get()) != 0 && errno != EINVAL) fault("sync", directory);
}

/// A temporary that goes away unless it was renamed.
class Temporary {
  public:
    explicit Temporary(const fs::path& beside)
        : path_(directory_of(beside) / ("." + beside.filename().string() + ".cairn-new")) {
        ::unlink(path_.c_str()); // of a run that was killed
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    ~Temporary() {
        if (!kept_) ::unlink(path_.c_str());
    }
    const fs::path& path() const { return path_; }
    void keep() { kept_ = true; }

  private:
    fs::path path_;
    bool kept_ = false;
};

void write_and_sync(const fs::path& file, ByteView bytes) {
    Descriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file_mode));
    if (!fd.is_open()) fault("write", file);
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fault("write", file);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    if (::fsync(fd.get()) != 0) fault("sync", file);
    if (!fd.close()) fault("write", file);
}

/// Renames unless `to` exists.
bool rename_new(const fs::path& from, const fs::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
    if (errno == EEXIST) return false;
    if (errno != EINVAL && errno != ENOSYS) fault("write", to);
    // A file system without that flag: the name is taken first, by an empty file, and then replaced.
    const Descriptor reserved(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file_mode));
    if (!reserved.is_open()) {
        if (errno == EEXIST) return false;
        fault("write", to);
    }
    if (::rename(from.c_str(), to.c_str()) != 0) {
        const int error = errno;
        ::unlink(to.c_str());
        fault("write", to, error);
    }
    return true;
}

} // namespace

FileFault::FileFault(const char* act, const fs::path& path, int code)
    : Fault("cannot " + std::string(act) + " " + path.string() + ": " + reason(code)), code_(code) {}

bool FileFault::disk_full() const { return code_ == ENOSPC || code_ == EDQUOT; }

std::optional<crypto::SecretBytes> read_file(const fs::path& file, std::size_t limit) {
    // Not blocking: what lies there may be a pipe that nobody writes to.
    const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd.is_open()) {
        if (errno == ENOENT) return std::nullopt;
        fault("read", file);
    }
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) fault("read", file);
    if (!S_ISREG(status.st_mode)) throw Fault("cannot read " + file.string() + ": it is not a regular file");

    crypto::SecretBytes bytes(std::min(static_cast<std::size_t>(status.st_size), limit + 1));
    std::size_t size = 0;
    while (size < bytes.size()) {
        const ssize_t got = ::read(fd.get(), bytes.writable().data() + size, bytes.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fault("read", file);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size == bytes.size()) return bytes;
    return crypto::SecretBytes(bytes.view().first(size));
}

bool write_file_atomically(const fs::path& file, ByteView bytes, Existing existing) {
    Temporary temporary(file);
    write_and_sync(temporary.path(), bytes);
    if (existing == Existing::keep) {
        if (!rename_new(temporary.path(), file)) return false;
    } else if (::rename(temporary.path().c_str(), file.c_str()) != 0) {
        fault("write", file);
    }
    temporary.keep();
    sync_directory(directory_of(file));
    return true;
}

bool rename_file(const fs::path& from, const fs::path& to) {
    if (!rename_new(from, to)) return false;
    sync_directory(directory_of(to));
    return true;
}

bool remove_file(const fs::path& file) {
    if (::unlink(file.c_str()) != 0) {
        if (errno == ENOENT) return false;
        fault("remove", file);
    }
    sync_directory(directory_of(file));
    return true;
}

void make_directory(const fs::path& directory) {
    if (directory.empty()) return;
    if (::mkdir(directory.c_str(), directory_mode) == 0) {
        sync_directory(directory_of(directory));
        return;
    }
    if (errno == EEXIST && fs::is_directory(directory)) return;
    if (errno != ENOENT || directory == directory.root_path()) fault("make", directory);
    make_directory(directory_of(directory));
    make_directory(directory);
}

} // namespace cairn::wallet
