// Admission, check by check in the order of RefusalCode, and the queries.
#include <chain/mempool_state.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace cairn::chain {
namespace {

constexpr std::uint64_t replacement_units_per_byte = 1;

Amount saturated(Uint128 units) {
    constexpr std::uint64_t top = std::numeric_limits<std::uint64_t>::max();
    return Amount::from_units(units > top ? top : static_cast<std::uint64_t>(units));
}

Refusal refusal(RefusalCode code) {
    Refusal out;
    out.code = code;
    return out;
}

Refusal refusal(const consensus::RuleError& error) {
    Refusal out;
    out.code = RefusalCode::rule;
    out.rule = error;
    return out;
}

/// The nonce must be the account's, one that is pending, or the next; and within the window.
std::optional<Refusal> check_place(std::uint64_t nonce, const Account& account,
                                   const MempoolEntries::Queue* queue, std::uint64_t window) {
    const std::uint64_t next = queue ? queue->back()->nonce() + 1 : account.nonce.value;
    Refusal out;
    out.expected_nonce = Nonce{next};
    if (nonce < account.nonce.value)
        out.code = RefusalCode::nonce_used;
    else if (nonce - account.nonce.value >= window)
        out.code = RefusalCode::nonce_too_far;
    else if (nonce > next)
        out.code = RefusalCode::nonce_gap;
    else
        return std::nullopt;
    return out;
}

std::optional<Refusal> check_funds(Uint128 needed, const Account& account) {
    if (needed <= account.balance.units()) return std::nullopt;
    Refusal out = refusal(RefusalCode::insufficient_funds);
    out.needed = saturated(needed);
    out.available = account.balance;
    return out;
}

std::optional<Refusal> check_fee(const Transaction& tx, const MempoolEntry* replaced,
                                 std::uint64_t min_units_per_byte) {
    const std::uint64_t fee = tx.fields().fee.units();
    const auto too_low = [&](RefusalCode code, Uint128 least) -> std::optional<Refusal> {
        if (fee >= least) return std::nullopt;
        Refusal out = refusal(code);
        out.needed = saturated(least);
        return out;
    };
    if (auto low = too_low(RefusalCode::fee_too_low, Uint128{min_units_per_byte} * tx.size())) return low;
    if (!replaced) return std::nullopt;
    return too_low(RefusalCode::replacement_fee_too_low,
                   least_replacement_fee(replaced->tx.fields().fee, tx.size()).units());
}

std::vector<Transaction> transactions_of(const std::vector<const MempoolEntry*>& entries) {
    std::vector<Transaction> out;
    out.reserve(entries.size());
    for (const MempoolEntry* entry : entries) out.push_back(entry->tx);
    return out;
}

/// Of one that is to go behind those of the queue with lower nonces.
std::optional<Amount> short_in_queue(const consensus::Network& network, const Transaction& tx,
                                     const consensus::AccountsView& accounts,
                                     const MempoolEntries::Queue* queue) {
    const auto least = short_new_account(network, tx, accounts);
    if (!least || !queue) return least;
    Openings openings(network, accounts);
    for (const auto& entry : *queue)
        if (entry->nonce() < tx.fields().nonce.value) openings.take(entry->tx);
    return openings.take(tx);
}

const Transaction* transaction_of(const MempoolEntry* entry) { return entry ? &entry->tx : nullptr; }

} // namespace

std::optional<std::uint64_t> first_short(const consensus::Network& network,
                                         const consensus::AccountsView& accounts,
                                         const MempoolEntries::Queue& queue) {
    Openings openings(network, accounts);
    for (const auto& entry : queue)
        if (openings.take(entry->tx)) return entry->nonce();
    return std::nullopt;
}

std::optional<Amount> Openings::take(const Transaction& tx) {
    const auto* transfer = std::get_if<Transfer>(&tx.fields().body);
    if (least_.is_zero() || !transfer) return std::nullopt;
    for (const Output& output : transfer->outputs) {
        if (output.amount >= least_)
            opened_.insert(output.to);
        else if (!opened_.contains(output.to) && !accounts_.find(output.to))
            return least_;
    }
    return std::nullopt;
}

