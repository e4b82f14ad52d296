#include <base/fault.hpp>
#include <chain/account_table.hpp>
#include <consensus/merkle.hpp>

#include <algorithm>
#include <utility>

namespace cairn::chain {

bool IndexPages::load(unsigned level, std::uint32_t page, MerkleTree::Page& into) const {
    const auto hashes = index_.tree_page(tree_, static_cast<std::uint8_t>(level), page);
    std::copy_n(hashes.begin(), std::min(hashes.size(), into.size()), into.begin());
    return !hashes.empty();
}

void collect_pages(const MerkleTree& tree, store::Tree name, store::Changes& into) {
    for (const auto& changed : tree.changes())
        into.tree_pages.push_back({name, static_cast<std::uint8_t>(changed.level), changed.page,
                                   std::vector<Hash256>(changed.nodes.begin(), changed.nodes.end())});
}

AccountTable::AccountTable(const store::Index& index, const ByteArray<16>& salt, std::size_t most_held)
    : index_(index),
      pages_(index, store::Tree::accounts),
      tree_(&pages_, index.checkpoint() ? index.checkpoint()->accounts : 0),
      most_held_(most_held),
      count_(index.checkpoint() ? index.checkpoint()->accounts : 0),
      least_count_(count_),
      numbers_(0, SaltedHash{salt}) {}

std::optional<AccountNumber> AccountTable::find(const crypto::Address& address) const {
    const auto is = [&](AccountNumber number) {
        return number.value < count_ && held(number).address == address;
    };
    if (const auto known = numbers_.find(address); known != numbers_.end()) {
        const AccountNumber number{known->second}; // looking at it may make room, and the entry go
        if (is(number)) return number;
    }
    for (const AccountNumber number : index_.accounts_like(address))
        if (is(number)) {
            numbers_.insert_or_assign(address, number.value);
            return number;
        }
    return std::nullopt;
}

const Account& AccountTable::held(AccountNumber number) const {
    if (const auto known = records_.find(number.value); known != records_.end()) return known->second.account;
    const auto stored = index_.account(number);
    if (!stored) throw Fault("the index has no account " + std::to_string(number.value));
    make_room();
    return records_.try_emplace(number.value, Held{*stored, false}).first->second.account;
}

/// What did not change can be read again.
void AccountTable::make_room() const {
    if (records_.size() < most_held_ + changed_.size()) return;
    std::erase_if(numbers_, [&](const auto& entry) {
        const auto record = records_.find(entry.second);
        return record == records_.end() || !record->second.changed;
    });
    std::erase_if(records_, [](const auto& entry) { return !entry.second.changed; });
}

Account AccountTable::at(AccountNumber number) const { return held(number); }

std::optional<consensus::StateChange::Record> AccountTable::look_up(const crypto::Address& address) const {
    const auto number = find(address);
    if (!number) return std::nullopt;
    return consensus::StateChange::Record{*number, held(*number)};
}

void AccountTable::update_tree(const consensus::StateChange& change) {
    std::vector<const Account*> accounts;
    accounts.reserve(change.records.size());
    for (const auto& record : change.records) accounts.push_back(&record.account);
    std::vector<Hash256> hashes(accounts.size());
    consensus::account_leaves(accounts, hashes);
    std::vector<MerkleTree::Leaf> leaves(accounts.size());
    for (std::size_t i = 0; i < leaves.size(); ++i) leaves[i] = {change.records[i].number.value, hashes[i]};
    tree_.update(leaves, change.count);
}

void AccountTable::apply(const consensus::StateChange& change) {
    for (const auto& [number, account] : change.records) {
        if (number.value >= count_) numbers_.insert_or_assign(account.address, number.value);
        Held& record = records_[number.value];
        record.account = account;
        if (!std::exchange(record.changed, true)) changed_.push_back(number.value);
    }
    update_tree(change);
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
    const consensus::StateChange back = reverse_of(change);
    try {
        update_tree(change);
        const Hash256 root = consensus::state_root(change.count, tree_.root());
        update_tree(back);
        return root;
    } catch (...) {
        update_tree(back); // who asked hears of the fault; the tree must not tell of it
        throw;
    }
}

void AccountTable::collect(store::Changes& into) const {
    for (const std::uint32_t number : changed_) {
        if (number >= count_) continue; // an undo removed it
        const Account& account = held(AccountNumber{number});
        into.accounts.push_back({AccountNumber{number}, account});
        if (number >= least_count_) into.addresses.push_back({account.address, AccountNumber{number}});
    }
    collect_pages(tree_, store::Tree::accounts, into);
}

void AccountTable::committed(std::size_t keep_pages) {
    for (const std::uint32_t number : changed_) records_.find(number)->second.changed = false;
    changed_.clear();
    if (records_.size() > most_held_) make_room();
    least_count_ = count_;
    tree_.forget_changes(keep_pages);
}

} // namespace cairn::chain
