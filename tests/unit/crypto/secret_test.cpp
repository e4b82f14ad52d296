#include "catch.hpp"
#include <crypto/secret.hpp>

using namespace cairn;
using namespace cairn::crypto;

TEST_CASE("wiping leaves zeros, and nothing does nothing", "[crypto]") {
    Bytes bytes(100, 7);
    wipe(std::span(bytes).first(99));
    CHECK(std::count(bytes.begin(), bytes.end(), 0) == 99);
    CHECK(bytes.back() == 7);
    wipe({});
}

TEST_CASE("secrets move, and leave nothing behind", "[crypto]") {
    SecretBytes first(std::string_view("hush"));
    SecretBytes second = std::move(first);
    CHECK(second.text() == "hush");
    CHECK(first.empty()); // NOLINT(bugprone-use-after-move): what is left is part of the contract
    SecretBytes third(std::string_view("other"));
    third = std::move(second);
    CHECK(third.text() == "hush");
    CHECK(second.empty()); // NOLINT(bugprone-use-after-move)
    SecretBytes& self = third;
    third = std::move(self);
    CHECK(third.text() == "hush");
}

TEST_CASE("secrets are copied only by name, and can be appended to, also themselves", "[crypto]") {
    static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
    SecretBytes secret(std::string_view("ab"));
    SecretBytes copy = secret.clone();
    secret.append(as_bytes("cd"));
    secret.append(secret.view());
    CHECK(secret.text() == "abcdabcd");
    CHECK(copy.text() == "ab");
}
