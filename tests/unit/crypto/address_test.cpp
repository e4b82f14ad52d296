#include "catch.hpp"
#include <base/random.hpp>
#include <crypto/address.hpp>
#include <crypto/bech32m.hpp>
#include <crypto/hash.hpp>

#include <algorithm>
#include <cctype>

using namespace cairn;
using namespace cairn::crypto;

namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

Address some_address(std::uint64_t seed) {
    Prng random(seed);
    Address address;
    random.fill(address.bytes);
    return address;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

} // namespace

TEST_CASE("an address is the first 20 bytes of the tagged hash of the key", "[crypto]") {
    PublicKey key;
    key.bytes[0] = 9;
    Bytes tagged(as_bytes("cairn/address").begin(), as_bytes("cairn/address").end());
    append(tagged, key.bytes);
    const Hash256 hash = sha256(tagged);
    CHECK(std::equal(hash.begin(), hash.begin() + 20, address_of(key).bytes.begin()));
}

TEST_CASE("addresses are read as they are written, in lower or upper case", "[crypto]") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        const Address address = some_address(seed);
        const std::string text = to_text(address, "crn");
        CHECK(text.substr(0, 5) == "crn1q");
        CHECK(text.size() == 43);
        CHECK(address_from_text(text, "crn") == address);
        CHECK(address_from_text(upper(text), "crn") == address);
    }
}

TEST_CASE("an address of another network is told from a mistyped one", "[crypto]") {
    const std::string text = to_text(some_address(1), "dcrn");
    const auto refused = address_from_text(text, "crn");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().error == AddressError::wrong_network);
    CHECK(refused.error().prefix == "dcrn");
}

TEST_CASE("one mistyped character of an address is found", "[crypto]") {
    const std::string text = to_text(some_address(2), "crn");
    for (std::size_t at = 4; at < text.size(); ++at) {
        for (const char wrong : alphabet) {
            if (wrong == text[at]) continue;
            std::string typed = text;
            typed[at] = wrong;
            const auto refused = address_from_text(typed, "crn");
            REQUIRE_FALSE(refused);
            CHECK(refused.error().error == AddressError::checksum);
            CHECK(refused.error().position == at);
        }
    }
}

TEST_CASE("of two mistyped characters of an address the first is found", "[crypto]") {
    Prng random(3);
    for (int i = 0; i < 50; ++i) {
        std::string typed = to_text(some_address(random.next()), "crn");
        const std::size_t first = 4 + random.below(38);
        const std::size_t second = first + 1 + random.below(typed.size() - first - 1);
        for (const std::size_t at : {first, second}) {
            const char old = typed[at];
            while (typed[at] == old) typed[at] = alphabet[random.below(32)];
        }
        const auto refused = address_from_text(typed, "crn");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().error == AddressError::checksum);
        CHECK(refused.error().position == first);
    }
}

TEST_CASE("a mistyped prefix is found", "[crypto]") {
    std::string typed = to_text(some_address(4), "crn");
    typed[1] = 'n';
    const auto refused = address_from_text(typed, "crn");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().error == AddressError::checksum);
    CHECK(refused.error().prefix == "cnn");
    CHECK(refused.error().position == 1);
}

TEST_CASE("an address of a later version is not taken for a typing error", "[crypto]") {
    Bytes symbols(33, 0);
    symbols[0] = 1;
    const auto refused = address_from_text(bech32m::encode("crn", symbols), "crn");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().error == AddressError::version);
    CHECK(refused.error().position == 4);
}

TEST_CASE("what has not the form of an address is malformed", "[crypto]") {
    const std::string text = to_text(some_address(5), "crn");
    std::string mixed = text;
    mixed[0] = 'C';
    for (const std::string& bad :
         {std::string(), std::string("crn"), std::string("crn1"), mixed, text + "q", text.substr(0, 42),
          text.substr(3), " " + text + " ", std::string(4096, 'q')}) {
        const auto refused = address_from_text(bad, "crn");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().error == AddressError::malformed);
    }
    for (const char foreign : {'b', 'i', 'o', '1', ' ', '\0', '\xff'}) {
        std::string typed = text;
        typed[20] = foreign;
        const auto refused = address_from_text(typed, "crn");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().error == AddressError::malformed);
        CHECK(refused.error().position == 20);
    }
}
