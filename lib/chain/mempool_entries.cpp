// The queues of senders and the indexes over them; what keeps them in step is link() and unlink().
#include <chain/mempool_entries.hpp>

#include <algorithm>
#include <queue>
#include <stdexcept>
#include <utility>

namespace cairn::chain {
namespace {

constexpr std::size_t per_allocation = 16;

/// The nodes of std::set and std::map carry three pointers and a colour.
constexpr std::size_t tree_node(std::size_t value) { return per_allocation + 4 * sizeof(void*) + value; }

/// Short texts are kept within the string.
std::size_t heap_of(const std::string& text) {
    return text.size() <= 15 ? 0 : text.size() + 1 + per_allocation;
}

template <typename F> void for_each_output(const Transaction& tx, F&& f) {
    if (const auto* transfer = std::get_if<Transfer>(&tx.fields().body))
        for (const Output& output : transfer->outputs) f(output);
}

std::size_t distinct_recipients(const Transfer& transfer) {
    std::vector<crypto::Address> all;
    all.reserve(transfer.outputs.size());
    for (const Output& output : transfer.outputs) all.push_back(output.to);
    std::sort(all.begin(), all.end());
    return static_cast<std::size_t>(std::unique(all.begin(), all.end()) - all.begin());
}

} // namespace

int compare_rate(const Rank& a, const Rank& b) {
    const Uint128 left = Uint128{a.fee} * b.size;
    const Uint128 right = Uint128{b.fee} * a.size;
    return left < right ? -1 : left > right ? 1 : 0;
}

bool goes_before(const Rank& a, const Rank& b) {
    const int rate = compare_rate(a, b);
    return rate != 0 ? rate > 0 : a.arrival < b.arrival;
}

Uint128 cost_of(const Transaction& tx) { return total_out(tx.fields().body) + tx.fields().fee.units(); }

std::size_t memory_of(const Transaction& tx) {
    using Entries = MempoolEntries;
    constexpr std::size_t pointer = sizeof(void*);
    std::size_t sum = per_allocation + sizeof(MempoolEntry) + per_allocation + Transaction::shared_bytes +
                      2 * pointer +                     // its place in a queue that grows
                      2 * (sizeof(WitnessId) + pointer) // and among the witness ids
                      + 4 * tree_node(pointer) + tree_node(sizeof(Entries::Senders::value_type));
    if (const auto* transfer = std::get_if<Transfer>(&tx.fields().body)) {
        sum += per_allocation + transfer->outputs.size() * sizeof(Output);
        for (const Output& output : transfer->outputs) sum += heap_of(output.memo);
        sum += distinct_recipients(*transfer) *
               (tree_node(sizeof(std::pair<const crypto::Address, Entries::Received>)) + tree_node(pointer));
    } else if (const auto* document = std::get_if<Document>(&tx.fields().body)) {
        sum += heap_of(document->title) + per_allocation + document->content.size();
    }
    return sum;
}

bool MempoolEntries::ByExpiry::operator()(const MempoolEntry* a, const MempoolEntry* b) const {
    const auto key = [](const MempoolEntry* entry) {
        return std::pair(entry->tx.fields().expiry, entry->rank.arrival);
    };
    return key(a) < key(b);
}

void MempoolEntries::link(MempoolEntry& entry) {
    by_id_.insert(&entry);
    by_witness_.insert(&entry);
    entry.index = by_index_.size();
    witness_ids_.push_back(entry.tx.witness_id());
    by_index_.push_back(&entry);
    if (entry.tx.fields().expiry != 0) expiring_.insert(&entry);
    for_each_output(entry.tx, [&](const Output& output) {
        Received& received = received_[output.to];
        received.incoming += output.amount.units();
        received.entries.insert(&entry);
    });
    bytes_ += entry.tx.size();
    memory_ += entry.memory;
}

void MempoolEntries::unlink(const MempoolEntry& entry) {
    by_id_.erase(&entry);
    by_witness_.erase(&entry);
    by_index_.back()->index = entry.index; // the last one takes its place
    by_index_[entry.index] = by_index_.back();
    witness_ids_[entry.index] = witness_ids_.back();
    by_index_.pop_back();
    witness_ids_.pop_back();
    expiring_.erase(&entry);
    // A recipient may stand in several outputs: gone only when all of them are subtracted.
    for_each_output(entry.tx, [&](const Output& output) {
        Received& received = received_.at(output.to);
        received.incoming -= output.amount.units();
        received.entries.erase(&entry);
    });
    for_each_output(entry.tx, [&](const Output& output) {
        const auto found = received_.find(output.to);
        if (found != received_.end() && found->second.entries.empty()) received_.erase(found);
    });
    bytes_ -= entry.tx.size();
    memory_ -= entry.memory;
}

/// After a change of the queue from that index on: turns anew, and the last one's place. The tail before the
/// change must have left tails_ already.
void MempoolEntries::settle(Sender& sender, std::size_t from) {
    Queue& queue = sender.queue;
    for (std::size_t i = from; i < queue.size(); ++i) {
        const Rank& own = queue[i]->rank;
        queue[i]->turn = i > 0 && goes_before(own, queue[i - 1]->turn) ? queue[i - 1]->turn : own;
    }
    if (!queue.empty()) tails_.insert(queue.back().get());
}

namespace {

std::unique_ptr<MempoolEntry> make_entry(const Transaction& tx, const crypto::Address& sender,
                                         std::uint64_t arrival) {
    const Rank rank{tx.fields().fee.units(), tx.size(), arrival};
    return std::make_unique<MempoolEntry>(
        MempoolEntry{tx, sender, rank, rank, cost_of(tx), memory_of(tx), 0});
}

} // namespace

void MempoolEntries::append(const Transaction& tx, const crypto::Address& address, std::uint64_t arrival) {
    auto entry = make_entry(tx, address, arrival);
    Sender& sender = senders_[address];
    if (!sender.queue.empty()) {
        if (sender.queue.back()->nonce() + 1 != entry->nonce()) throw std::logic_error("a gap in a queue");
        tails_.erase(sender.queue.back().get());
    }
    link(*entry);
    sender.outgoing += entry->cost;
    sender.queue.push_back(std::move(entry));
    settle(sender, sender.queue.size() - 1);
}

void MempoolEntries::replace(const Transaction& tx, const crypto::Address& address, std::uint64_t arrival) {
    auto entry = make_entry(tx, address, arrival);
    Sender& sender = senders_.at(address);
    const std::uint64_t index = entry->nonce() - sender.queue.front()->nonce();
    std::unique_ptr<MempoolEntry>& place = sender.queue.at(index);
    tails_.erase(sender.queue.back().get());
    unlink(*place);
    sender.outgoing -= place->cost;
    sender.outgoing += entry->cost;
    place = std::move(entry);
    link(*place);
    settle(sender, index);
}

void MempoolEntries::drop_last(const crypto::Address& address) {
    const auto found = senders_.find(address);
    if (found == senders_.end()) return;
    Sender& sender = found->second;
    const std::unique_ptr<MempoolEntry> last = std::move(sender.queue.back());
    tails_.erase(last.get());
    unlink(*last);
    sender.outgoing -= last->cost;
    sender.queue.pop_back();
    settle(sender, sender.queue.size());
    if (sender.queue.empty()) senders_.erase(found);
}

void MempoolEntries::drop_from(const crypto::Address& address, std::uint64_t nonce) {
    for (const Queue* all = queue(address); all && all->back()->nonce() >= nonce; all = queue(address))
        drop_last(address);
}

void MempoolEntries::drop_below(const crypto::Address& address, std::uint64_t nonce) {
    const auto found = senders_.find(address);
    if (found == senders_.end()) return;
    Sender& sender = found->second;
    const auto end = std::find_if(sender.queue.begin(), sender.queue.end(),
                                  [&](const auto& entry) { return entry->nonce() >= nonce; });
    if (end == sender.queue.begin()) return;
    tails_.erase(sender.queue.back().get());
    for (auto at = sender.queue.begin(); at != end; ++at) {
        unlink(**at);
        sender.outgoing -= (*at)->cost;
    }
    sender.queue.erase(sender.queue.begin(), end);
    settle(sender, 0);
    if (sender.queue.empty()) senders_.erase(found);
}

MempoolEntries::Queue MempoolEntries::take_all(const crypto::Address& address) {
    const auto found = senders_.find(address);
    if (found == senders_.end()) return {};
    Queue out = std::move(found->second.queue);
    tails_.erase(out.back().get());
    for (const auto& entry : out) unlink(*entry);
    senders_.erase(found);
    return out;
}

const MempoolEntry* MempoolEntries::find(const TxId& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : *found;
}

const MempoolEntry* MempoolEntries::find(const WitnessId& id) const {
    const auto found = by_witness_.find(id);
    return found == by_witness_.end() ? nullptr : *found;
}

const MempoolEntry* MempoolEntries::find(const crypto::Address& sender, std::uint64_t nonce) const {
    const Queue* all = queue(sender);
    if (!all || nonce < all->front()->nonce() || nonce > all->back()->nonce()) return nullptr;
    return (*all)[nonce - all->front()->nonce()].get();
}

const MempoolEntries::Queue* MempoolEntries::queue(const crypto::Address& sender) const {
    const auto found = senders_.find(sender);
    return found == senders_.end() ? nullptr : &found->second.queue;
}

Uint128 MempoolEntries::outgoing(const crypto::Address& sender) const {
    const auto found = senders_.find(sender);
    return found == senders_.end() ? 0 : found->second.outgoing;
}

Uint128 MempoolEntries::incoming(const crypto::Address& address) const {
    const auto found = received_.find(address);
    return found == received_.end() ? 0 : found->second.incoming;
}

std::vector<const MempoolEntry*> MempoolEntries::received(const crypto::Address& address) const {
    const auto found = received_.find(address);
    if (found == received_.end()) return {};
    return {found->second.entries.begin(), found->second.entries.end()};
}

std::size_t MempoolEntries::received_count(const crypto::Address& address) const {
    const auto found = received_.find(address);
    return found == received_.end() ? 0 : found->second.entries.size();
}

const MempoolEntry* MempoolEntries::expired(Height height) const {
    if (expiring_.empty() || (*expiring_.begin())->tx.fields().expiry >= height.value) return nullptr;
    return *expiring_.begin();
}

const MempoolEntry* MempoolEntries::last_in_turn() const {
    return tails_.empty() ? nullptr : *tails_.begin();
}

std::optional<std::vector<const MempoolEntry*>>
MempoolEntries::last_in_turn(std::size_t bytes, const crypto::Address& spared) const {
    // Taking a sender's last one lays the one before it open: these wait in a heap beside the tails.
    const auto sooner = [](const MempoolEntry* a, const MempoolEntry* b) {
        return goes_before(a->turn, b->turn);
    };
    std::priority_queue<const MempoolEntry*, std::vector<const MempoolEntry*>, decltype(sooner)> open(sooner);
    std::vector<const MempoolEntry*> out;
    auto tail = tails_.begin();
    for (std::size_t freed = 0; freed < bytes;) {
        while (tail != tails_.end() && (*tail)->sender == spared) ++tail;
        const bool from_tails = tail != tails_.end() && (open.empty() || sooner(open.top(), *tail));
        if (!from_tails && open.empty()) return std::nullopt;
        const MempoolEntry* next = from_tails ? *tail : open.top();
        if (from_tails)
            ++tail;
        else
            open.pop();
        out.push_back(next);
        freed += next->memory;
        if (next->nonce() == 0) continue;
        if (const auto* before = find(next->sender, next->nonce() - 1)) open.push(before);
    }
    return out;
}

std::vector<const MempoolEntry*> MempoolEntries::select(std::size_t max_bytes, std::size_t max_count,
                                                        Height height) const {
    struct Head {
        const Queue* queue;
        std::size_t index;
        const MempoolEntry& entry() const { return *(*queue)[index]; }
    };
    const auto later = [](const Head& a, const Head& b) {
        return goes_before(b.entry().rank, a.entry().rank);
    };
    std::vector<Head> heads;
    heads.reserve(senders_.size());
    for (const auto& [address, sender] : senders_) heads.push_back({&sender.queue, 0});
    std::make_heap(heads.begin(), heads.end(), later);

    std::vector<const MempoolEntry*> out;
    while (!heads.empty() && out.size() < max_count) {
        std::pop_heap(heads.begin(), heads.end(), later);
        Head& best = heads.back();
        const MempoolEntry& entry = best.entry();
        const std::uint32_t expiry = entry.tx.fields().expiry;
        const bool fits = entry.tx.size() <= max_bytes && (expiry == 0 || expiry >= height.value);
        if (fits) {
            out.push_back(&entry);
            max_bytes -= entry.tx.size();
        }
        if (fits && ++best.index < best.queue->size())
            std::push_heap(heads.begin(), heads.end(), later);
        else
            heads.pop_back();
    }
    return out;
}

std::vector<const MempoolEntry*> MempoolEntries::all() const { return {by_id_.begin(), by_id_.end()}; }

std::vector<const MempoolEntry*> MempoolEntries::after(const std::optional<MempoolPlace>& place,
                                                       std::size_t max) const {
    std::vector<const MempoolEntry*> out;
    for (auto at = place ? senders_.lower_bound(place->sender) : senders_.begin();
         at != senders_.end() && out.size() < max; ++at) {
        const Queue& queue = at->second.queue;
        const std::uint64_t first = queue.front()->nonce();
        const bool begun = place && at->first == place->sender && place->nonce.value >= first;
        for (std::uint64_t i = begun ? place->nonce.value - first + 1 : 0;
             i < queue.size() && out.size() < max; ++i)
            out.push_back(queue[i].get());
    }
    return out;
}

} // namespace cairn::chain
