// The one Merkle tree (RFC 6962, 2.1): leaf H(0x00 ‖ x), node H(0x01 ‖ l ‖ r), an odd node is promoted, never
// duplicated; the empty tree is H("").
#pragma once

#include <base/bytes.hpp>
#include <crypto/hash.hpp>
#include <model/account.hpp>

#include <span>
#include <vector>

namespace cairn::consensus {

using crypto::Hash256;

Hash256 merkle_empty();
Hash256 merkle_leaf(ByteView data);
Hash256 merkle_node(const Hash256& left, const Hash256& right);
/// nodes[i] = merkle_node(children[2i], children[2i + 1]), several at a time. `nodes` may begin where
/// `children` does.
void merkle_nodes(std::span<const Hash256> children, std::span<Hash256> nodes);
/// The same of children that stand in pairs: *nodes[i] = merkle_node(pairs[i][0], pairs[i][1]).
void merkle_nodes(std::span<const Hash256* const> pairs, std::span<Hash256* const> nodes);
/// leaves[i] = merkle_leaf(encode(*accounts[i])), several at a time.
void account_leaves(std::span<const Account* const> accounts, std::span<Hash256> leaves);
/// Root over leaves that are hashed already.
Hash256 merkle_root(std::vector<Hash256> leaves);

/// Over the encoded records, `accounts` being all of them in order of their number.
Hash256 accounts_root(std::span<const Account> accounts);

/// "cairn/state" ‖ account_count u64 ‖ accounts_root ‖ extra_root, hashed.
Hash256 state_root(std::uint64_t account_count, const Hash256& accounts_root, const Hash256& extra_root = {});

} // namespace cairn::consensus
