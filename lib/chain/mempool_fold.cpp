// What the chain's events do to the mempool. The whole list is read first; then the entries are judged
// against the accounts as they are after all of it, so that a branch tried and given up leaves no trace.
#include <chain/mempool_state.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace cairn::chain {
namespace {

struct Candidate {
    const Transaction* tx = nullptr;
    std::uint64_t arrival = 0;
};
using ByNonce = std::map<std::uint64_t, Candidate>;

/// What a list of events says to the mempool. Addresses ascend, each once.
struct Moves {
    /// Who has payments here, and whose nonce may have changed or balance may have shrunk.
    std::vector<crypto::Address> touched;
    /// Who was paid by a block that was taken back.
    std::vector<crypto::Address> unpaid;
    std::vector<BlockPtr> taken_back; ///< in the order of the events: newest first
};

void sort_unique(std::vector<crypto::Address>& addresses) {
    std::sort(addresses.begin(), addresses.end());
    addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
}

Moves read(const Events& events, const MempoolEntries& entries) {
    Moves out;
    const auto touch = [&](const crypto::Address& address) {
        if (entries.queue(address) != nullptr) out.touched.push_back(address);
    };
    for (const Event& event : events) {
        if (const auto* connected = std::get_if<BlockConnected>(&event)) {
            for (const Transaction& tx : connected->block->transactions) touch(tx.sender());
        } else if (const auto* disconnected = std::get_if<BlockDisconnected>(&event)) {
            const Block& block = *disconnected->block;
            out.unpaid.push_back(block.header().producer);
            for (const Transaction& tx : block.transactions) {
                touch(tx.sender());
                if (const auto* transfer = std::get_if<Transfer>(&tx.fields().body))
                    for (const Output& output : transfer->outputs) out.unpaid.push_back(output.to);
            }
            out.taken_back.push_back(disconnected->block);
        }
    }
    sort_unique(out.unpaid);
    for (const crypto::Address& address : out.unpaid) touch(address);
    sort_unique(out.touched);
    return out;
}

class Fold {
  public:
    Fold(const consensus::Network& network, const MempoolOptions& options, MempoolEntries& entries,
         const consensus::AccountsView& accounts, Height next)
        : network_(network), options_(options), entries_(entries), accounts_(accounts), next_(next) {}

    /// A sender whose account may have changed: drops what is used and what is no longer covered. False where
    /// earlier ones are missing now: then it must be rebuilt.
    bool settle(const crypto::Address& sender) {
        const auto account = account_of(accounts_, sender);
        if (account) entries_.drop_below(sender, account->nonce.value);
        const auto* queue = entries_.queue(sender);
        if (!queue) return true;
        if (!account || queue->front()->nonce() != account->nonce.value) return false;
        while (entries_.outgoing(sender) > account->balance.units()) entries_.drop_last(sender);
        drop_short(sender); // another payment of the same nonce was confirmed, which opened nothing
        return true;
    }

    void drop_short(const crypto::Address& sender) {
        const auto* queue = entries_.queue(sender);
        if (!queue) return;
        if (const auto from = first_short(network_, accounts_, *queue)) entries_.drop_from(sender, *from);
    }

    void drop_expired() {
        while (const MempoolEntry* entry = entries_.expired(next_)) {
            const crypto::Address sender = entry->sender; // a copy: the entry goes
            entries_.drop_from(sender, entry->nonce());
        }
    }

    /// An account is no more: what would create it anew must be large enough.
    void check_payments_to(const crypto::Address& address) {
        if (accounts_.find(address)) return;
        std::set<crypto::Address> payers;
        for (const MempoolEntry* entry : entries_.received(address)) payers.insert(entry->sender);
        for (const crypto::Address& payer : payers) drop_short(payer);
    }

    void trim() {
        while (entries_.memory() > options_.max_bytes) {
            const crypto::Address sender = entries_.last_in_turn()->sender; // a copy: the entry goes
            entries_.drop_last(sender);
        }
    }

    /// From the account's nonce on, as far as there is no gap and all holds. What waits already goes before
    /// what came free with the same nonce.
    void rebuild(const crypto::Address& sender, const ByNonce& freed) {
        const auto account = account_of(accounts_, sender);
        const MempoolEntries::Queue waiting = entries_.take_all(sender);
        if (!account) return;
        ByNonce all;
        for (const auto& entry : waiting)
            all.emplace(entry->nonce(), Candidate{&entry->tx, entry->rank.arrival});
        all.insert(freed.begin(), freed.end());

        Uint128 sum = 0;
        Openings openings(network_, accounts_);
        std::uint64_t nonce = account->nonce.value;
        for (auto at = all.lower_bound(nonce); at != all.end() && at->first == nonce; ++at, ++nonce) {
            const Transaction& tx = *at->second.tx;
            sum += cost_of(tx);
            if (sum > account->balance.units() || nonce - account->nonce.value >= options_.window) return;
            if (consensus::check_transaction(network_, tx, next_)) return;
            if (openings.take(tx)) return;
            entries_.append(tx, sender, at->second.arrival);
        }
    }

  private:
    const consensus::Network& network_;
    const MempoolOptions& options_;
    MempoolEntries& entries_;
    const consensus::AccountsView& accounts_;
    const Height next_;
};

} // namespace

void Mempool::fold(const Events& events, const consensus::AccountsView& accounts, Height next) {
    State& state = *state_;
    state.next = next;
    const Moves moves = read(events, state.entries);

    // Arrival is numbered oldest first; of two with the same nonce, the older one.
    std::map<crypto::Address, ByNonce> freed;
    for (auto block = moves.taken_back.rbegin(); block != moves.taken_back.rend(); ++block)
        for (const Transaction& tx : (*block)->transactions)
            freed[tx.sender()].emplace(tx.fields().nonce.value, Candidate{&tx, state.arrivals++});

    // What goes, goes first: it makes room for what comes.
    Fold fold(state.network, state.options, state.entries, accounts, next);
    for (const crypto::Address& sender : moves.touched)
        if (!fold.settle(sender)) freed.try_emplace(sender);
    fold.drop_expired(); // after what was confirmed in time has gone, for it would take its followers along
    for (const crypto::Address& address : moves.unpaid) fold.check_payments_to(address);
    for (const auto& [sender, transactions] : freed) {
        fold.rebuild(sender, transactions);
        fold.trim(); // at once: a long reorganisation frees more than memory holds
    }
}

} // namespace cairn::chain
