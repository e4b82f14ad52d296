#include "catch.hpp"
#include "support.hpp"
#include <base/fault.hpp>
#include <wallet/contacts.hpp>

#include <map>
#include <optional>

using namespace cairn;
using namespace cairn::wallet;
using namespace cairn::wallet::testing;

namespace {

crypto::Address address(std::uint64_t number) {
    crypto::Address out;
    store_le(out.bytes.data() + 8, number);
    return out;
}

template <typename T> WalletError code(const Outcome<T>& outcome) {
    REQUIRE_FALSE(outcome);
    CHECK_FALSE(outcome.error().message.empty());
    return outcome.error().code;
}

Contacts open(const TemporaryDirectory& directory) {
    auto contacts = Contacts::open(directory.path(), "crn");
    REQUIRE(contacts);
    return std::move(*contacts);
}

} // namespace

TEST_CASE("contacts are kept, found by name and address, renamed and removed", "[wallet]") {
    const TemporaryDirectory directory;
    Contacts contacts = open(directory);
    CHECK(contacts.all().empty());
    CHECK_FALSE(std::filesystem::exists(directory / "contacts"));
    REQUIRE(contacts.add("bob", address(2)));
    REQUIRE(contacts.add("alice", address(1)));
    CHECK(contents(directory / "contacts") == "cairn-contacts 1\nalice " +
                                                  crypto::to_text(address(1), "crn") + "\nbob " +
                                                  crypto::to_text(address(2), "crn") + "\n");
    REQUIRE(contacts.rename("bob", "Robert"));
    const Contacts again = open(directory);
    CHECK(again.all() == contacts.all());
    CHECK(again.all() == std::vector<Contact>{{"Robert", address(2)}, {"alice", address(1)}});
    CHECK(again.find("alice")->address == address(1));
    CHECK(again.find(address(2))->name == "Robert");
    CHECK(again.find("bob") == nullptr);
    CHECK(again.find(address(3)) == nullptr);
    REQUIRE(contacts.remove("alice"));
    CHECK(open(directory).all().size() == 1);
}

TEST_CASE("contacts refuse what is doubtful, and change nothing", "[wallet]") {
    const TemporaryDirectory directory;
    Contacts contacts = open(directory);
    REQUIRE(contacts.add("bob", address(2)));
    REQUIRE(contacts.add("carol", address(3)));
    const std::string before = contents(directory / "contacts");
    CHECK(code(contacts.add("Bob", address(4))) == WalletError::name_taken);
    CHECK(code(contacts.add("robert", address(2))) == WalletError::address_taken);
    CHECK(code(contacts.add("b b", address(4))) == WalletError::bad_name);
    CHECK(code(contacts.rename("dave", "eve")) == WalletError::not_found);
    CHECK(code(contacts.rename("bob", "CAROL")) == WalletError::name_taken);
    CHECK(code(contacts.rename("bob", "bob")) == WalletError::name_taken);
    CHECK(code(contacts.rename("bob", "")) == WalletError::bad_name);
    CHECK(code(contacts.remove("dave")) == WalletError::not_found);
    CHECK(contents(directory / "contacts") == before);
    CHECK(contacts.all().size() == 2);
    REQUIRE(contacts.rename("bob", "Bob")); // the same contact in another case
}

