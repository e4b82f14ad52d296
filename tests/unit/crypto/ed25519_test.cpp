#include "catch.hpp"
#include <base/random.hpp>
#include <crypto/ed25519.hpp>

#include <atomic>
#include <thread>
#include <vector>

using namespace cairn;
using namespace cairn::crypto;

TEST_CASE("a key pair signs, and its clone signs the same", "[crypto]") {
    Prng random(1);
    const KeyPair pair = KeyPair::generate(random);
    const Signature signature = pair.sign(as_bytes("pay"));
    CHECK(verify(pair.public_key(), as_bytes("pay"), signature));
    CHECK_FALSE(verify(pair.public_key(), as_bytes("Pay"), signature));
    CHECK(pair.clone().sign(as_bytes("pay")).bytes == signature.bytes);
    CHECK(KeyPair::from_seed(pair.seed()).public_key() == pair.public_key());
    CHECK(KeyPair::generate(random).public_key() != pair.public_key());
    CHECK(is_acceptable_key(pair.public_key()));
}

TEST_CASE("a seed of another size is the caller's fault", "[crypto]") {
    CHECK_THROWS_AS(KeyPair::from_seed(SecretBytes(std::size_t{31})), std::logic_error);
    CHECK_THROWS_AS(KeyPair::from_seed(SecretBytes(std::size_t{64})), std::logic_error);
}

TEST_CASE("signatures are verified by several threads at once, the first ever among them", "[crypto]") {
    Prng random(2);
    const KeyPair pair = KeyPair::generate(random);
    const Signature signature = pair.sign(as_bytes("pay"));
    std::atomic<int> accepted = 0;
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 25; ++n)
                if (verify(pair.public_key(), as_bytes("pay"), signature)) ++accepted;
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(accepted == 100);
}
