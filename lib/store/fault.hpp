// Faults of the store beside DamagedStore (base/fault.hpp): the machine refused, or the files are not ours.
#pragma once

#include <base/fault.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace cairn::store {

using Path = std::filesystem::path;

/// The operating system refused an operation on a file. The text is for people: "the disk is full: cannot
/// write PATH".
class IoFault : public Fault {
  public:
    /// `operation`: a verb, as in "cannot VERB PATH". `code`: errno's value, 0 where there is none.
    IoFault(std::string_view operation, const Path& path, int code);
    const Path& path() const { return path_; }
    const std::string& operation() const { return operation_; }
    int code() const { return code_; }
    bool disk_full() const; ///< ENOSPC or EDQUOT

  private:
    Path path_;
    std::string operation_;
    int code_;
};

/// Sound files of another format version or another network. An index of another version can be rebuilt from
/// the log; a log cannot be read.
class ForeignStore : public Fault {
  public:
    enum class Reason { version, network };
    ForeignStore(const Path& path, Reason reason, const std::string& why)
        : Fault(path.string() + ": " + why), reason_(reason) {}
    Reason reason() const { return reason_; }

  private:
    Reason reason_;
};

} // namespace cairn::store
