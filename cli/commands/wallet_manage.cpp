// wallet list, use, show, rename, remove, backup, lock, unlock, password: wallets that exist.
#include <cli/commands/commands.hpp>
#include <cli/commands/files.hpp>
#include <cli/commands/support.hpp>
#include <cli/open_wallets.hpp>
#include <wallet/wallet_directory.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;
using wallet::Protection;
using wallet::Wallet;

constexpr std::uint64_t longest_unlock_ms = 1000ULL * 86'400 * 3'650; // ten years: no overflow in a clock

Cell lock_cell(const Wallet& wallet) {
    if (!wallet.is_protected()) return {"no password", Tone::warn};
    return wallet.is_locked() ? Cell{"locked", Tone::dim} : Cell{"unlocked", Tone::good};
}

Reply run_list(Session& session, const Args&) {
    const auto current = session.wallets().current();
    array wallets;
    Table table{{{""}, {"name"}, {"address", Align::left, Cut::never}, {"lock"}},
                {},
                "no wallets yet: `wallet new NAME` makes one"};
    for (const auto& name : session.wallets().names()) {
        const auto wallet = session.wallet(name);
        const bool is_current = current == name;
        if (!wallet) { // one damaged file does not hide the others
            wallets.push_back(object{{"name", name},
                                     {"address", nullptr},
                                     {"locked", nullptr},
                                     {"current", is_current},
                                     {"error", wallet.error().message}});
            table.rows.push_back({is_current ? "*" : "", name, Cell{wallet.error().message, Tone::bad},
                                  Cell{"unreadable", Tone::bad}});
            continue;
        }
        wallets.push_back(object{{"name", name},
                                 {"address", session.to_text((*wallet)->primary().address)},
                                 {"locked", (*wallet)->is_locked()},
                                 {"current", is_current},
                                 {"protected", (*wallet)->is_protected()},
                                 {"addresses", (*wallet)->addresses().size()}});
        table.rows.push_back({is_current ? "*" : "", Cell{name, is_current ? Tone::strong : Tone::plain},
                              session.to_text((*wallet)->primary().address), lock_cell(**wallet)});
    }
    Answer answer;
    answer.data["wallets"] = std::move(wallets);
    answer.view.table(std::move(table));
    return answer;
}

Reply run_use(Session& session, const Args& args) {
    const auto wallet = session.wallet(args.text("name"));
    if (!wallet) return fail(wallet.error());
    if (auto chosen = expected(session.wallets().set_current((*wallet)->name())); !chosen)
        return fail(chosen.error());
    Answer answer;
    answer.data =
        object{{"name", (*wallet)->name()}, {"address", session.to_text((*wallet)->primary().address)}};
    answer.view.line("The current wallet is " + (*wallet)->name() + ".");
    return answer;
}

Reply run_show(Session& session, const Args& args) {
    const auto found = named_or_current(session, args);
    if (!found) return fail(found.error());
    const Wallet& wallet = **found;
    const bool derived = wallet.kind() == wallet::KeyKind::mnemonic;
    Answer answer;
    answer.data = object{{"name", wallet.name()},
                         {"address", session.to_text(wallet.primary().address)},
                         {"public_key", to_hex(wallet.primary().public_key.bytes)},
                         {"kind", derived ? "mnemonic" : "imported"},
                         {"addresses", wallet.addresses().size()},
                         {"protected", wallet.is_protected()},
                         {"locked", wallet.is_locked()},
                         {"current", session.wallets().current() == wallet.name()},
                         {"created", to_rfc3339(wallet.created())},
                         {"file", wallet.file().string()}};
    answer.view.fields({{"wallet", Cell{wallet.name(), Tone::strong}},
                        {"address", session.to_text(wallet.primary().address)},
                        {"public key", to_hex(wallet.primary().public_key.bytes)},
                        {"kind", derived ? "from words" : "one imported key"},
                        {"addresses", std::to_string(wallet.addresses().size())},
                        {"lock", lock_cell(wallet)},
                        {"created", to_rfc3339(wallet.created())},
                        {"file", wallet.file().string()}});
    return answer;
}

