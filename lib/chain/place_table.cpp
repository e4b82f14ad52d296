#include <chain/place_table.hpp>

#include <algorithm>

namespace cairn::chain {

using store::TxPlace;

void PlaceTable::allocate(AccountNumber account) { history_.add(account, {0, TxPlace::reward}); }

void PlaceTable::connect(const Block& block, const consensus::BlockEffect& effect) {
    const std::uint32_t height = block.header().height.value;
    auto named = effect.named.begin();
    std::uint32_t index = 0;
    for (const Transaction& tx : block.transactions) {
        const TxPlace place{height, index++};
        transactions_.add(tx.id(), place);
        history_.add(*named++, place); // the sender's
        if (const auto* transfer = std::get_if<Transfer>(&tx.fields().body)) {
            for (std::size_t i = 0; i < transfer->outputs.size(); ++i) history_.add(*named++, place);
        } else if (const auto* document = std::get_if<Document>(&tx.fields().body)) {
            documents_.add(document->sha256, place);
            history_.add(store::documents_account, place);
        }
    }
    if (effect.producer) history_.add(*effect.producer, {height, TxPlace::reward});
}

void PlaceTable::disconnect(Height height) {
    cut_ = std::min(height, cut_.value_or(height));
    transactions_.cut(height.value);
    documents_.cut(height.value);
    history_.cut(height.value);
}

std::vector<TxPlace> PlaceTable::transactions(const TxId& id) const {
    std::vector<TxPlace> out = index_.transactions_like(id);
    const auto recent = transactions_.find(id);
    out.insert(out.end(), recent.begin(), recent.end());
    return out;
}

std::vector<TxPlace> PlaceTable::documents(const Hash256& sha256) const {
    std::vector<TxPlace> out = index_.documents_like(sha256, SIZE_MAX); // or picked hashes could hide others
    const auto recent = documents_.find(sha256);
    out.insert(out.end(), recent.begin(), recent.end());
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::vector<TxPlace> PlaceTable::history(AccountNumber account, TxPlace before, std::size_t limit) const {
    std::vector<TxPlace> out = history_.newest(account, before, limit);
    if (cut_) before = std::min(before, TxPlace{cut_->value, 0});
    if (out.size() < limit) {
        const auto older = index_.history_before(account, before, limit - out.size());
        out.insert(out.end(), older.begin(), older.end());
    }
    return out;
}

void PlaceTable::collect(store::Changes& into) const {
    for (const auto& [id, place] : transactions_.all()) into.transactions.push_back({id, place});
    for (const auto& [sha256, place] : documents_.all()) into.documents.push_back({sha256, place});
    into.cut = cut_;
    for (const auto& [account, place] : history_.all()) into.history.push_back({account, place});
}

void PlaceTable::committed() {
    transactions_.clear();
    documents_.clear();
    history_.clear();
    cut_.reset();
}

} // namespace cairn::chain
