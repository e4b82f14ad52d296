#include <crypto/siphash.hpp>

#include <bit>

namespace cairn::crypto {
namespace {

/// Section 2 of the paper: four words, mixed by additions, rotations and exclusive ors.
struct SipState {
    std::uint64_t v0, v1, v2, v3;

    SipState(std::uint64_t k0, std::uint64_t k1)
        : v0(k0 ^ 0x736f6d6570736575ULL),
          v1(k1 ^ 0x646f72616e646f6dULL),
          v2(k0 ^ 0x6c7967656e657261ULL),
          v3(k1 ^ 0x7465646279746573ULL) {}

    void round() {
        v0 += v1;
        v2 += v3;
        v1 = std::rotl(v1, 13) ^ v0;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 = std::rotl(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = std::rotl(v1, 17) ^ v2;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 = std::rotl(v2, 32);
    }

    void absorb(std::uint64_t word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }
};

} // namespace

std::uint64_t siphash24(const ByteArray<16>& key, ByteView data) {
    SipState state(load_le<std::uint64_t>(key.data()), load_le<std::uint64_t>(key.data() + 8));
    const std::size_t whole = data.size() / 8 * 8;
    for (std::size_t at = 0; at < whole; at += 8) state.absorb(load_le<std::uint64_t>(data.data() + at));
    // The last word: what is left, and the length modulo 256 in the top byte.
    std::uint64_t last = static_cast<std::uint64_t>(data.size()) << 56;
    std::size_t at = whole;
    if (data.size() - at >= 4) { // of addresses
        last |= load_le<std::uint32_t>(data.data() + at);
        at += 4;
    }
    for (; at < data.size(); ++at) last |= static_cast<std::uint64_t>(data[at]) << (8 * (at - whole));
    state.absorb(last);
    state.v2 ^= 0xff;
    for (int i = 0; i < 4; ++i) state.round();
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

} // namespace cairn::crypto