std::optional<Amount> short_new_account(const consensus::Network& network, const Transaction& tx,
                                        const consensus::AccountsView& accounts) {
    return Openings(network, accounts).take(tx);
}

Amount least_replacement_fee(Amount old, std::size_t tx_bytes) {
    const Uint128 fee = old.units();
    return saturated(std::max(fee + (fee + 9) / 10, fee + Uint128{replacement_units_per_byte} * tx_bytes));
}

Mempool::Mempool(const consensus::Network& network, MempoolOptions options)
    : state_(new State{network, options, {}, 0, {}}) {}

Mempool::~Mempool() = default;

Result<Admission, Refusal> Mempool::admit(const Transaction& tx, const consensus::AccountsView& accounts,
                                          Height next, bool signature_checked) {
    State& state = *state_;
    MempoolEntries& entries = state.entries;
    state.next = next;

    if (const auto error = consensus::check_transaction(state.network, tx, next))
        return fail(refusal(*error));
    if (entries.find(tx.id())) return fail(refusal(RefusalCode::already_known));
    const crypto::Address sender = tx.sender();
    const auto account = account_of(accounts, sender);
    if (!account) return fail(refusal(RefusalCode::unknown_sender));
    const std::uint64_t nonce = tx.fields().nonce.value;
    if (auto why = check_place(nonce, *account, entries.queue(sender), state.options.window))
        return fail(*why);

    const MempoolEntry* replaced = entries.find(sender, nonce);
    const Uint128 others = entries.outgoing(sender) - (replaced ? replaced->cost : 0);
    if (auto why = check_funds(others + cost_of(tx), *account)) return fail(*why);
    if (auto why = check_fee(tx, replaced, state.options.min_units_per_byte)) return fail(*why);
    if (const auto least = short_in_queue(state.network, tx, accounts, entries.queue(sender))) {
        Refusal out = refusal(RefusalCode::new_account_too_small);
        out.needed = *least;
        return fail(out);
    }

    // What has to go, found before anything goes: a refusal must change nothing.
    std::vector<const MempoolEntry*> victims;
    const std::size_t wanted = entries.memory() + memory_of(tx) - (replaced ? replaced->memory : 0);
    if (wanted > state.options.max_bytes) {
        auto found = entries.last_in_turn(wanted - state.options.max_bytes, sender);
        Rank turn{tx.fields().fee.units(), tx.size(), state.arrivals};
        const MempoolEntry* before = nonce > 0 ? entries.find(sender, nonce - 1) : nullptr;
        if (before && goes_before(turn, before->turn)) turn = before->turn;
        // The last of the victims pays the most of them.
        if (!found || compare_rate(turn, found->back()->turn) <= 0)
            return fail(refusal(RefusalCode::mempool_full));
        victims = std::move(*found);
    }
    if (!signature_checked && !consensus::check_signature(state.network, tx))
        return fail(refusal(consensus::RuleError{consensus::RuleCode::signature}));

    Admission out;
    if (replaced) out.replaced = replaced->tx.id();
    for (const MempoolEntry* victim : victims) {
        out.evicted.push_back(victim->tx.id());
        const crypto::Address from = victim->sender; // a copy: the victim goes
        entries.drop_last(from);
    }
    if (!replaced) {
        entries.append(tx, sender, state.arrivals++);
        return out;
    }
    entries.replace(tx, sender, state.arrivals++);
    // What was replaced may have opened an account that later ones of the sender count on.
    if (const auto from = first_short(state.network, accounts, *entries.queue(sender))) {
        for (auto later = *from; const auto* entry = entries.find(sender, later); ++later)
            out.evicted.push_back(entry->tx.id());
        entries.drop_from(sender, *from);
    }
    return out;
}

