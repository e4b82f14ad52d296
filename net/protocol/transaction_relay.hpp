// Transactions between peers: what each of them knows, what it is told and when, what is asked of whom, and
// what waits for its predecessors. No I/O, no clock, no randomness. Owned by the node.
//
//   INV ─▶ on_inv ─┐                        ┌─ GET   to peers that offer what we lack
//   TX ──▶ on_tx ──┼─▶ flush(now, mempool) ─┼─ INV   what they do not know, in batches
//   FEE ─▶ on_fee ─┘                        └─ FEE   when the least fee moved
//
// Everything that goes out of its own accord leaves through flush(), which is due at wake_at(): call it after
// the calls of one input, where wake_at() is not later than now. All answers are in one order, that of
// PeerIds, whatever the memory looks like. Times are Instant::steady_ms.
//
// What a stranger can cost us: it makes us look at 100 transactions a second (1,000 at once), however it
// brings them; it keeps at most 1,000 offers and 400 kB of orphans here; what goes beyond is charged to it
// and not looked at. Nothing that one peer does removes what another brought.
#pragma once

#include <base/instant.hpp>
#include <chain/mempool.hpp>
#include <protocol/orphans.hpp>
#include <protocol/recent_ids.hpp>
#include <protocol/token_bucket.hpp>
#include <protocol/transaction_requests.hpp>

#include <deque>
#include <span>

namespace cairn::net {

class TransactionRelay {
  public:
    static constexpr std::uint64_t batch_ms = 100;
    static constexpr std::uint64_t own_again_ms = 600'000;
    static constexpr std::size_t max_queue = 2'000;            ///< ids a peer; beyond, the mempool is walked
    static constexpr std::size_t max_answer_bytes = 2'400'000; ///< of one GET

    /// What transactions are judged against: as after all that happened so far.
    struct Pool {
        chain::Mempool& mempool;
        const consensus::AccountsView& accounts; ///< confirmed
        Height next;                             ///< of the block after them
    };

    /// `network` outlives the relay.
    explicit TransactionRelay(const consensus::Network& network);

    /// After the handshake. `preferred`: one that we chose (outbound). It is told of own payments at once,
    /// then of all that the mempool holds.
    void add_peer(PeerId peer, bool preferred, Instant now);
    void remove_peer(PeerId peer, Instant now);
    /// True at first. While false: offers are passed over, and peers are told by FEE to make none; when it
    /// turns true they are told to make them again.
    void set_synced(bool synced);

    /// The ids are witness ids. Returns the cost to charge to the peer.
    std::uint32_t on_inv(PeerId peer, std::span<const Hash256> ids, const chain::Mempool& mempool,
                         Instant now);

    struct Taken {
        /// It, and orphans that it let in; in the order in which they were admitted. They are announced.
        std::vector<TxId> admitted;
        std::vector<TxId> gone; ///< replaced or evicted by these
        /// Why it was not admitted. With nonce_gap, `orphan` tells whether it is kept meanwhile.
        std::optional<chain::Refusal> refusal;
        bool orphan = false;
        bool passed_over = false; ///< not looked at: the peer sent too many that nobody asked for
        std::uint32_t cost = 0;
    };
    /// Asked for or not. A refusal that honest peers may differ on costs nothing; a broken rule does.
    Taken on_tx(PeerId peer, const Transaction& tx, Pool pool, Instant now);

    struct Answer {
        Hash256 id{};
        const Transaction* tx = nullptr; ///< nullptr: ERR 404. Until the mempool's next change
    };
    struct Given {
        std::vector<Answer> answers; ///< one for each id, in their order
        std::uint32_t cost = 0;
    };
    /// What the mempool holds. Beyond max_answer_bytes: 404 (our own requests never reach that).
    Given on_get(PeerId peer, std::span<const Hash256> ids, const chain::Mempool& mempool, Instant now);
    /// ERR 404. False where it was not asked for this.
    bool on_missing(PeerId peer, const Hash256& id, Instant now);
    /// Returns the cost.
    std::uint32_t on_fee(PeerId peer, std::uint64_t units_per_byte, Instant now);

