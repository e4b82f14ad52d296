// SHA-256 of a tag and two hashes that stand one after the other: the node of a Merkle tree. Pure; safe from
// any thread.
#pragma once

#include <crypto/hash.hpp>

#include <span>

namespace cairn::crypto {

/// *out[i] = sha256(tag ‖ pairs[i][0] ‖ pairs[i][1]). The hashes are read where they stand, four nodes side
/// by side where the processor has SHA instructions. A result may go where an earlier pair, or its own,
/// stood.
void sha256_pairs(Byte tag, std::span<const Hash256* const> pairs, std::span<Hash256* const> out);

} // namespace cairn::crypto