bool Mempool::remove(const TxId& id) {
    const MempoolEntry* entry = state_->entries.find(id);
    if (!entry) return false;
    const crypto::Address sender = entry->sender; // a copy: the entry goes
    state_->entries.drop_from(sender, entry->nonce());
    return true;
}

std::size_t Mempool::count() const { return state_->entries.count(); }
std::uint64_t Mempool::arrivals() const { return state_->arrivals; }
std::size_t Mempool::bytes() const { return state_->entries.bytes(); }
std::size_t Mempool::memory() const { return state_->entries.memory(); }

const Transaction* Mempool::find(const TxId& id) const { return transaction_of(state_->entries.find(id)); }
const Transaction* Mempool::find(const WitnessId& id) const {
    return transaction_of(state_->entries.find(id));
}

PendingTotals Mempool::pending(const crypto::Address& address) const {
    const MempoolEntries& entries = state_->entries;
    const auto* queue = entries.queue(address);
    PendingTotals out;
    out.outgoing = saturated(entries.outgoing(address));
    out.incoming = saturated(entries.incoming(address));
    out.sent = static_cast<std::uint32_t>(queue ? queue->size() : 0);
    out.received = static_cast<std::uint32_t>(entries.received_count(address));
    return out;
}

Nonce Mempool::next_nonce(const crypto::Address& sender, Nonce confirmed) const {
    const auto* queue = state_->entries.queue(sender);
    return queue ? std::max(confirmed, Nonce{queue->back()->nonce() + 1}) : confirmed;
}

std::vector<Transaction> Mempool::of_sender(const crypto::Address& sender) const {
    std::vector<Transaction> out;
    if (const auto* queue = state_->entries.queue(sender))
        for (const auto& entry : *queue) out.push_back(entry->tx);
    return out;
}

std::vector<Transaction> Mempool::touching(const crypto::Address& address) const {
    auto entries = state_->entries.received(address);
    if (const auto* queue = state_->entries.queue(address))
        for (const auto& entry : *queue) entries.push_back(entry.get());
    const auto arrival = [](const MempoolEntry* entry) { return entry->rank.arrival; };
    std::sort(entries.begin(), entries.end(),
              [&](const auto* a, const auto* b) { return arrival(a) < arrival(b); });
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end()); // payments to oneself
    return transactions_of(entries);
}

std::vector<Transaction> Mempool::all() const {
    auto entries = state_->entries.all();
    std::sort(entries.begin(), entries.end(),
              [](const auto* a, const auto* b) { return goes_before(a->rank, b->rank); });
    return transactions_of(entries);
}

std::vector<const Transaction*> Mempool::after(const std::optional<MempoolPlace>& place,
                                               std::size_t max) const {
    std::vector<const Transaction*> out;
    for (const MempoolEntry* entry : state_->entries.after(place, max)) out.push_back(&entry->tx);
    return out;
}

std::span<const WitnessId> Mempool::witness_ids() const { return state_->entries.witness_ids(); }
const Transaction& Mempool::at(std::size_t index) const { return state_->entries.at(index).tx; }

std::vector<Transaction> Mempool::select(std::size_t max_bytes, std::size_t max_count) const {
    return transactions_of(state_->entries.select(max_bytes, max_count, state_->next));
}

Amount Mempool::least_fee(std::size_t tx_bytes) const {
    const State& state = *state_;
    const Uint128 least = Uint128{state.options.min_units_per_byte} * tx_bytes;
    TxFields one;
    one.body = Transfer{{Output{}}};
    const std::size_t memory = state.entries.memory() + memory_of(Transaction(one, {})) + tx_bytes;
    const MempoolEntry* last = state.entries.last_in_turn();
    if (memory <= state.options.max_bytes || !last) return saturated(least);
    // More a byte than the last one: fee · its size > its fee · tx_bytes.
    const Uint128 above = Uint128{last->turn.fee} * tx_bytes / last->turn.size + 1;
    return saturated(std::max(least, above));
}

} // namespace cairn::chain
