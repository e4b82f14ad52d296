// Signatures in batches: the same answer as one by one, whatever is in them. The long form of the last test
// here: CAIRN_SIGNATURES=2000000 cairn_property '[batch]'.
#include "cases.hpp"
#include "catch.hpp"
#include "others.hpp"
#include "support/forms.hpp"
#include "vectors/crypto/reference.hpp"
#include <crypto/batch.hpp>

#include <cstdlib>

using namespace cairn;
using namespace cairn::crypto;
using namespace cairn::test;

namespace {

std::vector<Signed> as_signed(const std::vector<Case>& cases) {
    std::vector<Signed> batch;
    batch.reserve(cases.size());
    for (const Case& one : cases) batch.push_back(one.as_signed());
    return batch;
}

std::vector<std::size_t> refused_one_by_one(const std::vector<Signed>& batch) {
    std::vector<std::size_t> refused;
    for (std::size_t i = 0; i < batch.size(); ++i)
        if (!verify(batch[i].key, batch[i].message, batch[i].signature)) refused.push_back(i);
    return refused;
}

std::vector<std::size_t> refused_by_making(const std::vector<Case>& cases) {
    std::vector<std::size_t> refused;
    for (std::size_t i = 0; i < cases.size(); ++i)
        if (!cases[i].valid) refused.push_back(i);
    return refused;
}

BatchSeed seed_of(Prng& random) {
    BatchSeed seed;
    random.fill(seed.bytes);
    return seed;
}

using List = std::vector<std::size_t>;

/// The answer of every form, each with a seed of its own.
List found(const std::vector<Signed>& batch, Prng& random, KeyCache& cache,
           std::size_t most = std::numeric_limits<std::size_t>::max()) {
    List answer = find_refused(batch, seed_of(random), cache, most, Form::portable);
    for (const Form form : forms())
        if (find_refused(batch, seed_of(random), cache, most, form) != answer) FAIL("the forms differ");
    return answer;
}

} // namespace

TEST_CASE("batch: of every size, with none, one, some and all wrong, exactly the wrong ones are found",
          "[crypto][batch]") {
    Cases cases(1);
    cases.repeat_keys(5);
    KeyCache cache(16);
    for (std::size_t size = 0; size <= 70; ++size) {
        for (const unsigned share : {0U, 1U, 2U, 3U}) {
            std::vector<Case> made;
            for (std::size_t i = 0; i < size; ++i) {
                const bool wrong = share == 3 || (share == 2 && cases.random().below(4) == 0);
                made.push_back(wrong ? cases.wrong() : cases.of(Kind::sound));
            }
            if (share == 1 && size > 0) made[cases.random().below(size)] = cases.wrong();
            const auto batch = as_signed(made);
            const List expected = refused_by_making(made);
            REQUIRE(refused_one_by_one(batch) == expected);
            CHECK(found(batch, cases.random(), cache) == expected);
        }
    }
}

TEST_CASE("batch: as few are looked for as one likes, from the first on", "[crypto][batch]") {
    Cases cases(2);
    KeyCache cache(16);
    for (int round = 0; round < 40; ++round) {
        std::vector<Case> made;
        const std::size_t size = 1 + cases.random().below(200);
        for (std::size_t i = 0; i < size; ++i)
            made.push_back(cases.random().below(16) == 0 ? cases.wrong() : cases.of(Kind::sound));
        const auto batch = as_signed(made);
        const List all = refused_by_making(made);
        for (const std::size_t most : {std::size_t{0}, std::size_t{1}, std::size_t{2}, size}) {
            const List first(all.begin(),
                             all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size())));
            CHECK(found(batch, cases.random(), cache, most) == first);
        }
    }
}

TEST_CASE("attack 13: wrong signatures that cancel each other under equal coefficients are found",
          "[crypto][batch][attack]") {
    Cases cases(3);
    KeyCache cache(16);
    for (const std::size_t size : {2U, 20U, 64U, 300U}) {
        std::vector<Case> made;
        for (std::size_t i = 0; i < size; ++i) made.push_back(cases.of(Kind::sound));
        // S[0] + 1 and S[1] - 1, or as many up and down again: Σ S is what it was.
        const auto add = [&](std::size_t index, const reference::Number& what) {
            Signature& signature = made[index].signature;
            const auto s =
                (reference::number_of(ByteView(signature.bytes).last(32)) + what + reference::order) %
                reference::order;
            const auto bytes = reference::bytes_of<32>(s);
            std::copy(bytes.begin(), bytes.end(), signature.bytes.begin() + 32);
        };
        add(0, 1);
        add(size - 1, -1);
        CHECK(found(as_signed(made), cases.random(), cache) == List{0, size - 1});
        if (size < 20) continue;
        add(3, 2);
        add(9, -1);
        add(11, -1);
        CHECK(found(as_signed(made), cases.random(), cache) == List{0, 3, 9, 11, size - 1});
    }
}

