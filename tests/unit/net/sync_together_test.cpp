// Headers and bodies together, from peers' answers to one's own chain: a new node, and a long partition that
// heals. Blocks are real.
#include "catch.hpp"
#include "sync_support.hpp"
#include <protocol/block_download.hpp>
#include <protocol/header_sync.hpp>

using namespace cairn;
using namespace cairn::test;
using net::BlockDownload;
using net::HeaderSync;
using net::HeaderTree;
using net::PeerId;

namespace {

/// What a node does with the three machines, without a network between.
struct Syncing {
    struct Peer {
        HeaderSync sync;
        MemoryChain* serves = nullptr;
        const HeaderBranch* branch = nullptr;
        std::optional<net::GetHeaders> request;
        std::vector<BlockId> blocks;
    };

    explicit Syncing(const consensus::Network& network, std::uint32_t max_reorg)
        : chain(network, {max_reorg, 50'000, 2'000}), download(1 << 16) {}

    /// `serves`: the chain that the peer has; nullptr: it has headers of `branch` alone.
    void join(PeerId peer, MemoryChain* serves, const HeaderBranch* branch = nullptr) {
        download.add_peer(peer);
        Peer& added = peers.try_emplace(peer, Peer{HeaderSync(peer), serves, branch, {}, {}}).first->second;
        added.request = added.sync.begin(*chain, tree, now);
    }
    void note(PeerId id, Peer& peer, const HeaderSync::Verdict& verdict) {
        cost[id] += verdict.cost;
        if (verdict.next) peer.request = verdict.next;
        download.shows(id, verdict.best, verdict.work);
    }
    /// Every open request is answered once.
    void round() {
        for (auto& [id, peer] : peers) {
            note(id, peer, peer.sync.resume(*chain, tree, now));
            if (!peer.request) continue;
            const auto request = *std::exchange(peer.request, std::nullopt);
            const net::Headers answer =
                peer.serves != nullptr
                    ? net::Headers{(*peer.serves)->headers_after(request.locator, request.stop, request.max)}
                    : peer.branch->serve(request);
            note(id, peer, peer.sync.on_headers(answer, *chain, tree, now, random));
        }
        most_headers = std::max(most_headers, tree.size());
        for (const auto& [id, ids] : download.assign(*chain, tree, now).gets)
            for (const BlockId& block : ids) peers.at(id).blocks.push_back(block);
        now.steady_ms += 5;
        for (auto& [id, peer] : peers) {
            if (peer.serves == nullptr) continue;
            for (const BlockId& block : std::exchange(peer.blocks, {})) {
                const auto body = (*peer.serves)->body(block);
                if (download.received(id, block, encoded_size(*body), tree, now))
                    download.checked(block, body, now);
            }
        }
        while (const auto next = download.take_next(*chain, tree)) {
            REQUIRE(chain->accept(shared(*next), any_time, {false, true}).outcome <= chain::Outcome::held);
            tree.remove(block_id(next->head));
        }
    }

    MemoryChain chain;
    HeaderTree tree;
    BlockDownload download;
    Prng random{3};
    Instant now{any_time, 1'000};
    std::map<PeerId, Peer> peers;
    std::map<PeerId, unsigned> cost;
    std::size_t most_headers = 0;
};

} // namespace

TEST_CASE("a new node fetches 20,000 blocks from three peers", "[net][sync]") {
    const auto network = funded_network(1);
    MemoryChain source(network, {0, 50'000, 2'000});
    extend_chain(source, 20'000);
    MemoryChain behind(network, {0, 50'000, 2'000}); // has a part of it
    for (std::uint32_t height = 1; height <= 3'000; ++height)
        behind->accept(source->body(source->at(Height{height})->id), any_time, {false, true});
    Syncing node(network, 100);
    node.join(PeerId{1}, &source);
    node.join(PeerId{2}, &source);
    node.join(PeerId{3}, &behind);
    for (int i = 0; i < 5'000 && node.chain->height().value < 20'000; ++i) node.round();
    CHECK(node.chain->tip() == source->tip());
    CHECK(node.most_headers <= HeaderSync::window);
    CHECK(node.tree.size() == 0);
    for (const auto& [peer, cost] : node.cost) CHECK(cost == 0);
}

TEST_CASE("a partition of more blocks than headers may wait for heals", "[net][sync]") {
    const auto network = funded_network(1);
    MemoryChain source(network, {0, 50'000, 2'000});
    extend_chain(source, 19'000, 1);
    Syncing node(network, 0);
    extend_chain(node.chain, 17'500, 2); // from genesis on another branch
    node.join(PeerId{1}, &source);
    node.join(PeerId{2}, &source);
    for (int i = 0; i < 5'000 && node.chain->tip() != source->tip(); ++i) {
        node.round();
        REQUIRE(node.most_headers <= HeaderTree::max_entries);
    }
    CHECK(node.chain->tip() == source->tip());
    CHECK(node.tree.size() == 0);
    for (const auto& [peer, cost] : node.cost) CHECK(cost == 0);
}

TEST_CASE("a node on the better branch keeps nothing of a worse one", "[net][sync]") {
    const auto network = funded_network(1);
    MemoryChain worse(network, {0, 50'000, 2'000});
    extend_chain(worse, 5'000, 1);
    Syncing node(network, 0);
    extend_chain(node.chain, 5'100, 2);
    const auto tip = node.chain->tip();
    node.join(PeerId{1}, &worse);
    for (int i = 0; i < 100; ++i) node.round();
    CHECK(node.chain->tip() == tip);
    CHECK(node.most_headers == 0);
    CHECK_FALSE(node.chain->find(worse->tip().id));
    CHECK(node.cost[PeerId{1}] < 100);
}

TEST_CASE("peers that show headers alone do not keep a new node from its chain", "[net][sync]") {
    const auto network = funded_network(1);
    MemoryChain source(network, {0, 50'000, 2'000});
    extend_chain(source, 12'000);
    std::vector<HeaderBranch> branches;
    branches.reserve(6);
    for (Byte mark = 1; mark <= 6; ++mark) branches.emplace_back(network, mark).grow(18'000);
    Syncing node(network, 100);
    const auto flood = [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) node.join(PeerId{1 + i}, nullptr, &branches[i]);
    };
    const auto rounds = [&](int count) {
        for (int i = 0; i < count && node.chain->height().value < 12'000; ++i) {
            node.round();
            REQUIRE(node.tree.size() <= HeaderTree::max_entries);
        }
    };
    flood(0, 3);
    rounds(20);
    CHECK(node.tree.size() > 30'000); // as full as they can make it
    node.join(PeerId{9}, &source);
    rounds(20);
    CHECK(node.chain->height().value < 12'000);
    flood(3, 6); // and take room from what is there
    rounds(10'000);
    CHECK(node.chain->tip() == source->tip());
}
