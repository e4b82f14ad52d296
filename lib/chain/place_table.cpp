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

void PlaceTable::cut(AccountNumber account, Height from) {
    const auto [at, is_new] = cuts_.try_emplace(account.value, from);
    if (!is_new) at->second = std::min(at->second, from);
}

void PlaceTable::disconnect(const Block& block, const consensus::StateChange& change,
                            std::uint32_t accounts_before) {
    const Height height = block.header().height;
    for (const auto& [number, account] : change.records) cut(number, height);
    for (std::uint32_t number = change.count; number < accounts_before; ++number)
        cut(AccountNumber{number}, height);
    cut(store::documents_account, height);
    history_.cut(height.value); // nobody else has places of the active chain's last height
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
    if (const auto gone = cuts_.find(account.value); gone != cuts_.end())
        before = std::min(before, TxPlace{gone->second.value, 0});
    if (out.size() < limit) {
        const auto older = index_.history_before(account, before, limit - out.size());
        out.insert(out.end(), older.begin(), older.end());
    }
    return out;
}

void PlaceTable::collect(store::Changes& into) const {
    for (const auto& [id, place] : transactions_.all()) into.transactions.push_back({id, place});
    for (const auto& [sha256, place] : documents_.all()) into.documents.push_back({sha256, place});
    for (const auto& [account, from] : cuts_) into.history_cuts.push_back({AccountNumber{account}, from});
    for (const auto& [account, place] : history_.all()) into.history.push_back({account, place});
}

void PlaceTable::committed() {
    transactions_.clear();
    documents_.clear();
    history_.clear();
    cuts_.clear();
}

} // namespace cairn::chain