/// A file that cannot be read as a wallet still has a name, by which it can be renamed and removed.
bool is_unreadable(const Failure& why) { return why.code == "damaged" || why.code == "too_new"; }

Reply run_rename(Session& session, const Args& args) {
    const auto& from = args.text("from");
    const auto& to = args.text("to");
    const auto wallet = session.wallet(from);
    if (!wallet && !is_unreadable(wallet.error())) return fail(wallet.error());
    session.open_wallets().release(from);
    if (auto renamed = expected(session.wallets().rename(from, to)); !renamed) return fail(renamed.error());
    Answer answer;
    answer.data = object{{"name", to}, {"was", from}};
    answer.view.line("The wallet " + from + " is called " + to + " now.");
    return answer;
}

Reply run_remove(Session& session, const Args& args) {
    const auto& name = args.text("name");
    const auto wallet = session.wallet(name);
    if (!wallet && !is_unreadable(wallet.error())) return fail(wallet.error());
    const auto address = wallet ? session.to_text((*wallet)->primary().address) : std::string();
    if (auto agreed = session.confirm(
            "Remove the wallet " + name + " for good; without its words or a backup its money is lost", name);
        !agreed)
        return fail(agreed.error());
    session.open_wallets().release(name);
    if (auto removed = expected(session.wallets().remove(name)); !removed) return fail(removed.error());
    Answer answer;
    answer.data = object{{"name", name}, {"address", optional_text(address)}};
    answer.view.line("Removed the wallet " + name + ".");
    return answer;
}

Reply run_backup(Session& session, const Args& args) {
    const auto wallet = session.current_wallet();
    if (!wallet) return fail(wallet.error());
    const auto& file = args.text("file");
    const auto folder = std::filesystem::path(file).parent_path();
    if (std::error_code ignored; !folder.empty() && !std::filesystem::is_directory(folder, ignored))
        return failure(Exit::not_found, "file_not_found", "there is no directory " + folder.string());
    if (auto copied = expected(session.wallets().backup((*wallet)->name(), file)); !copied)
        return fail(copied.error());
    Answer answer;
    answer.data = object{{"name", (*wallet)->name()}, {"file", file}};
    answer.view.line("Copied the wallet " + (*wallet)->name() + " to " + file + ".");
    if (!(*wallet)->is_protected())
        answer.remarks.emplace_back("the copy is not encrypted: whoever reads it can spend");
    return answer;
}

Reply run_lock(Session& session, const Args& args) {
    const auto wallet = named_or_current(session, args);
    if (!wallet) return fail(wallet.error());
    (*wallet)->lock();
    Answer answer;
    answer.data = object{{"name", (*wallet)->name()}, {"locked", (*wallet)->is_locked()}};
    answer.view.line((*wallet)->is_locked()
                         ? "Locked " + (*wallet)->name() + "."
                         : (*wallet)->name() + " has no password, so it cannot be locked.");
    return answer;
}

