#include <crypto/random.hpp>
#include <transport/stores.hpp>

namespace cairn::net {

void Stores::open_index(const store::Path& directory, const BlockId& chain) {
    tables_ = std::make_unique<store::LmdbKeyValue>(directory);
    index_ = std::make_unique<store::Index>(*tables_, chain);
}

Stores::Stores(const store::Path& directory, const BlockId& chain, bool reindex) {
    const store::Path index = directory / "index";
    if (reindex) store::remove_tree(files_, index);
    try {
        open_index(index, chain);
    } catch (const store::ForeignStore& foreign) {
        if (foreign.reason() != store::ForeignStore::Reason::version) throw;
        index_.reset();
        tables_.reset();
        store::remove_tree(files_, index); // all of it can be made from the log
        open_index(index, chain);
    }
    crypto::SystemRandom random;
    store::LogOptions options;
    options.chain = chain;
    options.mark = static_cast<std::uint32_t>(random.next_u64());
    const auto& checkpoint = index_->checkpoint();
    log_ = std::make_unique<store::RecordLog>(files_, directory / "blocks", options,
                                              checkpoint ? checkpoint->log_end : store::LogPosition{});
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

} // namespace cairn::net
