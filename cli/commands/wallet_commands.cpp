// wallet: keys of one's own. Making, restoring, importing and exporting; what only looks at wallets or
// changes their names is in wallet_manage.cpp.
#include <cli/commands/commands.hpp>
#include <cli/commands/files.hpp>
#include <cli/commands/support.hpp>
#include <cli/open_wallets.hpp>
#include <wallet/contacts.hpp>
#include <wallet/pem.hpp>
#include <wallet/wallet_directory.hpp>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

namespace cairn::cli {
namespace {

using boost::json::object;
using wallet::Mnemonic;
using wallet::Protection;
using wallet::Wallet;

constexpr std::size_t small_file_bytes = 64u << 10;

Option no_password_option() {
    return flag("--no-password", "leave the wallet's file unencrypted: whoever reads it can spend");
}

/// By --no-password or a new password: exit 5 where nobody can be asked for one.
Expected<Protection> ask_protection(Session& session, const Args& args, const std::string& name) {
    if (args.has("--no-password")) return Protection::none();
    auto password = session.ask_new_password("New password of " + name);
    if (!password) {
        if (password.error().code == "no_password" || password.error().code == "needs_password")
            password.error().hint = "give --password-file FILE, or --no-password for a wallet without one";
        return fail(std::move(password.error()));
    }
    return Protection{std::move(*password), {}, session.key_deriver()};
}

/// The new wallet becomes the current one.
Expected<Wallet*> take_into_use(Session& session, Wallet made) {
    const auto name = made.name();
    Wallet& kept = session.open_wallets().adopt(std::move(made));
    if (auto chosen = expected(session.wallets().set_current(name)); !chosen) return fail(chosen.error());
    return &kept;
}

object identity(const Session& session, const Wallet& wallet) {
    return object{{"name", wallet.name()},
                  {"address", session.to_text(wallet.primary().address)},
                  {"public_key", to_hex(wallet.primary().public_key.bytes)}};
}

View identity_view(const Session& session, const Wallet& wallet) {
    View view;
    view.fields({{"wallet", Cell{wallet.name(), Tone::strong}},
                 {"address", session.to_text(wallet.primary().address)},
                 {"file", wallet.file().string()},
                 {"protected", wallet.is_protected() ? Cell{"by a password", Tone::good}
                                                     : Cell{"no: its file is not encrypted", Tone::warn}}});
    return view;
}

/// The other wallets here that hold a key of this one: the money is the same, whatever the name.
void tell_of_twins(Session& session, const Wallet& made, Answer& answer) {
    for (const auto& name : session.wallets().names()) {
        if (name == made.name()) continue;
        const auto other = session.wallet(name);
        if (!other) continue; // a damaged file: its keys are not known
        const auto& own = made.addresses();
        const bool shared = std::any_of(own.begin(), own.end(), [&](const wallet::WalletAddress& each) {
            return (*other)->find(each.address) != nullptr;
        });
        if (!shared) continue;
        answer.remarks.emplace_back("The wallet ");
        answer.remarks.back()
            .append(name)
            .append(" holds the same keys: the money of ")
            .append(made.name())
            .append(" and ")
            .append(name)
            .append(" is the same.");
    }
}

// --- new, restore, import ---

/// The words with their numbers, four a line: to be copied by hand.
void add_numbered(const crypto::SecretBytes& words, View& view) {
    constexpr std::size_t longest_word = 8; // of BIP-39
    std::istringstream text{std::string(words.text())};
    std::string line;
    std::size_t count = 0;
    for (std::string word; text >> word;) {
        const auto number = std::to_string(++count);
        line.append(4 - number.size(), ' ').append(number).append(" ").append(word);
        if (count % 4 != 0) {
            line.append(longest_word - std::min(longest_word, word.size()), ' ');
            continue;
        }
        view.line({std::exchange(line, {}), Tone::strong});
    }
    if (!line.empty()) view.line({line, Tone::strong});
}

Reply run_new(Session& session, const Args& args) {
    const auto& name = args.text("name");
    if (auto free = expected(session.wallets().check_new(name)); !free) return fail(free.error());
    auto protection = ask_protection(session, args, name);
    if (!protection) return fail(std::move(protection.error()));
    const auto words = args.text_or("--words", "24") == "12" ? std::size_t{12} : std::size_t{24};
    const auto mnemonic = Mnemonic::generate(words, session.random());
    auto made =
        expected(session.wallets().create(name, mnemonic, *protection, session.now(), session.random()));
    if (!made) return fail(made.error());
    const auto kept = take_into_use(session, std::move(*made));
    if (!kept) return fail(kept.error());

    const auto spoken = mnemonic.words();
    Answer answer;
    answer.secret = true;
    answer.data = identity(session, **kept);
    answer.data["mnemonic"] = spoken.text();
    answer.view = identity_view(session, **kept);
    answer.view.blank();
    answer.view.line(
        {"Write these words down, in this order, and keep them where nobody else looks.", Tone::warn});
    answer.view.line(
        {"They are shown this once. Whoever has them has the money; without them and", Tone::warn});
    answer.view.line({"without the wallet's file it is lost.", Tone::warn});
    answer.view.blank();
    add_numbered(spoken, answer.view);
    answer.when_unwritten = "The wallet " + name +
                            " was made, though its words could not be shown: `wallet export " + name +
                            " --mnemonic` shows them.";
    return answer;
}

/// Words from --mnemonic-file, else typed without echo.
Expected<Mnemonic> ask_mnemonic(Session& session, const Args& args) {
    crypto::SecretBytes text;
    if (args.has("--mnemonic-file")) {
        auto read = read_secret(args.text("--mnemonic-file"), small_file_bytes);
        if (!read) return fail(std::move(read.error()));
        text = std::move(*read);
    } else {
        auto typed = session.ask_secret("The words of the wallet", "--mnemonic-file");
        if (!typed) return fail(typed.error());
        text = std::move(*typed);
    }
    auto mnemonic = Mnemonic::from_words(text.text());
    if (!mnemonic) return failure(Exit::usage, "bad_mnemonic", wallet::describe(mnemonic.error()));
    return std::move(*mnemonic);
}

Reply run_restore(Session& session, const Args& args) {
    const auto& name = args.text("name");
    if (auto free = expected(session.wallets().check_new(name)); !free) return fail(free.error());
    auto mnemonic = ask_mnemonic(session, args);
    if (!mnemonic) return fail(mnemonic.error());
    auto protection = ask_protection(session, args, name);
    if (!protection) return fail(std::move(protection.error()));

    const auto account = wallet::account_key(*mnemonic);
    const auto known = wallet::count_used(account, [&](const crypto::Address& address) {
        return session.core().read(
            [&](const net::Node& node) { return node.chain().account(address).has_value(); });
    });
    const auto asked = std::min<std::uint64_t>(args.number_or("--addresses", 1), UINT32_MAX);
    const auto used = std::max(known, static_cast<std::uint32_t>(asked)); // too many: create refuses it
    auto made = expected(
        session.wallets().create(name, *mnemonic, *protection, session.now(), session.random(), used));
    if (!made) return fail(made.error());
    const auto kept = take_into_use(session, std::move(*made));
    if (!kept) return fail(kept.error());
    // What was paid beyond those asked for, up to 20 unused ones in a row from there.
    if (auto found = found_owner(session, **kept); !found) return fail(std::move(found.error()));
    const auto count = (*kept)->addresses().size();
    Answer answer;
    answer.data = identity(session, **kept);
    answer.data["addresses"] = count;
    answer.view = identity_view(session, **kept);
    answer.view.line("Restored with " + std::to_string(count) + (count == 1 ? " address." : " addresses."));
    tell_of_twins(session, **kept, answer);
    return answer;
}

Reply run_import(Session& session, const Args& args) {
    const auto& name = args.text("name");
    if (auto free = expected(session.wallets().check_new(name)); !free) return fail(free.error());
    const auto text = read_secret(args.text("--pem"), small_file_bytes);
    if (!text) return fail(text.error());
    auto key = expected(wallet::private_key_from_pem(text->text()));
    if (!key) return fail(key.error());
    auto protection = ask_protection(session, args, name);
    if (!protection) return fail(std::move(protection.error()));
    auto made =
        expected(session.wallets().import_key(name, *key, *protection, session.now(), session.random()));
    if (!made) return fail(made.error());
    const auto kept = take_into_use(session, std::move(*made));
    if (!kept) return fail(kept.error());
    Answer answer;
    answer.data = identity(session, **kept);
    answer.view = identity_view(session, **kept);
    tell_of_twins(session, **kept, answer);
    return answer;
}

// --- export ---

Reply export_public(Session& session, const Wallet& wallet) {
    Answer answer;
    answer.data = identity(session, wallet);
    const auto pem = wallet.export_public();
    answer.data["pem"] = pem;
    for (std::size_t at = 0; at < pem.size();) {
        const auto end = pem.find('\n', at);
        answer.view.line(pem.substr(at, end - at));
        at = end == std::string::npos ? pem.size() : end + 1;
    }
    return answer;
}

Reply run_export(Session& session, const Args& args) {
    const std::array forms = {args.has("--pem"), args.has("--mnemonic"), args.has("--public")};
    if (std::count(forms.begin(), forms.end(), true) != 1)
        return failure(Exit::usage, "bad_argument", "give one of --pem FILE, --mnemonic and --public");
    const auto found = named_or_current(session, args);
    if (!found) return fail(found.error());
    Wallet& wallet = **found;
    if (args.has("--public")) return export_public(session, wallet);

    if (auto open = session.unlock(wallet); !open) return fail(open.error());
    Answer answer;
    answer.data = object{{"name", wallet.name()}};
    if (args.has("--mnemonic")) {
        auto words = expected(wallet.export_mnemonic());
        if (!words) return fail(words.error());
        // In a record they are printed once, by `wallet new`.
        answer.secret = true;
        const auto text = words->text();
        answer.data["words"] = std::count(text.begin(), text.end(), ' ') + 1;
        answer.view.line({std::string(text), Tone::strong});
        answer.remarks.emplace_back("whoever has these words has the money; they are shown to people alone, "
                                    "not in JSON, csv and plain");
        return answer;
    }
    const auto address = args.has("--address") ? args.address("--address") : wallet.primary().address;
    auto pem = expected(wallet.export_pem(address));
    if (!pem) return fail(pem.error());
    if (auto written = write_whole(args.text("--pem"), pem->view(), Secrecy::secret); !written)
        return fail(written.error());
    answer.data["address"] = session.to_text(address);
    answer.data["file"] = args.text("--pem");
    answer.view.line("Wrote the private key of " + session.to_text(address) + " to " + args.text("--pem") +
                     ".");
    answer.remarks.emplace_back("the file is not encrypted: whoever reads it can spend");
    return answer;
}

} // namespace

void add_wallet_commands(CommandTree& tree) {
    tree.describe_group("wallet", "keys of your own");
    tree.add(
        {.path = "wallet new",
         .summary = "make a wallet and show its words once",
         .needs = Needs::directory,
         .positionals = {{"name", Kind::new_name, "1 to 32 of A-Z a-z 0-9 _ -"}},
         .options = {choice("--words", {"12", "24"}, "length of the mnemonic (24)"), no_password_option()},
         .run = run_new,
         .details = "The wallet becomes the current one. Its password is typed twice at a terminal, or "
                    "comes from --password-file. The words are shown this once: write them down.",
         .examples = {"wallet new alice", "wallet new till --no-password"}});
    tree.add(
        {.path = "wallet restore",
         .summary = "make a wallet again from its words",
         .needs = Needs::core,
         .positionals = {{"name", Kind::new_name, "what to call it here"}},
         .options = {option("--mnemonic-file", "F", Kind::file, "holds the words"),
                     option("--addresses", "N", Kind::count, "at least so many addresses"),
                     no_password_option()},
         .run = run_restore,
         .details =
             "Addresses that the chain knows are found again, up to 20 unused ones in a row. Of a wallet "
             "that handed out more than that without being paid, say how many with --addresses.",
         .examples = {"wallet restore alice", "wallet restore alice --mnemonic-file words.txt"}});
    tree.add({.path = "wallet import",
              .summary = "make a wallet of one private key in PEM form",
              .needs = Needs::directory,
              .positionals = {{"name", Kind::new_name, "what to call it here"}},
              .options = {option("--pem", "F", Kind::file, "PKCS#8, Ed25519, not encrypted"),
                          no_password_option()},
              .run = [](Session& session, const Args& args) -> Reply {
                  if (!args.has("--pem")) return bad_argument("--pem", "a file is missing");
                  return run_import(session, args);
              },
              .examples = {"wallet import shop --pem key.pem"}});
    tree.add({.path = "wallet export",
              .summary = "write out keys: private as PEM, the words, or public ones",
              .needs = Needs::directory,
              .positionals = {{"name", Kind::wallet, "the current one where left out", false}},
              .options = {option("--pem", "F", Kind::out_file, "private key to a new file, not encrypted"),
                          flag("--mnemonic", "print the words"), flag("--public", "print the public keys"),
                          option("--address", "ADDRESS", Kind::address, "which key, with --pem (the first)")},
              .run = run_export,
              .examples = {"wallet export --public", "wallet export alice --pem alice.pem"}});
    add_wallet_manage_commands(tree);
}

} // namespace cairn::cli
