// The accounts in memory: the twin of the stored ones, with nothing but the contract. For one thread.
#pragma once

#include <consensus/merkle.hpp>
#include <consensus/transition.hpp>

#include <map>
#include <stdexcept>
#include <vector>

namespace cairn::test {

class MemoryAccounts final : public consensus::AccountsView {
  public:
    MemoryAccounts() = default;
    /// As they stand after block 0.
    explicit MemoryAccounts(const consensus::Network& network) {
        for (const auto& one : network.parameters().allocations)
            add(Account{one.address, one.amount, Nonce{}, Amount{}});
    }

    std::uint32_t count() const override { return static_cast<std::uint32_t>(accounts_.size()); }
    std::optional<AccountNumber> find(const crypto::Address& address) const override {
        const auto found = numbers_.find(address);
        return found == numbers_.end() ? std::nullopt : std::optional(found->second);
    }
    Account at(AccountNumber number) const override { return accounts_.at(number.value); }

    /// Carries a change out; throws std::logic_error where it is not of the form that its type promises.
    void apply(const consensus::StateChange& change) {
        for (std::size_t i = 1; i < change.records.size(); ++i)
            if (!(change.records[i - 1].number < change.records[i].number))
                throw std::logic_error("records out of order");
        for (; accounts_.size() > change.count; accounts_.pop_back())
            numbers_.erase(accounts_.back().address);
        for (const auto& [number, account] : change.records) {
            if (number.value >= change.count) throw std::logic_error("a record past the end");
            if (number.value == accounts_.size()) {
                add(account);
            } else {
                Account& old = accounts_.at(number.value);
                if (old.address != account.address) throw std::logic_error("a record of another address");
                old = account;
            }
        }
        if (accounts_.size() != change.count) throw std::logic_error("fewer records than accounts");
    }

    const std::vector<Account>& all() const { return accounts_; }
    Amount balance(const crypto::Address& address) const {
        const auto number = find(address);
        return number ? at(*number).balance : Amount{};
    }
    Hash256 root() const {
        return consensus::state_root(accounts_.size(), consensus::accounts_root(accounts_));
    }
    /// All balances and stakes.
    Uint128 total() const {
        Uint128 sum = 0;
        for (const Account& account : accounts_) sum += account.balance.units() + account.stake.units();
        return sum;
    }
    friend bool operator==(const MemoryAccounts& a, const MemoryAccounts& b) {
        return a.accounts_ == b.accounts_ && a.numbers_ == b.numbers_;
    }

  private:
    void add(const Account& account) {
        const AccountNumber number{static_cast<std::uint32_t>(accounts_.size())};
        if (!numbers_.emplace(account.address, number).second) throw std::logic_error("an address twice");
        accounts_.push_back(account);
    }

    std::vector<Account> accounts_;
    std::map<crypto::Address, AccountNumber> numbers_;
};

} // namespace cairn::test
