#include <crypto/random.hpp>
#include <transport/core.hpp>
#include <transport/stores.hpp>

#include <algorithm>

namespace cairn::net {

void Stores::open_index(const store::Path& directory, const BlockId& chain) {
    tables_ = std::make_unique<store::LmdbKeyValue>(directory);
    index_ = std::make_unique<store::Index>(*tables_, chain);
}

void Stores::close_index() {
    index_.reset();
    tables_.reset();
}

void Stores::read_indexed() {
    const auto& checkpoint = index_->checkpoint();
    if (!checkpoint) return;
    if (const auto tip = index_->block(checkpoint->tip)) indexed_ = IndexedTip{tip->id, checkpoint->height};
}

/// The outbox is made after the log is durable, and the index has a checkpoint no sooner.
void Stores::look_for_log(const store::Path& directory, bool reindex) {
    const store::Path first = directory / "blocks" / "00000.dat";
    const store::Path outbox = directory / "outbox";
    const bool in_use = indexed_ || (files_.exists(outbox) && !files_.list(outbox).empty());
    if (!in_use || files_.exists(first)) return;
    const store::Path blocks = directory / "blocks";
    if (files_.exists(blocks) && !files_.list(blocks).empty()) return; // others are there: the log tells
    if (!reindex) throw DamagedStore(first.string(), 0, "is missing: the log of blocks is gone");
    log_was_missing_ = true;
}

Stores::Stores(const store::Path& directory, const BlockId& chain, bool reindex) {
    const store::Path index = directory / "index";
    try {
        open_index(index, chain);
        read_indexed();
    } catch (const store::ForeignStore& foreign) {
        if (!reindex && foreign.reason() != store::ForeignStore::Reason::version) throw;
        close_index();
    } catch (const Fault&) {
        if (!reindex) throw;
        close_index();
    }
    look_for_log(directory, reindex);
    const bool anew = reindex || !index_; // all of it can be made from the log
    crypto::SystemRandom random;
    store::LogOptions options;
    options.chain = chain;
    options.mark = static_cast<std::uint32_t>(random.next_u64());
    store::LogPosition from;
    if (!anew && index_->checkpoint()) from = index_->checkpoint()->log_end;
    log_ = std::make_unique<store::RecordLog>(files_, directory / "blocks", options, from);
    if (anew) {
        close_index();
        store::remove_tree(files_, index);
        open_index(index, chain);
    }
    outbox_ = std::make_unique<store::Outbox>(files_, directory / "outbox", options);
}

void Stores::sync() {
    if (log_->has_unsynced()) log_->sync();
    if (outbox_->has_unsynced()) outbox_->sync();
}

void Stores::close() {
    log_->close();
    outbox_->close();
}

StoresReport report_of(const Stores& stores, const chain::Chain& chain) {
    StoresReport out;
    out.log_was_missing = stores.log_was_missing();
    const auto& indexed = stores.indexed();
    out.index_told = indexed.has_value();
    if (!indexed || chain.find(indexed->id)) return out;
    const std::uint32_t kept = std::min(chain.height().value, indexed->height.value - 1);
    out.lost_to = indexed->height;
    out.lost_blocks = indexed->height.value - kept;
    return out;
}

} // namespace cairn::net
