// Checkers: the workers that decode blocks and judge rules 1 and 6 to 8 of them, which need no chain. One
// thread owns the Checkers and calls them; workers report through the sink alone. The signatures of one block
// are checked by all workers at once, in batches; of small blocks a batch takes many. Blocks that were
// started first are finished first.
#pragma once

#include <chain/events.hpp>
#include <consensus/signatures.hpp>
#include <protocol/peer_id.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace cairn::net {

struct CheckedBlock {
    CheckId id;
    chain::BlockPtr block; ///< nullptr where the body is none: then `error` is of rule 1
    std::optional<consensus::RuleError> error;
};

struct CheckerOptions {
    unsigned threads = 1;                      ///< 0 is taken as 1
    std::size_t limit = std::size_t{80} << 20; ///< bytes of bodies that wait or are being checked
    bool signatures = true;                    ///< without, rule 8 is not judged
};

class Checkers {
  public:
    /// Called once for each check, by a worker or by submit(), several at a time, in no order, and never
    /// after the destructor. It must not throw and must not call the Checkers: it hands the result on to the
    /// owner's thread.
    using Sink = std::function<void(CheckedBlock)>;

    /// `network` outlives the Checkers. `seed` is a secret of the process. The workers are made by the first
    /// check and run at lower priority.
    Checkers(const consensus::Network& network, const CheckerOptions& options, const crypto::BatchSeed& seed,
             Sink sink);
    /// Forgets what waits, and waits for what is under way: one batch of signatures or one decoding a worker,
    /// 35 to 65 ms.
    ~Checkers();
    Checkers(const Checkers&) = delete;
    Checkers& operator=(const Checkers&) = delete;

    /// `body`: header ‖ seal ‖ transactions. Where the limit is reached (one body is taken in any case) the
    /// caller checks it, here and now: it is the one to be slowed.
    void submit(CheckId id, Bytes body);

  private:
    struct Check;
    using CheckPtr = std::shared_ptr<Check>;
    struct Part;

    bool queue(const CheckPtr& check); ///< false: the limit is reached
    void work(const std::stop_token& stop);
    /// Both are entered and left with the lock held, and do without it what takes time.
    void begin(std::unique_lock<std::mutex>& lock);
    void check_some(std::unique_lock<std::mutex>& lock, consensus::SignatureBatches& signatures);
    bool wants_more() const; ///< a batch would be small, and there is more to decode
    /// Takes what makes a batch from the blocks that were begun.
    std::vector<Part> take_batch();
    /// What was found in the part; true where that was the last of its block.
    bool finish(const Part& part, const std::optional<consensus::RuleError>& error);
    /// Rules 1, 6, 7. True where signatures remain to be checked.
    bool decode(Check& check) const;
    void report(Check& check) const;

    const consensus::Network& network_;
    const CheckerOptions options_;
    const crypto::BatchSeed seed_;
    const Sink sink_;
    consensus::SignatureBatches of_caller_; ///< for what submit() checks itself

    std::mutex mutex_; ///< guards what follows, and what changes in a Check
    std::condition_variable_any wake_;
    std::deque<CheckPtr> waiting_; ///< not decoded
    std::deque<CheckPtr> begun_;   ///< with signatures that nobody has taken yet
    std::size_t untaken_ = 0;      ///< signatures of those
    std::size_t bytes_ = 0;
    std::vector<std::jthread> workers_; ///< last: they use all of the above until joined
};

} // namespace cairn::net
