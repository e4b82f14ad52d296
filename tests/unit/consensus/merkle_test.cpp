#include "catch.hpp"
#include "support/builders.hpp"
#include <base/hex.hpp>
#include <base/random.hpp>
#include <consensus/merkle.hpp>

using namespace cairn;
using namespace cairn::consensus;

namespace {

std::vector<Hash256> some_leaves(std::size_t count) {
    Prng random(count);
    std::vector<Hash256> out(count);
    for (Hash256& leaf : out) random.fill(leaf);
    return out;
}

/// As RFC 6962 words it: split at the largest power of two below the size.
Hash256 by_the_book(std::span<const Hash256> leaves) {
    if (leaves.size() == 1) return leaves.front();
    std::size_t split = 1;
    while (2 * split < leaves.size()) split *= 2;
    return merkle_node(by_the_book(leaves.first(split)), by_the_book(leaves.subspan(split)));
}

} // namespace

TEST_CASE("the empty tree and the empty leaf are those of RFC 6962", "[consensus]") {
    CHECK(to_hex(merkle_empty()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    // As certificate transparency's own tests have it: the hash of one empty leaf.
    CHECK(to_hex(merkle_root({merkle_leaf({})})) ==
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    CHECK(merkle_root({}) == merkle_empty());
}

TEST_CASE("the root is that of RFC 6962 at every size", "[consensus]") {
    for (std::size_t count = 1; count <= 300; ++count) {
        const auto leaves = some_leaves(count);
        REQUIRE(merkle_root(leaves) == by_the_book(leaves));
    }
}

TEST_CASE("repeating the last leaf changes the root", "[consensus][attack]") {
    for (std::size_t count = 1; count <= 20; ++count) {
        auto leaves = some_leaves(count);
        const Hash256 honest = merkle_root(leaves);
        leaves.push_back(leaves.back());
        CHECK(merkle_root(leaves) != honest);
    }
}

TEST_CASE("leaves of many accounts are those of each", "[consensus]") {
    Prng random(5);
    for (const std::size_t count : {0U, 1U, 2U, 15U, 16U, 17U, 33U}) {
        std::vector<Account> accounts(count);
        std::vector<const Account*> all;
        for (Account& account : accounts) {
            random.fill(account.address.bytes);
            account.balance = test::units(random.below(1'000'000));
            account.nonce = Nonce{random.next_u64()};
            all.push_back(&account);
        }
        std::vector<Hash256> leaves(count);
        account_leaves(all, leaves);
        for (std::size_t i = 0; i < count; ++i) CHECK(leaves[i] == merkle_leaf(encode(accounts[i])));
    }
}

TEST_CASE("a leaf is never taken for a node", "[consensus][attack]") {
    const auto leaves = some_leaves(2);
    Bytes inner(leaves[0].begin(), leaves[0].end());
    append(inner, leaves[1]);
    CHECK(merkle_leaf(inner) != merkle_node(leaves[0], leaves[1]));
}

TEST_CASE("the state's root commits to the number of accounts and to the rest of the state", "[consensus]") {
    const std::vector<Account> accounts{{test::address_of(1), test::units(2), Nonce{3}, test::units(4)}};
    const Hash256 root = accounts_root(accounts);
    CHECK(root == merkle_leaf(encode(accounts[0])));
    CHECK(accounts_root({}) == merkle_empty());
    Bytes hashed;
    Writer(hashed).raw(as_bytes("cairn/state")).integer(std::uint64_t{1}).raw(root).raw(Hash256{});
    CHECK(state_root(1, root) == crypto::sha256(hashed));
    CHECK(state_root(2, root) != state_root(1, root));
    CHECK(state_root(1, root, root) != state_root(1, root));
}
