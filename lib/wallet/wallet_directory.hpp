// The wallets of a data directory: DIR/wallets/NAME.wallet, and DIR/wallets/current with the name of the one
// in use. Every change is durable when the call returns. One owner, one thread; the data directory's lock
// keeps other processes away.
#pragma once

#include <wallet/names.hpp>
#include <wallet/wallet.hpp>

namespace cairn::wallet {

class WalletDirectory {
  public:
    /// `data_directory`: DIR. Nothing is made before the first wallet is.
    explicit WalletDirectory(const std::filesystem::path& data_directory);

    /// Sorted. Files of other names are not looked at.
    std::vector<std::string> names() const;
    bool contains(std::string_view name) const;
    /// Where the wallet of that name is or would be: bad_name.
    Outcome<std::filesystem::path> path_of(std::string_view name) const;
    /// bad_name, name_taken: to ask before the user is asked for words and passwords.
    Outcome<void> check_new(std::string_view name) const;

    Outcome<Wallet> create(std::string_view name, const Mnemonic& mnemonic, const Protection& protection,
                           Time now, Random& random, std::uint32_t used = 1);
    Outcome<Wallet> import_key(std::string_view name, const crypto::KeyPair& key,
                               const Protection& protection, Time now, Random& random);
    Outcome<Wallet> open(std::string_view name) const;
    /// The current one follows its name. An open Wallet is told by `moved_to`.
    Outcome<void> rename(std::string_view from, std::string_view to);
    /// For good: whoever has neither mnemonic nor backup has lost the keys.
    Outcome<void> remove(std::string_view name);

    /// nullopt where none was chosen, or it is gone.
    std::optional<std::string> current() const;
    Outcome<void> set_current(std::string_view name);

    /// A copy of the wallet's file, as protected as it is; name_taken where `to` exists.
    Outcome<void> backup(std::string_view name, const std::filesystem::path& to) const;
    /// From a backup, checked first; its password stays. not_found, damaged, name_taken.
    Outcome<Wallet> restore_backup(std::string_view name, const std::filesystem::path& from);

  private:
    Outcome<std::filesystem::path> path_of_existing(std::string_view name) const;
    Outcome<std::filesystem::path> path_of_new(std::string_view name) const;
    void write_current(const std::vector<std::string_view>& names) const;

    /// What names() found, and when the directory was changed last before it.
    struct Listed {
        std::filesystem::file_time_type written;
        std::vector<std::string> names;
    };

    std::filesystem::path directory_;
    mutable std::optional<Listed> listed_;
};

} // namespace cairn::wallet
