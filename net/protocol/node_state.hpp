// Inside of Node: its machines, and how inputs go through them. Private to node*.cpp.
#pragma once

#include <protocol/address_book.hpp>
#include <protocol/block_download.hpp>
#include <protocol/compact_block.hpp>
#include <protocol/cost.hpp>
#include <protocol/header_tree.hpp>
#include <protocol/launch_peers.hpp>
#include <protocol/miner.hpp>
#include <protocol/node.hpp>
#include <protocol/own_payments.hpp>
#include <protocol/peers.hpp>
#include <protocol/targets.hpp>
#include <protocol/transaction_relay.hpp>
#include <store/outbox.hpp>

#include <deque>
#include <map>
#include <set>
#include <span>

namespace cairn::net {

/// Of a place that was dialled, or is named by the user: on loopback it is one node.
inline StandingKey service_key(const Endpoint& at) { return standing_key(at, at.port); }

struct Node::State {
    State(consensus::Network network, store::RecordLog& log, store::Index& index, store::Outbox& outbox,
          Random& random, const NodeOptions& with);

    // --- what the user asks, mining, durability (node.cpp) ---
    void on(const Command& command, Instant now, Effects& out);
    void on(const BlockFound& found, Instant now, Effects& out);
    void on(const Persisted& persisted, Instant now, Effects& out);
    void on(const TimerFired& timer, Instant now, Effects& out);
    Result<Submitted, chain::Refusal> take_own(const Transaction& tx, bool signature_checked, Effects& out);
    SubmittedAll take_own(const std::vector<Transaction>& txs, Effects& out);
    Response carry_out(const ForgetTransaction& request);
    /// Folds what happened to the chain into everything that follows it.
    void follow(const chain::Acceptance& acceptance, Instant now, Effects& out);
    /// The answer leaves when all that was done until now is durable; so do the notices of it.
    void reply_when_durable(RequestId id, Response response, Effects& out);
    /// Soon, or at once where nothing else is under way: a sync costs as much as many blocks.
    void persist_soon(bool at_once, Instant now, Effects& out);
    void stop_mining(Effects& out);
    /// Sets the driver's timer to what is due next.
    void set_timer(Instant now, Effects& out);

    // --- whom it calls (node_dialling.cpp) ---
    void on(const DialFailed& failed, Instant now, Effects& out);
    void on(const Discovered& discovered, Instant now, Effects& out);
    void seek(const AddPeer& request, RequestId id, Instant now, Effects& out);
    /// The outcome of an attempt, for those who asked for it.
    void tell_askers(Target& target, const PeerAnswer& answer, Effects& out);
    /// The target is among the peers: it is kept where that was wished.
    void found(Target& target, const Peer& here, Instant now, Effects& out);
    /// The connection that a target led to, or that stands for it; nullptr where there is none.
    const Peer* peer_of(const std::string& name) const;
    void give_up_or_retry(DialId dial, const PeerRefusal& why, Instant now, Effects& out);
    void dial_due(Instant now, Effects& out);
    /// Of peers that we dialled, and of places that are being dialled: one outbound place each.
    std::set<AddressGroup> groups_in_use() const;
    /// An address of the book that may be dialled now.
    std::optional<Endpoint> next_place(Instant now);
    /// The outbound peers that proved themselves are dialled first in the next run.
    void note_anchors(Instant now);
    void keep_addresses(Effects& out);
    bool is_own(const Endpoint& at) const;
    void remember_own(const Endpoint& at);
    /// Inbound peers of this machine name their listeners: one after the other is looked at.
    void confirm_next(Effects& out);
    void hear_listener(Peer& probe, const Decoder::Step& step, Instant now, Effects& out);

