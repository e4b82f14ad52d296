// What the tests of the store share.
#pragma once

#include <base/random.hpp>
#include <store/posix_filesystem.hpp>
#include <store/record_log.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace cairn::store::test {

/// A real directory, gone at the end.
class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "cairn-store-XXXXXX").string();
        if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary directory");
        path_ = name;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    const Path& path() const { return path_; }

  private:
    Path path_;
};

inline BlockId chain_of(Byte first) {
    BlockId out;
    out.bytes[0] = first;
    return out;
}

/// Small files and a small buffer, so that tests meet their ends.
inline LogOptions small_log() {
    LogOptions out;
    out.chain = chain_of(7);
    out.mark = 0x5ca1ab1e;
    out.file_bytes = 4096;
    out.buffer_bytes = 512;
    return out;
}

inline Bytes random_bytes(Random& random, std::size_t size) {
    Bytes out(size);
    random.fill(out);
    return out;
}

inline std::vector<Bytes> payloads(const RecordLog& log, LogPosition from = {}) {
    std::vector<Bytes> out;
    auto cursor = log.cursor(from);
    while (auto record = cursor.next()) out.push_back(std::move(record->payload));
    return out;
}

} // namespace cairn::store::test
