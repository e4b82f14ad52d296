#include "catch.hpp"
#include "support.hpp"
#include <base/fault.hpp>
#include <wallet/message.hpp>
#include <wallet/payment.hpp>
#include <wallet/pem.hpp>

#include <sys/stat.h>

using namespace cairn;
using namespace cairn::wallet;
using namespace cairn::wallet::testing;

namespace {

struct Fixture {
    TemporaryDirectory directory;
    std::filesystem::path file = directory / "alice.wallet";
    Prng random{42};

    Wallet make(const Protection& protection = weakly("secret"), std::uint32_t used = 1) {
        auto made = Wallet::create(file, test_mnemonic(), protection, Time{77}, random, used);
        REQUIRE(made);
        return std::move(*made);
    }
    Wallet open() const {
        auto opened = Wallet::open(file);
        REQUIRE(opened);
        return std::move(*opened);
    }
};

template <typename T> WalletError code(const Outcome<T>& outcome) {
    REQUIRE_FALSE(outcome);
    CHECK_FALSE(outcome.error().message.empty());
    return outcome.error().code;
}

crypto::Address expected_address(std::uint32_t index) {
    return derive_addresses(account_key(test_mnemonic()), index, 1).front();
}

bool holds(const std::string& bytes, ByteView part) { return bytes.find(as_text(part)) != std::string::npos; }

BlockId genesis() {
    BlockId id;
    id.bytes.fill(9);
    return id;
}

} // namespace

TEST_CASE_METHOD(Fixture, "a new wallet is unlocked, and locked when opened again", "[wallet]") {
    {
        const Wallet made = make();
        CHECK_FALSE(made.is_locked());
        CHECK(made.is_protected());
        CHECK(made.name() == "alice");
        CHECK(made.created() == Time{77});
        CHECK(made.primary().address == expected_address(0));
        CHECK(made.export_mnemonic()->text() == test_mnemonic().words().text());
    }
    Wallet opened = open();
    CHECK(opened.is_locked());
    CHECK(opened.primary().address == expected_address(0));
    CHECK(opened.stocked().size() == Wallet::stock);
    CHECK(opened.stocked().back() == expected_address(Wallet::stock));
    CHECK(code(opened.export_mnemonic()) == WalletError::locked);
    CHECK(code(opened.export_pem(expected_address(0))) == WalletError::locked);
    CHECK(code(opened.key_for(expected_address(0))) == WalletError::locked);
    CHECK(code(opened.sign_message(expected_address(0), "x")) == WalletError::locked);
    CHECK(code(opened.unlock(secret("Secret"), random)) == WalletError::wrong_password);
    CHECK(code(opened.unlock(secret(""), random)) == WalletError::wrong_password);
    CHECK(opened.is_locked());
    REQUIRE(opened.unlock(secret("secret"), random));
    CHECK(opened.key_for(expected_address(0)));
    opened.lock();
    CHECK(code(opened.key_for(expected_address(0))) == WalletError::locked);
}

TEST_CASE_METHOD(Fixture, "a wallet's file is for its owner alone, and nothing else is left beside it",
                 "[wallet]") {
    Wallet made = make();
    REQUIRE(made.new_address("x", random));
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600);
    CHECK(listing(directory.path()) == std::vector<std::string>{"alice.wallet"});
}

TEST_CASE_METHOD(Fixture, "the file of a protected wallet holds no secret", "[wallet]") {
    Wallet made = make(weakly("correct horse"));
    REQUIRE(made.new_address("label", random));
    REQUIRE(made.change_password(secret("correct horse"), weakly("battery staple"), random));
    const std::string bytes = contents(file);
    const Mnemonic mnemonic = test_mnemonic();
    CHECK_FALSE(holds(bytes, mnemonic.entropy().view()));
    CHECK_FALSE(holds(bytes, mnemonic.entropy().view().first(8)));
    CHECK_FALSE(holds(bytes, mnemonic.seed().view().first(8)));
    CHECK_FALSE(holds(bytes, account_key(mnemonic).key().view().first(8)));
    CHECK_FALSE(holds(bytes, account_key(mnemonic).chain_code().view().first(8)));
    for (std::uint32_t i = 0; i < 22; ++i)
        CHECK_FALSE(holds(bytes, derive_key(account_key(mnemonic), i).seed().view().first(8)));
    CHECK_FALSE(holds(bytes, as_bytes("horse")));
    CHECK_FALSE(holds(bytes, as_bytes("staple")));
    CHECK(holds(bytes, made.primary().public_key.bytes)); // the search can find
}

