// address: where others pay to. contacts: names for the addresses of others.
#include <base/utf8.hpp>
#include <cli/commands/address_words.hpp>
#include <cli/commands/commands.hpp>
#include <cli/commands/qr.hpp>
#include <cli/commands/support.hpp>
#include <cli/grammar/suggest.hpp>
#include <wallet/contacts.hpp>
#include <wallet/payment_uri.hpp>
#include <wallet/wallet_directory.hpp>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;

// --- address ---

/// Whether a restore from the words alone would not come as far as the wallet's last address.
bool is_out_of_reach(Session& session, const wallet::Wallet& wallet) {
    const auto& all = wallet.addresses();
    return session.core().read([&all](const net::Node& node) {
        std::size_t unused = 0;
        for (const auto& each : all) {
            if (unused >= wallet::Wallet::stock) return true;
            unused = node.chain().account(each.address) ? 0 : unused + 1;
        }
        return false;
    });
}

Reply run_address_new(Session& session, const Args& args) {
    const auto wallet = session.current_wallet();
    if (!wallet) return fail(wallet.error());
    const auto label = args.text_or("--label", "");
    auto made = (*wallet)->new_address(label, session.random());
    if (!made && made.error().code == wallet::WalletError::locked) {
        if (auto open = session.unlock(**wallet); !open) return fail(open.error());
        made = (*wallet)->new_address(label, session.random());
    }
    if (!made) return fail(failure_of(made.error()));
    Answer answer;
    const auto text = session.to_text(made->address);
    answer.data = object{{"wallet", (*wallet)->name()},
                         {"address", text},
                         {"public_key", to_hex(made->public_key.bytes)},
                         {"index", made->index},
                         {"label", made->label}};
    answer.view.line(text);
    if (is_out_of_reach(session, **wallet)) {
        const auto count = std::to_string((*wallet)->addresses().size());
        answer.remarks.push_back(
            "Before this address stand " + std::to_string(wallet::Wallet::stock) +
            " that were never paid: a restore from the words does not look that far. Keep a backup of the "
            "wallet's file, or note the number: `wallet restore NAME --addresses " +
            count + "` finds it.");
    }
    return answer;
}

Reply run_address_list(Session& session, const Args&) {
    const auto wallet = session.current_wallet();
    if (!wallet) return fail(wallet.error());
    const auto& all = (*wallet)->addresses();
    const auto balances = session.core().read([&](const net::Node& node) {
        std::vector<Amount> out;
        out.reserve(all.size());
        for (const auto& each : all) out.push_back(balance_of(node, {each.address}).confirmed);
        return out;
    });
    array addresses;
    Table table{
        {{"no", Align::right}, {"address", Align::left, Cut::never}, {"confirmed", Align::point}, {"label"}},
        {},
        ""};
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto text = session.to_text(all[i].address);
        addresses.push_back(object{{"index", all[i].index},
                                   {"address", text},
                                   {"public_key", to_hex(all[i].public_key.bytes)},
                                   {"label", all[i].label},
                                   {"confirmed", to_text(balances[i])}});
        table.rows.push_back({std::to_string(all[i].index), text, to_text(balances[i]), all[i].label});
    }
    Answer answer;
    answer.data = object{{"addresses", std::move(addresses)}, {"wallet", (*wallet)->name()}};
    answer.view.table(std::move(table));
    return answer;
}

