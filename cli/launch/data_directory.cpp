#include <base/utf8.hpp>
#include <cli/launch/data_directory.hpp>
#include <store/directory_lock.hpp>
#include <store/posix_filesystem.hpp>
#include <store/record_log.hpp>

#include <cstdlib>
#include <system_error>

namespace cairn::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t longest_file = 16u << 20; // bytes: a genesis with some 100,000 allocations

fs::path record_of(const fs::path& directory) { return directory / "network.json"; }

std::string describe(const consensus::Network& network) {
    return escape_for_display(network.parameters().name) + " (" + network.id().hex() + ")";
}

/// A file that is no JSON has no key to name.
std::string words_of(const consensus::ParameterFault& fault) {
    return fault.key.empty() ? fault.why : escape_for_display(fault.key) + ": " + fault.why;
}

} // namespace

Expected<consensus::Network> network_from(const std::string& choice) {
    if (choice == "main") return consensus::main_network();
    if (choice == "dev") return consensus::dev_network();
    std::error_code error;
    const auto status = fs::status(choice, error);
    if (!fs::exists(status))
        return failure(Exit::not_found, "file_not_found",
                       "--network: there is no file " + escape_for_display(choice),
                       "write main, dev, or the name of a file that `network new` made");
    if (!fs::is_regular_file(status))
        return failure(Exit::usage, "bad_network_file",
                       "--network: " + escape_for_display(choice) + " is not a file");
    store::PosixFileSystem files;
    const Bytes bytes = store::read_file(files, choice, longest_file);
    const auto refuse = [&](const consensus::ParameterFault& fault) {
        Failure why{
            "bad_network_file", Exit::usage, "--network: " + escape_for_display(choice) + ": ", {}, {}};
        why.message += words_of(fault);
        why.extra["key"] = fault.key;
        return fail(std::move(why));
    };
    auto parameters = consensus::parameters_from_json(as_text(bytes));
    if (!parameters) return refuse(parameters.error());
    auto network = consensus::Network::make(std::move(*parameters));
    if (!network) return refuse(network.error());
    return std::move(*network);
}

std::optional<consensus::Network> recorded_network(const fs::path& directory) {
    store::PosixFileSystem files;
    const fs::path record = record_of(directory);
    if (directory.empty() || !files.exists(record)) return std::nullopt;
    const Bytes bytes = store::read_file(files, record, longest_file);
    auto parameters = consensus::parameters_from_json(as_text(bytes));
    if (!parameters) throw DamagedStore(record.string(), 0, words_of(parameters.error()));
    auto network = consensus::Network::make(std::move(*parameters));
    if (!network) throw DamagedStore(record.string(), 0, words_of(network.error()));
    return std::move(*network);
}

Expected<void> check_place(const fs::path& directory) {
    std::error_code error;
    const auto status = fs::status(directory, error);
    if (!fs::exists(status) || fs::is_directory(status)) return {};
    return failure(Exit::failed, "not_a_directory",
                   "the data directory " + escape_for_display(directory.string()) +
                       " is a file, not a directory",
                   "name another place with --datadir DIR, or move the file away");
}

Expected<consensus::Network> choose_network(const fs::path& directory,
                                            const std::optional<std::string>& choice,
                                            const std::string& fallback) {
    auto recorded = recorded_network(directory);
    if (!choice) {
        if (recorded) return std::move(*recorded);
        return network_from(fallback);
    }
    auto chosen = network_from(*choice);
    if (!chosen || !recorded || chosen->id() == recorded->id()) return chosen;
    Failure why{"wrong_network",
                Exit::failed,
                "the data directory " + escape_for_display(directory.string()) + " is of the network " +
                    describe(*recorded) + ", not of " + describe(*chosen),
                "leave --network out, or choose another directory",
                {}};
    why.extra["recorded"] = recorded->id().hex();
    why.extra["chosen"] = chosen->id().hex();
    return fail(std::move(why));
}

struct DataDirectory::State {
    store::DirectoryLock lock;
};

DataDirectory::DataDirectory(std::unique_ptr<State> state) : state_(std::move(state)) {}
DataDirectory::DataDirectory(DataDirectory&&) noexcept = default;
DataDirectory& DataDirectory::operator=(DataDirectory&&) noexcept = default;
DataDirectory::~DataDirectory() = default;

Expected<DataDirectory> DataDirectory::open(const fs::path& path, const consensus::Network& network,
                                            const std::string& command) {
    store::PosixFileSystem files;
    files.make_directory(path);
    const char* pane = std::getenv("TMUX_PANE");
    auto lock = store::DirectoryLock::acquire(path, {0, pane ? pane : "", command});
    if (!lock) {
        const auto& holder = lock.error();
        Failure why{"in_use",
                    Exit::in_use,
                    "the data directory " + escape_for_display(path.string()) + " is in use",
                    {},
                    {}};
        if (holder.pid != 0) why.message += " by process " + std::to_string(holder.pid);
        if (!holder.pane.empty()) why.message += " in tmux pane " + escape_for_display(holder.pane);
        if (!holder.command.empty()) why.message += ": " + escape_for_display(holder.command);
        why.hint = "end that one, or choose another directory: --datadir DIR, --profile NAME or --scratch";
        why.extra["pid"] = holder.pid;
        if (!holder.pane.empty()) why.extra["pane"] = holder.pane;
        if (!holder.command.empty()) why.extra["command"] = holder.command;
        return fail(std::move(why));
    }
    auto state = std::make_unique<State>(State{std::move(*lock)});
    // Looked at again under the lock: another process may have made the record meanwhile.
    const auto recorded = recorded_network(path);
    if (recorded && recorded->id() != network.id())
        return failure(Exit::failed, "wrong_network",
                       "the data directory " + escape_for_display(path.string()) + " is of the network " +
                           describe(*recorded) + ", not of " + describe(network));
    const auto of_log = recorded ? std::nullopt : store::chain_of_log(files, path / "blocks");
    if (of_log && *of_log != network.id())
        return failure(Exit::failed, "wrong_network",
                       "the data directory " + escape_for_display(path.string()) +
                           " is of the network with genesis " + of_log->hex() + ", not of " +
                           describe(network),
                       "its network.json is missing: name the network with --network");
    if (!recorded)
        store::write_file_atomically(files, record_of(path),
                                     as_bytes(consensus::to_json(network.parameters())));
    return DataDirectory(std::move(state));
}

} // namespace cairn::cli
