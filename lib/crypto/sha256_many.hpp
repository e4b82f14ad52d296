// SHA-256 of many short messages of one size. Pure; safe from any thread.
#pragma once

#include <crypto/hash.hpp>

#include <span>

namespace cairn::crypto {

/// out[i] = sha256 of the i-th of out.size() messages of `size` bytes each, which stand one after the other
/// in `messages`. Two at a time where the processor has SHA instructions: nodes of Merkle trees cost half.
void sha256_many(ByteView messages, std::size_t size, std::span<Hash256> out);

} // namespace cairn::crypto
