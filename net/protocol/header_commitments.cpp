#include <protocol/header_commitments.hpp>

#include <algorithm>

namespace cairn::net {

/// Which bit covers this height, if one does.
std::optional<std::size_t> HeaderCommitments::place_of(Height height) const {
    if (height <= fork_) return std::nullopt;
    const std::uint32_t above = height.value - fork_.value - 1;
    if (above % interval != offset_) return std::nullopt;
    return above / interval;
}

bool HeaderCommitments::bit_of(const BlockId& id) const {
    return (crypto::sha256({ByteView(salt_), ByteView(id.bytes)}).front() & 1U) != 0;
}

bool HeaderCommitments::add(std::span<const consensus::ChainPoint> points) {
    const auto fits = [&](const consensus::ChainPoint& point) {
        return place_of(point.height).value_or(0) < max_bits;
    };
    if (!std::all_of(points.begin(), points.end(), fits)) return false;
    for (const consensus::ChainPoint& point : points) {
        const auto place = place_of(point.height);
        if (!place) continue;
        bits_.resize(*place / 8 + 1);
        const unsigned bit = bit_of(point.id) ? 1U << (*place % 8) : 0U;
        bits_[*place / 8] = static_cast<Byte>(bits_[*place / 8] | bit);
        count_ = *place + 1;
    }
    return true;
}

bool HeaderCommitments::match(std::span<const consensus::ChainPoint> points) const {
    return std::all_of(points.begin(), points.end(), [&](const consensus::ChainPoint& point) {
        const auto place = place_of(point.height);
        if (!place || *place >= count_) return true;
        const unsigned bit = static_cast<unsigned>(bits_[*place / 8]) >> (*place % 8) & 1U;
        return bit_of(point.id) == (bit != 0);
    });
}

} // namespace cairn::net
