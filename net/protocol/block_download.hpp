// Bodies for the headers of the tree: which peer is asked for which block. Every peer is asked along its own
// branch, lowest block first, so that a branch whose bodies are withheld holds up no other; several peers
// share a branch. At most 1,024 blocks ahead of what is stored, 16 in flight a peer, and 64 MiB of bodies
// that wait for their parents. Who is asked for the block that all wait for and stays silent is replaced
// after 2 s (doubling to 64). A body that fails is asked of another peer. Owned by the node.
#pragma once

#include <base/instant.hpp>
#include <protocol/header_tree.hpp>

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace cairn::net {

class BlockDownload {
  public:
    static constexpr std::size_t in_flight_per_peer = 16;
    static constexpr std::size_t window_blocks = 1'024;
    static constexpr std::size_t window_bytes = std::size_t{64} << 20;
    static constexpr std::uint64_t first_timeout_ms = 2'000;
    static constexpr std::uint64_t last_timeout_ms = 64'000;
    static constexpr std::uint64_t missing_retry_ms = 30'000;

    explicit BlockDownload(std::size_t max_block_bytes) : max_block_bytes_(max_block_bytes) {}

    void add_peer(PeerId peer);
    /// What it was asked for is asked of others. HeaderTree::keep_only(shown()) is due afterwards.
    void remove_peer(PeerId peer);
    /// The last block of the peer's branch and the work of the branch, as HeaderSync tells; nullopt: none.
    void shows(PeerId peer, const std::optional<BlockId>& best, const Uint256& work);
    /// The last blocks of all peers' branches.
    std::vector<BlockId> shown() const;

    struct Stall {
        PeerId peer;
        bool alone = false; ///< nobody else could be asked, and it stayed silent for 64 s
    };
    struct Assignment {
        std::vector<std::pair<PeerId, std::vector<BlockId>>> gets; ///< to be asked for, in this order
        std::vector<Stall> stalls;                                 ///< were replaced just now
    };
    /// To be called after anything that changed, and at wake_at().
    Assignment assign(const chain::Chain& chain, const HeaderTree& tree, Instant now);
    std::optional<std::uint64_t> wake_at() const; ///< steady_ms; as of the last assign()

    /// The block comes from this peer by another way (a compact block): it is in flight there, without a GET.
    /// False where it is in flight or here already, the header is not in the tree, or the peer has no room.
    bool reserve(PeerId peer, const BlockId& id, const HeaderTree& tree, Instant now);
    bool is_asked(PeerId peer) const; ///< for any body that has not come
    /// Whether a body of this block is to be taken from this peer.
    bool asked(PeerId peer, const BlockId& id) const;
    /// It came. True: it is to be checked, then told by checked(). False: it is of no use any more.
    bool received(PeerId from, const BlockId& id, std::size_t bytes, const HeaderTree& tree, Instant now);
    /// The peer does not have it, or gave up.
    void missing(PeerId from, const BlockId& id, Instant now);
    /// Rules 1 and 6 to 8 held for `block`; nullptr: they did not, another peer is asked (unless the tree
    /// condemns the header). Returns who gave it.
    std::optional<PeerId> checked(const BlockId& id, chain::BlockPtr block, Instant now);
    /// A checked block whose parent is stored, be it condemned meanwhile; nullptr where there is none. The
    /// caller gives it to the chain and tells the tree (remove, condemn or forget) before the next assign():
    /// else it is asked for again.
    chain::BlockPtr take_next(const chain::Chain& chain, const HeaderTree& tree);

    /// Whether bodies are being fetched for a branch that goes on from `tip` by more than `most_ahead`
    /// blocks: of a peer that gives them, or has not yet had its time to. Branches beside the tip do not
    /// count, nor bodies that are withheld: work alone must not make anybody look behind.
    bool leads_on_from(const consensus::ChainPoint& tip, std::uint32_t most_ahead, Instant now) const;

    std::size_t in_flight(PeerId peer) const;
    std::size_t in_flight() const { return in_flight_; }
    std::size_t waiting_bytes() const { return waiting_bytes_; } ///< of bodies received and not taken

  private:
    static constexpr std::uint64_t unproven_ms = 1'000;
    static constexpr std::uint64_t withheld_ms = 10'000; ///< of the block that all wait for
    static constexpr std::size_t slow_in_flight = 2;     ///< of peers that are slow, or gave nothing yet

    enum class Stage { in_flight, checking, ready };
    struct Place {
        Height height;
        BlockId parent;
    };
    struct Pending {
        Place place;
        Stage stage = Stage::in_flight;
        PeerId peer; ///< who is asked, or who gave it
        std::size_t bytes = 0;
        chain::BlockPtr block;
    };
    struct Late {
        Place place;
        std::uint64_t until_ms = 0;
    };
    struct Peer {
        Uint256 work;
        std::vector<BlockId> path; ///< missing blocks of its branch, from `path_begin` on, ascending
        std::size_t path_begin = 0;
        Height first;                               ///< of path[path_begin]
        BlockId below_first;                        ///< its parent
        std::size_t cursor = 0;                     ///< what lies below in the path is in flight or here
        std::map<BlockId, std::uint64_t> in_flight; ///< since, steady_ms
        std::map<BlockId, Late> late;               ///< given to others, may still come
        std::map<BlockId, std::uint64_t> refused;   ///< not to be asked of it again before
        std::uint64_t blocking_ms = 0;              ///< since when
        std::optional<std::uint64_t> check_ms;
        std::uint64_t paused_ms = 0;             ///< not asked before
        std::uint64_t response_ms = unproven_ms; ///< from one body to the next, smoothed
        std::uint64_t last_body_ms = 0;
        std::uint32_t stalls = 0;
        bool is_proven = false; ///< a body came
        bool is_path_stale = true;
        std::optional<BlockId> best;
        std::optional<BlockId> blocking; ///< of those in flight, one that all wait for
    };
    using Peers = std::map<PeerId, Peer>;

    void refresh_path(Peer& peer, const chain::Chain& chain, const HeaderTree& tree) const;
    std::vector<Peers::value_type*> in_order(const Uint256& least_work, std::uint64_t now_ms);
    std::vector<BlockId> assign_to(PeerId id, Peer& peer, const HeaderTree& tree, std::uint64_t now_ms);
    bool has_room(bool is_lowest) const;
    void start(PeerId id, Peer& peer, const HeaderTree::Entry& entry, std::uint64_t now_ms);
    void prune(const HeaderTree& tree, std::uint64_t now_ms);

    void find_stalls(const chain::Chain& chain, std::uint64_t now_ms, std::vector<Stall>& out);
    void note_blocking(Peer& peer, const chain::Chain& chain, std::uint64_t now_ms) const;
    bool can_replace(PeerId silent, const BlockId& id, std::uint64_t now_ms) const;
    void release_all(Peer& peer, std::uint64_t now_ms);

    void make_late(Peer& peer, const BlockId& id, const Place& place, std::uint64_t now_ms);
    static void refuse(Peer& peer, const BlockId& id, std::uint64_t until_ms, std::uint64_t now_ms);
    void erase(std::map<BlockId, Pending>::iterator pending);
    void rewind(Height to);
    std::size_t free_slots(const Peer& peer) const;
    static bool can_take_lowest(const Peer& peer);
    void note_wake(std::uint64_t now_ms);

    std::size_t max_block_bytes_;
    Peers peers_;
    std::map<BlockId, Pending> blocks_;
    std::map<BlockId, std::set<BlockId>> ready_after_; ///< by a parent that is in blocks_
    std::set<std::pair<Height, BlockId>> ready_;       ///< the others
    std::size_t in_flight_ = 0;
    std::size_t waiting_bytes_ = 0;
    std::uint64_t quickest_ms_ = unproven_ms; ///< response of the quickest peer
    std::uint64_t timeout_ms_ = first_timeout_ms;
    std::uint64_t cuts_ = 0; ///< of the tree, when it was looked at last
    std::optional<std::uint64_t> retry_ms_;
    std::optional<std::uint64_t> wake_ms_;
};

} // namespace cairn::net
