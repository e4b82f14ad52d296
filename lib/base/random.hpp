// Randomness comes in from outside. `Random` is the source that production hands in (crypto/random.hpp);
// `Prng` is the reproducible one of tests and simulations, never for secrets.
#pragma once

#include <base/bytes.hpp>

#include <cstdint>
#include <span>

namespace cairn {

class Random {
  public:
    virtual ~Random() = default;
    virtual void fill(std::span<Byte> out) = 0;

    std::uint64_t next_u64() {
        ByteArray<8> raw;
        fill(raw);
        return load_le<std::uint64_t>(raw.data());
    }
    /// Uniform in [0, bound); bound ≥ 1. By rejection, so no value is favoured.
    std::uint64_t below(std::uint64_t bound);
};

/// xoshiro256** seeded by splitmix64 (Blackman, Vigna: "Scrambled linear pseudorandom number generators",
/// 2018). The same seed gives the same numbers on every platform.
class Prng final : public Random {
  public:
    explicit Prng(std::uint64_t seed);
    void fill(std::span<Byte> out) override;
    std::uint64_t next();

  private:
    std::array<std::uint64_t, 4> state_;
};

} // namespace cairn