    // --- connections (node_peers.cpp) ---
    void on(const Connected& connected, Instant now, Effects& out);
    void on(const Disconnected& gone, Instant now, Effects& out);
    void on(const Queued& queued, Instant now, Effects& out);
    void on(const Listening& where, Instant now, Effects& out);
    PeerAnswer remove(const RemovePeer& request, Instant now, Effects& out);
    PeerAnswer ban(const BanPeer& request, Instant now, Effects& out);
    PeerAnswer unban(const UnbanPeer& request, Instant now);
    Peer* peer_named(const std::string& which);
    void say_hello(Peer& peer, Instant now, Effects& out);
    /// Of two connections to the same node, whether the one that came later is to stay.
    bool is_to_replace(const Peer& peer, const Peer& twin) const;
    /// Settles which of the two stays. True where it is `peer`.
    bool prevails(Peer& peer, Peer& twin, Instant now, Effects& out);
    /// Whether `peer` stays beside all other connections to the same node; who asked for it is told.
    bool stays(Peer& peer, Instant now, Effects& out);
    void settle(Target& asked, const Peer& here, bool was_sought, Instant now, Effects& out);
    /// The other side is not let in, and may know why.
    void turn_away(Peer& peer, const std::string& word, std::string why, Effects& out);
    /// Both have said HELLO, and the listening side took it.
    void welcome(Peer& peer, Instant now, Effects& out);
    void refuse(Peer& peer, PeerRefusal why, unsigned code, Effects& out);
    void punish(Peer& peer, std::uint32_t amount, const std::string& why, Instant now, Effects& out);

    // --- what peers say (node_messages.cpp) ---
    void on(const Received& received, Instant now, Effects& out);
    /// Takes what the peer has sent, up to a misdeed that slows it.
    void hear(Peer& peer, Instant now, Effects& out);
    /// Goes on with those whose time is over.
    void hear_slowed(Instant now, Effects& out);
    void on_message(Peer& peer, Message&& message, Instant now, Effects& out);
    void lose(Peer& peer, const std::string& why, Instant now, Effects& out);
    void take_request(Peer& peer, Message&& message, Instant now, Effects& out);
    /// An answer that is ready: after those to what was asked before.
    void reply(Peer& peer, Message&& ready, Instant now, Effects& out);
    void refuse_request(Peer& peer, Instant now, Effects& out);
    bool may_take_body(const Peer& peer, const Decoder::BodyDue& due) const;
    void answer(Peer& peer, Effects& out);
    void receive(Peer& peer, Hello&& hello, Instant now, Effects& out);
    void receive(Peer& peer, const Ok& ok, Instant now, Effects& out);
    void receive(Peer& peer, const Pong& pong, Instant now);
    void receive(Peer& peer, const Err& error, Instant now, Effects& out);
    void receive(Peer& peer, const Inv& inv, Instant now, Effects& out);
    void hear_of_blocks(Peer& peer, std::span<const Hash256> ids, Instant now, Effects& out);
    void receive(Peer& peer, const TxMessage& message, Instant now, Effects& out);
    void receive(Peer& peer, const GetAddr& request, Instant now, Effects& out);
    void receive(Peer& peer, const Addr& addresses, Instant now, Effects& out);

    /// What the transactions' relay has to say now, and what it costs whom.
    void flush_relay(Instant now, Effects& out);
    TransactionRelay::Pool pool() { return {mempool, chain.accounts(), chain.height().next()}; }
    /// Tells the relay of the payments that are the user's own.
    void note_own(Instant now);

