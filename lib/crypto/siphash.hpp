// SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012): short keyed hashes that nobody
// without the key can make collide. Not for signatures or ids. Pure; safe from any thread.
#pragma once

#include <base/bytes.hpp>

#include <cstdint>

namespace cairn::crypto {

std::uint64_t siphash24(const ByteArray<16>& key, ByteView data);

} // namespace cairn::crypto
