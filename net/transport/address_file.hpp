// The address book on disk: written by a thread of its own, so that a slow disk keeps nobody waiting. What it
// holds can be found again: where it cannot be read or written the node goes on without. For one thread.
#pragma once

#include <base/bytes.hpp>
#include <store/filesystem.hpp>

#include <memory>

namespace cairn::net {

class AddressFile {
  public:
    explicit AddressFile(store::Path file);
    ~AddressFile(); ///< as close()
    AddressFile(const AddressFile&) = delete;
    AddressFile& operator=(const AddressFile&) = delete;

    /// What keep() got last, in this run or before; empty where nothing can be read.
    static Bytes read(const store::Path& file);
    /// Soon to be the content of the file, whole; of several the last.
    void keep(Bytes bytes);
    /// Once it is written, or could not be.
    void close();

  private:
    class State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::net
