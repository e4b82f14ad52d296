#include <base/fault.hpp>
#include <wallet/files.hpp>
#include <wallet/wallet_directory.hpp>

#include <algorithm>

namespace cairn::wallet {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view extension = ".wallet";
constexpr std::size_t max_current_bytes = 256;

std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

auto taken(std::string_view name) {
    return refuse(WalletError::name_taken, "there is already a wallet " + quoted(name));
}

} // namespace

WalletDirectory::WalletDirectory(const fs::path& data_directory) : directory_(data_directory / "wallets") {}

std::vector<std::string> WalletDirectory::names() const {
    std::error_code error;
    const auto written = fs::last_write_time(directory_, error);
    if (!error && listed_ && listed_->written == written) return listed_->names;
    std::vector<std::string> out;
    for (fs::directory_iterator it(directory_, error), end; !error && it != end; it.increment(error)) {
        const fs::path& file = it->path();
        std::string name = file.stem().string();
        if (file.extension() == extension && check_name(name, "wallet")) out.push_back(std::move(name));
    }
    if (error && error != std::errc::no_such_file_or_directory)
        throw Fault("cannot read " + directory_.string() + ": " + error.message());
    std::sort(out.begin(), out.end());
    // A file that comes within the same tick of the file system's clock does not change that time again.
    constexpr std::chrono::seconds longest_tick{2};
    listed_.reset();
    if (!error && fs::file_time_type::clock::now() - written > longest_tick) listed_ = Listed{written, out};
    return out;
}

bool WalletDirectory::contains(std::string_view name) const {
    const auto all = names();
    return std::find(all.begin(), all.end(), name) != all.end();
}

Outcome<fs::path> WalletDirectory::path_of(std::string_view name) const {
    if (const auto checked = check_name(name, "wallet"); !checked) return fail(checked.error());
    return directory_ / (std::string(name) + std::string(extension));
}

Outcome<fs::path> WalletDirectory::path_of_new(std::string_view name) const {
    auto path = path_of(name);
    if (!path) return path;
    for (const std::string& other : names())
        if (same_name(name, other)) return taken(other);
    return path;
}

Outcome<fs::path> WalletDirectory::path_of_existing(std::string_view name) const {
    auto path = path_of(name);
    if (path && !contains(name)) return refuse(WalletError::not_found, "there is no wallet " + quoted(name));
    return path;
}

Outcome<void> WalletDirectory::check_new(std::string_view name) const {
    if (const auto path = path_of_new(name); !path) return fail(path.error());
    return {};
}

Outcome<Wallet> WalletDirectory::create(std::string_view name, const Mnemonic& mnemonic,
                                        const Protection& protection, Time now, Random& random,
                                        std::uint32_t used) {
    const auto path = path_of_new(name);
    if (!path) return fail(path.error());
    make_directory(directory_);
    return Wallet::create(*path, mnemonic, protection, now, random, used);
}

Outcome<Wallet> WalletDirectory::import_key(std::string_view name, const crypto::KeyPair& key,
                                            const Protection& protection, Time now, Random& random) {
    const auto path = path_of_new(name);
    if (!path) return fail(path.error());
    make_directory(directory_);
    return Wallet::import_key(*path, key, protection, now, random);
}

Outcome<Wallet> WalletDirectory::open(std::string_view name) const {
    const auto path = path_of_existing(name);
    if (!path) return fail(path.error());
    return Wallet::open(*path);
}

Outcome<void> WalletDirectory::rename(std::string_view from, std::string_view to) {
    const auto old_path = path_of_existing(from);
    if (!old_path) return fail(old_path.error());
    // Another case of the same name is not taken by itself.
    const auto new_path = same_name(from, to) && from != to ? path_of(to) : path_of_new(to);
    if (!new_path) return fail(new_path.error());
    const bool is_current = current() == from;
    // Both names first: whichever of them exists after a crash is the current one.
    if (is_current) write_current({to, from});
    if (!rename_file(*old_path, *new_path)) return taken(to);
    if (is_current) write_current({to});
    return {};
}

Outcome<void> WalletDirectory::remove(std::string_view name) {
    const auto path = path_of_existing(name);
    if (!path) return fail(path.error());
    const bool is_current = current() == name;
    remove_file(*path);
    if (is_current) remove_file(directory_ / "current");
    return {};
}

std::optional<std::string> WalletDirectory::current() const {
    const auto bytes = read_file(directory_ / "current", max_current_bytes);
    if (!bytes) return std::nullopt;
    std::string_view rest = bytes->text();
    while (!rest.empty()) {
        const std::string_view name = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        if (contains(name)) return std::string(name);
    }
    return std::nullopt;
}

void WalletDirectory::write_current(const std::vector<std::string_view>& names) const {
    std::string text;
    for (const std::string_view name : names) text.append(name).append("\n");
    write_file_atomically(directory_ / "current", as_bytes(text), Existing::replace);
}

Outcome<void> WalletDirectory::set_current(std::string_view name) {
    if (const auto path = path_of_existing(name); !path) return fail(path.error());
    if (current() != name) write_current({name});
    return {};
}

Outcome<void> WalletDirectory::backup(std::string_view name, const fs::path& to) const {
    const auto path = path_of_existing(name);
    if (!path) return fail(path.error());
    const auto bytes = read_file(*path, Keystore::max_bytes);
    if (!bytes) return refuse(WalletError::not_found, "there is no wallet " + quoted(name));
    if (const auto sound = Keystore::decode(bytes->view()); !sound) return fail(sound.error());
    if (!write_file_atomically(to, bytes->view(), Existing::keep))
        return refuse(WalletError::name_taken, "there is already a file " + to.string());
    return {};
}

Outcome<Wallet> WalletDirectory::restore_backup(std::string_view name, const fs::path& from) {
    const auto path = path_of_new(name);
    if (!path) return fail(path.error());
    const auto bytes = read_file(from, Keystore::max_bytes);
    if (!bytes) return refuse(WalletError::not_found, "there is no file " + from.string());
    if (const auto sound = Keystore::decode(bytes->view()); !sound) return fail(sound.error());
    make_directory(directory_);
    if (!write_file_atomically(*path, bytes->view(), Existing::keep)) return taken(name);
    return Wallet::open(*path);
}

} // namespace cairn::wallet
