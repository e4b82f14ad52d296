// The accounts that transactions touch, as they were in a view and as they are now: each has a slot, so that
// an address is looked for once and not at each mention. Private to the account transition. One owner thread.
#pragma once

#include <consensus/transition.hpp>

#include <span>
#include <vector>

namespace cairn::consensus {

class TouchedAccounts {
  public:
    using Slot = std::uint32_t;

    explicit TouchedAccounts(const AccountsView& view) : view_(view), first_new_(view.count()) {}

    /// A slot for this address, which has none yet.
    Slot take(const crypto::Address& address);
    /// Slots for these, of which none has one yet, in their order: from 0 on where there were none.
    void take_all(std::span<const crypto::Address> addresses);
    bool exists(Slot slot) const { return entries_[slot].exists; }
    const Account& at(Slot slot) const { return entries_[slot].now; } ///< of one that exists
    Account& at(Slot slot) { return entries_[slot].now; }
    AccountNumber number(Slot slot) const { return entries_[slot].number; } ///< of one that exists

    /// Opens an account that does not exist, under the next number.
    void create(Slot slot);
    std::size_t created() const { return created_.size(); }
    void forget_created_from(std::size_t size);

    std::uint32_t count() const { return first_new_ + static_cast<std::uint32_t>(created_.size()); }
    /// In the order of numbers, those that differ from the view.
    std::vector<StateChange::Record> records() const;
    /// What all balances and stakes together have gained.
    Int128 gained() const;

  private:
    struct Entry {
        bool exists = false;
        AccountNumber number;
        Account before; ///< what the view holds; for a new account, the empty one
        Account now;
    };

    void add(const crypto::Address& address, const std::optional<StateChange::Record>& found);

    const AccountsView& view_;
    std::uint32_t first_new_;
    std::vector<Entry> entries_;
    std::vector<Slot> created_; ///< account number first_new_ + index
};

/// The addresses that a block names, and where each mention stands among them: of each transaction its
/// sender, then its outputs; after all of them the producer. By sorting and not by a hash table: recipients
/// are anyone's to pick, and could be picked to collide.
struct Mentions {
    explicit Mentions(const Block& block);

    std::vector<crypto::Address> addresses; ///< ascending, each once
    std::vector<std::uint32_t> places;      ///< in `addresses`

    std::uint32_t producer() const { return places.back(); }
};

/// How many places of `Mentions` a transaction has.
std::size_t mentions_of(const Transaction& tx);

std::span<const Output> outputs_of(const Body& body); ///< none of a document

} // namespace cairn::consensus
