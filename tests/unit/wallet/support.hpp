// What the tests of the wallet share: a directory that goes away, weak scrypt, and bytes of a file.
#pragma once

#include <base/random.hpp>
#include <wallet/files.hpp>
#include <wallet/wallet.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace cairn::wallet::testing {

class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "cairn-wallet-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
        path_ = pattern;
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

/// The weakest scrypt that is within the limits: a millisecond.
inline constexpr crypto::ScryptParameters weak{10, 1, 1};

inline Protection weakly(std::string_view password) { return Protection::with(password, weak); }
inline crypto::SecretBytes secret(std::string_view text) { return crypto::SecretBytes(text); }

inline std::string contents(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void put(const std::filesystem::path& file, std::string_view bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

/// Names of what lies in a directory.
inline std::vector<std::string> listing(const std::filesystem::path& directory) {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(directory))
        out.push_back(entry.path().filename().string());
    std::sort(out.begin(), out.end());
    return out;
}

inline Mnemonic test_mnemonic() {
    ByteArray<32> entropy;
    for (std::size_t i = 0; i < entropy.size(); ++i) entropy[i] = static_cast<Byte>(0xa0 + i);
    return Mnemonic::from_entropy(entropy);
}

} // namespace cairn::wallet::testing
