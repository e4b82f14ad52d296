// Refusals of the wallet layer as failures of a command, and what to do about failures.
#include <cli/answer.hpp>
#include <wallet/refusal.hpp>

#include <array>
#include <utility>

namespace cairn::cli {

namespace {

Exit exit_of(wallet::WalletError error) {
    using wallet::WalletError;
    switch (error) {
    case WalletError::not_found:
    case WalletError::unknown_address:
        return Exit::not_found;
    case WalletError::wrong_password:
    case WalletError::locked:
        return Exit::locked;
    case WalletError::bad_name:
    case WalletError::bad_password:
    case WalletError::bad_mnemonic:
    case WalletError::bad_pem:
    case WalletError::bad_label:
    case WalletError::bad_payment:
    case WalletError::bad_uri:
    case WalletError::bad_address:
    case WalletError::bad_signature:
        return Exit::usage;
    case WalletError::damaged:
        return Exit::damaged;
    case WalletError::given_up:
        return Exit::interrupted;
    case WalletError::name_taken:
    case WalletError::address_taken:
    case WalletError::too_new:
    case WalletError::not_a_wallet:
    case WalletError::not_derived:
    case WalletError::too_many:
        return Exit::failed;
    }
    return Exit::failed;
}

constexpr std::array usual_hints = {
    std::pair{"already_confirmed", "nothing needs to be done; `tx show` tells in which block it stands"},
    std::pair{"already_known", "nothing needs to be done; `tx show` tells where it stands"},
    std::pair{"bad_address", "`address check` tells where an address is mistyped"},
    std::pair{"bad_password_file", "the password is the first line of that file, at most 4,096 bytes"},
    std::pair{"damaged",
              "put the file back from a backup; a wallet can be removed by `wallet remove` and made again "
              "from its words by `wallet restore`"},
    std::pair{"disk_full", "nothing that was acknowledged is lost; make room and try again"},
    std::pair{"fault",
              "nothing that was acknowledged is lost; start again, and where it comes back report it"},
    std::pair{"file_not_found", "check the path"},
    std::pair{"foreign_store", "name another directory by --datadir, or use the version that made this one"},
    std::pair{"io_error", "check the path, its permissions and the disk"},
    std::pair{"name_taken", "choose another name"},
    std::pair{"new_account_too_small",
              "send more at once; `network show` tells the least as min_new_account"},
    std::pair{"nonce_gap", "hand in the earlier ones first"},
    std::pair{"nonce_used", "build it anew: `tx build` takes the next nonce"},
    std::pair{"not_derived", "make a wallet of words by `wallet new`; this one has its one address"},
    std::pair{"not_inline",
              "the chain has the hash alone; whoever has the file can check it by `document verify`"},
    std::pair{"not_on_chain", "`document add` puts it there; `wait` for a block where it is pending"},
    std::pair{"not_found", "`wallet list` and `contacts list` show the names there are"},
    std::pair{"timeout", "give it more time with --timeout"},
    std::pair{"too_new", "use the version of cairn that wrote it, or a later one"},
    std::pair{"unknown_document", "`document list` shows those there are"},
    std::pair{"unknown_sender",
              "be paid first, or mine a block: an account begins with the first payment to it"},
    std::pair{"unknown_height", "`chain status` tells the height"},
    std::pair{"unknown_transaction", "`tx list` and `history` show the ids of your own"},
    std::pair{"unreadable_file", "check the path and its permissions"},
    std::pair{"unwritable_file", "check the path and its permissions"},
    std::pair{"wrong_network", "check with `network show` which network this directory is of"},
    std::pair{"wrong_network_address", "ask the recipient for an address of this network"},
    std::pair{"wrong_password", "give the password that it was made with, or last changed to"}};

} // namespace

std::string usual_hint(const Failure& failure, std::string_view path) {
    if (path == "address check" && failure.code == "bad_address") return {}; // whose hint is to use it
    for (const auto& [code, hint] : usual_hints)
        if (failure.code == code) return hint;
    if (failure.exit != Exit::usage) return {};
    return "see `" + (path.empty() ? "cairn" : std::string(path)) + " --help`";
}

Failure failure_of(const wallet::Refusal& refusal) {
    return {std::string(wallet::word(refusal.code)), exit_of(refusal.code), refusal.message, {}, {}};
}

} // namespace cairn::cli
