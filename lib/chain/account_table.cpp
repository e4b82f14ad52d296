#include <base/fault.hpp>
#include <chain/account_table.hpp>
#include <consensus/merkle.hpp>

#include <algorithm>
#include <utility>

namespace cairn::chain {

bool IndexPages::load(unsigned tier, std::uint32_t page, MerkleTree::Lowest& into) const {
    const auto hashes = index_.tree_page(tree_, static_cast<std::uint8_t>(tier), page);
    std::copy_n(hashes.begin(), std::min(hashes.size(), into.size()), into.begin());
    return !hashes.empty();
}

void collect_pages(const MerkleTree& tree, store::Tree name, store::Changes& into) {
    for (const auto& changed : tree.changes())
        into.tree_pages.push_back(
            {name, static_cast<std::uint8_t>(changed.tier), changed.page, changed.lowest});
}

AccountTable::AccountTable(const store::Index& index, const ByteArray<16>& salt, std::size_t most_held)
    : index_(index),
      pages_(index, store::Tree::accounts),
      tree_(&pages_, index.checkpoint() ? index.checkpoint()->accounts : 0),
      most_held_(most_held),
      count_(index.checkpoint() ? index.checkpoint()->accounts : 0),
      least_count_(count_),
      by_address_(salt) {}

const AccountTable::Held* AccountTable::find_held(const crypto::Address& address) const {
    const auto place = by_address_.find(address, is_at());
    if (place) return &held_[*place];
    for (const AccountNumber number : index_.accounts_like(address)) {
        if (number.value >= count_) continue;
        if (const Held& one = held(number); one.account.address == address) return &one;
    }
    return nullptr;
}

std::optional<AccountNumber> AccountTable::find(const crypto::Address& address) const {
    const Held* found = find_held(address);
    return found ? std::optional(found->number) : std::nullopt;
}

std::optional<consensus::StateChange::Record> AccountTable::look_up(const crypto::Address& address) const {
    const Held* found = find_held(address);
    if (found == nullptr) return std::nullopt;
    return consensus::StateChange::Record{found->number, found->account};
}

void AccountTable::look_up_all(std::span<const crypto::Address> addresses,
                               std::span<std::optional<consensus::StateChange::Record>> found) const {
    std::vector<std::uint32_t> places(addresses.size());
    by_address_.find_all(
        addresses, is_at(),
        [this](std::uint32_t place) {
            const Held& one = held_[place];
            __builtin_prefetch(&one);
            __builtin_prefetch(&one.changed); // it may lie across two lines
        },
        places);
    for (std::size_t i = 0; i < places.size(); ++i)
        if (places[i] != AddressSlots::none)
            found[i].emplace(
                consensus::StateChange::Record{held_[places[i]].number, held_[places[i]].account});
    for (std::size_t i = 0; i < places.size(); ++i) // what is read now may take the place of others
        if (places[i] == AddressSlots::none) found[i] = look_up(addresses[i]);
}

const AccountTable::Held& AccountTable::held(AccountNumber number) const {
    if (const auto known = places_.find(number.value); known != places_.end()) return held_[known->second];
    const auto stored = index_.account(number);
    if (!stored) throw Fault("the index has no account " + std::to_string(number.value));
    if (held_.size() >= most_held_ + changed_.size()) make_room();
    return take_in(*stored, number);
}

AccountTable::Held& AccountTable::take_in(const Account& account, AccountNumber number) const {
    const auto place = static_cast<std::uint32_t>(held_.size());
    held_.push_back({account, number, false});
    places_.emplace(number.value, place);
    by_address_.add(account.address, place);
    return held_.back();
}

/// What did not change can be read again.
void AccountTable::make_room() const {
    std::erase_if(held_, [](const Held& one) { return !one.changed; });
    places_.clear();
    by_address_.clear();
    for (std::uint32_t place = 0; place < held_.size(); ++place) {
        places_.emplace(held_[place].number.value, place);
        by_address_.add(held_[place].account.address, place);
    }
}

Account AccountTable::at(AccountNumber number) const { return held(number).account; }

std::vector<MerkleTree::Leaf> AccountTable::leaves_of(const consensus::StateChange& change) {
    std::vector<const Account*> accounts;
    accounts.reserve(change.records.size());
    for (const auto& record : change.records) accounts.push_back(&record.account);
    std::vector<Hash256> hashes(accounts.size());
    consensus::account_leaves(accounts, hashes);
    std::vector<MerkleTree::Leaf> leaves(accounts.size());
    for (std::size_t i = 0; i < leaves.size(); ++i) leaves[i] = {change.records[i].number.value, hashes[i]};
    return leaves;
}

void AccountTable::apply(const consensus::StateChange& change) {
    for (const auto& [number, account] : change.records) {
        const auto known = places_.find(number.value);
        Held& one = known == places_.end() ? take_in(account, number) : held_[known->second];
        const bool is_another = one.account.address != account.address; // an undo removed the one before
        if (is_another &&
            !by_address_.find(account.address, [&](const auto&, auto at) { return at == known->second; }))
            by_address_.add(account.address, known->second);
        one.account = account;
        if (!std::exchange(one.changed, true)) changed_.push_back(number.value);
    }
    tree_.update(leaves_of(change), change.count);
    count_ = change.count;
    least_count_ = std::min(least_count_, count_);
}

consensus::StateChange AccountTable::reverse_of(const consensus::StateChange& change) const {
    consensus::StateChange out;
    out.count = count_;
    for (const auto& [number, account] : change.records)
        if (number.value < count_) out.records.push_back({number, at(number)});
    return out;
}

Hash256 AccountTable::state_root() const { return consensus::state_root(count_, tree_.root()); }

Hash256 AccountTable::state_root_after(const consensus::StateChange& change) {
    return consensus::state_root(change.count, tree_.root_after(leaves_of(change), change.count));
}

void AccountTable::collect(store::Changes& into) const {
    for (const std::uint32_t number : changed_) {
        if (number >= count_) continue; // an undo removed it
        const Account& account = held(AccountNumber{number}).account;
        into.accounts.push_back({AccountNumber{number}, account});
        if (number >= least_count_) into.addresses.push_back({account.address, AccountNumber{number}});
    }
    collect_pages(tree_, store::Tree::accounts, into);
}

void AccountTable::committed(std::size_t keep_pages) {
    for (const std::uint32_t number : changed_) held_[places_.at(number)].changed = false;
    changed_.clear();
    const bool mostly_gone = by_address_.count() > 2 * held_.size(); // of accounts that undos removed
    if (held_.size() > most_held_ || mostly_gone) make_room();
    least_count_ = count_;
    tree_.forget_changes(keep_pages);
}

} // namespace cairn::chain
