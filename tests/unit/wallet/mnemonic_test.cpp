#include "catch.hpp"
#include <base/hex.hpp>
#include <wallet/derivation.hpp>
#include <wallet/mnemonic.hpp>

#include <set>

using namespace cairn;
using namespace cairn::wallet;

namespace {

const std::string sound = "legal winner thank year wave sausage worth useful legal winner thank yellow";

std::string with(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

} // namespace

TEST_CASE("the word list is in order, and four letters tell its words apart", "[wallet]") {
    const auto& list = bip39_english();
    std::set<std::string_view> starts;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (i > 0) CHECK(list[i - 1] < list[i]);
        CHECK(starts.insert(list[i].substr(0, 4)).second);
    }
    CHECK(list.front() == "abandon");
    CHECK(list.back() == "zoo");
}

TEST_CASE("mnemonics of all five lengths come back from their words", "[wallet]") {
    Prng random(1);
    for (const std::size_t words : {12U, 15U, 18U, 21U, 24U}) {
        const Mnemonic made = Mnemonic::generate(words, random);
        CHECK(made.word_count() == words);
        const auto read = Mnemonic::from_words(made.words().text());
        REQUIRE(read);
        CHECK(to_hex(read->entropy().view()) == to_hex(made.entropy().view()));
    }
    CHECK_THROWS_AS(Mnemonic::generate(13, random), std::logic_error);
    CHECK_THROWS_AS(Mnemonic::from_entropy(Bytes(17)), std::logic_error);
}

TEST_CASE("case and blanks do not matter in a mnemonic", "[wallet]") {
    const auto read = Mnemonic::from_words("\n LEGAL winner\tThank  year wave sausage worth useful\r\n"
                                           "legal winner thank yellow \n");
    REQUIRE(read);
    CHECK(read->words().text() == sound);
}

TEST_CASE("a wrong number of words is told", "[wallet]") {
    const std::string twice_and_three = (sound + " ").append(sound).append(" legal winner thank");
    for (const std::string& text : {std::string(), std::string("legal"), sound + " legal", twice_and_three}) {
        const auto read = Mnemonic::from_words(text);
        REQUIRE_FALSE(read);
        CHECK(read.error().error == MnemonicError::word_count);
    }
    CHECK(describe(Mnemonic::from_words(sound + " legal").error()) ==
          "a mnemonic has 12, 15, 18, 21 or 24 words, not 13");
}

TEST_CASE("an unknown word is named with its place and the nearest word", "[wallet]") {
    const auto check = [](const std::string& word, const std::string& nearest) {
        const auto read = Mnemonic::from_words(with(sound, "sausage", word));
        REQUIRE_FALSE(read);
        CHECK(read.error().error == MnemonicError::unknown_word);
        CHECK(read.error().position == 6);
        CHECK(read.error().nearest == nearest);
    };
    check("sausge", "sausage");
    check("Suasage", "sausage");
    check("sausages", "sausage");
    check("zooo", "zoo");
    check(std::string(1'000'000, 'x'),
          Mnemonic::from_words(with(sound, "sausage", "xxxxxxxxxxxx")).error().nearest);
    CHECK(describe(Mnemonic::from_words(with(sound, "sausage", "sausge")).error()) ==
          "word 6, \"sausge\", is not in the list of words; \"sausage\" is the nearest");
}

TEST_CASE("a checksum that does not hold is refused", "[wallet]") {
    for (const std::string& text :
         {with(sound, "sausage", "useful"), with(sound, "winner thank", "thank winner"),
          with(sound, "yellow", "zoo")}) {
        const auto read = Mnemonic::from_words(text);
        REQUIRE_FALSE(read);
        CHECK(read.error().error == MnemonicError::checksum);
    }
}

TEST_CASE("keys of a wallet stand at m/44'/1667331694'/0'/i'", "[wallet]") {
    const Mnemonic mnemonic = Mnemonic::from_words(sound).value();
    const ExtendedKey account = account_key(mnemonic);
    const ExtendedKey by_steps =
        ExtendedKey::master(mnemonic.seed().view()).child(44).child(1667331694).child(0).child(7);
    CHECK(derive_key(account, 7).public_key() == by_steps.key_pair().public_key());
    CHECK(derive_key(account, 7).public_key() != derive_key(account, 8).public_key());
}
