// What goes into the node and what comes out of it, as values. The driver (transport/core.hpp, or a
// simulation) feeds inputs one after the other and carries the effects out in their order.
#pragma once

#include <base/instant.hpp>
#include <chain/chain.hpp>
#include <chain/mempool.hpp>
#include <protocol/peer_id.hpp>
#include <wire/endpoint.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cairn::net {

/// A connection as others see it.
struct PeerInfo {
    PeerId id;
    Endpoint at;      ///< the other end of the connection
    std::string name; ///< HOST:PORT as it was dialled; empty for inbound
    bool inbound = false;
    bool ready = false; ///< both have said HELLO
    Height height;      ///< the best it told of
    std::optional<std::uint32_t> latency_ms;
    std::string agent; ///< as it calls itself: foreign text
    std::uint32_t score = 0;
    Time since;
    bool kept = false; ///< the user asked for it
};

/// An address that no connection is taken from or made to.
struct Refused {
    std::string name; ///< as UnbanPeer takes it: "203.0.113.0/24", "[::1]:9401"
    std::uint64_t left_ms = 0;
};

// --- what can be asked of it ---

/// Payments and documents of the user's own, kept in the outbox until confirmed. In order, until one is
/// refused: that one and those behind it are not taken.
struct SubmitTransactions {
    std::vector<Transaction> txs;
};
/// Takes an own transaction back, of which nobody else was told yet.
struct ForgetTransaction {
    TxId id;
};
/// A block from a file.
struct SubmitBlock {
    chain::BlockPtr block;
    chain::Checked checked{};
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
/// Connects, and connects again whenever the connection is lost.
struct AddPeer {
    std::string host;
    std::uint16_t port = 0;
    bool keep = false;   ///< in later runs, too
    bool insist = false; ///< goes on trying where the first attempt fails
};
/// Closes it, and forgets that it was asked for.
struct RemovePeer {
    std::string which; ///< the number of a connection, or HOST:PORT
};
/// Closes it, and refuses its address for a while.
struct BanPeer {
    std::string which; ///< the number of a connection, or an address
    std::uint64_t span_ms = 0;
};
struct UnbanPeer {
    std::string which; ///< ADDRESS:PORT, or the name of Refused
};
using Request = std::variant<SubmitTransactions, ForgetTransaction, SubmitBlock, StartMining, StopMining,
                             AcceptTip, AddPeer, RemovePeer, BanPeer, UnbanPeer>;

// --- what it answers, once what it acknowledges is durable ---

struct Submitted {
    enum class Place { mempool, outbox };
    Place place{}; ///< outbox: beyond the window, waits for earlier ones
    std::optional<TxId> replaced;
};
struct SubmittedAll {
    std::vector<Submitted> taken;          ///< the first ones
    std::optional<chain::Refusal> refused; ///< the one behind them
};
struct Forgotten {
    bool done = false; ///< false: it is none of ours, or others may have it. Then nothing was done
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
struct PeerRefusal {
    enum class Code { unresolved, unreachable, wrong_network, itself, refused, already_connected, unknown };
    Code code{};
    std::string why; ///< a clause for people
};
/// Of AddPeer: the connection, once both have said HELLO. Of the others: what it was.
using PeerAnswer = Result<PeerInfo, PeerRefusal>;
using Response = std::variant<SubmittedAll, Forgotten, chain::Acceptance, Mined, PeerAnswer>;

using RequestId = std::uint64_t;
using Ticket = std::uint64_t;
using Job = std::uint64_t;

struct MiningStatus {
    bool running = false;
    crypto::Address producer;
    std::uint64_t blocks = 0; ///< found since the node opened
};

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
/// `dial`: ours; else the other side connected to us.
struct Connected {
    PeerId peer;
    Endpoint remote;
    std::optional<DialId> dial;
};
struct DialFailed {
    DialId dial;
    enum class Why { unresolved, unreachable } why{};
    std::string message; ///< the system's, for people
};
/// The connection is gone, whoever closed it.
struct Disconnected {
    PeerId peer;
};
struct Received {
    PeerId peer;
    Bytes bytes;
};
/// How much of what was sent the transport still holds. Told after each write.
struct Queued {
    PeerId peer;
    std::size_t bytes = 0;
};
/// A worker decoded a body and judged rules 1 and 6 to 8. nullptr: it is no block.
struct BlockChecked {
    CheckId check;
    chain::BlockPtr block;
    std::optional<consensus::RuleError> error;
};
/// Where others reach us; 0: nowhere.
struct Listening {
    std::uint16_t port = 0;
};
/// A beacon was heard: an address worth a try, nothing more.
struct Discovered {
    Endpoint at;
};
using Input = std::variant<Command, BlockFound, Persisted, TimerFired, Connected, DialFailed, Disconnected,
                           Received, Queued, BlockChecked, Listening, Discovered>;

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
struct PeerConnected {
    PeerInfo peer;
};
struct PeerLost {
    PeerInfo peer;
    std::string why; ///< a clause for people
};
/// An own payment that will be in no block any more.
struct PaymentDropped {
    enum class Why {
        overtaken, ///< another payment took its nonce
        expired,
    };
    Transaction tx;
    Why why{};
};
/// The transport's: peers that were gone again before anybody could be told that they came.
struct PeersPassed {
    std::size_t count = 0;
};
/// A peer that the launch names: its first attempt failed, or it is given up. Once each.
struct PeerFailed {
    std::string name; ///< HOST:PORT
    PeerRefusal refusal;
    bool given_up = false; ///< it can never do: it is not sought any more
};
using Event = std::variant<chain::Event, PeerConnected, PeerLost, PaymentDropped, PeersPassed, PeerFailed>;
struct Notify {
    Event event;
};
/// TimerFired at that count of Instant::steady_ms; replaces the one before.
struct WakeAt {
    std::uint64_t steady_ms = 0;
};
struct Send {
    PeerId peer;
    Bytes bytes;
};
/// Close it, once what was sent has left, at most a second from now. Disconnected follows.
struct Drop {
    PeerId peer;
};
/// Connected or DialFailed follows.
struct Dial {
    DialId dial;
    std::string host;
    std::uint16_t port = 0;
};
/// BlockChecked follows.
struct CheckBlock {
    CheckId check;
    Bytes body;
};
/// Read no more from this peer, or read on.
struct Throttle {
    PeerId peer;
    bool stop_reading = false;
};
/// The address book changed: keep these bytes for the next run.
struct KeepAddresses {
    Bytes bytes;
};
/// Payments wait for a block that did not before: the mempool or the outbox tells which.
struct PaymentsWait {};
using Effect = std::variant<Persist, Reply, Search, StopSearch, Notify, PaymentsWait, WakeAt, Send, Drop,
                            Dial, CheckBlock, Throttle, KeepAddresses>;
using Effects = std::vector<Effect>;

} // namespace cairn::net
