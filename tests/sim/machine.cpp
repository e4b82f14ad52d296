#include "machine.hpp"

namespace cairn::sim {

Machine::Machine(const consensus::Network& network, std::size_t index, std::uint64_t seed,
                 std::uint64_t skew_ms, net::NodeOptions options)
    : network_(network),
      index_(index),
      skew_ms_(skew_ms),
      options_(std::move(options)),
      random_(seed * 1'000'003 + index) {
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
}

} // namespace cairn::sim