TEST_CASE("a contacts file that cannot be read is refused with the line", "[wallet]") {
    const TemporaryDirectory directory;
    const std::string start = "cairn-contacts 1\n";
    const std::string alice = "alice " + crypto::to_text(address(1), "crn") + "\n";
    const auto refused = [&](const std::string& text) {
        put(directory / "contacts", text);
        const auto opened = Contacts::open(directory.path(), "crn");
        CHECK(code(opened) == WalletError::damaged);
        CHECK(contents(directory / "contacts") == text);
        return opened.error().message;
    };
    CHECK(refused("").find("line 1") != std::string::npos);
    CHECK(refused("cairn-contacts 2\n").find("line 1") != std::string::npos);
    CHECK(refused(start + alice + "\n").find("line 3") != std::string::npos);
    CHECK(refused(start + "alice\n").find("line 2") != std::string::npos);
    CHECK(refused(start + alice + "bob " + crypto::to_text(address(1), "dcrn")).find("line 3") !=
          std::string::npos);
    CHECK(refused(start + alice + alice).find("line 3") != std::string::npos);
    CHECK(refused(start + "a/b " + crypto::to_text(address(1), "crn")).find("line 2") != std::string::npos);
    refused(start + std::string(3'000'000, 'x'));
    put(directory / "contacts", start + "zoe " + crypto::to_text(address(5), "crn") + "\n" + alice);
    CHECK(open(directory).all().front().name == "alice"); // any order, as a person would write it
}

TEST_CASE("a contact that cannot be written is not taken in", "[wallet]") {
    const TemporaryDirectory directory;
    Contacts contacts = open(directory);
    std::filesystem::create_directory(directory / ".contacts.cairn-new");
    CHECK_THROWS_AS(contacts.add("bob", address(2)), Fault);
    CHECK(contacts.all().empty());
}

TEST_CASE("the prefix that all addresses share makes none alike", "[wallet]") {
    const TemporaryDirectory directory;
    auto contacts = Contacts::open(directory.path(), "dcrn");
    REQUIRE(contacts);
    const auto of = [](std::string_view text) { return *crypto::address_from_text(text, "dcrn"); };
    REQUIRE(contacts->add("shop", of("dcrn1qg0s9e5zmnw0fw9w0tylwgg042usf758rlh4t8c")));
    REQUIRE(contacts->add("club", of("dcrn1qu6kerzxq673zpdu4hjtvqwn8uhtqcma354rjgr")));
    // ends like the shop's, and begins with another character behind "dcrn1q"
    CHECK(contacts->look_alikes(of("dcrn1q5d8dla26x89ywlkdt290y3zmsc7cylmhf24t8c")).empty());
    const auto alike = contacts->look_alikes(of("dcrn1quu67ukjwxw9tdd09capk9n6ky4vj2wuntnrjgr"));
    REQUIRE(alike.size() == 1);
    CHECK(alike.front().name == "club");
}

TEST_CASE("an address that looks like a contact's is noticed", "[wallet]") {
    // Among some thousand addresses two end alike; some more, and two begin alike too.
    std::multimap<std::string, crypto::Address> by_end;
    std::optional<std::pair<crypto::Address, crypto::Address>> alike;
    std::optional<std::pair<crypto::Address, crypto::Address>> only_end_alike;
    Prng random(1);
    while (!alike || !only_end_alike) {
        crypto::Address made;
        random.fill(made.bytes);
        const std::string text = crypto::to_text(made, "crn");
        const auto [from, to] = by_end.equal_range(text.substr(text.size() - 4));
        for (auto other = from; other != to; ++other) {
            const bool same_start = crypto::to_text(other->second, "crn").substr(0, 6) == text.substr(0, 6);
            (same_start ? alike : only_end_alike) = {other->second, made};
        }
        by_end.emplace(text.substr(text.size() - 4), made);
        REQUIRE(by_end.size() < 100'000);
    }
    const TemporaryDirectory directory;
    Contacts contacts = open(directory);
    REQUIRE(contacts.add("bob", alike->first));
    REQUIRE(contacts.add("carol", only_end_alike->first));
    CHECK(contacts.look_alikes(alike->second) == std::vector<Contact>{{"bob", alike->first}});
    CHECK(contacts.look_alikes(alike->first).empty());
    CHECK(contacts.look_alikes(only_end_alike->second).empty());
    crypto::Address begins_alike = alike->first;
    begins_alike.bytes[19] = static_cast<Byte>(begins_alike.bytes[19] ^ 1U);
    CHECK(contacts.look_alikes(begins_alike).empty());
}
