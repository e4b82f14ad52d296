// The platform's files behind one interface. PosixFileSystem (posix_filesystem.hpp) is what the program uses;
// MemoryFileSystem (memory_filesystem.hpp) is the twin of tests and simulations. Files are 0600, directories
// 0700. Every failure is an IoFault. Not for use from several threads at once.
#pragma once

#include <base/bytes.hpp>
#include <store/fault.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cairn::store {

/// An open file; destroying it closes it, and does not sync it.
class File {
  public:
    virtual ~File() = default;
    virtual std::uint64_t size() const = 0; ///< bytes
    /// Fills `out` from `offset` on; returns how many bytes there were, fewer than asked only at the end.
    virtual std::size_t read(std::uint64_t offset, std::span<Byte> out) const = 0;
    /// All of `bytes` at the end. After a fault an unknown part of them may be there.
    virtual void append(ByteView bytes) = 0;
    /// Returns once size and content are durable. After a fault nothing is known of what was written since
    /// the last success, and a second try proves nothing: stop.
    virtual void sync() = 0;
    virtual void truncate(std::uint64_t size) = 0;
};

enum class OpenMode {
    read,   ///< an absent file is a fault
    append, ///< reading as well; an absent file is made, and lasts once its directory is synced
};

class FileSystem {
  public:
    virtual ~FileSystem() = default;
    virtual std::unique_ptr<File> open(const Path& path, OpenMode mode) = 0;
    virtual bool exists(const Path& path) = 0;
    virtual bool is_directory(const Path& path) = 0; ///< false where absent
    /// Names in a directory, ascending, without "." and "..".
    virtual std::vector<std::string> list(const Path& directory) = 0;
    /// With its parents; nothing where it exists. Made durable before it returns.
    virtual void make_directory(const Path& path) = 0;
    /// Replaces a file `to`. Lasts once the directory is synced.
    virtual void rename(const Path& from, const Path& to) = 0;
    /// A file or an empty directory. Lasts once the directory is synced.
    virtual void remove(const Path& path) = 0;
    /// Returns once the names in the directory are durable.
    virtual void sync_directory(const Path& directory) = 0;
};

/// The whole file, at most `limit` bytes: more is a fault.
Bytes read_file(FileSystem& files, const Path& path, std::uint64_t limit = 64ULL << 20);

/// Replaces the file so that at every moment, whatever is killed, PATH holds the old content or the new one,
/// whole; durable on return. By way of PATH.tmp in the same directory.
void write_file_atomically(FileSystem& files, const Path& path, ByteView bytes);

/// A directory and all below it; nothing where it is absent. Durable on return.
void remove_tree(FileSystem& files, const Path& directory);

} // namespace cairn::store
