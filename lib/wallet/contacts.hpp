// Contacts: names for addresses, in DIR/contacts. A text file: the line `cairn-contacts 1`, then a line
// `NAME ADDRESS` each, sorted by name. Every change is on disk before the call returns; a refusal or a Fault
// changes nothing. One owner, one thread.
#pragma once

#include <crypto/address.hpp>
#include <wallet/names.hpp>

#include <filesystem>
#include <optional>
#include <vector>

namespace cairn::wallet {

struct Contact {
    std::string name;
    crypto::Address address;
    friend bool operator==(const Contact&, const Contact&) = default;
};

class Contacts {
  public:
    static constexpr std::size_t max_contacts = 10'000;

    /// `prefix`: the network's, for the text of addresses. A missing file holds none. damaged names the line.
    static Outcome<Contacts> open(const std::filesystem::path& data_directory, std::string prefix);

    const std::vector<Contact>& all() const { return contacts_; } ///< sorted by name
    const Contact* find(std::string_view name) const;
    const Contact* find(const crypto::Address& address) const;

    Outcome<void> add(std::string_view name, const crypto::Address& address);
    Outcome<void> rename(std::string_view from, std::string_view to);
    Outcome<void> remove(std::string_view name);

    /// Contacts of another address whose text, behind the network's prefix, begins with the same 2 and ends
    /// with the same 4 characters: what someone who made a look-alike on purpose would aim at.
    std::vector<Contact> look_alikes(const crypto::Address& address) const;

  private:
    Contacts(std::filesystem::path file, std::string prefix, std::vector<Contact> contacts)
        : file_(std::move(file)), prefix_(std::move(prefix)), contacts_(std::move(contacts)) {}
    void save(std::vector<Contact> contacts);

    std::filesystem::path file_;
    std::string prefix_;
    std::vector<Contact> contacts_;
};

} // namespace cairn::wallet
