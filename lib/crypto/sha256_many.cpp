// SHA-256 of many messages of one size: side by side where the processor has SHA instructions.
#include <crypto/form.hpp>
#include <crypto/sha256_many.hpp>

#include <algorithm>

#ifdef __x86_64__
#include <crypto/sha256_ni.hpp>
#endif

namespace cairn::crypto {
namespace {

#ifdef __x86_64__

using namespace sha_ni;

constexpr std::size_t block_size = 64;
constexpr std::size_t length_size = 8; // the message's length in bits, at the end of the last block
constexpr std::size_t ways = 2;        ///< more are no quicker (measured, to 6), and trees often have few

/// What is left of a message after its whole blocks, padded to one block or two (FIPS 180-4, 5.1.1).
using Tail = ByteArray<2 * block_size>;

void pad(Tail& tail, const Byte* rest, std::size_t left, std::size_t blocks, std::size_t size) {
    if (left > 0) std::memcpy(tail.data(), rest, left);
    tail[left] = 0x80;
    std::memset(tail.data() + left + 1, 0, blocks * block_size - left - 1);
    const std::uint64_t bits = std::uint64_t{size} * 8;
    for (std::size_t i = 0; i < length_size; ++i)
        tail[blocks * block_size - 1 - i] = static_cast<Byte>(bits >> (8 * i));
}

using From = std::array<const Byte*, ways>;

template <std::size_t... L>
CAIRN_SHA_NI_INLINE void compress(std::array<Lane, ways>& lanes, const From& from,
                                  std::index_sequence<L...>) {
    std::array<Lane, ways> work;
    ((work[L].abef = lanes[L].abef, work[L].cdgh = lanes[L].cdgh, work[L].message[0] = words_at(from[L]),
      work[L].message[1] = words_at(from[L] + 16), work[L].message[2] = words_at(from[L] + 32),
      work[L].message[3] = words_at(from[L] + 48)),
     ...);
    rounds(work);
    ((lanes[L].abef = lanes[L].abef + work[L].abef, lanes[L].cdgh = lanes[L].cdgh + work[L].cdgh), ...);
}

/// Of `ways` messages; the first `count` results are wanted.
[[gnu::target("sha,sse4.1")]] void hash_side_by_side(From from, std::size_t size, Hash256* out,
                                                     std::size_t count) {
    constexpr auto each = std::make_index_sequence<ways>{};
    std::array<Lane, ways> lanes;
    for (Lane& lane : lanes) {
        lane.abef = initial_abef();
        lane.cdgh = initial_cdgh();
    }
    std::size_t left = size;
    for (; left >= block_size; left -= block_size) {
        compress(lanes, from, each);
        for (const Byte*& at : from) at += block_size;
    }
    const std::size_t blocks = left + 1 + length_size > block_size ? 2 : 1;
    std::array<Tail, ways> tails;
    for (std::size_t i = 0; i < ways; ++i) pad(tails[i], from[i], left, blocks, size);
    for (std::size_t block = 0; block < blocks; ++block) {
        for (std::size_t i = 0; i < ways; ++i) from[i] = tails[i].data() + block * block_size;
        compress(lanes, from, each);
    }
    for (std::size_t i = 0; i < count; ++i) store(out[i], in_order(lanes[i].abef, lanes[i].cdgh));
}

#endif

} // namespace

void sha256_many(ByteView messages, std::size_t size, std::span<Hash256> out) {
    std::size_t done = 0;
#ifdef __x86_64__
    static const bool side_by_side = has_sha_ni();
    if (side_by_side) {
        for (std::size_t left = out.size(); left > 1; left = out.size() - done) {
            const std::size_t count = std::min(left, ways);
            From from;
            for (std::size_t i = 0; i < ways; ++i) // what is too few is done twice
                from[i] = messages.data() + (done + std::min(i, count - 1)) * size;
            hash_side_by_side(from, size, out.data() + done, count);
            done += count;
        }
    }
#endif
    for (; done < out.size(); ++done) out[done] = sha256(messages.subspan(done * size, size));
}

} // namespace cairn::crypto
