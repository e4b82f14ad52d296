// The mempool again, slow and plain: a list of transactions, judged anew for every question. For one thread.
#pragma once

#include <chain/mempool.hpp>
#include <chain/mempool_entries.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace cairn::test {

class MempoolModel {
  public:
    struct Item {
        Transaction tx;
        std::uint64_t arrival = 0;
        crypto::Address sender() const { return crypto::address_of(tx.fields().sender); }
        std::uint64_t nonce() const { return tx.fields().nonce.value; }
        std::uint64_t fee() const { return tx.fields().fee.units(); }
    };
    using Items = std::vector<Item>;

    MempoolModel(const consensus::Network& network, chain::MempoolOptions options)
        : network_(network), options_(options) {}

    /// The refusal's code, or what was evicted.
    Result<std::vector<TxId>, chain::RefusalCode>
    admit(const Transaction& tx, const consensus::AccountsView& accounts, Height next) {
        using chain::RefusalCode;
        next_ = next;
        const Item item{tx, arrivals_};
        if (consensus::check_transaction(network_, tx, next)) return fail(RefusalCode::rule);
        for (const Item& other : items_)
            if (other.tx.id() == tx.id()) return fail(RefusalCode::already_known);
        const auto number = accounts.find(item.sender());
        if (!number) return fail(RefusalCode::unknown_sender);
        const Account account = accounts.at(*number);
        Items own = of(item.sender());
        const std::uint64_t expected = account.nonce.value + own.size();
        if (item.nonce() < account.nonce.value) return fail(RefusalCode::nonce_used);
        if (item.nonce() >= account.nonce.value + options_.window) return fail(RefusalCode::nonce_too_far);
        if (item.nonce() > expected) return fail(RefusalCode::nonce_gap);
        std::optional<Item> old;
        Uint128 sum = chain::cost_of(tx);
        for (const Item& other : own) {
            if (other.nonce() == item.nonce())
                old = other;
            else
                sum += chain::cost_of(other.tx);
        }
        if (sum > account.balance.units()) return fail(RefusalCode::insufficient_funds);
        if (item.fee() < options_.min_units_per_byte * tx.size()) return fail(RefusalCode::fee_too_low);
        if (old && (10 * (item.fee() - old->fee()) < old->fee() || item.fee() < old->fee() + tx.size()))
            return fail(RefusalCode::replacement_fee_too_low);
        std::set<crypto::Address> opened;
        for (const Item& other : own)
            if (other.nonce() < item.nonce()) opens_well(other.tx, accounts, opened);
        if (!opens_well(tx, accounts, opened)) return fail(RefusalCode::new_account_too_small);
        auto evicted = store(item, old);
        if (!evicted) return evicted;
        bool short_now = false; // what was replaced may have opened an account
        for (const Item& other : of(item.sender())) {
            if (other.nonce() <= item.nonce()) continue;
            short_now = short_now || !opens_well(other.tx, accounts, opened);
            if (!short_now) continue;
            evicted->push_back(other.tx.id());
            erase(other);
        }
        return evicted;
    }

    void fold(const std::vector<Transaction>& freed_oldest_first, const consensus::AccountsView& accounts,
              Height next) {
        next_ = next;
        std::map<crypto::Address, Items> freed;
        for (const Transaction& tx : freed_oldest_first)
            freed[crypto::address_of(tx.fields().sender)].push_back({tx, arrivals_++});
        std::set<crypto::Address> senders;
        for (const Item& item : items_) senders.insert(item.sender());
        for (const auto& sender : senders) {
            const auto number = accounts.find(sender);
            if (keep(sender, number ? std::optional(accounts.at(*number)) : std::nullopt, accounts))
                freed[sender]; // something is missing before the rest
        }
        for (const auto& [sender, items] : freed) {
            rebuild(sender, items, accounts);
            while (memory() > options_.max_bytes) erase(order(items_).back());
        }
    }

    void remove(const TxId& id) {
        const Items all = items_;
        for (const Item& item : all)
            if (item.tx.id() == id)
                for (const Item& other : of(item.sender()))
                    if (other.nonce() >= item.nonce()) erase(other);
    }

    const Items& items() const { return items_; }
    std::size_t memory() const {
        std::size_t sum = 0;
        for (const Item& item : items_) sum += chain::memory_of(item.tx);
        return sum;
    }

    Items of(const crypto::Address& sender) const {
        Items out;
        for (const Item& item : items_)
            if (item.sender() == sender) out.push_back(item);
        std::sort(out.begin(), out.end(), [](const Item& a, const Item& b) { return a.nonce() < b.nonce(); });
        return out;
    }

