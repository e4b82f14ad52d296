// A file system in memory that knows what was synced: it can lose power, and it can fail at a chosen call.
// For tests and simulations.
#pragma once

#include <base/random.hpp>
#include <store/filesystem.hpp>

#include <map>
#include <optional>

namespace cairn::store {

class MemoryFileSystem final : public FileSystem {
  public:
    MemoryFileSystem();

    std::unique_ptr<File> open(const Path& path, OpenMode mode) override;
    bool exists(const Path& path) override;
    bool is_directory(const Path& path) override;
    std::vector<std::string> list(const Path& directory) override;
    void make_directory(const Path& path) override;
    void rename(const Path& from, const Path& to) override;
    void remove(const Path& path) override;
    void sync_directory(const Path& directory) override;

    /// Power is lost: all that was not synced is gone. Open files must be closed before.
    void crash();
    /// Power is lost, unkindly: of what was not synced, each sector of 512 bytes of each write is kept or
    /// dropped on its own, so that writes are lost, torn and reordered (a lost sector before a kept one reads
    /// as zeros); of the changes of each directory the first few are kept.
    void crash(Prng& random);

    enum class Call { write, sync, any }; ///< write: appends and truncations; sync: of files and directories
    /// The n-th matching call from now on (1 the next) fails with `code` (errno). A failing append writes
    /// half of its bytes; what a failing sync should have made durable never becomes so by a later one. With
    /// `for_good` all matching calls after it fail too.
    void fail_at(std::uint64_t n, Call call, int code, bool for_good = false);
    void fail_never() { plan_.reset(); }
    std::uint64_t calls() const { return calls_; } ///< all so far

    /// Flips one bit of a file, in what is synced too: a disk that lies.
    void flip_bit(const Path& path, std::uint64_t bit);

  private:
    struct Inode;
    class OpenFile;
    struct Plan {
        std::uint64_t left;
        Call call;
        int code;
        bool for_good;
    };

    std::shared_ptr<Inode> find(const Path& path) const;
    std::shared_ptr<Inode> parent_of(const Path& path, const char* operation) const;
    /// ENOENT, or ENOTDIR where a file stands in the way.
    int why_absent(const Path& path) const;
    /// Counts a call; the code with which it is to fail, where it is.
    std::optional<int> failure(Call call);
    void check(Call call, const char* operation, const Path& path);

    std::shared_ptr<Inode> root_;
    std::optional<Plan> plan_;
    std::uint64_t calls_ = 0;
};

} // namespace cairn::store
