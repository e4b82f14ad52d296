#include <base/fault.hpp>
#include <chain/account_table.hpp>
#include <consensus/merkle.hpp>

#include <algorithm>

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

AccountTable::AccountTable(const store::Index& index)
    : index_(index),
      pages_(index, store::Tree::accounts),
      tree_(&pages_, index.checkpoint() ? index.checkpoint()->accounts : 0),
      count_(index.checkpoint() ? index.checkpoint()->accounts : 0) {}

std::optional<AccountNumber> AccountTable::find(const crypto::Address& address) const {
    const auto is = [&](AccountNumber number) {
        return number.value < count_ && at(number).address == address;
    };
    if (const auto recent = numbers_.find(address); recent != numbers_.end())
        if (is(AccountNumber{recent->second})) return AccountNumber{recent->second};
    for (const AccountNumber number : index_.accounts_like(address))
        if (is(number)) return number;
    return std::nullopt;
}

Account AccountTable::at(AccountNumber number) const {
    if (const auto recent = records_.find(number.value); recent != records_.end()) return recent->second;
    auto stored = index_.account(number);
    if (!stored) throw Fault("the index has no account " + std::to_string(number.value));
    return *stored;
}

void AccountTable::update_tree(const consensus::StateChange& change) {
    std::vector<MerkleTree::Leaf> leaves;
    leaves.reserve(change.records.size());
    for (const auto& [number, account] : change.records)
        leaves.push_back({number.value, consensus::merkle_leaf(encode(account))});
    tree_.update(leaves, change.count);
}

void AccountTable::apply(const consensus::StateChange& change) {
    for (const auto& [number, account] : change.records) {
        if (number.value >= count_) numbers_[account.address] = number.value;
        records_[number.value] = account;
    }
    update_tree(change);
    count_ = change.count;
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
    for (const auto& [number, account] : records_)
        if (number < count_) into.accounts.push_back({AccountNumber{number}, account});
    for (const auto& [address, number] : numbers_)
        if (number < count_ && at(AccountNumber{number}).address == address)
            into.addresses.push_back({address, AccountNumber{number}});
    collect_pages(tree_, store::Tree::accounts, into);
}

void AccountTable::committed(std::size_t keep_pages) {
    records_.clear();
    numbers_.clear();
    tree_.forget_changes(keep_pages);
}

} // namespace cairn::chain
