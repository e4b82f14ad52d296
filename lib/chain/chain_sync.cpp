// What peers ask of the chain, and what is asked of it on their account: headers and where they attach.
#include <chain/chain_state.hpp>

#include <algorithm>

namespace cairn::chain {

using store::BlockStatus;
using store::StoredBlock;

namespace {

/// Between the tip and genesis.
constexpr std::uint32_t steps = Chain::max_locator - 2;

/// The least factor ≥ 2 with which `steps` steps of 1, f, f² … reach down from `height`.
std::uint64_t locator_factor(std::uint32_t height) {
    for (std::uint64_t factor = 2;; ++factor) {
        std::uint64_t reached = 1;
        for (std::uint32_t i = 0; i < steps && reached < height; ++i) reached *= factor;
        if (reached >= height) return factor;
    }
}

} // namespace

std::optional<consensus::ChainPoint> Chain::point(const BlockId& id) const {
    const auto number = state_->blocks.find(id);
    if (!number) return std::nullopt;
    const StoredBlock block = state_->blocks.at(*number);
    return block.status == BlockStatus::invalid ? std::nullopt : std::optional(state_->point(block));
}

bool Chain::is_condemned(const BlockId& id) const {
    const auto number = state_->blocks.find(id);
    return number && state_->blocks.at(*number).status == BlockStatus::invalid;
}

std::vector<BlockId> Chain::locator() const {
    const std::uint32_t top = state_->tip.height.value;
    std::vector<BlockId> out;
    out.reserve(max_locator);
    out.push_back(state_->tip.id);
    const std::uint64_t factor = locator_factor(top);
    std::uint64_t distance = 1;
    for (std::uint32_t i = 0; i < steps && distance < top; ++i, distance *= factor) {
        const Height height{top - static_cast<std::uint32_t>(distance)};
        out.push_back(state_->blocks.at(state_->blocks.active(height)).id);
    }
    if (top > 0) out.push_back(state_->network.id());
    return out;
}

std::vector<SealedHeader> Chain::headers_after(std::span<const BlockId> locator,
                                               const std::optional<BlockId>& stop, std::uint32_t max) const {
    const Height top = state_->tip.height;
    Height from;
    for (const BlockId& id : locator) {
        const auto number = state_->blocks.find(id);
        if (!number || !state_->blocks.is_active(*number, top)) continue;
        from = state_->blocks.at(*number).height();
        break;
    }
    std::vector<SealedHeader> out;
    const std::uint32_t count = std::min(max, top.value - from.value);
    out.reserve(count);
    for (std::uint32_t i = 1; i <= count; ++i) {
        const StoredBlock block = state_->blocks.at(state_->blocks.active(Height{from.value + i}));
        out.push_back(block.head);
        if (stop && block.id == *stop) break;
    }
    return out;
}

} // namespace cairn::chain
