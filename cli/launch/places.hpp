// Where things are, by the XDG base directory specification (freedesktop.org, version 0.8).
#pragma once

#include <cli/launch/options.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace cairn::cli {

/// A variable of the environment; nullopt where it is not set or empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment process_environment();

struct Places {
    std::filesystem::path data;     ///< the data directory; empty with --scratch
    std::filesystem::path settings; ///< cairn.toml
    std::filesystem::path history;
};

/// no_home (1) where neither HOME nor the variable is set. Relative paths in variables are passed over, as
/// the specification asks.
Expected<Places> find_places(const LaunchOptions& options, const Environment& environment);

/// A private directory below $TMPDIR, with all that is in it removed at the end.
class ScratchDirectory {
  public:
    explicit ScratchDirectory(const Environment& environment);
    ~ScratchDirectory();
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

} // namespace cairn::cli
