// The options of the launch, as cli.md of the documentation lists them: one table, read by the same parser as
// every command line.
#pragma once

#include <cli/command.hpp>
#include <cli/grammar/tokenizer.hpp>
#include <cli/output/printer.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cairn::cli {

enum class ColourChoice { automatic, always, never };

/// One -c or -f.
struct ScriptArgument {
    bool is_file = false;
    std::string text; ///< the command, or the file's name ("-": standard input)
};

struct LaunchOptions {
    std::optional<std::filesystem::path> datadir;
    std::optional<std::string> profile;
    bool scratch = false;
    std::optional<std::string> network; ///< main, dev or a file
    std::optional<std::string> wallet;
    std::optional<std::string> listen;    ///< [HOST:]PORT, auto, off
    std::vector<std::string> connect;     ///< HOST:PORT
    std::optional<std::string> discovery; ///< off, local, lan
    std::optional<OutputMode> output;
    std::optional<ColourChoice> colour;
    bool events = false;
    std::optional<std::filesystem::path> password_file;
    std::optional<int> password_fd;
    bool yes = false;
    bool keep_going = false;
    std::optional<std::uint64_t> timeout_ms;
    bool reindex = false;
    std::optional<std::uint32_t> cache_mib; ///< within the bounds that settings have
    std::vector<ScriptArgument> scripts;    ///< in the order given
    bool interactive = false;
    bool daemon = false;
    bool version = false;
    bool help = false;
    std::vector<std::string> command; ///< COMMAND ARGS...
};

/// The specification of the launch itself: its path is empty.
const CommandSpec& launch_spec();

/// Usage failures, each naming the option.
Expected<LaunchOptions> read_launch_options(const std::vector<std::string>& arguments);

} // namespace cairn::cli
