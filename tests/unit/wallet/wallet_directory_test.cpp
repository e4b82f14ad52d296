#include "catch.hpp"
#include "support.hpp"
#include <base/fault.hpp>
#include <wallet/wallet_directory.hpp>

#include <sys/stat.h>

using namespace cairn;
using namespace cairn::wallet;
using namespace cairn::wallet::testing;

namespace {

struct Fixture {
    TemporaryDirectory directory;
    std::filesystem::path data = directory / "data/alice";
    WalletDirectory wallets{data};
    Prng random{3};

    void make(std::string_view name) {
        REQUIRE(wallets.create(name, test_mnemonic(), weakly("pw"), Time{}, random));
    }
};

template <typename T> WalletError code(const Outcome<T>& outcome) {
    REQUIRE_FALSE(outcome);
    CHECK_FALSE(outcome.error().message.empty());
    return outcome.error().code;
}

} // namespace

TEST_CASE_METHOD(Fixture, "wallets are made, listed, opened and removed", "[wallet]") {
    CHECK(wallets.names().empty());
    CHECK_FALSE(wallets.current());
    make("bob");
    make("alice");
    CHECK(wallets.names() == std::vector<std::string>{"alice", "bob"});
    CHECK(wallets.open("bob")->name() == "bob");
    CHECK(code(wallets.open("carol")) == WalletError::not_found);
    REQUIRE(wallets.remove("bob"));
    CHECK(code(wallets.remove("bob")) == WalletError::not_found);
    CHECK(wallets.names() == std::vector<std::string>{"alice"});
    struct stat status {};
    for (const auto& made : {data, data / "wallets"}) {
        REQUIRE(::stat(made.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777U) == 0700);
    }
}

TEST_CASE_METHOD(Fixture, "names are refused with the reason", "[wallet]") {
    for (const char* name :
         {"", "a b", "a/b", "../x", "ä", ".", "a.b", "-x", "a\n", "123456789012345678901234567890123"}) {
        CAPTURE(name);
        CHECK(code(wallets.check_new(name)) == WalletError::bad_name);
        CHECK(code(wallets.create(name, test_mnemonic(), weakly("x"), Time{}, random)) ==
              WalletError::bad_name);
        CHECK(code(wallets.open(name)) == WalletError::bad_name);
    }
    CHECK_FALSE(std::filesystem::exists(data));
    CHECK(wallets.check_new("x\x1b").error().message.find('\x1b') == std::string::npos);
    for (const char* name : {"a", "A-b_9", "12345678901234567890123456789012"})
        CHECK(wallets.check_new(name));
}

TEST_CASE_METHOD(Fixture, "a name that is taken, in whatever case, is refused", "[wallet]") {
    make("Alice");
    for (const char* name : {"Alice", "alice", "ALICE"}) {
        CHECK(code(wallets.check_new(name)) == WalletError::name_taken);
        CHECK(code(wallets.create(name, test_mnemonic(), weakly("x"), Time{}, random)) ==
              WalletError::name_taken);
    }
    make("bob");
    CHECK(code(wallets.rename("bob", "alice")) == WalletError::name_taken);
    CHECK(code(wallets.rename("bob", "bob")) == WalletError::name_taken);
    CHECK(code(wallets.rename("carol", "dave")) == WalletError::not_found);
    CHECK(code(wallets.rename("bob", "a b")) == WalletError::bad_name);
    REQUIRE(wallets.rename("Alice", "alice"));
    CHECK(wallets.names() == std::vector<std::string>{"alice", "bob"});
}

TEST_CASE_METHOD(Fixture, "the current wallet is remembered, and follows its name", "[wallet]") {
    make("alice");
    make("bob");
    CHECK(code(wallets.set_current("carol")) == WalletError::not_found);
    REQUIRE(wallets.set_current("bob"));
    CHECK(WalletDirectory(data).current() == "bob");
    REQUIRE(wallets.rename("bob", "robert"));
    CHECK(WalletDirectory(data).current() == "robert");
    REQUIRE(wallets.rename("alice", "al"));
    CHECK(wallets.current() == "robert");
    REQUIRE(wallets.remove("robert"));
    CHECK_FALSE(wallets.current());
    make("robert");
    CHECK_FALSE(wallets.current()); // a new wallet of that name was not chosen
}

