// What can be asked of the downloads: nothing here changes them.
#include <protocol/block_download.hpp>

#include <algorithm>

namespace cairn::net {

std::vector<BlockId> BlockDownload::shown() const {
    std::vector<BlockId> out;
    out.reserve(peers_.size());
    for (const auto& [id, peer] : peers_)
        if (peer.best) out.push_back(*peer.best);
    return out;
}

bool BlockDownload::asked(PeerId peer, const BlockId& id) const {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return false;
    return found->second.in_flight.contains(id) || found->second.late.contains(id);
}

std::size_t BlockDownload::in_flight(PeerId peer) const {
    const auto found = peers_.find(peer);
    return found == peers_.end() ? 0 : found->second.in_flight.size();
}

std::optional<std::uint64_t> BlockDownload::wake_at() const { return wake_ms_; }

/// Where the path was not looked at since the tip moved, the tip is one of its blocks.
bool BlockDownload::leads_on_from(const consensus::ChainPoint& tip, std::uint32_t most_ahead,
                                  Instant now) const {
    return std::any_of(peers_.begin(), peers_.end(), [&](const auto& one) {
        const Peer& peer = one.second;
        const std::size_t count = peer.path.size() - peer.path_begin;
        if (count == 0 || peer.work <= tip.work || peer.paused_ms > now.steady_ms) return false;
        if (peer.blocking && now.steady_ms >= peer.blocking_ms + withheld_ms) return false;
        if (peer.below_first == tip.id) return count > most_ahead;
        if (tip.height < peer.first) return false;
        const std::size_t at = tip.height.value - peer.first.value;
        return at + most_ahead + 1 < count && peer.path[peer.path_begin + at] == tip.id;
    });
}

} // namespace cairn::net
