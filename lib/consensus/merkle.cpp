#include <consensus/merkle.hpp>
#include <crypto/sha256_many.hpp>

#include <algorithm>

namespace cairn::consensus {
namespace {

/// 0x01 ‖ l ‖ r
constexpr std::size_t node_size = 65;

void write_node(Byte* to, const Hash256& left, const Hash256& right) {
    to[0] = 1;
    std::copy(left.begin(), left.end(), to + 1);
    std::copy(right.begin(), right.end(), to + 33);
}

} // namespace

Hash256 merkle_empty() { return crypto::sha256(ByteView{}); }

Hash256 merkle_leaf(ByteView data) {
    static constexpr Byte tag = 0;
    return crypto::sha256({ByteView(&tag, 1), data});
}

Hash256 merkle_node(const Hash256& left, const Hash256& right) {
    ByteArray<node_size> bytes;
    write_node(bytes.data(), left, right);
    return crypto::sha256(ByteView(bytes));
}

void merkle_nodes(std::span<const Hash256> children, std::span<Hash256> nodes) {
    constexpr std::size_t at_once = 16;
    ByteArray<at_once * node_size> bytes;
    for (std::size_t done = 0; done < nodes.size();) {
        const std::size_t count = std::min(at_once, nodes.size() - done);
        for (std::size_t i = 0; i < count; ++i)
            write_node(bytes.data() + i * node_size, children[2 * (done + i)], children[2 * (done + i) + 1]);
        crypto::sha256_many(bytes, node_size, nodes.subspan(done, count));
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
    std::vector<Hash256> leaves;
    leaves.reserve(accounts.size());
    for (const Account& account : accounts) leaves.push_back(merkle_leaf(encode(account)));
    return merkle_root(std::move(leaves));
}

Hash256 state_root(std::uint64_t account_count, const Hash256& accounts_root, const Hash256& extra_root) {
    ByteArray<8> count;
    store_le(count.data(), account_count);
    return crypto::sha256({as_bytes("cairn/state"), count, accounts_root, extra_root});
}

} // namespace cairn::consensus