TEST_CASE_METHOD(Fixture, "a rename cut off at any step leaves the current wallet known", "[wallet]") {
    make("bob");
    REQUIRE(wallets.set_current("bob"));
    put(data / "wallets/current", "robert\nbob\n"); // what the first step of a rename writes
    CHECK(wallets.current() == "bob");
    std::filesystem::rename(data / "wallets/bob.wallet", data / "wallets/robert.wallet");
    CHECK(wallets.current() == "robert");
    put(data / "wallets/current", std::string(100'000, 'x'));
    CHECK_FALSE(wallets.current());
}

TEST_CASE_METHOD(Fixture, "what else lies there is no wallet", "[wallet]") {
    make("alice");
    put(data / "wallets/.bob.wallet.cairn-new", "cut off");
    put(data / "wallets/no wallet.wallet", "x");
    put(data / "wallets/notes.txt", "x");
    put(data / "wallets/broken.wallet", "x");
    CHECK(wallets.names() == std::vector<std::string>{"alice", "broken"});
    CHECK(code(wallets.open("broken")) == WalletError::damaged);
    put(data / "wallets/broken.wallet", "");
    CHECK(code(wallets.open("broken")) == WalletError::damaged);
    make("bob"); // over what a killed run left
    CHECK_FALSE(std::filesystem::exists(data / "wallets/.bob.wallet.cairn-new"));
}

TEST_CASE_METHOD(Fixture, "a backup is one file, never overwrites, and restores under any name", "[wallet]") {
    make("alice");
    REQUIRE(wallets.open("alice")->new_address("savings", random));
    const auto file = directory / "alice.backup";
    CHECK(code(wallets.backup("bob", file)) == WalletError::not_found);
    REQUIRE(wallets.backup("alice", file));
    CHECK(contents(file) == contents(data / "wallets/alice.wallet"));
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600);
    CHECK(code(wallets.backup("alice", file)) == WalletError::name_taken);

    CHECK(code(wallets.restore_backup("alice", file)) == WalletError::name_taken);
    CHECK(code(wallets.restore_backup("bob", directory / "none")) == WalletError::not_found);
    auto restored = wallets.restore_backup("bob", file);
    REQUIRE(restored);
    CHECK(restored->is_locked());
    CHECK(restored->addresses().back().label == "savings");
    CHECK(restored->unlock(secret("pw"), random));

    put(file, contents(file).substr(1));
    CHECK(code(wallets.restore_backup("carol", file)) == WalletError::not_a_wallet);
    put(data / "wallets/alice.wallet", contents(data / "wallets/alice.wallet").substr(0, 100));
    CHECK(code(wallets.backup("alice", directory / "second")) == WalletError::damaged);
    CHECK(wallets.names() == std::vector<std::string>{"alice", "bob"});
}

TEST_CASE_METHOD(Fixture, "a wallet told of its new name keeps its changes there", "[wallet]") {
    make("alice");
    auto wallet = wallets.open("alice");
    REQUIRE(wallet);
    REQUIRE(wallets.rename("alice", "bob"));
    wallet->moved_to(*wallets.path_of("bob"));
    REQUIRE(wallet->new_address("x", random));
    CHECK(wallets.names() == std::vector<std::string>{"bob"});
    CHECK(wallets.open("bob")->addresses().size() == 2);
}

TEST_CASE("files: faults are sentences for people", "[wallet]") {
    const TemporaryDirectory directory;
    const auto message = [](const auto& act) {
        try {
            act();
        } catch (const Fault& fault) {
            return std::string(fault.what());
        }
        return std::string();
    };
    const Bytes bytes(3);
    const auto write = [&](const std::filesystem::path& file) {
        return message([&] { write_file_atomically(file, bytes, Existing::replace); });
    };
    CHECK(write(directory / "none/file").find("the directory does not exist") != std::string::npos);
    CHECK(write(directory / std::string(300, 'x')).find("the name is too long") != std::string::npos);
    put(directory / "plain", "x");
    CHECK(write(directory / "plain/file").find("is not a directory") != std::string::npos);
    CHECK(message([&] { read_file(directory.path(), 10); }).find("not a regular file") != std::string::npos);
    CHECK(message([&] { make_directory(directory / "plain/x"); }).find("is not a directory") !=
          std::string::npos);
    CHECK(message([&] { make_directory(directory / "plain"); }).find("cannot make") != std::string::npos);
    CHECK_FALSE(read_file(directory / "none", 10));
    CHECK(read_file(directory / "plain", 0)->size() == 1); // one more than the limit: too long
    CHECK_FALSE(remove_file(directory / "none"));
    CHECK(listing(directory.path()) == std::vector<std::string>{"plain"});
}

TEST_CASE("files: a new file is never written over another", "[wallet]") {
    const TemporaryDirectory directory;
    CHECK(write_file_atomically(directory / "a", as_bytes("one"), Existing::keep));
    CHECK_FALSE(write_file_atomically(directory / "a", as_bytes("two"), Existing::keep));
    CHECK(contents(directory / "a") == "one");
    CHECK(write_file_atomically(directory / "a", as_bytes("three"), Existing::replace));
    CHECK(contents(directory / "a") == "three");
    put(directory / "b", "b");
    CHECK_FALSE(rename_file(directory / "a", directory / "b"));
    CHECK(rename_file(directory / "a", directory / "c"));
    CHECK(listing(directory.path()) == std::vector<std::string>{"b", "c"});
}
