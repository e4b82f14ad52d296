// A chain on stores in memory, which can be closed and opened again. For one thread.
#pragma once

#include <chain/chain.hpp>
#include <store/index.hpp>
#include <store/memory_filesystem.hpp>
#include <store/record_log.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace cairn::test {

class MemoryChain {
  public:
    MemoryChain(consensus::Network network, chain::ChainOptions options)
        : network_(std::move(network)),
          options_(options),
          tables_(std::make_unique<store::MemoryKeyValue>()) {
        open();
    }
    chain::Chain* operator->() { return chain_.get(); }
    chain::Chain& operator*() { return *chain_; }

    void sync() { log_->sync(); }
    store::MemoryFileSystem& files() { return files_; }
    /// Without a clean end.
    void reopen() {
        shut();
        open();
    }
    /// The same, with the index lost, and max_reorg another where it is told.
    void reindex(std::optional<std::uint32_t> max_reorg = {}) {
        shut();
        options_.max_reorg = max_reorg.value_or(options_.max_reorg);
        tables_ = std::make_unique<store::MemoryKeyValue>();
        open();
    }

  private:
    void shut() {
        chain_.reset();
        log_.reset();
        index_.reset();
    }
    void open() {
        index_ = std::make_unique<store::Index>(*tables_, network_.id());
        store::LogOptions log_options;
        log_options.chain = network_.id();
        log_ = std::make_unique<store::RecordLog>(files_, "blocks", log_options,
                                                  index_->checkpoint() ? index_->checkpoint()->log_end
                                                                       : store::LogPosition{});
        chain_ = std::make_unique<chain::Chain>(network_, *log_, *index_, options_);
    }

    consensus::Network network_;
    chain::ChainOptions options_;
    store::MemoryFileSystem files_;
    std::unique_ptr<store::MemoryKeyValue> tables_;
    std::unique_ptr<store::Index> index_;
    std::unique_ptr<store::RecordLog> log_;
    std::unique_ptr<chain::Chain> chain_;
};

} // namespace cairn::test
