// A process that changes a wallet is killed at some moment, again and again: whatever it had acknowledged is
// in the file, and the file is whole.
#include "../unit/wallet/support.hpp"
#include "catch.hpp"
#include <wallet/contacts.hpp>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace cairn;
using namespace cairn::wallet;
using namespace cairn::wallet::testing;

namespace {

/// Runs `change` over and over in a process of its own, which is killed once `count` changes were
/// acknowledged: the blow falls anywhere in a later one.
template <typename Change> void kill_after(std::size_t count, Change change) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::close(ends[0]);
        const char done = 1;
        while (change() && ::write(ends[1], &done, 1) == 1) {
        }
        ::_exit(1);
    }
    ::close(ends[1]);
    char done = 0;
    std::size_t seen = 0;
    while (seen < count && ::read(ends[0], &done, 1) == 1) ++seen;
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    ::close(ends[0]);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(seen == count);
}

} // namespace

TEST_CASE("a wallet survives being killed while it changes, with all that was acknowledged", "[wallet]") {
    const TemporaryDirectory directory;
    const auto file = directory / "alice.wallet";
    Prng random(9);
    REQUIRE(Wallet::create(file, test_mnemonic(), Protection::none(), Time{}, random));
    std::size_t acknowledged = 1;
    for (std::size_t round = 0; round < 25; ++round) {
        const std::size_t count = 1 + random.below(4);
        kill_after(count, [&, wallet = Wallet::open(file)]() mutable {
            return wallet && wallet->new_address("label", random).has_value();
        });
        acknowledged += count;
        const auto opened = Wallet::open(file);
        REQUIRE(opened);
        REQUIRE(opened->addresses().size() >= acknowledged);
        REQUIRE(opened->addresses().back().label == "label");
        acknowledged = opened->addresses().size();
    }
}

TEST_CASE("a password change that is killed leaves the old password or the new", "[wallet]") {
    const TemporaryDirectory directory;
    const auto file = directory / "alice.wallet";
    Prng random(10);
    REQUIRE(Wallet::create(file, test_mnemonic(), weakly("a"), Time{}, random));
    for (std::size_t round = 0; round < 15; ++round) {
        bool is_a = true;
        kill_after(1 + random.below(3), [&, wallet = Wallet::open(file)]() mutable {
            if (!wallet) return false;
            const auto changed =
                wallet->change_password(secret(is_a ? "a" : "b"), weakly(is_a ? "b" : "a"), random);
            is_a = !is_a;
            return changed.has_value();
        });
        auto opened = Wallet::open(file);
        REQUIRE(opened);
        const bool has_a = opened->unlock(secret("a"), random).has_value();
        REQUIRE((has_a || opened->unlock(secret("b"), random).has_value()));
        REQUIRE(opened->export_mnemonic()->text() == test_mnemonic().words().text());
        if (!has_a) REQUIRE(opened->change_password(secret("b"), weakly("a"), random));
    }
}

TEST_CASE("contacts survive being killed while they change", "[wallet]") {
    const TemporaryDirectory directory;
    Prng random(11);
    std::size_t acknowledged = 0;
    for (std::size_t round = 0; round < 15; ++round) {
        const std::size_t count = 1 + random.below(4);
        kill_after(count, [&, contacts = Contacts::open(directory.path(), "crn")]() mutable {
            crypto::Address address;
            const std::size_t number = contacts ? contacts->all().size() : 0;
            store_le(address.bytes.data(), std::uint64_t{number});
            return contacts && contacts->add("c" + std::to_string(number), address).has_value();
        });
        acknowledged += count;
        const auto opened = Contacts::open(directory.path(), "crn");
        REQUIRE(opened);
        REQUIRE(opened->all().size() >= acknowledged);
        acknowledged = opened->all().size();
    }
}
