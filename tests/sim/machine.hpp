// One simulated machine: a node on stores in memory that can lose power, with a clock of its own. It carries
// out the effects that concern the machine alone, and hands the others to the world. For one thread.
#pragma once

#include "support/builders.hpp"
#include <chain/chain.hpp>
#include <protocol/node.hpp>
#include <store/index.hpp>
#include <store/memory_filesystem.hpp>
#include <store/outbox.hpp>
#include <store/record_log.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cairn::sim {

/// Virtual milliseconds since the world began.
using Moment = std::uint64_t;

class Machine {
  public:
    /// `skew_ms`: how far its wall clock is ahead of the world's, which begins with the genesis.
    Machine(const consensus::Network& network, std::size_t index, std::uint64_t seed, std::uint64_t skew_ms,
            net::NodeOptions options);

    bool is_up() const { return node_ != nullptr; }
    net::Node& node() { return *node_; }
    const net::Node& node() const { return *node_; }
    std::size_t index() const { return index_; }
    /// Grows with every start: what was meant for an earlier one is void.
    std::uint64_t boot() const { return boot_; }

    void start();
    /// All that was not synced is lost, perhaps in part.
    void lose_power();
    void sync();
    /// What it acknowledged, it must have for good.
    void acknowledge(const Transaction& tx) { acknowledged_.push_back(tx); }
    /// What it promised and does not keep, in words; empty: it keeps all.
    std::string broken_promise() const;
    void keep(Bytes addresses) { options_.addresses = std::move(addresses); }

    Instant instant(Moment now) const {
        return {Time{network_.parameters().time.unix_ms + 1'000 + now + skew_ms_}, now};
    }
    Prng& random() { return random_; }

  private:
    const consensus::Network& network_;
    std::size_t index_;
    std::uint64_t skew_ms_;
    net::NodeOptions options_;
    Prng random_;
    std::uint64_t boot_ = 0;
    store::MemoryFileSystem files_;
    store::MemoryKeyValue tables_;
    std::unique_ptr<store::Index> index_store_;
    std::unique_ptr<store::RecordLog> log_;
    std::unique_ptr<store::Outbox> outbox_;
    std::unique_ptr<net::Node> node_;
    std::vector<Transaction> acknowledged_;
    BlockId durable_; ///< the tip of the last sync
    Uint256 durable_work_;
    std::string lost_; ///< what a start missed
};

} // namespace cairn::sim
