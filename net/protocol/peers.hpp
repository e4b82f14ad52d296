// The connections of the node: each one's decoder, handshake, keep-alive, and the way out. Owned by the node;
// in the order of their numbers, so that what is done for all is done in the same order in every run.
#pragma once

#include <base/instant.hpp>
#include <protocol/answers.hpp>
#include <protocol/header_sync.hpp>
#include <protocol/io.hpp>
#include <protocol/standing.hpp>
#include <protocol/token_bucket.hpp>
#include <wire/decoder.hpp>

#include <map>
#include <optional>
#include <string>

namespace cairn::net {

struct Peer {
    Peer(PeerId number, const DecoderLimits& limits) : id(number), decoder(limits), headers(number) {}

    enum class Stage {
        hello,   ///< waits for theirs
        greeted, ///< dialled: both have said it, its OK is awaited
        ready,   ///< both have said it, and the listener took it
        leaving, ///< dropped: what still comes is passed over
    };

    PeerId id;
    std::string name;           ///< as it was dialled
    std::optional<DialId> dial; ///< ours; else inbound
    /// This connection was made only to see whose listener it leads to: that inbound peer's?
    std::optional<PeerId> confirms;
    std::string farewell;               ///< why it is leaving
    std::optional<PeerRefusal> refusal; ///< for who asked for it, where it never became ready
    std::vector<DialId> stands_for;     ///< dials that led to the same node, and were given up for this one
    Decoder decoder;
    Hello hello; ///< theirs
    Endpoint remote;
    StandingKey account; ///< whose score its costs go to
    Stage stage = Stage::hello;

    Time since;
    std::uint64_t connected_ms = 0; ///< these are steady
    std::uint64_t heard_ms = 0;
    std::optional<std::uint64_t> ping_sent_ms;
    std::uint64_t ping = 0;
    std::optional<std::uint64_t> slowed_until_ms;
    std::optional<std::uint64_t> claim_until_ms; ///< that it has more work counts so long without being shown
    std::optional<StandingKey> claimed_as;       ///< to be told when it is
    std::uint64_t compact_until_ms = 0; ///< asked for compact blocks no more, some may still be under way
    std::optional<std::uint32_t> latency_ms;

    std::size_t queued = 0;             ///< bytes given to the transport that have not left
    std::size_t unchecked = 0;          ///< bytes of its blocks that workers hold
    TokenBucket addresses{100, 10};     ///< entries of ADDR that nobody asked for: 0.1 a second
    TokenBucket block_news{1'000, 100}; ///< ids of blocks in INV: one a second
    TokenBucket block_txs{1'000, 10};   ///< GETBTX, each of which reads a block: one a second
    Answers answers;
    HeaderSync headers;
    std::optional<BlockId> best; ///< the furthest it told of that we know
    BlockId passed_on;           ///< the compact block sent to it last before it was connected here

    bool kept = false;
    bool superseded = false; ///< another connection stands for its dial
    bool was_ready = false;
    bool raw = false;             ///< bodies go as bytes, both ways
    bool stopped = false;         ///< the transport was told not to read
    bool unheard = false;         ///< of what came some waits until it is slowed no more
    bool asked_compact = false;   ///< we asked it for compact blocks
    bool wants_compact = false;   ///< it asked us
    bool gave_addresses = false;  ///< GETADDR is answered once a connection
    bool asked_addresses = false; ///< an answer to ours is awaited
    bool said_bye = false;        ///< what it asked before is answered, then it goes

    bool inbound() const { return !dial; }
    /// Where it listens, as far as it said: port 0 where it does not.
    Endpoint service() const {
        Endpoint out = remote;
        if (inbound()) out.port = hello.port;
        return out;
    }
    bool ready() const { return stage == Stage::ready; }
    bool is_greeting() const { return stage == Stage::hello || stage == Stage::greeted; }
};

class Peers {
  public:
    static constexpr std::size_t max_inbound = 117;
    static constexpr std::size_t max_outbound = 8; ///< of the address book's; the user's come beside
    static constexpr std::size_t max_unconfirmed_local = 64; ///< inbound connections from this machine
    static constexpr std::size_t max_inbound_each = 16;      ///< of those who share another score
    static constexpr std::uint64_t hello_within_ms = 10'000;
    static constexpr std::uint64_t ping_after_ms = 30'000;  ///< of silence
    static constexpr std::uint64_t silent_for_ms = 120'000; ///< closes
    static constexpr std::size_t max_queued = 4u << 20;     ///< bytes a peer, or max_queued_of
    static constexpr std::size_t max_queued_all = 128u << 20;
    static constexpr std::size_t max_unchecked = 2u << 20; ///< bytes a peer: then reading stops

    explicit Peers(const consensus::Network& network);

    Peer& add(const Connected& connected, Instant now);
    void remove(PeerId id, Instant now, Effects& out);
    Peer* find(PeerId id);
    const Peer* find(PeerId id) const;
    /// A ready one on the same host that called itself by the same number; nullptr for 0, which says nothing.
    /// Where both came by themselves it is for their owner to close one: a stranger may borrow his number.
    /// Elsewhere the number proves nothing: whoever dials a node learns it.
    Peer* find_twin(const Peer& peer);
    /// Another connection, be it only begun, calls itself by the same number.
    bool has_twin(const Peer& peer) const;
    std::map<PeerId, Peer>& all() { return peers_; }
    const std::map<PeerId, Peer>& all() const { return peers_; }
    std::size_t ready_count() const;
    std::size_t inbound_count() const;
    std::size_t inbound_count(const StandingKey& account) const;
    bool is_connected_to(const Endpoint& at) const;
    std::size_t queued() const { return queued_; } ///< bytes, of all
    /// Bytes; more than max_queued where blocks are so large that one would not fit beside what waits.
    std::size_t max_queued_of(const Peer& peer) const;

    void send(Peer& peer, const Message& message, Effects& out);
    void drop(Peer& peer, std::string why, Effects& out);
    /// Tells the transport whether to read, where that changed.
    void set_reading(Peer& peer, Instant now, Effects& out);
    /// What the transport still holds of it.
    void set_queued(Peer& peer, std::size_t bytes);
    /// Workers got a body of it, or are done with one.
    void add_unchecked(Peer& peer, std::size_t bytes, Instant now, Effects& out);
    void take_unchecked(Peer& peer, std::size_t bytes, Instant now, Effects& out);
    /// Its costs go there from now on.
    void set_account(Peer& peer, const StandingKey& account, Instant now, Effects& out);

    /// What time brings: late HELLOs and silence end connections, pings are sent.
    void on_time(Instant now, Random& random, Effects& out);
    std::optional<std::uint64_t> wake_at() const;

    static PeerInfo info(const Peer& peer, const Standing& standing, Instant now);

  private:
    static std::uint64_t ping_due(const Peer& peer);
    static std::uint64_t next_deadline(const Peer& peer);
    void trim_queues(Effects& out);
    void set_shared_reading(Instant now, Effects& out);

    DecoderLimits limits_;
    std::map<PeerId, Peer> peers_;
    std::size_t queued_ = 0;
    std::size_t shared_unchecked_ = 0; ///< of all whose account is the shared one of loopback
};

} // namespace cairn::net
