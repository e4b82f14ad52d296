// The accounts of the active chain: the index' records under what changed since its checkpoint, and the tree
// whose root every block commits to. Owned by the chain.
#pragma once

#include <chain/address_slots.hpp>
#include <chain/merkle_tree.hpp>
#include <consensus/transition.hpp>
#include <store/index.hpp>

#include <unordered_map>

namespace cairn::chain {

/// The pages of one of the index' trees.
class IndexPages final : public MerkleTree::Pages {
  public:
    IndexPages(const store::Index& index, store::Tree tree) : index_(index), tree_(tree) {}
    bool load(unsigned tier, std::uint32_t page, MerkleTree::Lowest& into) const override;

  private:
    const store::Index& index_;
    store::Tree tree_;
};

/// Adds the tree's changed pages to what the next checkpoint writes; the tree stays as it is until then.
void collect_pages(const MerkleTree& tree, store::Tree name, store::Changes& into);

class AccountTable final : public consensus::AccountsView {
  public:
    /// As of the index' checkpoint. `salt`: a secret of the process; addresses are anyone's to pick, and
    /// could be picked to collide in a table whose salt is known. `most_held`: accounts kept in memory beside
    /// those that changed since the checkpoint.
    AccountTable(const store::Index& index, const ByteArray<16>& salt, std::size_t most_held);

    std::uint32_t count() const override { return count_; }
    std::optional<AccountNumber> find(const crypto::Address& address) const override;
    Account at(AccountNumber number) const override;
    std::optional<consensus::StateChange::Record> look_up(const crypto::Address& address) const override;
    void look_up_all(std::span<const crypto::Address> addresses,
                     std::span<std::optional<consensus::StateChange::Record>> found) const override;

    void apply(const consensus::StateChange& change);
    /// The change that takes `change` back, which is not applied yet.
    consensus::StateChange reverse_of(const consensus::StateChange& change) const;
    /// What the header of a block with these accounts carries.
    Hash256 state_root() const;
    /// The same, as it would be after `change`.
    Hash256 state_root_after(const consensus::StateChange& change);

    /// Since the checkpoint: these stay in memory until the next one.
    std::size_t changed_accounts() const { return changed_.size(); }
    std::size_t changed_pages() const { return tree_.changed_pages(); }
    void collect(store::Changes& into) const;
    /// Keeps at most so many pages of the tree in memory.
    void committed(std::size_t keep_pages);

  private:
    struct Held {
        Account account;
        AccountNumber number;
        bool changed = false; ///< since the checkpoint
    };

    /// For by_address_: whether the account of a place has that address and exists.
    auto is_at() const {
        return [this](const crypto::Address& address, std::uint32_t place) {
            return held_[place].number.value < count_ && held_[place].account.address == address;
        };
    }
    /// Both are valid until the next account is taken in.
    const Held& held(AccountNumber number) const;
    const Held* find_held(const crypto::Address& address) const;
    Held& take_in(const Account& account, AccountNumber number) const;
    void make_room() const;
    /// What the tree holds of the accounts of `change`.
    static std::vector<MerkleTree::Leaf> leaves_of(const consensus::StateChange& change);

    const store::Index& index_;
    IndexPages pages_;
    MerkleTree tree_;
    std::size_t most_held_;
    std::uint32_t count_;
    std::uint32_t least_count_; ///< since the checkpoint: accounts from there on are new to the index
    std::vector<std::uint32_t> changed_; ///< since the checkpoint, each once
    // What is held of the index, and what changed. Entries of accounts that an undo removed stay, and are
    // passed over.
    mutable std::vector<Held> held_;
    mutable std::unordered_map<std::uint32_t, std::uint32_t> places_; ///< in held_, by number
    mutable AddressSlots by_address_;                                 ///< places in held_
};

} // namespace cairn::chain
