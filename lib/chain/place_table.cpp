#include <chain/place_table.hpp>

#include <algorithm>

namespace cairn::chain {

using store::TxPlace;

namespace {

/// Numbers of the accounts that a block touched, by address.
class Touched {
  public:
    explicit Touched(const consensus::StateChange& change) {
        for (const auto& [number, account] : change.records)
            by_address_.emplace_back(account.address, number);
        std::sort(by_address_.begin(), by_address_.end());
    }
    std::optional<AccountNumber> find(const crypto::Address& address) const {
        const auto at =
            std::lower_bound(by_address_.begin(), by_address_.end(), std::pair(address, AccountNumber{}));
        if (at == by_address_.end() || at->first != address) return std::nullopt;
        return at->second;
    }

  private:
    std::vector<std::pair<crypto::Address, AccountNumber>> by_address_;
};

} // namespace

void PlaceTable::add(AccountNumber account, TxPlace place) {
    auto& list = history_[account.value];
    if (list.empty() || list.back() < place) list.push_back(place);
}

void PlaceTable::allocate(AccountNumber account) { add(account, {0, TxPlace::reward}); }

void PlaceTable::connect(const Block& block, const consensus::StateChange& change, bool rewarded) {
    const Touched touched(change);
    const std::uint32_t height = block.header().height.value;
    std::uint32_t index = 0;
    for (const Transaction& tx : block.transactions) {
        const TxPlace place{height, index++};
        transactions_[tx.id()].push_back(place);
        if (const auto sender = touched.find(crypto::address_of(tx.fields().sender))) add(*sender, place);
        if (const auto* transfer = std::get_if<Transfer>(&tx.fields().body)) {
            for (const Output& output : transfer->outputs)
                if (const auto to = touched.find(output.to)) add(*to, place);
        } else if (const auto* document = std::get_if<Document>(&tx.fields().body)) {
            documents_[document->sha256].push_back(place);
            add(store::documents_account, place);
        }
    }
    if (!rewarded) return;
    if (const auto producer = touched.find(block.header().producer))
        add(*producer, {height, TxPlace::reward});
}

void PlaceTable::cut(AccountNumber account, Height from) {
    if (const auto list = history_.find(account.value); list != history_.end()) {
        auto& places = list->second;
        places.erase(std::lower_bound(places.begin(), places.end(), TxPlace{from.value, 0}), places.end());
    }
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
}

std::vector<TxPlace> PlaceTable::transactions(const TxId& id) const {
    std::vector<TxPlace> out = index_.transactions_like(id);
    if (const auto recent = transactions_.find(id); recent != transactions_.end())
        out.insert(out.end(), recent->second.begin(), recent->second.end());
    return out;
}

std::vector<TxPlace> PlaceTable::documents(const Hash256& sha256) const {
    std::vector<TxPlace> out = index_.documents_like(sha256, SIZE_MAX); // or picked hashes could hide others
    if (const auto recent = documents_.find(sha256); recent != documents_.end())
        out.insert(out.end(), recent->second.begin(), recent->second.end());
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::vector<TxPlace> PlaceTable::history(AccountNumber account, TxPlace before, std::size_t limit) const {
    std::vector<TxPlace> out;
    if (const auto recent = history_.find(account.value); recent != history_.end()) {
        const auto& places = recent->second;
        auto at = std::lower_bound(places.begin(), places.end(), before);
        while (at != places.begin() && out.size() < limit) out.push_back(*--at);
    }
    if (const auto gone = cuts_.find(account.value); gone != cuts_.end())
        before = std::min(before, TxPlace{gone->second.value, 0});
    if (out.size() < limit) {
        const auto older = index_.history_before(account, before, limit - out.size());
        out.insert(out.end(), older.begin(), older.end());
    }
    return out;
}

void PlaceTable::collect(store::Changes& into) const {
    for (const auto& [id, places] : transactions_)
        for (const TxPlace& place : places) into.transactions.push_back({id, place});
    for (const auto& [sha256, places] : documents_)
        for (const TxPlace& place : places) into.documents.push_back({sha256, place});
    for (const auto& [account, from] : cuts_) into.history_cuts.push_back({AccountNumber{account}, from});
    for (const auto& [account, places] : history_)
        for (const TxPlace& place : places) into.history.push_back({AccountNumber{account}, place});
}

void PlaceTable::committed() {
    transactions_.clear();
    documents_.clear();
    history_.clear();
    cuts_.clear();
}

} // namespace cairn::chain
