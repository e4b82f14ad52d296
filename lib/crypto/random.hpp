// The operating system's randomness, for keys, salts and nonces.
#pragma once

#include <base/random.hpp>

namespace cairn::crypto {

/// Throws Fault where the system has none to give. Safe from any thread.
class SystemRandom final : public Random {
  public:
    void fill(std::span<Byte> out) override;
};

} // namespace cairn::crypto
