// A chain of real blocks, one's own chain that fetches it, and peers that answer when the test says so. For
// one thread.
#pragma once

#include "sync_support.hpp"
#include <protocol/block_download.hpp>

#include <set>

namespace cairn::test {

class Swarm {
  public:
    explicit Swarm(std::size_t blocks, std::size_t max_block_bytes = 1 << 16)
        : network(funded_network(1)),
          source(network, {100, 50'000, 2'000}),
          own(network, {100, 50'000, 2'000}),
          download(max_block_bytes) {
        extend_chain(source, blocks);
        tree_from_source();
    }

    /// All headers that are not stored.
    void tree_from_source() {
        for (std::uint32_t height = own->height().value + 1; height <= source->height().value; ++height) {
            const auto info = source->at(Height{height});
            if (!own->find(info->id)) tree.keep(info->head, *source->point(info->id), net::PeerId{0});
        }
    }
    BlockId id_at(std::uint32_t height) { return source->at(Height{height})->id; }

    void join(net::PeerId peer) {
        download.add_peer(peer);
        download.shows(peer, source->tip().id, source->tip().work);
    }
    void leave(net::PeerId peer) {
        download.remove_peer(peer);
        asked.erase(peer);
        tree.keep_only(download.shown());
    }
    net::BlockDownload::Assignment ask() {
        auto out = download.assign(*own, tree, now);
        for (const auto& stall : out.stalls) asked.erase(stall.peer);
        for (const auto& [peer, ids] : out.gets)
            for (const BlockId& id : ids) {
                asked[peer].push_back(id);
                if (const auto* entry = tree.find(id); entry != nullptr)
                    highest_asked = std::max(highest_asked, entry->point.height.value);
            }
        return out;
    }
    /// The block comes, is found good, and what can be stored is.
    void deliver(net::PeerId peer, const BlockId& id) {
        const auto block = source->body(id);
        const std::size_t bytes = claimed_bytes.value_or(encoded_size(*block));
        if (!download.received(peer, id, bytes, tree, now)) return;
        download.checked(id, block, now);
        while (const auto next = download.take_next(*own, tree)) accept(block_id(next->head));
    }
    void accept(const BlockId& id) {
        const auto outcome = own->accept(source->body(id), any_time, {false, true}).outcome;
        if (outcome != chain::Outcome::connected && outcome != chain::Outcome::stored)
            throw std::logic_error("a block came out before its parent");
        tree.remove(id);
    }
    /// All that was asked for, of the peers in turn.
    void answer_all() {
        for (auto& [peer, ids] : asked)
            for (const BlockId& id : std::exchange(ids, {})) deliver(peer, id);
    }

    consensus::Network network;
    MemoryChain source;
    MemoryChain own;
    net::HeaderTree tree;
    net::BlockDownload download;
    Instant now{any_time, 10'000};
    std::map<net::PeerId, std::vector<BlockId>> asked;
    std::optional<std::size_t> claimed_bytes; ///< instead of the blocks' own sizes
    std::uint32_t highest_asked = 0;
};

} // namespace cairn::test