Reply run_address_show(Session& session, const Args& args) {
    const auto names = Names::of(session);
    if (!names) return fail(names.error());
    crypto::Address address;
    std::string label;
    if (args.has("address")) {
        address = args.address("address");
    } else {
        const auto wallet = session.current_wallet();
        if (!wallet) return fail(wallet.error());
        address = (*wallet)->primary().address;
        label = (*wallet)->primary().label;
    }
    const auto name = names->find(address);
    const auto account =
        session.core().read([&](const net::Node& node) { return node.chain().account(address); });
    const auto text = session.to_text(address);
    const auto uri = wallet::to_text(wallet::PaymentUri{address, {}, {}, {}}, session.prefix());
    Answer answer;
    answer.data = object{{"address", text},
                         {"name", optional_text(name)},
                         {"label", label},
                         {"uri", uri},
                         {"known", account.has_value()},
                         {"balance", to_text(account ? account->balance : Amount{})},
                         {"nonce", account ? account->nonce.value : 0}};
    answer.view.fields(
        {{"address", Cell{text, Tone::strong}},
         {"name", name.empty() ? "-" : name},
         {"confirmed", with_ticker(session, account ? account->balance : Amount{})},
         {"sent", account ? counted(account->nonce.value, "transaction") : "never seen on the chain"},
         {"uri", uri}});
    if (args.has("--qr")) {
        const auto room = picture_room(session);
        auto lines = qr_lines(uri, room.columns, room.rows);
        answer.view.blank();
        if (lines.empty())
            answer.view.line({"There is no room for the QR code here: the address is " + text, Tone::warn});
        for (auto& line : lines) answer.view.line({std::move(line), Tone::print});
        answer.picture = true;
    }
    return answer;
}

Reply run_address_check(Session& session, const Args& args) {
    const auto& text = args.text("address");
    const auto address = crypto::address_from_text(text, session.prefix());
    Answer answer;
    answer.data = object{{"address", text}, {"valid", address.has_value()}};
    if (address) {
        answer.data["network"] = session.network().parameters().name;
        answer.view.line({"a sound address of this network", Tone::good});
        return answer;
    }
    const auto why = describe(address.error(), session.prefix());
    answer.data["reason"] = word_of(address.error());
    answer.data["message"] = why;
    if (address.error().position) answer.data["position"] = *address.error().position + 1;
    answer.view.line({why, Tone::bad});
    answer.exit = Exit::failed;
    answer.no_code = word_of(address.error());
    answer.no_message = why;
    return answer;
}

// --- contacts ---

object contact_json(const Session& session, const wallet::Contact& contact) {
    return object{{"name", contact.name}, {"address", session.to_text(contact.address)}};
}

Reply run_contacts_add(Session& session, const Args& args) {
    const auto contacts = session.contacts();
    if (!contacts) return fail(contacts.error());
    const auto& name = args.text("name");
    const auto& address = args.address("address");
    const auto alike = (*contacts)->look_alikes(address);
    if (!alike.empty() && (*contacts)->find(name) == nullptr && (*contacts)->find(address) == nullptr)
        if (auto agreed = session.confirm("This address looks like that of " + alike.front().name +
                                          ", but is another one. Add it all the same");
            !agreed)
            return fail(agreed.error());
    if (auto added = expected((*contacts)->add(name, address)); !added) return fail(added.error());
    Answer answer;
    answer.data = object{{"name", name}, {"address", session.to_text(address)}};
    answer.view.line("Added " + name + ": " + session.to_text(address));
    return answer;
}

Reply run_contacts_list(Session& session, const Args&) {
    const auto contacts = session.contacts();
    if (!contacts) return fail(contacts.error());
    array all;
    Table table{{{"name"}, {"address", Align::left, Cut::never}},
                {},
                "no contacts yet: `contacts add NAME ADDRESS` adds one"};
    for (const auto& contact : (*contacts)->all()) {
        all.push_back(contact_json(session, contact));
        table.rows.push_back({contact.name, session.to_text(contact.address)});
    }
    Answer answer;
    answer.data["contacts"] = std::move(all);
    answer.view.table(std::move(table));
    return answer;
}

/// Of a name that no contact has.
Failure unknown_contact(const wallet::Contacts& contacts, const std::string& name) {
    std::vector<std::string> known;
    for (const auto& contact : contacts.all()) known.push_back(contact.name);
    return {"not_found",
            Exit::not_found,
            "there is no contact \"" + escape_for_display(name) + "\"",
            did_you_mean(name, known, "`contacts list` shows those there are"),
            {}};
}

Reply run_contacts_show(Session& session, const Args& args) {
    const auto contacts = session.contacts();
    if (!contacts) return fail(contacts.error());
    const auto* contact = (*contacts)->find(args.text("name"));
    if (contact == nullptr) return fail(unknown_contact(**contacts, args.text("name")));
    Answer answer;
    answer.data = contact_json(session, *contact);
    answer.view.line(session.to_text(contact->address));
    return answer;
}

