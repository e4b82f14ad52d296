#include <consensus/merkle.hpp>
#include <crypto/sha256_many.hpp>
#include <crypto/sha256_pairs.hpp>

#include <algorithm>

namespace cairn::consensus {
namespace {

constexpr Byte leaf_tag = 0;
constexpr Byte node_tag = 1;
constexpr std::size_t at_once = 16;

} // namespace

Hash256 merkle_empty() { return crypto::sha256(ByteView{}); }

Hash256 merkle_leaf(ByteView data) { return crypto::sha256({ByteView(&leaf_tag, 1), data}); }

Hash256 merkle_node(const Hash256& left, const Hash256& right) {
    const std::array<Hash256, 2> children{left, right};
    Hash256 out;
    const Hash256* const pair = children.data();
    Hash256* const to = &out;
    merkle_nodes({&pair, 1}, {&to, 1});
    return out;
}

void merkle_nodes(std::span<const Hash256> children, std::span<Hash256> nodes) {
    std::array<const Hash256*, at_once> pairs;
    std::array<Hash256*, at_once> out;
    for (std::size_t done = 0; done < nodes.size();) {
        const std::size_t count = std::min(at_once, nodes.size() - done);
        for (std::size_t i = 0; i < count; ++i) {
            pairs[i] = &children[2 * (done + i)];
            out[i] = &nodes[done + i];
        }
        merkle_nodes(std::span(pairs).first(count), std::span(out).first(count));
        done += count;
    }
}

void merkle_nodes(std::span<const Hash256* const> pairs, std::span<Hash256* const> nodes) {
    crypto::sha256_pairs(node_tag, pairs, nodes);
}

void account_leaves(std::span<const Account* const> accounts, std::span<Hash256> leaves) {
    constexpr std::size_t leaf_size = 1 + Account::encoded_size;
    ByteArray<at_once * leaf_size> bytes;
    for (std::size_t done = 0; done < leaves.size();) {
        const std::size_t count = std::min(at_once, leaves.size() - done);
        for (std::size_t i = 0; i < count; ++i) {
            const auto encoded = encode(*accounts[done + i]);
            bytes[i * leaf_size] = leaf_tag;
            std::copy(encoded.begin(), encoded.end(), bytes.begin() + i * leaf_size + 1);
        }
        crypto::sha256_many(bytes, leaf_size, leaves.subspan(done, count));
        done += count;
    }
}

Hash256 merkle_root(std::vector<Hash256> leaves) {
    if (leaves.empty()) return merkle_empty();
    // Level by level in place. Promoting the odd one gives the same tree as splitting at the largest power of
    // two, which is how RFC 6962 puts it.
    for (std::size_t size = leaves.size(); size > 1; size = (size + 1) / 2) {
        merkle_nodes(std::span(leaves).first(size), std::span(leaves).first(size / 2));
        if (size % 2 == 1) leaves[size / 2] = leaves[size - 1];
    }
    return leaves.front();
}

Hash256 accounts_root(std::span<const Account> accounts) {
    std::vector<const Account*> all;
    all.reserve(accounts.size());
    for (const Account& account : accounts) all.push_back(&account);
    std::vector<Hash256> leaves(all.size());
    account_leaves(all, leaves);
    return merkle_root(std::move(leaves));
}

Hash256 state_root(std::uint64_t account_count, const Hash256& accounts_root, const Hash256& extra_root) {
    ByteArray<8> count;
    store_le(count.data(), account_count);
    return crypto::sha256({as_bytes("cairn/state"), count, accounts_root, extra_root});
}

} // namespace cairn::consensus
