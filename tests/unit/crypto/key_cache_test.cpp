// The cache of decoded keys: bounded, and never wrong.
#include "catch.hpp"
#include <base/random.hpp>
#include <crypto/batch.hpp>
#include <crypto/ed25519/point.hpp>

using namespace cairn;
using namespace cairn::crypto;

namespace {

std::vector<PublicKey> some_keys(std::size_t count) {
    Prng random(1);
    std::vector<PublicKey> keys;
    while (keys.size() < count) keys.push_back(KeyPair::generate(random).public_key());
    return keys;
}

} // namespace

TEST_CASE("a key cache has room for as many as it was told, in whole sets", "[crypto]") {
    CHECK(KeyCache(0).capacity() == 4);
    CHECK(KeyCache(4).capacity() == 4);
    CHECK(KeyCache(5).capacity() == 8);
    CHECK(KeyCache(1000).capacity() == 1000);
}

TEST_CASE("a key cache gives back what was put in, and nothing else", "[crypto]") {
    const auto keys = some_keys(40);
    KeyCache cache(16);
    for (const PublicKey& key : keys) {
        CHECK(cache.find(key) == nullptr);
        cache.insert(key, *ed25519::decode(key.bytes));
        const auto* found = cache.find(key);
        REQUIRE(found);
        CHECK(ed25519::encode(*found) == key.bytes);
    }
    std::size_t held = 0;
    for (const PublicKey& key : keys) {
        const auto* found = cache.find(key);
        if (found == nullptr) continue;
        ++held;
        CHECK(ed25519::encode(*found) == key.bytes);
    }
    CHECK(held > 0);
    CHECK(held <= cache.capacity());
}

TEST_CASE("a key that comes again and again stays in the cache, whatever passes by", "[crypto]") {
    const auto keys = some_keys(60);
    KeyCache cache(4); // one set for all
    const auto point = *ed25519::decode(keys[0].bytes);
    cache.insert(keys[0], point);
    for (std::size_t i = 1; i < keys.size(); ++i) {
        cache.insert(keys[i], point);
        CHECK(cache.find(keys[0]) != nullptr);
        CHECK(cache.find(keys[i]) != nullptr);
    }
    CHECK(cache.find(keys[1]) == nullptr); // among the first to go
}
