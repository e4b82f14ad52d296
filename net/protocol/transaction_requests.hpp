// Which transactions are wanted, which peers offer them, and who was asked. Every offer is remembered until
// the transaction is here, so that a peer that announces first and then stays silent delays it, but cannot
// keep it away. Ordered containers throughout: what goes out has one order, and strangers choose the keys.
// Owned by TransactionRelay.
#pragma once

#include <model/ids.hpp>
#include <protocol/peer_id.hpp>

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace cairn::net {

class TransactionRequests {
  public:
    static constexpr std::size_t max_offers = 1'000;          ///< of a peer, at a time
    static constexpr std::uint32_t max_in_flight = 32;        ///< of a peer; 32 of the largest are 2.3 MB
    static constexpr std::uint32_t max_in_flight_late = 4;    ///< of one that let us wait
    static constexpr std::uint64_t patience_ms = 2'000;       ///< where somebody else offers it
    static constexpr std::uint64_t long_patience_ms = 10'000; ///< where nobody does
    static constexpr std::uint32_t late_cost = 5;
    static constexpr std::uint32_t silent_cost = 20;

    using Ids = std::vector<WitnessId>;

    /// `preferred`: asked before others, because we chose it (outbound).
    void add_peer(PeerId peer, bool preferred);
    /// What it was asked for is asked of others.
    void remove_peer(PeerId peer, std::uint64_t now_ms);

    /// The peer has it and we want it. False where it offers too much already: then it is not remembered.
    bool offer(PeerId peer, const WitnessId& id, std::uint64_t now_ms);
    /// It came from this peer, and is wanted no more. True where this peer had offered it: it was asked, or
    /// was asked before another took its turn.
    bool delivered(PeerId peer, const WitnessId& id, std::uint64_t now_ms);
    /// It is wanted no more.
    void forget(const WitnessId& id, std::uint64_t now_ms);
    /// The peer answered that it has not got it (any more). True where it was asked.
    bool missing(PeerId peer, const WitnessId& id, std::uint64_t now_ms);

    /// Asks others where patience ended. What each of the late ones is charged.
    std::map<PeerId, std::uint32_t> expire(std::uint64_t now_ms);
    /// What is to be asked for now, once.
    std::map<PeerId, Ids> take_asks();
    /// When to call expire() or take_asks(); 0: now.
    std::optional<std::uint64_t> wake_at() const;

    bool wants(const WitnessId& id) const { return wanted_.contains(id); }
    std::size_t count() const { return wanted_.size(); }

  private:
    struct Peer {
        bool preferred = false;
        std::uint32_t late = 0; ///< how often it let us wait; an answer takes one off
        std::uint32_t in_flight = 0;
        std::map<std::uint64_t, WitnessId> offers; ///< by their order
        std::set<std::uint64_t> ready;             ///< of these, what nobody is asked for
        bool may_ask() const { return in_flight < (late == 0 ? max_in_flight : max_in_flight_late); }
    };
    struct Source {
        PeerId peer;
        std::uint64_t order = 0;
    };
    struct Wanted {
        std::vector<Source> sources; ///< in the order in which they offered it
        std::optional<PeerId> asked;
        std::uint64_t asked_at = 0;
        std::uint64_t deadline = 0;
    };
    using Entry = std::map<WitnessId, Wanted>::iterator;

    std::optional<PeerId> best_source(const Wanted& wanted) const;
    void ask(Entry entry, PeerId peer, std::uint64_t now_ms);
    void unask(Entry entry);
    void set_deadline(Entry entry, std::uint64_t at_ms);
    void drop_source(Entry entry, PeerId peer);
    /// Nobody is asked: asks the best that may be, keeps it ready, or erases it where nobody offers it.
    void settle(Entry entry, std::uint64_t now_ms);
    void erase(Entry entry);
    void note_late(PeerId peer);
    /// Asks the peer for what waits, as far as it may be asked.
    void pump(PeerId peer, std::uint64_t now_ms);

    std::map<PeerId, Peer> peers_;
    std::map<WitnessId, Wanted> wanted_;
    std::set<std::pair<std::uint64_t, WitnessId>> deadlines_; ///< of those that were asked for
    std::map<PeerId, Ids> asks_;
    std::uint64_t orders_ = 0;
};

} // namespace cairn::net
