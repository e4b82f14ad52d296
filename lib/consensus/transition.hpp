// Account transition: rules 9, 10 and 12. What a block does to the accounts, and what undoing it does, as
// values; nothing is changed here. Undoing needs no stored record: a block's body tells what it did.
#pragma once

#include <consensus/rules.hpp>
#include <model/account.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace cairn::consensus {

/// Records to write, ascending by number, and how many accounts there are then: more than before after new
/// credits, fewer after an undo.
struct StateChange {
    struct Record {
        AccountNumber number;
        Account account;
        friend bool operator==(const Record&, const Record&) = default;
    };
    std::uint32_t count = 0;
    std::vector<Record> records;
    friend bool operator==(const StateChange&, const StateChange&) = default;
};

/// The accounts as they stand, read only.
class AccountsView {
  public:
    virtual ~AccountsView() = default;
    virtual std::uint32_t count() const = 0;
    virtual std::optional<AccountNumber> find(const crypto::Address& address) const = 0;
    /// `number` < count().
    virtual Account at(AccountNumber number) const = 0;
    /// Both in one.
    virtual std::optional<StateChange::Record> look_up(const crypto::Address& address) const;
    /// Each of these, into `found`, which is empty and of their number: a view whose memory is far away waits
    /// for it once for many of them.
    virtual void look_up_all(std::span<const crypto::Address> addresses,
                             std::span<std::optional<StateChange::Record>> found) const;
};

/// Applies transactions one after the other on top of a view, without touching it: blocks are checked and
/// templates are built with it.
class StateScratch {
  public:
    StateScratch(const Network& network, const AccountsView& accounts);
    ~StateScratch();
    StateScratch(StateScratch&&) noexcept;

    /// Rule 9, of a transaction that passed rule 7. On a violation nothing of `tx` remains.
    std::optional<RuleError> apply(const Transaction& tx, std::uint32_t index = 0);
    /// Rule 10: subsidy of `height` and the fees of all that was applied, to the producer.
    void credit_producer(const crypto::Address& producer, Height height);
    Amount fees() const;
    /// All changes so far, by account number.
    StateChange change() const;
    /// What all balances and stakes together have gained: the subsidy, once the producer is credited.
    Int128 gained() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What a block does: the change, and the accounts that it names.
struct BlockEffect {
    StateChange change;
    /// Of each transaction its sender, then the recipient of each output, in the block's order.
    std::vector<AccountNumber> named;
    std::optional<AccountNumber> producer; ///< where it was credited something
};

/// Rules 9 and 10 of a whole block; rule 12's running sum: what was added to all balances is the subsidy.
Result<BlockEffect, RuleError> apply_block(const Network& network, const AccountsView& view,
                                           const Block& block);

/// The change that takes back `block`, the last one applied: credits are subtracted in reverse order, and
/// accounts that it created (the last ones, left without balance, nonce and stake) are removed. Throws
/// std::logic_error or std::overflow_error where it meets what `block` cannot have left.
StateChange undo_block(const Network& network, const AccountsView& accounts, const Block& block);

} // namespace cairn::consensus
