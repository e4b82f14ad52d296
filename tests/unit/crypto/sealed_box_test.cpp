#include "catch.hpp"
#include <base/random.hpp>
#include <crypto/random.hpp>
#include <crypto/sealed_box.hpp>

#include <chrono>

using namespace cairn;
using namespace cairn::crypto;

namespace {

const BoxNonce nonce{1, 2, 3};

BoxKey key_of(Byte first) {
    BoxKey key(std::size_t{32});
    key.writable()[0] = first;
    return key;
}

} // namespace

TEST_CASE("a box opens with its key, nonce and associated data alone", "[crypto]") {
    for (const std::size_t size : {0U, 1U, 63U, 64U, 65U, 1000U}) {
        const Bytes plain(size, 0x5a);
        const Bytes sealed = seal_box(key_of(1), nonce, as_bytes("header"), plain);
        CHECK(sealed.size() == size + 16);
        const auto opened = open_box(key_of(1), nonce, as_bytes("header"), sealed);
        REQUIRE(opened);
        CHECK(Bytes(opened->view().begin(), opened->view().end()) == plain);
        CHECK_FALSE(open_box(key_of(2), nonce, as_bytes("header"), sealed));
        CHECK_FALSE(open_box(key_of(1), BoxNonce{1, 2, 4}, as_bytes("header"), sealed));
        CHECK_FALSE(open_box(key_of(1), nonce, as_bytes("heades"), sealed));
    }
}

TEST_CASE("a box with any bit altered, or cut anywhere, does not open", "[crypto]") {
    const Bytes sealed = seal_box(key_of(1), nonce, as_bytes("header"), as_bytes("twenty bytes of text"));
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        Bytes altered = sealed;
        altered[bit / 8] = static_cast<Byte>(altered[bit / 8] ^ (1 << bit % 8));
        CHECK_FALSE(open_box(key_of(1), nonce, as_bytes("header"), altered));
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        CHECK_FALSE(open_box(key_of(1), nonce, as_bytes("header"), ByteView(sealed).first(size)));
}

TEST_CASE("a box key of another size is the caller's fault", "[crypto]") {
    CHECK_THROWS_AS(seal_box(BoxKey(std::size_t{31}), nonce, {}, {}), std::logic_error);
    CHECK_THROWS_AS(open_box(BoxKey(std::size_t{33}), nonce, {}, Bytes(20)), std::logic_error);
}

TEST_CASE("scrypt takes what a file may ask of this machine and no more", "[crypto]") {
    CHECK(within_limits({}));
    CHECK(within_limits({10, 1, 1}));
    CHECK(within_limits({20, 8, 4})); // 1 GiB
    CHECK(within_limits({19, 16, 1}));
    for (const ScryptParameters& refused :
         {ScryptParameters{9, 8, 1}, ScryptParameters{21, 1, 1}, ScryptParameters{255, 8, 1},
          ScryptParameters{20, 9, 1}, ScryptParameters{10, 0, 1}, ScryptParameters{10, 17, 1},
          ScryptParameters{10, 8, 0}, ScryptParameters{10, 8, 5}, ScryptParameters{20, UINT32_MAX, 1},
          ScryptParameters{10, 8, UINT32_MAX}}) {
        CHECK_FALSE(within_limits(refused));
    }
}

TEST_CASE("attack 18: a key-derivation bomb is refused before any work", "[crypto][attack]") {
    const auto start = std::chrono::steady_clock::now();
    for (const ScryptParameters& bomb :
         {ScryptParameters{63, 16, 4}, ScryptParameters{20, 16, 1}, ScryptParameters{10, 8, UINT32_MAX},
          ScryptParameters{20, UINT32_MAX, UINT32_MAX}})
        CHECK_THROWS_AS(scrypt(as_bytes("password"), as_bytes("salt"), bomb, 32), std::logic_error);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(100));
}

TEST_CASE("scrypt gives another key for another password, salt or cost", "[crypto]") {
    const ScryptParameters cheap{10, 1, 1};
    const SecretBytes key = scrypt(as_bytes("password"), as_bytes("salt"), cheap, 32);
    CHECK(key.size() == 32);
    CHECK(scrypt(as_bytes("password"), as_bytes("salt"), cheap, 32).text() == key.text());
    CHECK(scrypt(as_bytes("Password"), as_bytes("salt"), cheap, 32).text() != key.text());
    CHECK(scrypt(as_bytes("password"), as_bytes("sale"), cheap, 32).text() != key.text());
    CHECK(scrypt(as_bytes("password"), as_bytes("salt"), {11, 1, 1}, 32).text() != key.text());
    CHECK(scrypt(as_bytes("password"), as_bytes("salt"), {10, 2, 1}, 32).text() != key.text());
    CHECK(scrypt(as_bytes("password"), as_bytes("salt"), {10, 1, 2}, 32).text() != key.text());
    CHECK_THROWS_AS(scrypt(as_bytes("password"), as_bytes("salt"), cheap, 0), std::logic_error);
}

TEST_CASE("the system's randomness fills any size and does not repeat", "[crypto]") {
    SystemRandom random;
    Bytes large(100'000);
    random.fill(large);
    CHECK(std::count(large.begin() + 90'000, large.end(), 0) < 200);
    Bytes a(16);
    Bytes b(16);
    random.fill(a);
    random.fill(b);
    CHECK(a != b);
    random.fill({});
}
