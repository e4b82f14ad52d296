// Settings of the user: $XDG_CONFIG_HOME/cairn/cairn.toml, the part of TOML that simple keys need: `key =
// "text"`, numbers, true and false, comments, one table [alias]. What the launch says wins.
#pragma once

#include <cli/answer.hpp>
#include <cli/output/printer.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::cli {

/// What the chain may keep in memory to be read again, MiB: --cache, and `cache` of the settings.
inline constexpr std::uint32_t least_cache_mib = 16;
inline constexpr std::uint32_t most_cache_mib = 65'536;

struct Settings {
    std::optional<OutputMode> output;   ///< output = "human"
    std::optional<std::string> colour;  ///< color = "auto"
    std::optional<std::string> network; ///< network = "main": for new data directories
    bool history = true;                ///< history = true: keep what is typed
    std::optional<std::string> pager;   ///< pager = "auto": a command, auto or off
    bool hints = true;                  ///< hints = true: what is still owed, while typing
    std::optional<std::chrono::milliseconds> lock_after = std::chrono::minutes(15); ///< lock_after = "15m"
    std::uint32_t max_reorg = 100;              ///< max_reorg = 100: deeper reorganisations are held
    unsigned mining_threads = 1;                ///< mining_threads = 1
    std::uint32_t cache_mib = 128;              ///< cache = 128: MiB, as --cache
    std::map<std::string, std::string> aliases; ///< [alias] NAME = "COMMAND"
};

/// "off", or a time such as 15m: the time without use after which wallets lock. False where it is neither.
bool set_lock_after(std::optional<std::chrono::milliseconds>& limit, const std::string& value);

struct ReadSettings {
    Settings settings;
    std::vector<std::string> warnings; ///< unknown keys, with their lines
};

/// bad_settings (2) names the line.
Expected<ReadSettings> parse_settings(std::string_view text, std::string_view file);
/// Of a missing file: the defaults.
Expected<ReadSettings> read_settings(const std::filesystem::path& file);

} // namespace cairn::cli
