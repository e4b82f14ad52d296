// The node's mining machine: which block is being searched for, and what is left to find. It decides; workers
// search and the chain judges. Owned by the node.
#pragma once

#include <protocol/io.hpp>

namespace cairn::net {

class Miner {
  public:
    Miner(const consensus::Network& network, std::uint64_t refresh_ms)
        : network_(network), refresh_ms_(refresh_ms) {}

    /// Replaces what ran before.
    void start(const StartMining& request, RequestId id);
    /// What was mined so far, for the one who asked; nothing runs afterwards.
    Mined stop();

    bool running() const { return running_; }
    /// Asked for a number of blocks, so that somebody waits for the answer.
    bool counted() const { return left_.has_value(); }
    RequestId request() const { return request_; }
    MiningStatus status() const { return {running_, producer_, found_}; }

    /// Makes a block on the tip and asks for the search, or waits until one may begin: a block may not
    /// lie further ahead of the clock than its network allows, and where the difficulty does not adjust,
    /// mining without a number keeps to the network's interval.
    void search(const chain::Chain& chain, const chain::Mempool& mempool, Instant now, Effects& out);
    /// Time went by: a template that has grown old is made anew.
    void refresh(const chain::Chain& chain, const chain::Mempool& mempool, Instant now, Effects& out);
    /// When refresh() has something to do next.
    std::optional<std::uint64_t> wake_at() const { return running_ ? std::optional(due_) : std::nullopt; }
    /// The block of that job with its seal; nullptr for a job that was replaced.
    chain::BlockPtr sealed(const BlockFound& found);
    /// The tip moved to a block of ours. True when the number asked for is reached.
    bool count(MinedBlock block);

  private:
    const consensus::Network& network_;
    std::uint64_t refresh_ms_;
    bool running_ = false;
    crypto::Address producer_;
    RequestId request_ = 0;
    std::optional<std::uint32_t> left_;
    std::vector<MinedBlock> blocks_;
    std::uint64_t found_ = 0;
    Job job_ = 0;
    Block template_;
    std::uint64_t due_ = 0; ///< steady time of the next template, or of the next look whether one may begin
};

/// What a miner puts into a block now.
Block make_block(const chain::Chain& chain, const chain::Mempool& mempool, const crypto::Address& producer,
                 Time now);

} // namespace cairn::net
