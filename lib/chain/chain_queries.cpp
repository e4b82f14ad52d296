// What can be asked of the chain.
#include <base/fault.hpp>
#include <chain/chain_state.hpp>
#include <consensus/seal.hpp>

#include <algorithm>

namespace cairn::chain {

using store::BlockNumber;
using store::StoredBlock;
using store::TxPlace;

namespace {

/// Places are read this many at a time.
constexpr std::size_t history_step = 256;
constexpr TxPlace beyond_all{UINT32_MAX, UINT32_MAX};

Amount to_amount(Uint128 units) { return Amount::from_units(static_cast<std::uint64_t>(units)); }

} // namespace

consensus::ChainPoint Chain::State::point(const StoredBlock& block) const {
    return {block.id, block.height(), block.header().time, block.counted_ms, block.work};
}

BlockInfo Chain::State::info(const StoredBlock& block, bool active) {
    return {block.id, block.head, block.work, block.size, active};
}

BlockInfo Chain::State::info(BlockNumber number) const {
    const StoredBlock block = blocks.at(number);
    return info(block, blocks.is_active(number, tip.height));
}

const consensus::Network& Chain::network() const { return state_->network; }
const OpenReport& Chain::open_report() const { return state_->report; }
const consensus::ChainPoint& Chain::tip() const { return state_->tip; }
BlockInfo Chain::tip_info() const { return state_->info(state_->tip_number); }
Totals Chain::totals() const { return state_->totals; }
CompactTarget Chain::next_target() const { return consensus::required_target(state_->network, state_->tip); }
const consensus::AccountsView& Chain::accounts() const { return state_->accounts; }

std::vector<Held> Chain::held() const {
    std::vector<Held> out;
    for (const auto& [number, depth] : state_->held) {
        const StoredBlock block = state_->blocks.at(number);
        out.push_back({block.id, block.height(), depth});
    }
    return out;
}

std::optional<BlockInfo> Chain::find(const BlockId& id) const {
    const auto number = state_->blocks.find(id);
    return number ? std::optional(state_->info(*number)) : std::nullopt;
}

std::optional<BlockInfo> Chain::at(Height height) const {
    if (height > state_->tip.height) return std::nullopt;
    return state_->info(state_->blocks.active(height));
}

std::vector<BlockInfo> Chain::recent(std::uint32_t count) const {
    std::vector<BlockInfo> out;
    const std::uint32_t all = state_->blocks.count();
    for (std::uint32_t i = 0; i < std::min(count, all); ++i)
        out.push_back(state_->info(BlockNumber{all - 1 - i}));
    std::stable_sort(out.begin(), out.end(),
                     [](const BlockInfo& a, const BlockInfo& b) { return a.height() > b.height(); });
    return out;
}

BlockPtr Chain::body(const BlockId& id) const {
    const auto number = state_->blocks.find(id);
    return number ? state_->blocks.body(state_->blocks.at(*number)) : nullptr;
}

Bytes Chain::body_bytes(Height height) const {
    if (height > state_->tip.height) throw std::out_of_range("no block at that height");
    return state_->blocks.body_bytes(state_->blocks.at(state_->blocks.active(height)));
}

std::optional<Account> Chain::account(const crypto::Address& address) const {
    const auto number = state_->accounts.find(address);
    return number ? std::optional(state_->accounts.at(*number)) : std::nullopt;
}

std::optional<TxLocation> Chain::State::locate(TxPlace place) const {
    if (Height{place.height} > tip.height) return std::nullopt;
    const StoredBlock block = blocks.at(blocks.active(Height{place.height}));
    if (place.index >= block.header().tx_count) return std::nullopt;
    return TxLocation{blocks.transaction(block, place.index), info(block, true), place.index,
                      tip.height.value - place.height + 1};
}

std::optional<TxLocation> Chain::transaction(const TxId& id) const {
    for (const TxPlace place : state_->places.transactions(id)) {
        auto found = state_->locate(place);
        if (found && found->tx.id() == id) return found;
    }
    return std::nullopt;
}

std::vector<std::optional<Height>> Chain::heights_of(std::span<const TxId> ids) const {
    std::vector<std::pair<TxPlace, std::size_t>> candidates; // with the index of the id
    for (std::size_t i = 0; i < ids.size(); ++i)
        for (const TxPlace place : state_->places.transactions(ids[i])) candidates.emplace_back(place, i);
    std::sort(candidates.begin(), candidates.end());
    std::vector<std::optional<Height>> out(ids.size());
    BlockPtr body;
    std::optional<Height> at;
    for (const auto& [place, i] : candidates) {
        const Height height{place.height};
        if (height > state_->tip.height) continue;
        if (at != height) body = state_->blocks.body(state_->blocks.at(state_->blocks.active(height)));
        at = height;
        if (place.index < body->transactions.size() && body->transactions[place.index].id() == ids[i])
            out[i] = height;
    }
    return out;
}

std::vector<TxLocation> Chain::documents(const Hash256& sha256) const {
    std::vector<TxLocation> out;
    for (const TxPlace place : state_->places.documents(sha256)) {
        auto found = state_->locate(place);
        const auto* document = found ? std::get_if<Document>(&found->tx.fields().body) : nullptr;
        if (document != nullptr && document->sha256 == sha256) out.push_back(std::move(*found));
    }
    return out;
}

std::vector<TxLocation> Chain::all_documents(std::uint32_t limit) const {
    std::vector<TxLocation> out;
    for (const TxPlace place : state_->places.history(store::documents_account, beyond_all, limit))
        if (auto found = state_->locate(place)) out.push_back(std::move(*found));
    return out;
}

/// One transaction or reward as it touched `address`.
HistoryEntry Chain::State::entry(TxPlace place, const crypto::Address& address, Amount balance_after) const {
    const StoredBlock block = blocks.at(blocks.active(Height{place.height}));
    HistoryEntry out;
    out.time = block.header().time;
    out.height = block.height();
    out.balance = balance_after;
    if (place.index == TxPlace::reward) {
        out.kind = place.height == 0 ? HistoryEntry::Kind::genesis : HistoryEntry::Kind::reward;
        if (place.height == 0) {
            for (const auto& [to, amount] : network.parameters().allocations)
                if (to == address) out.amount = amount;
        } else {
            out.amount = consensus::subsidy_at(network.parameters(), block.height());
            if (block.header().tx_count == 0) return out;
            const BlockPtr body = blocks.body(block);
            for (const Transaction& tx : body->transactions) out.amount = out.amount + tx.fields().fee;
        }
        return out;
    }
    const Transaction tx = blocks.transaction(block, place.index);
    const TxFields& fields = tx.fields();
    const crypto::Address sender = crypto::address_of(fields.sender);
    const bool sent = sender == address;
    out.txid = tx.id();
    if (sent) out.fee = fields.fee;
    if (const auto* document = std::get_if<Document>(&fields.body)) {
        out.kind = HistoryEntry::Kind::document;
        out.memo = document->title;
        return out;
    }
    const auto& outputs = std::get<Transfer>(fields.body).outputs;
    Uint128 to_self = 0;
    Uint128 to_others = 0;
    for (const Output& output : outputs) {
        const bool own = output.to == address;
        (own ? to_self : to_others) += output.amount.units();
        if (sent && !own) {
            ++out.recipients;
            if (!out.counterparty) out.counterparty = output.to;
        }
        if (out.memo.empty() && own != sent) out.memo = output.memo;
        if (sent || own) out.outputs.push_back(output);
    }
    if (!sent) {
        out.kind = HistoryEntry::Kind::received;
        out.counterparty = sender;
        out.amount = to_amount(to_self);
    } else if (to_others > 0) {
        out.kind = HistoryEntry::Kind::sent;
        out.amount = to_amount(to_others);
    } else {
        out.kind = HistoryEntry::Kind::self;
        out.amount = to_amount(to_self);
        out.memo = outputs.front().memo;
    }
    return out;
}

namespace {

/// The balance before `entry`, when `balance` is the one after it.
Amount balance_before(const HistoryEntry& entry, Amount balance) {
    using Kind = HistoryEntry::Kind;
    switch (entry.kind) {
    case Kind::sent:
        return balance + entry.amount + entry.fee;
    case Kind::self:
    case Kind::document:
        return balance + entry.fee;
    case Kind::received:
    case Kind::reward:
    case Kind::genesis:
        return balance - entry.amount;
    }
    return balance;
}

} // namespace

std::vector<HistoryEntry> Chain::history(const crypto::Address& address, std::uint32_t limit,
                                         Time since) const {
    std::vector<HistoryEntry> out;
    const auto number = state_->accounts.find(address);
    if (!number) return out;
    Amount balance = state_->accounts.at(*number).balance;
    TxPlace before = beyond_all;
    while (out.size() < limit) {
        const auto places =
            state_->places.history(*number, before, std::min<std::size_t>(history_step, limit - out.size()));
        if (places.empty()) break;
        before = places.back();
        for (const TxPlace place : places) {
            HistoryEntry one = state_->entry(place, address, balance);
            if (one.time < since) return out;
            balance = balance_before(one, balance);
            out.push_back(std::move(one));
        }
    }
    return out;
}

std::optional<Amount> Chain::balance_at(const crypto::Address& address, Height height) const {
    if (height > state_->tip.height) return std::nullopt;
    const auto number = state_->accounts.find(address);
    if (!number) return Amount{};
    Amount balance = state_->accounts.at(*number).balance;
    TxPlace before = beyond_all;
    for (;;) {
        const auto places = state_->places.history(*number, before, history_step);
        for (const TxPlace place : places) {
            if (place.height <= height.value) return balance;
            balance = balance_before(state_->entry(place, address, balance), balance);
        }
        if (places.empty()) return balance;
        before = places.back();
    }
}

std::vector<ReorganisationRecord> Chain::reorganisations() const {
    constexpr std::size_t shown = 1'000;
    std::vector<ReorganisationRecord> out;
    for (auto one = state_->reorganisations.rbegin(); one != state_->reorganisations.rend(); ++one)
        out.push_back({one->time, one->depth, one->from, one->to});
    for (const auto& one : state_->index.reorganisations(shown))
        out.push_back({one.time, one.depth, one.from, one.to});
    return out;
}

} // namespace cairn::chain
