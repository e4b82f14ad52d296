#include <store/posix_filesystem.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace cairn::store {
namespace {

/// Calls until it is not interrupted by a signal.
template <typename Call> auto retry(Call call) {
    for (;;) {
        const auto result = call();
        if (result != -1 || errno != EINTR) return result;
    }
}

/// An open descriptor, closed at the end.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { ::close(number_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return number_; }

  private:
    int number_;
};

class PosixFile final : public File {
  public:
    PosixFile(int descriptor, Path path) : descriptor_(descriptor), path_(std::move(path)) {}

    std::uint64_t size() const override {
        struct stat status {};
        if (::fstat(descriptor_.get(), &status) != 0) fault("read");
        return static_cast<std::uint64_t>(status.st_size);
    }

    std::size_t read(std::uint64_t offset, std::span<Byte> out) const override {
        std::size_t done = 0;
        while (done < out.size()) {
            const ssize_t got = retry([&] {
                return ::pread(descriptor_.get(), out.data() + done, out.size() - done,
                               static_cast<off_t>(offset + done));
            });
            if (got < 0) fault("read");
            if (got == 0) break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

    void append(ByteView bytes) override {
        while (!bytes.empty()) {
            const ssize_t put = retry([&] { return ::write(descriptor_.get(), bytes.data(), bytes.size()); });
            if (put < 0) fault("write");
            bytes = bytes.subspan(static_cast<std::size_t>(put));
        }
    }

    void sync() override {
        // Not retried, whatever errno says: after a failure the kernel may have dropped the pages.
        if (::fdatasync(descriptor_.get()) != 0) fault("sync");
    }

    void truncate(std::uint64_t size) override {
        if (retry([&] { return ::ftruncate(descriptor_.get(), static_cast<off_t>(size)); }) != 0)
            fault("truncate");
    }

  private:
    [[noreturn]] void fault(const char* operation) const { throw IoFault(operation, path_, errno); }
    Descriptor descriptor_;
    Path path_;
};

Path parent(const Path& path) { return path.has_parent_path() ? path.parent_path() : Path("."); }

} // namespace

std::unique_ptr<File> PosixFileSystem::open(const Path& path, OpenMode mode) {
    const int flags = mode == OpenMode::read ? O_RDONLY : O_RDWR | O_CREAT | O_APPEND;
    const int descriptor = retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0600); });
    if (descriptor < 0) throw IoFault("open", path, errno);
    auto file = std::make_unique<PosixFile>(descriptor, path);
    if (mode == OpenMode::read && is_directory(path)) throw IoFault("open", path, EISDIR);
    return file;
}

bool PosixFileSystem::exists(const Path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) return true;
    if (errno != ENOENT && errno != ENOTDIR) throw IoFault("look up", path, errno);
    return false;
}

bool PosixFileSystem::is_directory(const Path& path) {
    struct stat status {};
    return exists(path) && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::vector<std::string> PosixFileSystem::list(const Path& directory) {
    std::vector<std::string> out;
    std::error_code error;
    std::filesystem::directory_iterator entry(directory, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
        out.push_back(entry->path().filename().string());
    if (error) throw IoFault("list", directory, error.value());
    std::sort(out.begin(), out.end());
    return out;
}

void PosixFileSystem::make_directory(const Path& path) {
    if (is_directory(path)) return;
    if (path.has_parent_path() && path.has_filename()) make_directory(path.parent_path());
    if (::mkdir(path.c_str(), 0700) != 0) {
        if (errno == EEXIST && is_directory(path)) return;
        throw IoFault("make", path, errno);
    }
    sync_directory(parent(path.has_filename() ? path : path.parent_path()));
}

void PosixFileSystem::rename(const Path& from, const Path& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0) throw IoFault("write", to, errno);
}

void PosixFileSystem::remove(const Path& path) {
    if (std::remove(path.c_str()) != 0) throw IoFault("remove", path, errno);
}

void PosixFileSystem::sync_directory(const Path& directory) {
    const int number = retry([&] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (number < 0) throw IoFault("open", directory, errno);
    const Descriptor descriptor(number);
    // EINVAL: a file system that keeps no directories to sync.
    if (::fsync(descriptor.get()) != 0 && errno != EINVAL) throw IoFault("sync", directory, errno);
}

} // namespace cairn::store
