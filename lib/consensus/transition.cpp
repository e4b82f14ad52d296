#include <consensus/touched_accounts.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <stdexcept>

namespace cairn::consensus {
namespace {

using Slot = TouchedAccounts::Slot;

Amount amounts_and_fee(const TxFields& fields) {
    const Uint128 sum = total_out(fields.body) + fields.fee.units();
    if (sum > UINT64_MAX) throw std::logic_error("a transaction that rule 7 refuses");
    return Amount::from_units(static_cast<std::uint64_t>(sum));
}

/// Rule 9 of one transaction: `named` are the slots of its sender and of its outputs. On a violation nothing
/// has changed.
std::optional<RuleError> apply_transaction(const Network& network, TouchedAccounts& accounts,
                                           const Transaction& tx, std::span<const Slot> named,
                                           std::uint32_t index) {
    const TxFields& fields = tx.fields();
    const Slot sender = named.front();
    const auto recipients = named.subspan(1);
    if (!accounts.exists(sender)) return RuleError{RuleCode::unknown_sender, index};
    if (accounts.at(sender).nonce != fields.nonce) return RuleError{RuleCode::nonce, index};
    const Uint128 needed = total_out(fields.body) + fields.fee.units();
    if (accounts.at(sender).balance.units() < needed) return RuleError{RuleCode::insufficient_funds, index};

    // The accounts that the outputs open: the first output to each must be large enough. Nothing is credited
    // before all of them are judged.
    const std::size_t created_before = accounts.created();
    const Amount least_amount = network.parameters().min_new_account;
    const auto outputs = outputs_of(fields.body);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (accounts.exists(recipients[i])) continue;
        if (outputs[i].amount < least_amount) {
            accounts.forget_created_from(created_before);
            return RuleError{RuleCode::new_account_too_small, index};
        }
        accounts.create(recipients[i]);
    }

    Account& from = accounts.at(sender);
    from.balance = from.balance - amounts_and_fee(fields);
    from.nonce = from.nonce.next();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        Account& to = accounts.at(recipients[i]);
        to.balance = to.balance + outputs[i].amount; // below the supply: cannot throw
    }
    return std::nullopt;
}

/// Rule 10; false where there is nothing to credit.
bool credit(TouchedAccounts& accounts, Slot producer, Amount amount) {
    if (amount.is_zero()) return false;
    if (!accounts.exists(producer)) accounts.create(producer);
    Account& to = accounts.at(producer);
    to.balance = to.balance + amount;
    return true;
}

} // namespace

std::optional<StateChange::Record> AccountsView::look_up(const crypto::Address& address) const {
    const auto number = find(address);
    if (!number) return std::nullopt;
    return StateChange::Record{*number, at(*number)};
}

void AccountsView::look_up_all(std::span<const crypto::Address> addresses,
                               std::span<std::optional<StateChange::Record>> found) const {
    for (std::size_t i = 0; i < addresses.size(); ++i) found[i] = look_up(addresses[i]);
}

struct StateScratch::State {
    State(const Network& network_, const AccountsView& view) : network(network_), accounts(view) {}

    Slot slot(const crypto::Address& address) {
        const auto [known, is_new] = slots.try_emplace(address);
        if (is_new) known->second = accounts.take(address);
        return known->second;
    }

    struct Less {
        bool operator()(const crypto::Address& a, const crypto::Address& b) const {
            return std::memcmp(a.bytes.data(), b.bytes.data(), a.bytes.size()) < 0;
        }
    };
    const Network& network;
    TouchedAccounts accounts;
    std::map<crypto::Address, Slot, Less> slots; // no hash table: recipients could be picked to collide
    std::vector<Slot> named;                     ///< by the transaction at hand
    Amount fees;
};

StateScratch::StateScratch(const Network& network, const AccountsView& accounts)
    : state_(std::make_unique<State>(network, accounts)) {}
StateScratch::~StateScratch() = default;
StateScratch::StateScratch(StateScratch&&) noexcept = default;

std::optional<RuleError> StateScratch::apply(const Transaction& tx, std::uint32_t index) {
    auto& named = state_->named;
    named.assign(1, state_->slot(tx.sender()));
    for (const Output& output : outputs_of(tx.fields().body)) named.push_back(state_->slot(output.to));
    const auto error = apply_transaction(state_->network, state_->accounts, tx, named, index);
    if (!error) state_->fees = state_->fees + tx.fields().fee;
    return error;
}