TEST_CASE_METHOD(Fixture, "a wallet without a password is open, and its secret stands in the file",
                 "[wallet]") {
    make(Protection::none());
    Wallet opened = open();
    CHECK_FALSE(opened.is_protected());
    CHECK_FALSE(opened.is_locked());
    opened.lock();
    CHECK_FALSE(opened.is_locked());
    CHECK(opened.unlock(secret("anything"), random));
    CHECK(opened.key_for(opened.primary().address));
    CHECK(holds(contents(file), test_mnemonic().entropy().view()));
    for (int i = 0; i < 30; ++i) REQUIRE(opened.new_address("", random));
    CHECK(open().addresses().back().address == expected_address(30));
}

TEST_CASE_METHOD(Fixture, "an empty password, an existing file and too many addresses are refused",
                 "[wallet]") {
    const auto create = [&](const Protection& protection, std::uint32_t used = 1) {
        return Wallet::create(file, test_mnemonic(), protection, Time{}, random, used);
    };
    CHECK(code(create(weakly(""))) == WalletError::bad_password);
    CHECK(code(create(weakly("x"), 0)) == WalletError::too_many);
    CHECK(code(create(weakly("x"), 9'981)) == WalletError::too_many);
    CHECK(listing(directory.path()).empty());
    REQUIRE(create(weakly("x")));
    const std::string before = contents(file);
    CHECK(code(create(weakly("y"))) == WalletError::name_taken);
    CHECK(contents(file) == before);
    CHECK(code(Wallet::open(directory / "bob.wallet")) == WalletError::not_found);
}

TEST_CASE_METHOD(Fixture, "new addresses come locked until the stock is spent, and unlocking fills it",
                 "[wallet]") {
    make();
    Wallet wallet = open();
    for (std::uint32_t i = 1; i <= Wallet::stock; ++i) {
        const auto added = wallet.new_address("label " + std::to_string(i), random);
        REQUIRE(added);
        CHECK(added->index == i);
        CHECK(added->address == expected_address(i));
    }
    CHECK(wallet.stocked().empty());
    const std::string before = contents(file);
    CHECK(code(wallet.new_address("one more", random)) == WalletError::locked);
    CHECK(contents(file) == before);
    Wallet again = open();
    CHECK(again.addresses().size() == 21);
    CHECK(again.addresses().back().label == "label 20");
    REQUIRE(again.unlock(secret("secret"), random));
    CHECK(again.stocked().size() == Wallet::stock);
    REQUIRE(again.new_address("one more", random));
    CHECK(again.stocked().size() == Wallet::stock);
    Wallet last = open();
    CHECK(last.is_locked());
    CHECK(last.addresses().back().address == expected_address(21));
    REQUIRE(last.unlock(secret("secret"), random)); // what was added is sealed under the same password
    CHECK(last.key_for(expected_address(21))->public_key() == last.addresses().back().public_key);
}

TEST_CASE_METHOD(Fixture, "labels are checked and kept", "[wallet]") {
    Wallet wallet = make();
    CHECK(code(wallet.new_address(std::string(256, 'x'), random)) == WalletError::bad_label);
    CHECK(code(wallet.new_address("\xc3", random)) == WalletError::bad_label);
    CHECK(code(wallet.set_label(expected_address(5), "x")) == WalletError::unknown_address);
    CHECK(code(wallet.set_label(expected_address(0), "\xff")) == WalletError::bad_label);
    REQUIRE(wallet.set_label(expected_address(0), "Café"));
    CHECK(open().primary().label == "Café");
    CHECK(open().find(expected_address(0))->label == "Café");
    CHECK(open().find(expected_address(1)) == nullptr); // in the stock, not in use
}

TEST_CASE_METHOD(Fixture, "payments to stocked addresses bring them into use", "[wallet]") {
    Wallet wallet = make();
    wallet.lock();
    const std::vector<crypto::Address> seen{expected_address(3), expected_address(1), crypto::Address{}};
    CHECK(wallet.note_used(seen, random) == 3U);
    CHECK(wallet.note_used(seen, random) == 0U);
    CHECK(open().addresses().size() == 4);
    CHECK(wallet.stocked().size() == Wallet::stock - 3);
    REQUIRE(wallet.unlock(secret("secret"), random));
    const std::vector<crypto::Address> far{wallet.stocked().back()};
    CHECK(wallet.note_used(far, random) == Wallet::stock);
    CHECK(wallet.stocked().size() == Wallet::stock);
    CHECK(wallet.addresses().back().address == expected_address(3 + Wallet::stock));
}

TEST_CASE_METHOD(Fixture, "a changed password replaces the old one, locked or not", "[wallet]") {
    Wallet wallet = make();
    CHECK(code(wallet.change_password(secret("wrong"), weakly("new"), random)) ==
          WalletError::wrong_password);
    CHECK(code(wallet.change_password(secret("secret"), weakly(""), random)) == WalletError::bad_password);
    CHECK(open().unlock(secret("secret"), random));
    REQUIRE(wallet.change_password(secret("secret"), weakly("new"), random));
    CHECK_FALSE(wallet.is_locked());
    REQUIRE(wallet.new_address("after", random)); // sealed under the new one
    CHECK(code(open().unlock(secret("secret"), random)) == WalletError::wrong_password);
    Wallet locked = open();
    REQUIRE(locked.change_password(secret("new"), weakly("newer"), random));
    CHECK(locked.is_locked());
    CHECK(locked.addresses().back().label == "after");
    REQUIRE(locked.unlock(secret("newer"), random));
    REQUIRE(locked.change_password(secret("newer"), Protection::none(), random));
    CHECK_FALSE(locked.is_protected());
    CHECK_FALSE(open().is_locked());
    REQUIRE(locked.change_password({}, weakly("again"), random));
    CHECK(open().is_locked());
    CHECK(open().unlock(secret("again"), random));
}

TEST_CASE_METHOD(Fixture, "a password change that cannot be written changes nothing", "[wallet]") {
    Wallet wallet = make();
    const std::string before = contents(file);
    // A directory stands where the temporary would be written.
    std::filesystem::create_directory(directory / ".alice.wallet.cairn-new");
    CHECK_THROWS_AS(wallet.change_password(secret("secret"), weakly("new"), random), Fault);
    CHECK_THROWS_AS(wallet.new_address("x", random), Fault);
    CHECK_THROWS_AS(wallet.set_label(wallet.primary().address, "x"), Fault);
    CHECK(contents(file) == before);
    CHECK(wallet.addresses().size() == 1);
    CHECK(wallet.primary().label.empty());
    wallet.lock();
    CHECK(wallet.unlock(secret("secret"), random));
    Wallet spent = open();
    std::filesystem::remove(directory / ".alice.wallet.cairn-new");
    REQUIRE(spent.new_address("y", random));
    std::filesystem::create_directory(directory / ".alice.wallet.cairn-new");
    // Unlocking would fill the stock; a disk that is full must not keep anyone from paying.
    REQUIRE(spent.unlock(secret("secret"), random));
    CHECK(spent.key_for(expected_address(1)));
    CHECK(spent.stocked().size() == Wallet::stock - 1);
}

TEST_CASE_METHOD(Fixture, "an altered or cut file is refused at once and left alone", "[wallet]") {
    make();
    const std::string sound = contents(file);
    for (std::size_t size = 0; size < sound.size(); size += 7) {
        put(file, sound.substr(0, size));
        CHECK(code(Wallet::open(file)) == WalletError::damaged);
        CHECK(contents(file) == sound.substr(0, size));
    }
    for (std::size_t at = 0; at < sound.size(); at += 5) {
        std::string altered = sound;
        altered[at] = static_cast<char>(altered[at] ^ 0x20);
        put(file, altered);
        CHECK_FALSE(Wallet::open(file));
        CHECK(contents(file) == altered);
    }
    put(file, sound);
    CHECK(open().unlock(secret("secret"), random));
}

TEST_CASE_METHOD(Fixture, "an imported key makes a wallet of one address", "[wallet]") {
    const auto key = crypto::KeyPair::generate(random);
    for (const bool protect : {true, false}) {
        const auto path = directory / (protect ? "a.wallet" : "b.wallet");
        REQUIRE(Wallet::import_key(path, key, protect ? weakly("pw") : Protection::none(), Time{}, random));
        CHECK(holds(contents(path), key.seed().view()) != protect);
        auto wallet = Wallet::open(path);
        REQUIRE(wallet);
        CHECK(wallet->kind() == KeyKind::single);
        REQUIRE(wallet->unlock(secret("pw"), random));
        CHECK(wallet->primary().address == crypto::address_of(key.public_key()));
        CHECK(wallet->stocked().empty());
        CHECK(code(wallet->new_address("x", random)) == WalletError::not_derived);
        CHECK(code(wallet->export_mnemonic()) == WalletError::not_derived);
        CHECK(wallet->export_pem(wallet->primary().address)->text() == private_key_to_pem(key).text());
        REQUIRE(wallet->change_password(secret("pw"), weakly("other"), random));
    }
}

TEST_CASE_METHOD(Fixture, "a wallet signs with the sender's key, and with its own keys alone", "[wallet]") {
    Wallet wallet = make(weakly("secret"), 3);
    CHECK(wallet.addresses().size() == 3);
    Envelope envelope;
    envelope.sender = wallet.addresses()[2].public_key;
    const auto fields =
        build_transfer(envelope, {{expected_address(0), Amount::from_units(5), "memo"}}, genesis());
    REQUIRE(fields);
    const auto signed_tx = wallet.sign(*fields, genesis());
    REQUIRE(signed_tx);
    CHECK(crypto::verify(envelope.sender, signing_message(*fields, genesis()), signed_tx->signature()));
    envelope.sender = crypto::KeyPair::generate(random).public_key();
    CHECK(code(wallet.sign(
              *build_transfer(envelope, {{expected_address(0), Amount::from_units(5), ""}}, genesis()),
              genesis())) == WalletError::unknown_address);
    const auto signature = wallet.sign_message(wallet.addresses()[1].address, "hello");
    REQUIRE(signature);
    CHECK(verify_message(wallet.addresses()[1].address, *signature, "hello") == true);
}

TEST_CASE_METHOD(Fixture, "public keys are exported while locked", "[wallet]") {
    make(weakly("secret"), 2);
    const Wallet wallet = open();
    CHECK(wallet.export_public() == public_key_to_pem(wallet.addresses()[0].public_key) +
                                        public_key_to_pem(wallet.addresses()[1].public_key));
}

TEST_CASE("restoring scans until twenty unused in a row", "[wallet]") {
    const ExtendedKey account = account_key(test_mnemonic());
    const auto addresses = derive_addresses(account, 0, 70);
    CHECK(derive_addresses(account, 5, 2) == std::vector<crypto::Address>{addresses[5], addresses[6]});
    const auto count = [&](std::vector<std::size_t> used, std::size_t asked) {
        std::size_t questions = 0;
        const auto result = count_used(account, [&](const crypto::Address& address) {
            ++questions;
            return std::any_of(used.begin(), used.end(),
                               [&](std::size_t i) { return addresses[i] == address; });
        });
        CHECK(questions == asked);
        return result;
    };
    CHECK(count({}, 20) == 1);
    CHECK(count({0}, 21) == 1);
    CHECK(count({0, 19}, 40) == 20);
    CHECK(count({19, 39}, 60) == 40);
    CHECK(count({20}, 20) == 1);
    CHECK(count({3, 24}, 24) == 4);
}
