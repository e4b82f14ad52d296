// The accounts of the active chain: the index' records under what changed since its checkpoint, and the tree
// whose root every block commits to. Owned by the chain.
#pragma once

#include <chain/merkle_tree.hpp>
#include <consensus/transition.hpp>
#include <store/index.hpp>

#include <map>
#include <unordered_map>

namespace cairn::chain {

/// The pages of one of the index' trees.
class IndexPages final : public MerkleTree::Pages {
  public:
    IndexPages(const store::Index& index, store::Tree tree) : index_(index), tree_(tree) {}
    bool load(unsigned level, std::uint32_t page, MerkleTree::Page& into) const override;

  private:
    const store::Index& index_;
    store::Tree tree_;
};

/// Adds the tree's changed pages to what the next checkpoint writes.
void collect_pages(const MerkleTree& tree, store::Tree name, store::Changes& into);

class AccountTable final : public consensus::AccountsView {
  public:
    /// As of the index' checkpoint.
    explicit AccountTable(const store::Index& index);

    std::uint32_t count() const override { return count_; }
    std::optional<AccountNumber> find(const crypto::Address& address) const override;
    Account at(AccountNumber number) const override;

    void apply(const consensus::StateChange& change);
    /// The change that takes `change` back, which is not applied yet.
    consensus::StateChange reverse_of(const consensus::StateChange& change) const;
    /// What the header of a block with these accounts carries.
    Hash256 state_root() const;
    /// The same, as it would be after `change`.
    Hash256 state_root_after(const consensus::StateChange& change);

    void collect(store::Changes& into) const;
    void committed(std::size_t keep_pages);

  private:
    void update_tree(const consensus::StateChange& change);

    const store::Index& index_;
    IndexPages pages_;
    MerkleTree tree_;
    std::uint32_t count_;
    // Since the checkpoint. Entries of accounts that an undo removed stay, and are passed over.
    std::unordered_map<std::uint32_t, Account> records_;
    std::map<crypto::Address, std::uint32_t> numbers_; // no hash table: recipients could be picked to collide
};

} // namespace cairn::chain
