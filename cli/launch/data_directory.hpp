// The data directory: made with its network's record, locked by one process.
#pragma once

#include <cli/answer.hpp>
#include <consensus/parameters.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace cairn::cli {

/// `main`, `dev`, or a file of parameters: file_not_found (4), bad_network_file (2) names the key.
Expected<consensus::Network> network_from(const std::string& choice);

/// What DIR/network.json says; nullopt where there is none. DamagedStore where it cannot be read.
std::optional<consensus::Network> recorded_network(const std::filesystem::path& directory);

/// A directory, or nothing yet: not_a_directory (1).
Expected<void> check_place(const std::filesystem::path& directory);

/// The network of a run: the record's where there is one, else the choice, else `fallback`. wrong_network (1)
/// where record and choice differ.
Expected<consensus::Network> choose_network(const std::filesystem::path& directory,
                                            const std::optional<std::string>& choice,
                                            const std::string& fallback);

class DataDirectory {
  public:
    /// Makes it where it is absent (0700), locks it, records the network. in_use (10) names the holder.
    static Expected<DataDirectory> open(const std::filesystem::path& path, const consensus::Network& network,
                                        const std::string& command);
    DataDirectory(DataDirectory&&) noexcept;
    DataDirectory& operator=(DataDirectory&&) noexcept;
    ~DataDirectory();

  private:
    struct State;
    explicit DataDirectory(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace cairn::cli