Reply run_unlock(Session& session, const Args& args) {
    const auto wallet = named_or_current(session, args);
    if (!wallet) return fail(wallet.error());
    if (auto open = session.unlock(**wallet); !open) return fail(open.error());
    Answer answer;
    answer.data = object{{"name", (*wallet)->name()}, {"locked", false}};
    std::string span = "until the end of this run";
    if (const auto idle = session.open_wallets().idle_limit())
        span += ", or " + span_text(static_cast<std::uint64_t>(idle->count()) / 1'000) + " without use";
    if (args.has("--for")) {
        const std::chrono::milliseconds span_ms(std::min(args.number("--for"), longest_unlock_ms));
        session.open_wallets().lock_at((*wallet)->name(), std::chrono::steady_clock::now() + span_ms);
        answer.data["for_ms"] = args.number("--for");
        span = "for " + args.text("--for");
    }
    answer.view.line("Unlocked " + (*wallet)->name() + " " + span + ".");
    return answer;
}

/// The new protection: --no-password, --new-password-file, or typed twice.
Expected<Protection> ask_new_protection(Session& session, const Args& args, const std::string& name) {
    if (args.has("--no-password")) return Protection{{}, {}, session.key_deriver()};
    if (!args.has("--new-password-file")) {
        if (!session.can_ask())
            return failure(Exit::locked, "no_password",
                           "a new password is needed, and there is nobody to ask",
                           "give --new-password-file FILE, or --no-password to take the password away");
        auto typed = session.ask_new_password("New password of " + name);
        if (!typed) return fail(std::move(typed.error()));
        return Protection{std::move(*typed), {}, session.key_deriver()};
    }
    const auto read = read_secret(args.text("--new-password-file"), 4'096);
    if (!read) return fail(read.error());
    const auto text = read->text();
    return Protection{
        crypto::SecretBytes(text.substr(0, text.find_last_not_of("\r\n") + 1)), {}, session.key_deriver()};
}

Reply run_password(Session& session, const Args& args) {
    const auto found = named_or_current(session, args);
    if (!found) return fail(found.error());
    Wallet& wallet = **found;
    crypto::SecretBytes old_password;
    if (wallet.is_protected()) {
        auto asked = session.ask_password("Password of " + wallet.name());
        if (!asked) return fail(std::move(asked.error()));
        old_password = std::move(*asked);
    }
    auto protection = ask_new_protection(session, args, wallet.name());
    if (!protection) return fail(std::move(protection.error()));
    if (auto changed = expected(wallet.change_password(old_password, *protection, session.random()));
        !changed)
        return fail(changed.error());
    Answer answer;
    answer.data = object{{"name", wallet.name()}, {"protected", wallet.is_protected()}};
    answer.view.line(wallet.is_protected()
                         ? "The password of " + wallet.name() + " is changed."
                         : wallet.name() + " has no password now: its file is not encrypted.");
    return answer;
}

Positional optional_name() { return {"name", Kind::wallet, "the current one where left out", false}; }

} // namespace

void add_wallet_manage_commands(CommandTree& tree) {
    const auto add = [&tree](std::string path, std::string summary, std::vector<Positional> positionals,
                             std::vector<Option> options, Handler run, std::vector<std::string> examples,
                             std::string details = {}) {
        tree.add({.path = std::move(path),
                  .summary = std::move(summary),
                  .needs = Needs::directory,
                  .positionals = std::move(positionals),
                  .options = std::move(options),
                  .run = std::move(run),
                  .details = std::move(details),
                  .examples = std::move(examples)});
    };
    const Positional name{"name", Kind::wallet, "a wallet of this data directory"};
    add("wallet list", "the wallets of this data directory", {}, {}, run_list, {"wallet list", "wallet"});
    add("wallet use", "make a wallet the current one", {name}, {}, run_use, {"wallet use alice"});
    add("wallet show", "a wallet's address, keys and protection", {optional_name()}, {}, run_show,
        {"wallet show", "wallet show bob"});
    add("wallet rename", "give a wallet another name",
        {{"from", Kind::wallet, "its name now"}, {"to", Kind::new_name, "its name from now on"}}, {},
        run_rename, {"wallet rename alice till"});
    add("wallet remove", "remove a wallet for good", {name}, {}, run_remove, {"wallet remove old"},
        "Asks first; a script needs --yes. Whoever has neither the words nor a backup has lost the money.");
    add("wallet backup", "copy the current wallet's file", {{"file", Kind::out_file, "must not exist"}}, {},
        run_backup, {"wallet backup alice.copy"}, "The copy is as protected as the wallet is.");
    add("wallet lock", "forget the password", {optional_name()}, {}, run_lock, {"wallet lock"});
    add("wallet unlock", "type the password once for what follows", {optional_name()},
        {option("--for", "DURATION", Kind::duration, "lock again after this")}, run_unlock,
        {"wallet unlock", "wallet unlock alice --for 10m"},
        "Holds for this run of the program alone; at the prompt until nothing was typed for so long as the "
        "setting `lock_after` says.");
    add("wallet password", "change a wallet's password", {optional_name()},
        {option("--new-password-file", "F", Kind::file, "holds the new one"),
         flag("--no-password", "take the password away")},
        run_password, {"wallet password", "wallet password till --no-password"});
}

} // namespace cairn::cli