Reply run_contacts_rename(Session& session, const Args& args) {
    const auto contacts = session.contacts();
    if (!contacts) return fail(contacts.error());
    if ((*contacts)->find(args.text("from")) == nullptr)
        return fail(unknown_contact(**contacts, args.text("from")));
    if (auto renamed = expected((*contacts)->rename(args.text("from"), args.text("to"))); !renamed)
        return fail(renamed.error());
    Answer answer;
    answer.data = object{{"name", args.text("to")}, {"was", args.text("from")}};
    answer.view.line("The contact " + args.text("from") + " is called " + args.text("to") + " now.");
    return answer;
}

Reply run_contacts_remove(Session& session, const Args& args) {
    const auto contacts = session.contacts();
    if (!contacts) return fail(contacts.error());
    if ((*contacts)->find(args.text("name")) == nullptr)
        return fail(unknown_contact(**contacts, args.text("name")));
    if (auto removed = expected((*contacts)->remove(args.text("name"))); !removed)
        return fail(removed.error());
    Answer answer;
    answer.data = object{{"name", args.text("name")}};
    answer.view.line("Removed the contact " + args.text("name") + ".");
    return answer;
}

void add_contact_commands(CommandTree& tree) {
    tree.describe_group("contacts", "names for the addresses of others");
    const Positional contact{"name", Kind::contact, "a contact"};
    tree.add({.path = "contacts add",
              .summary = "give an address a name",
              .needs = Needs::directory,
              .positionals = {{"name", Kind::new_name, "1 to 32 of A-Z a-z 0-9 _ -"},
                              {"address", Kind::address, "of this network"}},
              .run = run_contacts_add,
              .examples = {"contacts add bob crn1qjjgghxlp8g858al98tlvcf002m5tq5q54l9q07"}});
    tree.add({.path = "contacts list",
              .summary = "all contacts",
              .needs = Needs::directory,
              .run = run_contacts_list,
              .examples = {"contacts list"}});
    tree.add({.path = "contacts show",
              .summary = "the address of a contact",
              .needs = Needs::directory,
              .positionals = {contact},
              .run = run_contacts_show,
              .examples = {"contacts show bob"}});
    tree.add({.path = "contacts rename",
              .summary = "give a contact another name",
              .needs = Needs::directory,
              .positionals = {{"from", Kind::contact, "its name now"},
                              {"to", Kind::new_name, "its name from now on"}},
              .run = run_contacts_rename,
              .examples = {"contacts rename bob robert"}});
    tree.add({.path = "contacts remove",
              .summary = "forget a contact",
              .needs = Needs::directory,
              .positionals = {contact},
              .run = run_contacts_remove,
              .examples = {"contacts remove bob"}});
}

} // namespace

void add_address_commands(CommandTree& tree) {
    tree.describe_group("address", "where others pay to");
    tree.add({.path = "address new",
              .summary = "a further address of the current wallet",
              .options = {option("--label", "L", Kind::text, "a note of your own")},
              .run = run_address_new,
              .details = "A locked wallet hands out 20 of them before it needs its password.",
              .examples = {"address new --label rent"}});
    tree.add({.path = "address list",
              .summary = "the current wallet's addresses",
              .run = run_address_list,
              .examples = {"address list"}});
    tree.add({.path = "address show",
              .summary = "an address: its name, balance, URI and QR code",
              .positionals = {{"address", Kind::address, "the current wallet's first where left out", false}},
              .options = {flag("--qr", "as a QR code of the payment URI")},
              .run = run_address_show,
              .examples = {"address show --qr"}});
    tree.add({.path = "address check",
              .summary = "whether a text is a sound address of this network",
              .needs = Needs::network,
              .positionals = {{"address", Kind::some_address, "what to check"}},
              .run = run_address_check,
              .details = "Exit code 1 where it is not: mistyped, and where, or of another network.",
              .examples = {"address check crn1qjjgghxlp8g858al98tlvcf002m5tq5q54l9q07"}});
    add_contact_commands(tree);
}

} // namespace cairn::cli
