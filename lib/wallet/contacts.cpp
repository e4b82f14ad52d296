#include <wallet/contacts.hpp>
#include <wallet/files.hpp>

#include <algorithm>

namespace cairn::wallet {
namespace {

constexpr std::string_view first_line = "cairn-contacts 1";
constexpr std::size_t max_bytes = 2'000'000;
constexpr std::size_t shown_start = 2; // behind the prefix and its separator, which all share
constexpr std::size_t shown_end = 4;

auto damaged(std::size_t line, const std::string& why) {
    return refuse(WalletError::damaged,
                  "the contacts file cannot be read: line " + std::to_string(line) + ": " + why);
}

auto not_found(std::string_view name) {
    return refuse(WalletError::not_found, "there is no contact \"" + std::string(name) + "\"");
}

bool by_name(const Contact& a, const Contact& b) { return a.name < b.name; }

std::string_view take_line(std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line;
}

/// Whether a contact may join the others.
Outcome<void> check_new(const std::vector<Contact>& others, const Contact& added) {
    if (const auto checked = check_name(added.name, "contact"); !checked) return fail(checked.error());
    for (const Contact& other : others) {
        if (same_name(other.name, added.name))
            return refuse(WalletError::name_taken, "there is already a contact \"" + other.name + "\"");
        if (other.address == added.address)
            return refuse(WalletError::address_taken, "the contact \"" + other.name + "\" has this address");
    }
    if (others.size() >= Contacts::max_contacts)
        return refuse(WalletError::too_many, "there are 10,000 contacts, as many as there can be");
    return {};
}

} // namespace

Outcome<Contacts> Contacts::open(const std::filesystem::path& data_directory, std::string prefix) {
    std::filesystem::path file = data_directory / "contacts";
    const auto bytes = read_file(file, max_bytes);
    if (!bytes) return Contacts(std::move(file), std::move(prefix), {});
    if (bytes->size() > max_bytes) return refuse(WalletError::damaged, "the contacts file is too long");
    std::string_view text = bytes->text();
    if (take_line(text) != first_line)
        return damaged(1, "it is not \"" + std::string(first_line) +
                              "\"; a later version may have written the file");

    std::vector<Contact> contacts;
    for (std::size_t line_number = 2; !text.empty(); ++line_number) {
        const std::string_view line = take_line(text);
        const std::size_t blank = line.find(' ');
        if (blank == std::string_view::npos)
            return damaged(line_number, "it is not of the form NAME ADDRESS");
        const auto address = crypto::address_from_text(line.substr(blank + 1), prefix);
        if (!address) return damaged(line_number, "its address is not one of this network");
        Contact contact{std::string(line.substr(0, blank)), *address};
        if (const auto checked = check_new(contacts, contact); !checked)
            return damaged(line_number, checked.error().message);
        contacts.push_back(std::move(contact));
    }
    std::sort(contacts.begin(), contacts.end(), by_name);
    return Contacts(std::move(file), std::move(prefix), std::move(contacts));
}

const Contact* Contacts::find(std::string_view name) const {
    const auto found = std::find_if(contacts_.begin(), contacts_.end(),
                                    [&](const Contact& contact) { return contact.name == name; });
    return found == contacts_.end() ? nullptr : &*found;
}

const Contact* Contacts::find(const crypto::Address& address) const {
    const auto found = std::find_if(contacts_.begin(), contacts_.end(),
                                    [&](const Contact& contact) { return contact.address == address; });
    return found == contacts_.end() ? nullptr : &*found;
}

void Contacts::save(std::vector<Contact> contacts) {
    std::sort(contacts.begin(), contacts.end(), by_name);
    std::string text = std::string(first_line) + "\n";
    for (const Contact& contact : contacts)
        text += contact.name + " " + crypto::to_text(contact.address, prefix_) + "\n";
    make_directory(file_.parent_path());
    write_file_atomically(file_, as_bytes(text), Existing::replace);
    contacts_ = std::move(contacts);
}

Outcome<void> Contacts::add(std::string_view name, const crypto::Address& address) {
    Contact contact{std::string(name), address};
    if (const auto checked = check_new(contacts_, contact); !checked) return fail(checked.error());
    std::vector<Contact> contacts = contacts_;
    contacts.push_back(std::move(contact));
    save(std::move(contacts));
    return {};
}

Outcome<void> Contacts::rename(std::string_view from, std::string_view to) {
    const Contact* found = find(from);
    if (found == nullptr) return not_found(from);
    std::vector<Contact> contacts = contacts_;
    std::erase(contacts, *found);
    Contact renamed{std::string(to), found->address};
    if (from == to)
        return refuse(WalletError::name_taken, "there is already a contact \"" + renamed.name + "\"");
    if (const auto checked = check_new(contacts, renamed); !checked) return fail(checked.error());
    contacts.push_back(std::move(renamed));
    save(std::move(contacts));
    return {};
}

Outcome<void> Contacts::remove(std::string_view name) {
    const Contact* found = find(name);
    if (found == nullptr) return not_found(name);
    std::vector<Contact> contacts = contacts_;
    std::erase(contacts, *found);
    save(std::move(contacts));
    return {};
}

std::vector<Contact> Contacts::look_alikes(const crypto::Address& address) const {
    const std::string text = crypto::to_text(address, prefix_);
    const std::size_t start = prefix_.size() + 1 + shown_start;
    std::vector<Contact> out;
    for (const Contact& contact : contacts_) {
        if (contact.address == address) continue;
        const std::string other = crypto::to_text(contact.address, prefix_);
        if (text.compare(0, start, other, 0, start) == 0 &&
            text.substr(text.size() - shown_end) == other.substr(other.size() - shown_end))
            out.push_back(contact);
    }
    return out;
}

} // namespace cairn::wallet