    /// As a block takes them: of all that may come next, the best, again and again.
    static Items order(Items items) {
        Items out;
        while (!items.empty()) {
            auto best = items.end();
            for (auto at = items.begin(); at != items.end(); ++at) {
                const bool may_come = std::none_of(items.begin(), items.end(), [&](const Item& other) {
                    return other.nonce() < at->nonce() && other.tx.fields().sender == at->tx.fields().sender;
                });
                if (may_come && (best == items.end() || before(*at, *best))) best = at;
            }
            out.push_back(*best);
            items.erase(best);
        }
        return out;
    }

  private:
    static bool before(const Item& a, const Item& b) {
        const Uint128 left = Uint128{a.fee()} * b.tx.size();
        const Uint128 right = Uint128{b.fee()} * a.tx.size();
        return left > right || (left == right && a.arrival < b.arrival);
    }

    /// `opened`: by earlier ones of the same sender, and then by this one too.
    bool opens_well(const Transaction& tx, const consensus::AccountsView& accounts,
                    std::set<crypto::Address>& opened) const {
        if (const auto* transfer = std::get_if<Transfer>(&tx.fields().body))
            for (const Output& output : transfer->outputs) {
                if (accounts.find(output.to) || opened.count(output.to)) continue;
                if (output.amount < network_.parameters().min_new_account) return false;
                opened.insert(output.to);
            }
        return true;
    }

    /// The least rate among the item and its predecessors, as the item that pays it.
    Item weakest_up_to(const Item& item, const Items& among) const {
        Item out = item;
        for (const Item& other : among)
            if (other.sender() == item.sender() && other.nonce() < item.nonce() && before(out, other))
                out = other;
        return out;
    }

    Result<std::vector<TxId>, chain::RefusalCode> store(const Item& item, const std::optional<Item>& old) {
        Items others;
        for (const Item& other : items_)
            if (other.sender() != item.sender()) others.push_back(other);
        Items ordered = order(others);
        std::size_t total = memory() + chain::memory_of(item.tx) - (old ? chain::memory_of(old->tx) : 0);
        Items victims;
        for (; total > options_.max_bytes; ordered.pop_back()) {
            if (ordered.empty()) return fail(chain::RefusalCode::mempool_full);
            const Item mine = weakest_up_to(item, items_);
            const Item theirs = weakest_up_to(ordered.back(), items_);
            if (Uint128{mine.fee()} * theirs.tx.size() <= Uint128{theirs.fee()} * mine.tx.size())
                return fail(chain::RefusalCode::mempool_full);
            total -= chain::memory_of(ordered.back().tx);
            victims.push_back(ordered.back());
        }
        std::vector<TxId> out;
        for (const Item& victim : victims) {
            out.push_back(victim.tx.id());
            erase(victim);
        }
        if (old) erase(*old);
        items_.push_back(item);
        ++arrivals_;
        return out;
    }

    /// What still holds of a sender's, as far as it has no gap. True where it does not start right.
    bool keep(const crypto::Address& sender, const std::optional<Account>& account,
              const consensus::AccountsView& accounts) {
        const Items all = of(sender);
        bool wrong = false;
        bool ended = false;
        Uint128 sum = 0;
        std::set<crypto::Address> opened;
        std::optional<std::uint64_t> first;
        for (const Item& item : all) {
            const bool used = account && item.nonce() < account->nonce.value;
            if (!used && !first) {
                first = item.nonce();
                wrong = !account || *first != account->nonce.value;
            }
            sum += used ? 0 : chain::cost_of(item.tx);
            const bool holds = !consensus::check_transaction(network_, item.tx, next_) &&
                               (used || opens_well(item.tx, accounts, opened)) &&
                               (wrong || used || sum <= account->balance.units());
            ended = ended || (!used && !holds);
            if (used || ended) erase(item);
        }
        return wrong;
    }

    void rebuild(const crypto::Address& sender, const Items& freed, const consensus::AccountsView& accounts) {
        Items candidates = of(sender);
        for (const Item& item : candidates) erase(item);
        candidates.insert(candidates.end(), freed.begin(), freed.end());
        const auto number = accounts.find(sender);
        if (!number) return;
        const Account account = accounts.at(*number);
        Uint128 sum = 0;
        std::set<crypto::Address> opened;
        for (std::uint64_t nonce = account.nonce.value; nonce < account.nonce.value + options_.window;
             ++nonce) {
            const auto found = std::find_if(candidates.begin(), candidates.end(),
                                            [&](const Item& item) { return item.nonce() == nonce; });
            if (found == candidates.end()) return;
            sum += chain::cost_of(found->tx);
            if (sum > account.balance.units() || !opens_well(found->tx, accounts, opened) ||
                consensus::check_transaction(network_, found->tx, next_))
                return;
            items_.push_back(*found);
        }
    }

    void erase(const Item& item) {
        std::erase_if(items_, [&](const Item& other) { return other.arrival == item.arrival; });
    }

    const consensus::Network& network_;
    chain::MempoolOptions options_;
    Items items_;
    std::uint64_t arrivals_ = 0;
    Height next_;
};

} // namespace cairn::test
