// SHA-256 of several messages: of many short ones of one size, or of a few of any. Pure; safe from any
// thread.
#pragma once

#include <crypto/hash.hpp>

#include <span>

namespace cairn::crypto {

/// out[i] = sha256 of the i-th of out.size() messages of `size` bytes each, which stand one after the other
/// in `messages`. Two at a time where the processor has SHA instructions: nodes of Merkle trees cost half.
void sha256_many(ByteView messages, std::size_t size, std::span<Hash256> out);

/// What is hashed is `tag` ‖ `data`; of at most 64 bytes is the tag.
struct Tagged {
    ByteView tag;
    ByteView data;
};
/// digests[i] = sha256 of messages[i]. Two at a time where the processor has SHA instructions: as soon as one
/// ends the next takes its place.
void sha256_each(std::span<const Tagged> messages, std::span<Hash256> digests);

} // namespace cairn::crypto
