// Node: the whole of a peer as a state machine. Inputs go in with the time, effects come out; there is no
// clock, no thread, no socket and no randomness inside. Owned by one thread. The driver (transport/core.hpp)
// carries the effects out and feeds their consequences back as inputs; so does a simulation.
//
//   Command ─┐                      ┌─ Persist ──▶ the driver syncs the log ─▶ Persisted
//   BlockFound ─▶ Node::on(…, now) ─┼─ Search ───▶ workers try nonces ───────▶ BlockFound
//   Persisted ─┘                    ├─ Reply ────▶ who asked, once durable
//                                   └─ Notify ───▶ the interface
#pragma once

#include <base/random.hpp>
#include <protocol/io.hpp>

#include <memory>

namespace cairn::store {
class Outbox;
} // namespace cairn::store

namespace cairn::net {

struct NodeOptions {
    chain::ChainOptions chain;
    chain::MempoolOptions mempool;
    std::uint64_t template_refresh_ms = 5'000; ///< how old the block being searched for may grow
    std::string agent = "cairn";               ///< as it calls itself to peers: ≤ 32 of 0x21 … 0x7E
    Bytes addresses;                           ///< what KeepAddresses gave last; empty: nothing is known
};

/// What the network makes the node keep: all of it is bounded.
struct Load {
    std::size_t headers = 0;       ///< without their bodies
    std::size_t waiting_bytes = 0; ///< of bodies received and not connected
    std::size_t checks = 0;        ///< bodies that workers hold
    std::size_t orphans = 0;       ///< transactions
};

struct SyncStatus {
    /// Nobody is known to have more work, and of the peers that the launch names one was greeted.
    bool synced = true;
    Height best;                       ///< of the headers that lead, be the peer that showed them gone
    bool unreached = false;            ///< no peer that the launch names was greeted yet
    std::optional<PeerFailed> refused; ///< all of them were given up, and nobody else is there
};

class Node {
  public:
    /// The stores and `random` outlive the node. Replays the log's tail and takes the outbox' payments into
    /// the mempool.
    Node(consensus::Network network, store::RecordLog& log, store::Index& index, store::Outbox& outbox,
         Random& random, const NodeOptions& options);
    ~Node();

    void on(Input input, Instant now, Effects& out);

    const chain::Chain& chain() const;
    const chain::Mempool& mempool() const;
    MiningStatus mining() const;
    std::vector<PeerInfo> peers() const;  ///< all connections, oldest first
    std::size_t peer_count() const;       ///< that have said HELLO
    std::vector<Refused> refused() const; ///< banned by the user or kept out by the rules, by address
    SyncStatus sync_status() const;
    Load load() const;
    /// Own payments that are not confirmed, in order of submission: in the mempool or waiting beyond the
    /// window.
    std::vector<Transaction> own_pending() const;
    const Transaction* find_pending(const TxId& id) const; ///< mempool or outbox
    /// The nonce of the sender's next payment, after all that is pending or waits.
    Nonce next_nonce(const crypto::Address& sender) const;
    /// Of the sender: amounts and fees of all that is pending or waits.
    Amount outgoing(const crypto::Address& sender) const;
    /// The block that would be mined now.
    Block preview(const crypto::Address& producer, Time now) const;

    // For the driver alone.
    bool has_untold() const;     ///< own payments that a peer has yet to take, or one that is being called
    std::uint64_t nonce() const; ///< in HELLO and beacons: how a node knows itself
    Bytes addresses() const;     ///< as KeepAddresses would give them now
    bool wants_checkpoint() const;
    bool must_checkpoint() const; ///< at once, or memory goes beyond its bound
    bool has_unwritten() const; ///< the index lags behind the log
    void write_checkpoint();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::net
