// One process a data directory: an advisory lock on DIR/lock, which the kernel lets go when the process ends,
// however it ends. The file tells who holds it.
#pragma once

#include <base/result.hpp>
#include <store/fault.hpp>

#include <cstdint>
#include <string>

namespace cairn::store {

/// Who holds a data directory.
struct LockHolder {
    std::int64_t pid = 0; ///< 0 where the file does not tell (it is being written, or was altered)
    std::string pane;     ///< the tmux pane, as %3; empty outside tmux
    std::string command;  ///< what it was started as
    friend bool operator==(const LockHolder&, const LockHolder&) = default;
};

/// Held until destroyed. Children do not inherit it.
class DirectoryLock {
  public:
    /// `directory` must exist. `self`: what to tell others; its pid is filled in. IoFault where the file
    /// cannot be made.
    static Result<DirectoryLock, LockHolder> acquire(const Path& directory, LockHolder self);
    ~DirectoryLock();
    DirectoryLock(DirectoryLock&& other) noexcept;
    DirectoryLock& operator=(DirectoryLock&& other) noexcept;

  private:
    explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
};

} // namespace cairn::store
