#include <base/random.hpp>

#include <bit>

namespace cairn {

std::uint64_t Random::below(std::uint64_t bound) {
    const std::uint64_t fair = UINT64_MAX - UINT64_MAX % bound; // a multiple of bound
    for (;;) {
        const std::uint64_t value = next_u64();
        if (value < fair) return value % bound;
    }
}

Prng::Prng(std::uint64_t seed) {
    for (auto& word : state_) { // splitmix64
        seed += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = seed;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        word = z ^ (z >> 31);
    }
}

std::uint64_t Prng::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

void Prng::fill(std::span<Byte> out) {
    while (!out.empty()) {
        ByteArray<8> raw;
        store_le(raw.data(), next());
        const std::size_t size = std::min(out.size(), raw.size());
        std::memcpy(out.data(), raw.data(), size);
        out = out.subspan(size);
    }
}

} // namespace cairn
