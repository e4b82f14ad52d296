// The innermost loop of the search for a block: tries one nonce after the other. Pure functions, safe from
// any thread. A kernel for a kind of processor is one more function of the type TryNonces, named in
// kernels(); all of them give the same answers.
#pragma once

#include <base/uint256.hpp>
#include <crypto/hash.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace cairn::mining {

using crypto::Hash256;

/// The first nonce of `first`, `first` + 1 … (`count` of them, modulo 2^64) for which Hd(digest ‖ nonce u64),
/// read as a big-endian number, is ≤ target; nullopt where none is.
using TryNonces = std::optional<std::uint64_t> (*)(const Hash256& digest, const Uint256& target,
                                                   std::uint64_t first, std::uint64_t count);

/// Through crypto::sha256_compress: two compressions an attempt.
std::optional<std::uint64_t> try_nonces_portable(const Hash256& digest, const Uint256& target,
                                                 std::uint64_t first, std::uint64_t count);

/// With the SHA instructions of x86-64, five attempts side by side. Only where the processor has them.
std::optional<std::uint64_t> try_nonces_sha_ni(const Hash256& digest, const Uint256& target,
                                               std::uint64_t first, std::uint64_t count);

/// With AVX2, eight attempts side by side. Only where the processor has it.
std::optional<std::uint64_t> try_nonces_avx2(const Hash256& digest, const Uint256& target,
                                             std::uint64_t first, std::uint64_t count);

struct Kernel {
    std::string_view name;
    TryNonces try_nonces = nullptr;
};
/// Those that this machine runs, the fastest first.
std::vector<Kernel> kernels();

/// The first of them.
TryNonces best_kernel();

/// Nonces 0 … attempts − 1 on the calling thread. An easy target, as on `dev`, is met here for less than it
/// costs to wake a worker; where it is not, a Searcher goes on from nonce `attempts`.
std::optional<std::uint64_t> quick(const Hash256& digest, const Uint256& target, std::uint64_t attempts);

} // namespace cairn::mining
