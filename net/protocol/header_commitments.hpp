// What is remembered of a branch of headers that is not kept: a salted bit every 512 headers. A value; grows
// by a byte per 4,096 headers, up to 64 KiB. Who knows neither salt nor places cannot show another branch
// with the same bits but by luck, one in two a bit.
#pragma once

#include <base/random.hpp>
#include <consensus/rules.hpp>

#include <span>

namespace cairn::net {

class HeaderCommitments {
  public:
    static constexpr std::uint32_t interval = 512;
    static constexpr std::size_t max_bits = std::size_t{1} << 19;

    HeaderCommitments() = default;
    /// Of a branch whose first header follows height `fork`.
    HeaderCommitments(Height fork, Random& random)
        : fork_(fork), offset_(static_cast<std::uint32_t>(random.below(interval))) {
        random.fill(salt_);
    }

    /// The next headers of the branch. False where there is no room for more bits.
    bool add(std::span<const consensus::ChainPoint> points);
    /// Whether these could be of the branch. Heights that no bit covers match.
    bool match(std::span<const consensus::ChainPoint> points) const;
    std::size_t memory_bytes() const { return bits_.capacity(); }

  private:
    std::optional<std::size_t> place_of(Height height) const;
    bool bit_of(const BlockId& id) const;

    Height fork_;
    std::uint32_t offset_ = 0;
    ByteArray<16> salt_{};
    std::size_t count_ = 0;
    Bytes bits_;
};

} // namespace cairn::net
