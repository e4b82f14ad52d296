// The wallet's own files: whole, small, replaced atomically. Directories are 0700, files 0600. What the
// system cannot do is thrown as FileFault, with a sentence for people (disk full, read-only, no permission).
#pragma once

#include <base/fault.hpp>
#include <crypto/secret.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace cairn::wallet {

class FileFault : public Fault {
  public:
    /// `act`: a verb, as in "cannot VERB PATH". `code`: errno's value.
    FileFault(const char* act, const std::filesystem::path& path, int code);
    bool disk_full() const; ///< ENOSPC or EDQUOT

  private:
    int code_;
};

/// nullopt where there is no such file. A file longer than `limit` is read up to limit + 1 bytes, for the
/// caller to refuse: memory never grows with what lies there.
std::optional<crypto::SecretBytes> read_file(const std::filesystem::path& file, std::size_t limit);

enum class Existing { replace, keep };

/// Writes a temporary beside `file`, syncs it, renames it and syncs the directory: at every moment `file` is
/// absent, the old or the new. With Existing::keep it returns false, and changes nothing, where `file`
/// exists.
bool write_file_atomically(const std::filesystem::path& file, ByteView bytes, Existing existing);

/// Renames and syncs the directory; both in one directory. False where `to` exists. `from` must exist.
bool rename_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// Removes and syncs the directory. False where there was none.
bool remove_file(const std::filesystem::path& file);

/// Makes it, and what is missing above it, as 0700.
void make_directory(const std::filesystem::path& directory);

} // namespace cairn::wallet