TEST_CASE("attack 13: one wrong signature many times over, and beside the right one",
          "[crypto][batch][attack]") {
    Cases cases(4);
    KeyCache cache(16);
    const Case sound = cases.of(Kind::sound);
    for (int kind = 0; kind <= static_cast<int>(Kind::last); ++kind) {
        const Case other = cases.of(static_cast<Kind>(kind));
        std::vector<Case> made(40, other);
        made[17] = sound;
        CHECK(found(as_signed(made), cases.random(), cache) == refused_by_making(made));
    }
}

TEST_CASE("batch: neither seed nor cache changes the answer", "[crypto][batch]") {
    Cases cases(5);
    cases.repeat_keys(30);
    std::vector<Case> made;
    made.reserve(300);
    for (int i = 0; i < 300; ++i)
        made.push_back(cases.random().below(30) == 0 ? cases.any() : cases.of(Kind::sound));
    const auto batch = as_signed(made);
    const List expected = refused_by_making(made);
    KeyCache smallest(0);
    KeyCache ample(1000);
    CHECK(find_refused(batch, {}, smallest) == expected);
    for (int i = 0; i < 5; ++i) CHECK(found(batch, cases.random(), ample) == expected);
}

TEST_CASE("batch: cases of every kind are judged as they were made, one by one and by the reference",
          "[crypto][batch]") {
    Cases cases(6);
    for (int kind = 0; kind <= static_cast<int>(Kind::last); ++kind) {
        for (int i = 0; i < 4; ++i) {
            const Case made = cases.of(static_cast<Kind>(kind));
            INFO("kind " << kind);
            CHECK(verify(made.key, made.message, made.signature) == made.valid);
            CHECK(reference::verify(made.key, made.message, made.signature) == made.valid);
        }
    }
}

TEST_CASE("batch: random ones agree with single verification, and with libraries where these must agree",
          "[crypto][batch]") {
    const char* wanted = std::getenv("CAIRN_SIGNATURES");
    const std::size_t count = wanted != nullptr ? std::strtoul(wanted, nullptr, 10) : 6'000;
    Cases cases(7);
    cases.repeat_keys(40);
    KeyCache cache(64);
    for (std::size_t done = 0; done < count;) {
        const std::size_t size = 1 + cases.random().below(cases.random().below(4) == 0 ? 1'500 : 150);
        const std::uint64_t one_in = std::uint64_t{1} << cases.random().below(12); // of any kind
        std::vector<Case> made;
        for (std::size_t i = 0; i < size; ++i)
            made.push_back(cases.random().below(one_in) == 0 ? cases.any() : cases.of(Kind::sound));
        const auto batch = as_signed(made);
        const List expected = refused_by_making(made);
        if (found(batch, cases.random(), cache) != expected) FAIL("at " << done);
        if (refused_one_by_one(batch) != expected) FAIL("one by one, at " << done);
        for (const Case& one : made) {
            // Cofactorless, and of differing minds about points of small order and S + L.
            if (one.kind == Kind::mixed_order || one.kind == Kind::small_key ||
                one.kind == Kind::small_commitment)
                continue;
            const bool by_sodium = sodium_verifies(one.key, one.message, one.signature);
            if (by_sodium != one.valid) FAIL("libsodium differs, at " << done);
            if (one.kind == Kind::not_canonical || one.kind == Kind::beyond_p) continue;
            if (openssl_verifies(one.key, one.message, one.signature) != one.valid)
                FAIL("OpenSSL differs, at " << done);
            if (one.kind != Kind::larger_s &&
                cryptopp_verifies(one.key, one.message, one.signature) != one.valid)
                FAIL("Crypto++ differs, at " << done);
        }
        done += size;
    }
}
