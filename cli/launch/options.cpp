#include <cli/commands/network_words.hpp>
#include <cli/grammar/parser.hpp>
#include <cli/launch/options.hpp>
#include <cli/launch/settings.hpp>

#include <algorithm>

namespace cairn::cli {

namespace {

CommandSpec make_launch_spec() {
    CommandSpec spec;
    spec.summary = "your own tamper-evident ledger and currency";
    spec.needs = Needs::nothing;
    spec.options = {
        {"--datadir", "DIR", Kind::file, "keep everything in this directory"},
        {"--profile", "NAME", Kind::text, "a data directory by name, below $XDG_DATA_HOME/cairn"},
        {"--scratch", "", Kind::text, "a directory on `dev` that is gone at exit"},
        {"--network", "main|dev|FILE", Kind::file, "which network; the data directory remembers it"},
        {"--wallet", "NAME", Kind::wallet, "use this wallet"},
        {"--listen", "[HOST:]PORT|auto|off", Kind::text, "where peers may call"},
        {"--connect", "HOST:PORT", Kind::endpoint, "call this peer", "", {}, "", true},
        {"--discovery",
         "WHERE",
         Kind::choice,
         "look for peers on this machine (local), on the LAN too, or off",
         "",
         {"off", "local", "lan"}},
        {"--no-discovery", "", Kind::text, "the same as --discovery off"},
        {"--json", "", Kind::text, "answers as JSON, one object a line"},
        output_option(),
        {"--color", "WHEN", Kind::choice, "auto, always or never", "", {"auto", "always", "never"}},
        {"--events", "", Kind::text, "events as JSON on standard output"},
        {"--password-file", "F", Kind::file, "read the wallet's password from the first line of F"},
        {"--password-fd", "N", Kind::number, "read it from this file descriptor"},
        {"--yes", "", Kind::text, "agree to every question", "-y"},
        {"--keep-going", "", Kind::text, "go on after a line that fails"},
        {"--timeout", "SECONDS", Kind::duration, "end the whole run after this time (exit 7)"},
        {"--reindex", "", Kind::text, "make the index anew from the log"},
        {"--cache", "MIB", Kind::number, "memory for accounts that were used lately, 16 to 65536 MiB (128)"},
        {"--command", "COMMAND", Kind::command, "carry out this line", "-c", {}, "", true},
        {"--file",
         "FILE|-",
         Kind::file,
         "carry out the lines of a file, - is standard input",
         "-f",
         {},
         "",
         true},
        {"--interactive", "", Kind::text, "go on to the prompt afterwards", "-i"},
        {"--daemon", "", Kind::text, "run without a prompt until SIGTERM or SIGINT"},
        {"--version", "", Kind::text, "print the version", "-V"},
    };
    spec.rest = "COMMAND ARGS...";
    spec.rest_required = false;
    return spec;
}

/// --no-discovery is --discovery off.
Expected<std::optional<std::string>> read_discovery(std::optional<std::string> reach, bool none) {
    if (!none) return reach;
    if (reach && *reach != "off")
        return failure(Exit::usage, "conflicting_options",
                       "--discovery and --no-discovery exclude each other");
    return std::optional<std::string>("off");
}

Expected<std::optional<std::uint32_t>> read_cache(const Args& args) {
    if (!args.has("--cache")) return std::optional<std::uint32_t>();
    const std::uint64_t mib = args.number("--cache");
    if (mib < least_cache_mib || mib > most_cache_mib)
        return bad_argument("--cache", "a number of MiB from " + std::to_string(least_cache_mib) + " to " +
                                           std::to_string(most_cache_mib) + " is expected");
    return std::optional(static_cast<std::uint32_t>(mib));
}

/// [HOST:]PORT, auto, off
Expected<void> check_listen(const std::string& text) {
    if (text == "auto" || text == "off") return {};
    if (auto at = split_endpoint("--listen", text); !at) return fail(std::move(at.error()));
    return {};
}

Expected<void> check_profile(const std::string& name) {
    const bool fine = !name.empty() && name.size() <= 64 && name[0] != '.' &&
                      std::all_of(name.begin(), name.end(), [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                 c == '_' || c == '-' || c == '.';
                      });
    if (!fine) return bad_argument("--profile", "a name of 1 to 64 letters, digits, _, - or . is expected");
    return {};
}

} // namespace

const CommandSpec& launch_spec() {
    static const CommandSpec spec = make_launch_spec();
    return spec;
}

Expected<LaunchOptions> read_launch_options(const std::vector<std::string>& arguments) {
    std::vector<Token> tokens;
    tokens.reserve(arguments.size());
    for (const auto& argument : arguments) tokens.push_back({argument, 0, false});
    auto args = parse_arguments(launch_spec(), tokens, {});
    if (!args) return fail(std::move(args.error()));
    LaunchOptions options;
    if (args->has("--help")) {
        options.help = true;
        return options;
    }
    const auto text = [&](const char* name) {
        return args->has(name) ? std::optional(args->text(name)) : std::nullopt;
    };
    if (const auto dir = text("--datadir")) {
        if (dir->empty()) return bad_argument("--datadir", "a directory is expected");
        options.datadir = *dir;
    }
    options.profile = text("--profile");
    if (options.profile)
        if (auto fine = check_profile(*options.profile); !fine) return fail(fine.error());
    options.scratch = args->has("--scratch");
    if (int(options.datadir.has_value()) + int(options.profile.has_value()) + int(options.scratch) > 1)
        return failure(Exit::usage, "conflicting_options",
                       "--datadir, --profile and --scratch exclude each other");
    options.network = text("--network");
    options.wallet = text("--wallet");
    options.listen = text("--listen");
    if (options.listen)
        if (auto fine = check_listen(*options.listen); !fine) return fail(fine.error());
    options.connect = args->all("--connect");
    auto discovery = read_discovery(text("--discovery"), args->has("--no-discovery"));
    if (!discovery) return fail(discovery.error());
    options.discovery = *discovery;
    if (const auto mode = text("--output")) options.output = output_mode_from(*mode);
    if (args->has("--json")) options.output = OutputMode::json;
    if (const auto colour = text("--color"))
        options.colour = *colour == "always"  ? ColourChoice::always
                         : *colour == "never" ? ColourChoice::never
                                              : ColourChoice::automatic;
    options.events = args->has("--events");
    if (const auto file = text("--password-file")) options.password_file = *file;
    if (args->has("--password-fd")) {
        if (args->number("--password-fd") > 1'000'000)
            return bad_argument("--password-fd", "is not a file descriptor");
        options.password_fd = static_cast<int>(args->number("--password-fd"));
    }
    if (options.password_file && options.password_fd)
        return failure(Exit::usage, "conflicting_options",
                       "--password-file and --password-fd exclude each other");
    options.yes = args->has("--yes");
    options.keep_going = args->has("--keep-going");
    if (args->has("--timeout")) options.timeout_ms = args->number("--timeout");
    options.reindex = args->has("--reindex");
    auto cache = read_cache(*args);
    if (!cache) return fail(cache.error());
    options.cache_mib = *cache;
    for (const auto& entry : args->entries()) {
        if (entry.name == "--command") options.scripts.push_back({false, entry.text});
        if (entry.name == "--file") options.scripts.push_back({true, entry.text});
    }
    options.interactive = args->has("--interactive");
    options.daemon = args->has("--daemon");
    if (options.daemon && options.interactive)
        return failure(Exit::usage, "conflicting_options", "--daemon and -i exclude each other");
    options.version = args->has("--version");
    options.command = args->rest();
    return options;
}

} // namespace cairn::cli