    // --- blocks from peers (node_sync.cpp) ---
    void on(const BlockChecked& checked, Instant now, Effects& out);
    void receive(Peer& peer, const Headers& told, Instant now, Effects& out);
    void receive(Peer& peer, BlockMessage&& block, Instant now, Effects& out);
    void receive(Peer& peer, const CompactBlock& told, Instant now, Effects& out);
    void receive(Peer& peer, const BlockTxs& answer_in, Instant now, Effects& out);
    /// Headers, however they came. False where the peer was dropped for them.
    bool take_headers(Peer& peer, const Headers& told, Instant now, Effects& out);
    bool follow_headers(Peer& peer, const HeaderSync::Verdict& verdict, Instant now, Effects& out);
    /// After each input: where bodies were stored or headers were lost, peers may be asked for more.
    void settle(Instant now, Effects& out);
    /// Headers of more work than the tip's are not forgotten with the peer that showed them.
    void note_ahead(Instant now, Effects& out);
    void resume_headers(Instant now, Effects& out);
    void take_assembled(Peer& peer, const BlockId& id, CompactBlocks::Step&& step, Instant now, Effects& out);
    /// Gives a body to the workers.
    void check(Peer& peer, const BlockId& id, Bytes&& body, bool is_compact, Instant now, Effects& out);
    void ask_for_headers(Peer& peer, Instant now, Effects& out);
    /// What HELLO says of work: waited for once, for a moment, and longer while headers show it.
    void hear_claim(Peer& peer, Instant now, Effects& out);
    void note_shown(Peer& peer, const HeaderSync::Verdict& verdict, Instant now);
    void end_claims(Instant now);
    void charge_unshown(const Peer& gone, Instant now);
    /// One peer after the other is asked whether it has more, whatever it announced: news may be lost.
    void probe(Instant now, Effects& out);
    /// Asks for the bodies that are wanted, of those who have room.
    void fetch(Instant now, Effects& out);
    /// Connects what is checked and has its parent, a little at a time.
    void connect_ready(Instant now, Effects& out);
    void pass_on(const Block& block, const BlockId& id, PeerId from, Effects& out);
    void announce_tip(const chain::Events& events, Instant now, Effects& out);
    void prefer_compact_from(Peer& peer, Instant now, Effects& out);
    bool is_syncing() const; ///< bodies are being fetched for a branch that leads

    Random& random;
    NodeOptions options;
    Instant latest; ///< input's time: for queries
    chain::Chain chain;
    chain::Mempool mempool;
    OwnPayments own;
    Miner miner;

    std::uint64_t own_nonce; ///< tells a connection to itself
    Peers peers;
    Targets targets;
    AddressBook book;
    Standing standing;
    TransactionRelay relay;
    LaunchPeers launch_peers;
    HeaderTree headers;
    std::optional<consensus::ChainPoint> ahead; ///< the best of headers, be they gone since
    BlockDownload downloads;
    CompactBlocks compact;
    struct Check {
        PeerId from;
        BlockId block;
        std::size_t bytes = 0;
        bool is_compact = false; ///< was put together from a compact block
    };
    struct Giver {
        PeerId peer;
        bool is_compact = false;
    };
    std::map<CheckId, Check> checks; ///< bodies that workers hold
    std::uint64_t last_check = 0;
    std::map<BlockId, Giver> givers; ///< of bodies that are checked and not connected
    std::deque<PeerId> compact_from; ///< asked for compact blocks; the least useful first
    std::uint16_t listening = 0;
    bool more_ready = false;                   ///< checked bodies wait to be connected
    bool bodies_stored = false;                ///< by this input
    std::uint64_t cuts_seen = 0;               ///< of the tree, when headers were last resumed
    std::uint64_t next_probe_ms = 0;           ///< when a peer is asked whether it has more
    PeerId probed;                             ///< the last one
    std::optional<std::uint64_t> next_pick_ms; ///< when the address book is asked again
    std::vector<Endpoint> anchors_left;        ///< of the last run, to be dialled first
    std::set<Endpoint> own_places;             ///< where we met ourselves
    std::deque<PeerId> to_confirm;             ///< whose listeners are to be looked at
    bool own_changed = true;                   ///< the relay has yet to hear of it
    std::uint64_t own_told_ms = 0;
    std::uint64_t book_kept = 0; ///< its revision
    std::uint64_t book_kept_ms = 0;

    Ticket ticket = 0;
    std::deque<std::pair<Ticket, Effect>> waiting; ///< for what they acknowledge to be durable
    std::optional<std::uint64_t> sync_due;         ///< steady time at which what is unsynced is to be synced
    std::optional<std::uint64_t> woken_at;         ///< what the driver's timer is set to
};

} // namespace cairn::net