    /// A transaction that came into the mempool by other ways is announced to all who do not know it.
    void announce(const WitnessId& id);
    /// Own payments that are not confirmed, in the order in which they are to be sent; those that wait
    /// outside the mempool may be among them. Call it at the start and after each change, and after the
    /// mempool and the outbox folded events. New ones are announced at once, all of them to every peer
    /// again every 10 minutes, as long as they are listed.
    void set_own(std::span<const WitnessId> ids, const chain::Mempool& mempool, Instant now);
    /// After the mempool folded the same events. The orphans that came in, which are announced, and what gave
    /// way to them. What a reorganisation brought back is announced to all: who was of the other branch may
    /// have passed over it.
    Taken fold(const chain::Events& events, Pool pool, Instant now);

    struct Due {
        PeerId peer;
        std::vector<Hash256> get;         ///< at most 32
        std::vector<Hash256> inv;         ///< at most 500
        std::optional<std::uint64_t> fee; ///< units a byte
        std::uint32_t cost = 0;           ///< to charge: it let us wait
    };
    /// By peer, ascending; none that is empty.
    std::vector<Due> flush(const chain::Mempool& mempool, Instant now);
    /// When flush() is due; nullopt: not until something happens. 0: now.
    std::optional<std::uint64_t> wake_at() const;

    const TransactionRequests& requests() const { return requests_; }
    const Orphans& orphans() const { return orphans_; }

  private:
    struct Peer {
        RecentIds known{8'192}; ///< to it: it told us, or we told it
        RecentIds served{1'024};
        TokenBucket misses{100'000, 1'000};        ///< 404s for what it was told of
        TokenBucket bytes{262'144'000, 80u << 20}; ///< a whole mempool, then 256 KiB a second
        TokenBucket incoming{100'000, 1'000};
        TokenBucket outgoing{95'000, 500}; ///< less than what the other side allows
        TokenBucket fees_in{17, 4};
        TokenBucket fees_out{16, 2};
        std::deque<WitnessId> queue; ///< to be announced
        bool walking = true;         ///< over the whole mempool, when the queue is empty
        bool walk_twice = false;     ///< something was left out that the walk may have passed already
        std::optional<chain::MempoolPlace> walked; ///< up to here
        std::optional<std::uint64_t> own_next = 0; ///< of own payments: from this number on
        std::uint64_t least_fee = 0;               ///< units a byte that it takes
        std::optional<std::uint64_t> told_fee;
    };
    struct Own {
        WitnessId id;
        bool announced = false;
    };

    static void walk_again(Peer& peer);
    void announce_again(const Block& taken_back, const chain::Mempool& mempool);
    bool keep_orphan(PeerId peer, const Transaction& tx, Pool pool, Instant now, Taken& out);
    void admit_orphans(const crypto::Address& sender, Pool pool, Instant now, Taken& out);
    void note_admitted(const Transaction& tx, const chain::Admission& admission, Instant now, Taken& out);
    std::vector<Hash256> next_batch(Peer& peer, const chain::Mempool& mempool, Instant now) const;
    static void walk(Peer& peer, const chain::Mempool& mempool, std::size_t room, std::vector<Hash256>& out);
    static std::optional<std::uint64_t> fee_to_tell(Peer& peer, std::uint64_t least, Instant now);
    static bool has_news(const Peer& peer);

    const consensus::Network& network_;
    std::map<PeerId, Peer> peers_;
    TransactionRequests requests_;
    Orphans orphans_;
    RecentIds rejected_{16'384};  ///< since the last block
    RecentIds confirmed_{32'768}; ///< lately
    std::map<std::uint64_t, Own> own_;
    std::map<WitnessId, std::uint64_t> own_numbers_;
    std::uint64_t next_own_ = 0;
    bool synced_ = true;
    bool news_ = false;                     ///< some peer may have to be told something
    std::optional<std::uint64_t> batch_at_; ///< the earliest time of the next batch
    std::uint64_t own_again_at_ = 0;
    std::uint64_t fees_at_ = 0; ///< when to look at the least fee again
};

} // namespace cairn::net
