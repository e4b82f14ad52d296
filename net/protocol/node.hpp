// Node: the whole of a peer as a state machine. Inputs go in with the time, effects come out; there is no
// clock, no thread, no socket and no randomness inside. Owned by one thread. The driver (transport/core.hpp)
// carries the effects out and feeds their consequences back as inputs; so does a simulation.
//
//   Command ─┐                      ┌─ Persist ──▶ the driver syncs the log ─▶ Persisted
//   BlockFound ─▶ Node::on(…, now) ─┼─ Search ───▶ workers try nonces ───────▶ BlockFound
//   Persisted ─┘                    ├─ Reply ────▶ who asked, once durable
//                                   └─ Notify ───▶ the interface
#pragma once

#include <chain/chain.hpp>
#include <chain/mempool.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace cairn::store {
class Outbox;
} // namespace cairn::store

namespace cairn::net {

// --- what can be asked of it ---

/// A payment or document of the user's own: kept in the outbox until confirmed.
struct SubmitTransaction {
    Transaction tx;
};
/// Takes an own transaction out of the outbox and the mempool. Others may have it already.
struct ForgetTransaction {
    TxId id;
};
/// A block from a file.
struct SubmitBlock {
    Block block;
};
/// Without a number of blocks: until StopMining. A second StartMining replaces the first.
struct StartMining {
    crypto::Address producer;
    std::optional<std::uint32_t> blocks;
};
struct StopMining {};
struct AcceptTip {
    BlockId tip;
};
using Request =
    std::variant<SubmitTransaction, ForgetTransaction, SubmitBlock, StartMining, StopMining, AcceptTip>;

// --- what it answers, once what it acknowledges is durable ---

struct Submitted {
    enum class Place { mempool, outbox };
    Place place{}; ///< outbox: beyond the window, waits for earlier ones
    std::optional<TxId> replaced;
};
struct Forgotten {
    bool was_known = false;
};
struct MinedBlock {
    chain::BlockInfo info;
    std::uint32_t txs = 0;
    Amount reward; ///< subsidy and fees
    std::uint64_t attempts = 0;
};
/// Of StartMining with a number, when the last block is in or mining was stopped; of StartMining without, at
/// once.
struct Mined {
    std::vector<MinedBlock> blocks;
    bool stopped = false; ///< by StopMining, before the number was reached
};
using Response = std::variant<Result<Submitted, chain::Refusal>, Forgotten, chain::Acceptance, Mined>;

using RequestId = std::uint64_t;
using Ticket = std::uint64_t;
using Job = std::uint64_t;

// --- inputs ---

struct Command {
    RequestId id = 0;
    Request request;
};
/// `attempts`: of all workers on this job.
struct BlockFound {
    Job job = 0;
    WorkSeal seal;
    std::uint64_t attempts = 0;
};
struct Persisted {
    Ticket ticket = 0;
};
struct TimerFired {};
using Input = std::variant<Command, BlockFound, Persisted, TimerFired>;

// --- effects ---

/// Sync all that was appended so far; then Persisted{ticket}. Tickets ascend; one sync may answer several.
struct Persist {
    Ticket ticket = 0;
};
struct Reply {
    RequestId id = 0;
    Response response;
};
/// Try nonces until Hd(digest ‖ nonce) ≤ target; replaces the search before it.
struct Search {
    Job job = 0;
    Hash256 digest{};
    Uint256 target;
};
struct StopSearch {};
struct Notify {
    chain::Event event;
};
struct WakeAt {
    Time time;
};
using Effect = std::variant<Persist, Reply, Search, StopSearch, Notify, WakeAt>;
using Effects = std::vector<Effect>;

struct NodeOptions {
    chain::ChainOptions chain;
    chain::MempoolOptions mempool;
    std::uint64_t template_refresh_ms = 5'000; ///< how old the block being searched for may grow
};

struct MiningStatus {
    bool running = false;
    crypto::Address producer;
    std::uint64_t blocks = 0; ///< found since the node opened
};

class Node {
  public:
    /// The stores outlive the node. Replays the log's tail and takes the outbox' payments into the mempool.
    Node(consensus::Network network, store::RecordLog& log, store::Index& index, store::Outbox& outbox,
         NodeOptions options);
    ~Node();

    void on(Input input, Time now, Effects& out);

    const chain::Chain& chain() const;
    const chain::Mempool& mempool() const;
    MiningStatus mining() const;
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
    bool wants_checkpoint() const;
    bool has_unwritten() const; ///< the index lags behind the log
    void write_checkpoint();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::net
