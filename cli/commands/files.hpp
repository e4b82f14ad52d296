// Files that a user names on a command line: read as a stream of any size, and written so that a file appears
// whole or not at all, and none is ever overwritten. Failures are the user's to mend, so they are values.
#pragma once

#include <base/bytes.hpp>
#include <cli/answer.hpp>
#include <crypto/secret.hpp>

#include <cstdint>
#include <span>
#include <string>

namespace cairn::cli {

class InputFile {
  public:
    /// file_not_found (4); unreadable_file (1): a directory, a device, no permission.
    static Expected<InputFile> open(const std::string& path);
    ~InputFile();
    InputFile(InputFile&& other) noexcept;
    InputFile& operator=(InputFile&&) = delete;

    /// Fills `out`; fewer bytes only at the end of the file.
    Expected<std::size_t> read(std::span<Byte> out);
    const std::string& path() const { return path_; }
    std::uint64_t size() const { return size_; } ///< 0 where it cannot be told (a pipe)

  private:
    InputFile(std::string path, int descriptor, std::uint64_t size)
        : path_(std::move(path)), descriptor_(descriptor), size_(size) {}
    std::string path_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
};

/// The whole of a small file; file_too_large (1) above `limit` bytes.
Expected<std::string> read_whole(const std::string& path, std::size_t limit);
/// The same, of a small file that holds a secret: no copy of it is left in freed memory.
Expected<crypto::SecretBytes> read_secret(const std::string& path, std::size_t limit);

enum class Secrecy { ordinary, secret };

/// Written beside its place, synced, and given its name by `commit`; removed where that never came. A device
/// or a pipe is written to directly.
class OutputFile {
  public:
    /// file_exists (1), unwritable_file (1), file_not_found (4) for a missing directory. secret: mode 0600.
    static Expected<OutputFile> create(const std::string& path, Secrecy secrecy = Secrecy::ordinary);
    ~OutputFile();
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;

    Expected<void> write(ByteView bytes);
    Expected<void> commit();
    const std::string& path() const { return path_; }

  private:
    OutputFile(std::string path, std::string temporary, int descriptor)
        : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {}
    Expected<void> flush();
    std::string path_;
    std::string temporary_; ///< empty for a device
    int descriptor_ = -1;
    Bytes buffer_;
};

/// The whole at once.
Expected<void> write_whole(const std::string& path, ByteView bytes, Secrecy secrecy = Secrecy::ordinary);

} // namespace cairn::cli
