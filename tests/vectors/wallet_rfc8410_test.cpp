// RFC 8410, section 10: the example keys in PEM.
#include "catch.hpp"
#include <base/hex.hpp>
#include <wallet/pem.hpp>

using namespace cairn;
using namespace cairn::wallet;

namespace {

constexpr const char* public_pem = "-----BEGIN PUBLIC KEY-----\n"
                                   "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                                   "-----END PUBLIC KEY-----\n";
constexpr const char* private_pem = "-----BEGIN PRIVATE KEY-----\n"
                                    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                                    "-----END PRIVATE KEY-----\n";
constexpr const char* private_pem_v2 = "-----BEGIN PRIVATE KEY-----\n"
                                       "MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                                       "oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\n"
                                       "Z9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                                       "-----END PRIVATE KEY-----\n";
constexpr const char* seed = "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842";
constexpr const char* public_key = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

} // namespace

TEST_CASE("the example keys of RFC 8410 are read, and written the same", "[wallet]") {
    const auto key = private_key_from_pem(private_pem);
    REQUIRE(key);
    CHECK(to_hex(key->seed().view()) == seed);
    CHECK(to_hex(key->public_key().bytes) == public_key);
    CHECK(private_key_to_pem(*key).text() == private_pem);
    CHECK(public_key_to_pem(key->public_key()) == public_pem);
    const auto read = public_key_from_pem(public_pem);
    REQUIRE(read);
    CHECK(*read == key->public_key());
}

TEST_CASE("the example key of RFC 8410 with attributes and public key is read", "[wallet]") {
    const auto key = private_key_from_pem(private_pem_v2);
    REQUIRE(key);
    CHECK(to_hex(key->seed().view()) == seed);
}

TEST_CASE("a version 2 key whose public key is another's is refused", "[wallet]") {
    std::string altered = private_pem_v2;
    const std::size_t at = altered.find("xZuE=");
    REQUIRE(at != std::string::npos);
    altered[at] = 'y';
    const auto key = private_key_from_pem(altered);
    REQUIRE_FALSE(key);
    CHECK(key.error().code == WalletError::bad_pem);
    CHECK(key.error().message == "the public key in the file is not that of its private key");
}
