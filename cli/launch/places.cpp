#include <base/fault.hpp>
#include <cli/launch/places.hpp>

#include <cstdlib>
#include <cstring>
#include <pwd.h>
#include <system_error>
#include <unistd.h>

namespace cairn::cli {

namespace fs = std::filesystem;

namespace {

/// $VARIABLE/cairn, else HOME/FALLBACK/cairn.
std::optional<fs::path> base_directory(const Environment& environment, const char* variable,
                                       const char* fallback) {
    if (const auto set = environment(variable); set && fs::path(*set).is_absolute())
        return fs::path(*set) / "cairn";
    if (const auto home = environment("HOME")) return fs::path(*home) / fallback / "cairn";
    return std::nullopt;
}

} // namespace

Environment process_environment() {
    return [](const char* name) -> std::optional<std::string> {
        const char* value = std::getenv(name); // read before any thread could change it: nothing here does
        if (value != nullptr && *value != '\0') return value;
        if (std::strcmp(name, "HOME") == 0)
            if (const passwd* entry = ::getpwuid(::getuid());
                entry != nullptr && entry->pw_dir != nullptr && *entry->pw_dir != '\0')
                return entry->pw_dir;
        return std::nullopt;
    };
}

Expected<Places> find_places(const LaunchOptions& options, const Environment& environment) {
    Places places;
    const auto config = base_directory(environment, "XDG_CONFIG_HOME", ".config");
    const auto state = base_directory(environment, "XDG_STATE_HOME", ".local/state");
    if (config) places.settings = *config / "cairn.toml";
    if (state) places.history = *state / "history";
    if (options.scratch) return places;
    if (options.datadir) {
        places.data = fs::absolute(*options.datadir).lexically_normal();
        if (!places.data.has_filename()) places.data = places.data.parent_path();
        return places;
    }
    const auto data = base_directory(environment, "XDG_DATA_HOME", ".local/share");
    if (!data)
        return failure(Exit::failed, "no_home", "no home directory is known",
                       "say where to keep the data: --datadir DIR");
    places.data = *data / options.profile.value_or("default");
    return places;
}

ScratchDirectory::ScratchDirectory(const Environment& environment) {
    std::string pattern =
        (fs::path(environment("TMPDIR").value_or("/tmp")) / "cairn-scratch-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) // 0700 by its specification
        throw Fault("cannot make a scratch directory in " + fs::path(pattern).parent_path().string() + ": " +
                    std::strerror(errno));
    path_ = pattern;
}

ScratchDirectory::~ScratchDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

} // namespace cairn::cli
