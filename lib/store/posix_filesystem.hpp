// The file system of the machine.
#pragma once

#include <store/filesystem.hpp>

namespace cairn::store {

class PosixFileSystem final : public FileSystem {
  public:
    std::unique_ptr<File> open(const Path& path, OpenMode mode) override;
    bool exists(const Path& path) override;
    bool is_directory(const Path& path) override;
    std::vector<std::string> list(const Path& directory) override;
    void make_directory(const Path& path) override;
    void rename(const Path& from, const Path& to) override;
    void remove(const Path& path) override;
    void sync_directory(const Path& directory) override;
};

} // namespace cairn::store
