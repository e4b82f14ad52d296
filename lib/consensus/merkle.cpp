#include <consensus/merkle.hpp>

#include <algorithm>

namespace cairn::consensus {

Hash256 merkle_empty() { return crypto::sha256(ByteView{}); }

Hash256 merkle_leaf(ByteView data) {
    static constexpr Byte tag = 0;
    return crypto::sha256({ByteView(&tag, 1), data});
}

Hash256 merkle_node(const Hash256& left, const Hash256& right) {
    ByteArray<65> bytes;
    bytes[0] = 1;
    std::copy(left.begin(), left.end(), bytes.begin() + 1);
    std::copy(right.begin(), right.end(), bytes.begin() + 33);
    return crypto::sha256(ByteView(bytes));
}

Hash256 merkle_root(std::vector<Hash256> leaves) {
    if (leaves.empty()) return merkle_empty();
    // Level by level in place. Promoting the odd one gives the same tree as splitting at the largest power of
    // two, which is how RFC 6962 puts it.
    for (std::size_t size = leaves.size(); size > 1; size = (size + 1) / 2) {
        for (std::size_t i = 0; i + 1 < size; i += 2) leaves[i / 2] = merkle_node(leaves[i], leaves[i + 1]);
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
