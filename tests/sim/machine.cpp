#include "machine.hpp"

namespace cairn::sim {

Machine::Machine(const consensus::Network& network, std::size_t index, std::uint64_t seed,
                 std::uint64_t skew_ms, net::NodeOptions options)
    : network_(network),
      index_(index),
      skew_ms_(skew_ms),
      options_(std::move(options)),
      random_(seed * 1'000'003 + index),
      durable_(network.id()) {
    start();
}

void Machine::start() {
    ++boot_;
    index_store_ = std::make_unique<store::Index>(tables_, network_.id());
    store::LogOptions log_options;
    log_options.chain = network_.id();
    const auto& checkpoint = index_store_->checkpoint();
    log_ = std::make_unique<store::RecordLog>(files_, "blocks", log_options,
                                              checkpoint ? checkpoint->log_end : store::LogPosition{});
    outbox_ = std::make_unique<store::Outbox>(files_, "outbox", log_options);
    node_ = std::make_unique<net::Node>(network_, *log_, *index_store_, *outbox_, random_, options_);
    if (lost_.empty()) lost_ = broken_promise();
    sync();
}

void Machine::lose_power() {
    node_.reset();
    outbox_.reset();
    log_.reset();
    index_store_.reset();
    files_.crash(random_);
}

void Machine::sync() {
    log_->sync();
    outbox_->sync();
    if (node_->wants_checkpoint()) node_->write_checkpoint();
    durable_ = node_->chain().tip().id;
    durable_work_ = node_->chain().tip().work;
}

std::string Machine::broken_promise() const {
    if (!lost_.empty()) return lost_;
    const chain::Chain& chain = node().chain();
    if (!chain.find(durable_)) return "lost a block that was durable";
    if (chain.tip().work < durable_work_) return "fell behind a tip that was durable";
    for (const Transaction& tx : acknowledged_) {
        if (node().find_pending(tx.id()) != nullptr || chain.transaction(tx.id())) continue;
        // Its place is taken: by one that was told to others and lost with the power, unacknowledged.
        const auto account = chain.account(crypto::address_of(tx.fields().sender));
        if (account && account->nonce > tx.fields().nonce) continue;
        return "lost its payment of nonce " + std::to_string(tx.fields().nonce.value);
    }
    return {};
}

} // namespace cairn::sim
