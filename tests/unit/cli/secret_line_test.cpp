// Lines that are not written down.
#include "catch.hpp"
#include <cli/grammar/secret_line.hpp>
#include <wallet/mnemonic.hpp>

#include <string>

using namespace cairn;
using namespace cairn::cli;

namespace {

/// `count` words of the list, each behind `before(i)`.
template <typename Before> std::string words(std::size_t count, Before before) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += before(i) + std::string(wallet::bip39_english().at((i * 577 + 3) % 2048));
    return text;
}
std::string words(std::size_t count) {
    return words(count, [](std::size_t i) { return std::string(i == 0 ? "" : " "); });
}

} // namespace

TEST_CASE("A line with the words of a wallet is told from others", "[cli][prompt]") {
    const std::string found = "the words of a wallet";
    for (const std::size_t count : {12u, 15u, 18u, 21u, 24u}) {
        CHECK(secret_of_line(words(count)) == found);
        CHECK(secret_of_line("wallet restore alice " + words(count)) == found);
        CHECK(secret_of_line("wallet restore --words \"" + words(count) + "\" alice") == found);
        CHECK(secret_of_line("wallet restore 'a\tb' # " + words(count) + " # mine") == found);
    }
    CHECK(secret_of_line(words(24, [](std::size_t i) { return " " + std::to_string(i + 1) + ". "; })) ==
          found);
    CHECK(secret_of_line(words(12, [](std::size_t) { return ","; })) == found);
    std::string shouted = words(12);
    for (char& c : shouted)
        if (c != ' ') c = static_cast<char>(c - 'a' + 'A');
    CHECK(secret_of_line(shouted) == found);
    // one that is mistyped, wherever
    CHECK(secret_of_line(words(11) + " abandn") == found);
    CHECK(secret_of_line("Abandn " + words(11)) == found);
    CHECK(secret_of_line(words(5) + " abandn " + words(6)) == found);

    CHECK(secret_of_line(words(11)).empty());
    CHECK(secret_of_line(words(10) + " abandn abilty " + words(10)).empty());
    CHECK(secret_of_line("").empty());
    CHECK(secret_of_line("send bob 12.5 --fee 0.001 --memo \"rent for march\" --yes").empty());
    CHECK(secret_of_line("send bob 5 --memo \"all that is left of the money that you lent to me when we were "
                         "at the lake in the summer of last year, thank you\"")
              .empty());
    CHECK(secret_of_line("echo \xff\xfe\x01").empty());
}

TEST_CASE("A line with a password is told from others", "[cli][prompt]") {
    for (const char* line :
         {"send bob 5 --password hunter2", "send bob 5 --password=hunter2", "--password hunter2 send bob 5",
          "wallet unlock alice --passphrase 'hunter two'", "wallet password alice --new-password hunter2",
          "wallet unlock alice password hunter2", "wallet new alice password=hunter2",
          "wallet new alice password: hunter2", "wal unlock alice password hunter2",
          "wallet password alice hunter2", "WALLET PASSWORD alice hunter2",
          "- wallet unlock password hunter2", "wallet unlock alice -password hunter2"}) {
        INFO(line);
        CHECK(secret_of_line(line) == "a password");
    }
    for (const char* line :
         {"wallet password alice", "wallet password alice --new-password-file f", "wallet password",
          "wallet new till --no-password", "wallet new --no-password till", "wallet unlock alice",
          "--password-file f send bob 5", "wallet unlock --password-file=f", "help wallet password",
          "send password 5", "echo password hunter2", "wallet password alice # changed today",
          "wallet password alice --password-file f --new-password-file g", "send bob 5 --password", "-", "--",
          "wallet unlock --password --json"}) {
        INFO(line);
        CHECK(secret_of_line(line).empty());
    }
}
