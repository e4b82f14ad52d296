// SHA-256 over one narrow seam: `sha256_compress`. Padding and streaming are plain loops above it, so that
// short messages - the 45 and 65 bytes of Merkle leaves and nodes - cost their compressions and little else.
#include <crypto/hash.hpp>

#include <cryptopp/sha.h>

#include <algorithm>
#include <bit>

namespace cairn::crypto {
namespace {

using State = std::array<std::uint32_t, 8>;

constexpr std::size_t block_size = 64;
constexpr std::size_t length_size = 8; // the message's length in bits, at the end of the last block

/// FIPS 180-4, 5.3.3.
constexpr State initial_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                              0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

std::uint32_t swapped(std::uint32_t word) { return __builtin_bswap32(word); }

std::uint32_t load_be32(const Byte* from) {
    std::uint32_t word;
    std::memcpy(&word, from, sizeof word);
    return std::endian::native == std::endian::little ? swapped(word) : word;
}

void store_be32(Byte* to, std::uint32_t word) {
    if (std::endian::native == std::endian::little) word = swapped(word);
    std::memcpy(to, &word, sizeof word);
}

Hash256 digest_of(const State& state) {
    Hash256 out;
    for (std::size_t i = 0; i < state.size(); ++i) store_be32(out.data() + 4 * i, state[i]);
    return out;
}

/// Pads the last, partial block (FIPS 180-4, 5.1.1) and compresses it. `block` holds `used` < 64 bytes.
void finish_into(State& state, ByteArray<block_size>& block, std::size_t used, std::uint64_t size) {
    block[used++] = 0x80;
    if (used > block_size - length_size) {
        std::memset(block.data() + used, 0, block_size - used);
        sha256_compress(state, block.data());
        used = 0;
    }
    std::memset(block.data() + used, 0, block_size - length_size - used);
    const std::uint64_t bits = size * 8;
    store_be32(block.data() + 56, static_cast<std::uint32_t>(bits >> 32));
    store_be32(block.data() + 60, static_cast<std::uint32_t>(bits));
    sha256_compress(state, block.data());
}

} // namespace

void sha256_compress(std::array<std::uint32_t, 8>& state, const Byte* block64) {
    // Crypto++ takes the block as words in host order, where the standard reads them big-endian.
    alignas(16) std::array<std::uint32_t, 16> words;
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = load_be32(block64 + 4 * i);
    CryptoPP::SHA256::Transform(state.data(), words.data());
}

Hash256 sha256(ByteView data) {
    State state = initial_state;
    const Byte* from = data.data();
    std::size_t left = data.size();
    for (; left >= block_size; from += block_size, left -= block_size) sha256_compress(state, from);
    ByteArray<block_size> block;
    if (left > 0) std::memcpy(block.data(), from, left);
    finish_into(state, block, left, data.size());
    return digest_of(state);
}

Hash256 sha256(std::initializer_list<ByteView> parts) {
    Sha256 hash;
    for (const ByteView part : parts) hash.update(part);
    return hash.finish();
}

Hash256 sha256d(ByteView data) { return sha256(sha256(data)); }

Sha256::Sha256() : state_(initial_state) {}

void Sha256::update(ByteView data) {
    if (data.empty()) return;
    size_ += data.size();
    if (used_ > 0) {
        const std::size_t taken = std::min(block_size - used_, data.size());
        std::memcpy(block_.data() + used_, data.data(), taken);
        used_ += taken;
        data = data.subspan(taken);
        if (used_ < block_size) return;
        sha256_compress(state_, block_.data());
        used_ = 0;
    }
    for (; data.size() >= block_size; data = data.subspan(block_size)) sha256_compress(state_, data.data());
    if (!data.empty()) std::memcpy(block_.data(), data.data(), data.size());
    used_ = data.size();
}

Hash256 Sha256::finish() {
    finish_into(state_, block_, used_, size_);
    const Hash256 digest = digest_of(state_);
    *this = Sha256();
    return digest;
}

} // namespace cairn::crypto
