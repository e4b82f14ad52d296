// Faults: the machine or the store failed, not a rule. Thrown, never used for bad input.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace cairn {

/// An operating-system or hardware failure: disk full, I/O error, no entropy. The node stops; nothing that
/// is not on disk has been acknowledged.
class Fault : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The stored data is damaged in a way that a torn tail does not explain. Names the file and the offset.
class DamagedStore : public Fault {
  public:
    DamagedStore(const std::string& file, std::uint64_t offset, const std::string& why)
        : Fault(file + " at offset " + std::to_string(offset) + ": " + why), file_(file), offset_(offset) {}
    const std::string& file() const { return file_; }
    std::uint64_t offset() const { return offset_; }

  private:
    std::string file_;
    std::uint64_t offset_;
};

} // namespace cairn
