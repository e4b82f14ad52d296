// The portable kernel, and which there are.
#include <base/bytes.hpp>
#include <crypto/form.hpp>
#include <mining/runs.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace cairn::mining {
namespace {

using State = std::array<std::uint32_t, 8>;
using Block = ByteArray<64>;

/// FIPS 180-4, 5.3.3.
constexpr State initial_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                              0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
constexpr std::size_t nonce_at = 32;

/// One block that holds a message of `size` < 56 bytes: the message's place, the padding bit, the length in
/// bits (5.1.1).
Block padded(std::size_t size) {
    Block out{};
    out[size] = 0x80;
    out[62] = static_cast<Byte>(size * 8 >> 8);
    out[63] = static_cast<Byte>(size * 8);
    return out;
}

/// As one store: byte by byte it would cost a fifth of the whole attempt.
void store_be(Byte* to, std::uint32_t word) {
    if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap32(word);
    std::memcpy(to, &word, sizeof word);
}

/// The target as the words of a hash, most significant first.
State words_of(const Uint256& target) {
    State out{};
    for (std::size_t i = 0; i < 4; ++i) {
        out[2 * i] = static_cast<std::uint32_t>(target.limbs[3 - i] >> 32);
        out[2 * i + 1] = static_cast<std::uint32_t>(target.limbs[3 - i]);
    }
    return out;
}

} // namespace

std::optional<std::uint64_t> try_nonces_portable(const Hash256& digest, const Uint256& target,
                                                 std::uint64_t first, std::uint64_t count) {
    const State bound = words_of(target);
    Block inner = padded(nonce_at + sizeof(std::uint64_t));
    std::copy(digest.begin(), digest.end(), inner.begin());
    Block outer = padded(digest.size());

    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t nonce = first + i;
        store_le(inner.data() + nonce_at, nonce);
        State state = initial_state;
        crypto::sha256_compress(state, inner.data());
        for (std::size_t word = 0; word < state.size(); ++word)
            store_be(outer.data() + 4 * word, state[word]);
        state = initial_state;
        crypto::sha256_compress(state, outer.data());
        // Nearly every attempt ends at the first word; the rest decides between equals.
        if (state[0] > bound[0]) continue;
        if (state <= bound) return nonce;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> in_runs_of_one_half(TryNonces try_run, const Hash256& digest,
                                                 const Uint256& target, std::uint64_t first,
                                                 std::uint64_t count) {
    constexpr std::uint64_t run = std::uint64_t{1} << 32;
    while (count > 0) {
        const std::uint64_t here = std::min(count, run - first % run);
        if (const auto nonce = try_run(digest, target, first, here)) return nonce;
        first += here;
        count -= here;
    }
    return std::nullopt;
}

std::vector<Kernel> kernels() {
    std::vector<Kernel> all;
#ifdef __x86_64__
    if (crypto::has_sha_ni()) all.push_back({"sha-ni", try_nonces_sha_ni});
    if (crypto::best_form() == crypto::Form::avx2) all.push_back({"avx2", try_nonces_avx2});
#endif
    all.push_back({"portable", try_nonces_portable});
    return all;
}

TryNonces best_kernel() {
    static const TryNonces best = kernels().front().try_nonces;
    return best;
}

std::optional<std::uint64_t> quick(const Hash256& digest, const Uint256& target, std::uint64_t attempts) {
    return best_kernel()(digest, target, 0, attempts);
}

} // namespace cairn::mining