void StateScratch::credit_producer(const crypto::Address& producer, Height height) {
    credit(state_->accounts, state_->slot(producer),
           subsidy_at(state_->network.parameters(), height) + state_->fees);
}

Amount StateScratch::fees() const { return state_->fees; }

StateChange StateScratch::change() const { return {state_->accounts.count(), state_->accounts.records()}; }

Int128 StateScratch::gained() const { return state_->accounts.gained(); }

Result<BlockEffect, RuleError> apply_block(const Network& network, const AccountsView& view,
                                           const Block& block) {
    const Mentions mentions(block);
    TouchedAccounts accounts(view);
    accounts.take_all(mentions.addresses);
    std::span<const Slot> rest = mentions.places;
    Amount fees;
    for (std::uint32_t i = 0; i < block.transactions.size(); ++i) {
        const Transaction& tx = block.transactions[i];
        const auto named = rest.first(mentions_of(tx));
        rest = rest.subspan(named.size());
        if (const auto error = apply_transaction(network, accounts, tx, named, i)) return fail(*error);
        fees = fees + tx.fields().fee;
    }
    const Amount subsidy = subsidy_at(network.parameters(), block.header().height);
    const bool is_credited = credit(accounts, mentions.producer(), subsidy + fees);
    if (accounts.gained() != static_cast<Int128>(subsidy.units())) return fail(RuleError{RuleCode::supply});

    BlockEffect out{{accounts.count(), accounts.records()}, {}, {}};
    const std::span<const Slot> named(mentions.places.data(), mentions.places.size() - 1);
    out.named.reserve(named.size());
    for (const Slot slot : named) out.named.push_back(accounts.number(slot));
    if (is_credited) out.producer = accounts.number(mentions.producer());
    return out;
}

namespace {

/// Takes credits and debits back, last first. What it finds must fit: `block` is the last one applied.
class Undoing {
  public:
    Undoing(const AccountsView& view, const Block& block)
        : mentions_(block), accounts_(view), left_(mentions_.places.size()) {
        accounts_.take_all(mentions_.addresses);
    }

    /// Of the mention that comes last of those that are left.
    void take_credit(Amount amount) {
        Account* account = touched(amount.is_zero());
        if (account != nullptr) account->balance = account->balance - amount;
    }
    void give_back(Amount amount) {
        Account& account = *touched(false);
        if (account.nonce.value == 0) throw std::logic_error("undoing a block that was not applied");
        account.balance = account.balance + amount;
        --account.nonce.value;
    }

    StateChange change() const {
        StateChange out{accounts_.count(), accounts_.records()};
        // An account is opened by a credit of more than zero, and without a nonce it has spent nothing of it.
        // So an empty one without a nonce did not exist before.
        const auto is_gone = [](const StateChange::Record& record) {
            return record.account.balance.is_zero() && record.account.nonce.value == 0 &&
                   record.account.stake.is_zero();
        };
        while (!out.records.empty() && is_gone(out.records.back())) {
            if (out.records.back().number.value != out.count - 1)
                throw std::logic_error("undoing a block that was not the last");
            out.records.pop_back();
            --out.count;
        }
        if (std::any_of(out.records.begin(), out.records.end(), is_gone))
            throw std::logic_error("undoing a block that was not the last");
        return out;
    }

  private:
    /// nullptr where it is not there and may be missing.
    Account* touched(bool may_be_missing) {
        const Slot slot = mentions_.places[--left_];
        if (accounts_.exists(slot)) return &accounts_.at(slot);
        if (may_be_missing) return nullptr;
        throw std::logic_error("undoing a block that was not applied");
    }

    Mentions mentions_;
    TouchedAccounts accounts_;
    std::size_t left_; ///< mentions
};

} // namespace

StateChange undo_block(const Network& network, const AccountsView& accounts, const Block& block) {
    Amount credited = subsidy_at(network.parameters(), block.header().height);
    for (const Transaction& tx : block.transactions) credited = credited + tx.fields().fee;

    Undoing undoing(accounts, block);
    undoing.take_credit(credited);
    for (auto tx = block.transactions.rbegin(); tx != block.transactions.rend(); ++tx) {
        const auto outputs = outputs_of(tx->fields().body);
        for (auto output = outputs.rbegin(); output != outputs.rend(); ++output)
            undoing.take_credit(output->amount);
        undoing.give_back(amounts_and_fee(tx->fields()));
    }
    return undoing.change();
}

} // namespace cairn::consensus
