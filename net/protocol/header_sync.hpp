// Headers of one peer: asks for them, judges them by rules 2 to 5 and gives those worth their bodies to the
// tree. A batch whose end is of interest (header_tree.hpp) is kept at once (direct). A branch that is long
// and has little work so far is first followed with constant memory, a salted bit every 512 headers
// (presync), and fetched again once it has shown enough work; then the bits must be the same (redownload). So
// headers that cost little are never kept. No more than `window` headers wait for their bodies; then nothing
// is asked until blocks were stored. One request is in flight at a time. Owned by the node.
#pragma once

#include <base/instant.hpp>
#include <protocol/header_commitments.hpp>
#include <protocol/header_tree.hpp>
#include <wire/message.hpp>

#include <optional>
#include <vector>

namespace cairn::net {

class HeaderSync {
  public:
    static constexpr std::size_t batch_headers = 2'000;
    static constexpr std::size_t window = 16'384;
    static constexpr std::uint64_t answer_timeout_ms = 20'000;
    /// Headers in one message that may be an announcement of new blocks.
    static constexpr std::size_t max_announced = 8;

    /// What a peer's doing costs it; 10,000 drops it.
    struct Cost {
        static constexpr unsigned small = 1;  ///< of no use, as honest peers may be
        static constexpr unsigned orphan = 5; ///< an announcement that does not connect: asked about
        static constexpr unsigned condemned = 10;
        static constexpr unsigned unasked = 20;  ///< many headers that nobody asked for
        static constexpr unsigned restart = 100; ///< an answer that does not follow from the request
        static constexpr unsigned silence = 1'000;
        static constexpr unsigned changed = 2'500; ///< another chain at the second time
        static constexpr unsigned invalid = 10'000;
        static constexpr unsigned headers_a_point = 100; ///< followed, and for nothing
    };

    enum class Phase { direct, presync, redownload };

    struct Verdict {
        std::optional<GetHeaders> next;            ///< to be sent
        unsigned cost = 0;                         ///< for the peer's standing
        std::optional<consensus::RuleError> error; ///< a header broke this rule; `cost` covers it
        /// The last block of this peer's branch that is known here, and the work that the branch was seen to
        /// have (that of `best`, or more): for BlockDownload::shows, nullopt too.
        std::optional<BlockId> best;
        Uint256 work;
        bool caught_up = false; ///< the peer has no more for now
        bool timed_out = false; ///< it did not answer; it is asked once more
    };

    /// `minimum_work`: nothing is kept of branches with less.
    explicit HeaderSync(PeerId peer, const Uint256& minimum_work = {})
        : peer_(peer), minimum_work_(minimum_work) {}

    /// Starts anew: after the handshake, or where there is a sign that the peer has more and it is neither
    /// asked nor waited for blocks.
    GetHeaders begin(const chain::Chain& chain, const HeaderTree& tree, Instant now);
    /// An answer or an announcement.
    Verdict on_headers(const Headers& message, const chain::Chain& chain, HeaderTree& tree, Instant now,
                       Random& random);
    /// It says that it has this block, whose header is here already: as good as sending the header.
    Verdict on_known(const consensus::ChainPoint& point, const chain::Chain& chain, const HeaderTree& tree) {
        if (!best_ || point.work > best_work_ || !tree.point(*best_, chain)) {
            best_ = point.id;
            best_work_ = point.work;
        }
        Verdict out;
        out.best = best_;
        out.work = best_work_;
        return out;
    }
    /// To be called at wake_at(), when the chain took a block and when HeaderTree::cuts() grew: goes on where
    /// the window is open again, asks anew where the tree lost what the peer showed, and notices what was not
    /// answered or is of no interest any more.
    Verdict resume(const chain::Chain& chain, const HeaderTree& tree, Instant now);
    std::optional<std::uint64_t> wake_at() const; ///< steady_ms

    Phase phase() const { return phase_; }
    bool caught_up() const { return caught_up_; }
    /// It was caught up once: a peer that answers, unless it is cut off.
    bool has_answered() const { return has_answered_; }
    bool is_asked() const { return asked_ms_.has_value(); }
    /// Something else that was asked for before came: answers come in order, so the time begins anew.
    void be_patient(Instant now) {
        if (asked_ms_) asked_ms_ = now.steady_ms;
    }
    bool is_waiting() const { return waiting_; } ///< for blocks to be stored
    std::size_t memory_bytes() const {
        return commitments_.memory_bytes();
    } ///< all that a branch can make grow

  private:
    struct Batch;
    struct Judged;

    Uint256 threshold(const chain::Chain& chain) const;
    GetHeaders ask(std::vector<BlockId> locator, Instant now);
    void reset();
    std::optional<GetHeaders> ask_on(const chain::Chain& chain, const HeaderTree& tree, Instant now);
    std::optional<bool> lost_best(const chain::Chain& chain, const HeaderTree& tree, Instant now);
    void ended(Verdict& out);
    unsigned wasted() const;
    Judged judge(const Batch& batch, const consensus::ChainPoint& parent, const chain::Chain& chain,
                 const HeaderTree& tree, Time now) const;
    void take(const Batch& batch, const Judged& judged, HeaderTree& tree, Instant now);
    void defer(const Batch& batch, const Judged& judged, const chain::Chain& chain, HeaderTree& tree) const;
    void note_best(const Uint256& work, const chain::Chain& chain, const HeaderTree& tree);
    bool give_up_invalid(const Judged& judged, Verdict& out);

    void on_empty(Verdict& out);
    void on_direct(const Batch& batch, Verdict& out, const chain::Chain& chain, HeaderTree& tree, Instant now,
                   Random& random);
    void on_unconnected(const Batch& batch, Verdict& out, const chain::Chain& chain, const HeaderTree& tree,
                        Instant now);
    void on_presync(const Batch& batch, Verdict& out, const chain::Chain& chain, const HeaderTree& tree,
                    Instant now);
    void on_redownload(const Batch& batch, Verdict& out, const chain::Chain& chain, HeaderTree& tree,
                       Instant now);

    PeerId peer_;
    Uint256 minimum_work_;
    Phase phase_ = Phase::direct;
    std::optional<std::uint64_t> asked_ms_;
    bool caught_up_ = false;
    bool has_answered_ = false;
    bool waiting_ = false;
    std::optional<BlockId> wait_for_; ///< until its body is stored
    std::uint64_t retry_ms_ = 0;      ///< where there was no room for anything
    consensus::ChainPoint last_;      ///< up to here this peer's branch is known
    Uint256 progress_;                ///< each batch must lead further
    std::uint64_t again_ms_ = 0;      ///< no asking anew before, for headers that were lost
    bool lost_ = false;               ///< they are, and it is too early
    std::optional<BlockId> best_;
    Uint256 best_work_;

    consensus::ChainPoint fork_; ///< presync, redownload: what the branch grows from
    Height shown_;               ///< how far presync came
    Uint256 promised_;           ///< work that the branch had there
    HeaderCommitments commitments_;
};

} // namespace cairn::net
