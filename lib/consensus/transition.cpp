#include <consensus/transition.hpp>

#include <algorithm>
#include <map>
#include <stdexcept>

namespace cairn::consensus {
namespace {

/// The accounts that a block touches, as they were in the view and as they are now. Found by a tree and not
/// by a hash table: recipients are anyone's to pick, and could be picked to collide.
class TouchedAccounts {
  public:
    explicit TouchedAccounts(const AccountsView& view) : view_(view), first_new_(view.count()) {}

    struct Entry {
        AccountNumber number;
        Account before; ///< what the view holds; for a new account, the empty one
        Account now;
    };
    /// Valid until the next call that takes or makes an entry.
    Entry* find(const crypto::Address& address) {
        if (const auto known = places_.find(address); known != places_.end()) return &at(known->second);
        const auto number = view_.find(address);
        if (!number) return nullptr;
        const Account account = view_.at(*number);
        places_.emplace(address, Place{false, static_cast<std::uint32_t>(existing_.size())});
        return &existing_.emplace_back(Entry{*number, account, account});
    }

    Entry& create(const crypto::Address& address) {
        if (created_.size() >= UINT32_MAX - first_new_) throw std::overflow_error("number of accounts");
        const auto place = static_cast<std::uint32_t>(created_.size());
        places_.emplace(address, Place{true, place});
        const Account empty{address, Amount{}, Nonce{}, Amount{}};
        return created_.emplace_back(Entry{AccountNumber{first_new_ + place}, empty, empty});
    }

    std::size_t created() const { return created_.size(); }
    void forget_created_from(std::size_t size) {
        for (; created_.size() > size; created_.pop_back()) places_.erase(created_.back().now.address);
    }

    std::uint32_t count() const { return first_new_ + static_cast<std::uint32_t>(created_.size()); }

    /// In the order of numbers, those that differ from the view.
    std::vector<StateChange::Record> records() const {
        std::vector<StateChange::Record> out;
        out.reserve(existing_.size() + created_.size());
        for (const Entry& entry : existing_)
            if (entry.now != entry.before) out.push_back({entry.number, entry.now});
        std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
        for (const Entry& entry : created_) out.push_back({entry.number, entry.now});
        return out;
    }

    /// What all balances and stakes together have gained.
    Int128 gained() const {
        Int128 sum = 0;
        for (const auto* entries : {&existing_, &created_})
            for (const Entry& entry : *entries)
                sum += static_cast<Int128>(entry.now.balance.units()) - entry.before.balance.units() +
                       entry.now.stake.units() - entry.before.stake.units();
        return sum;
    }

  private:
    struct Place {
        bool is_new;
        std::uint32_t index;
    };
    struct Less {
        bool operator()(const crypto::Address& a, const crypto::Address& b) const {
            return std::memcmp(a.bytes.data(), b.bytes.data(), a.bytes.size()) < 0;
        }
    };
    Entry& at(Place place) { return place.is_new ? created_[place.index] : existing_[place.index]; }

    const AccountsView& view_;
    std::uint32_t first_new_;
    std::map<crypto::Address, Place, Less> places_;
    std::vector<Entry> existing_;
    std::vector<Entry> created_; // account number first_new_ + index
};

Amount amounts_and_fee(const TxFields& fields) {
    const Uint128 sum = total_out(fields.body) + fields.fee.units();
    if (sum > UINT64_MAX) throw std::logic_error("a transaction that rule 7 refuses");
    return Amount::from_units(static_cast<std::uint64_t>(sum));
}

std::span<const Output> outputs_of(const Body& body) {
    const auto* transfer = std::get_if<Transfer>(&body);
    return transfer != nullptr ? std::span<const Output>(transfer->outputs) : std::span<const Output>();
}

} // namespace

struct StateScratch::State {
    State(const Network& network_, const AccountsView& view) : network(network_), accounts(view) {}

    const Network& network;
    TouchedAccounts accounts;
    Amount fees;
};

StateScratch::StateScratch(const Network& network, const AccountsView& accounts)
    : state_(std::make_unique<State>(network, accounts)) {}
StateScratch::~StateScratch() = default;
StateScratch::StateScratch(StateScratch&&) noexcept = default;

std::optional<RuleError> StateScratch::apply(const Transaction& tx, std::uint32_t index) {
    TouchedAccounts& accounts = state_->accounts;
    const TxFields& fields = tx.fields();
    const auto sender_address = crypto::address_of(fields.sender);
    const auto* found = accounts.find(sender_address);
    if (found == nullptr) return RuleError{RuleCode::unknown_sender, index};
    if (found->now.nonce != fields.nonce) return RuleError{RuleCode::nonce, index};
    const Uint128 needed = total_out(fields.body) + fields.fee.units();
    if (found->now.balance.units() < needed) return RuleError{RuleCode::insufficient_funds, index};

    // The accounts that the outputs open: the first output to each must be large enough. Nothing is credited
    // before all of them are judged.
    const std::size_t created_before = accounts.created();
    const Amount least_amount = state_->network.parameters().min_new_account;
    for (const Output& output : outputs_of(fields.body)) {
        if (accounts.find(output.to) != nullptr) continue;
        if (output.amount < least_amount) {
            accounts.forget_created_from(created_before);
            return RuleError{RuleCode::new_account_too_small, index};
        }
        accounts.create(output.to);
    }

    Account& sender = accounts.find(sender_address)->now;
    sender.balance = sender.balance - amounts_and_fee(fields);
    sender.nonce = sender.nonce.next();
    for (const Output& output : outputs_of(fields.body)) {
        Account& recipient = accounts.find(output.to)->now;
        recipient.balance = recipient.balance + output.amount; // below the supply: cannot throw
    }
    state_->fees = state_->fees + fields.fee;
    return std::nullopt;
}

void StateScratch::credit_producer(const crypto::Address& producer, Height height) {
    const Amount credit = subsidy_at(state_->network.parameters(), height) + state_->fees;
    if (credit.is_zero()) return;
    auto* entry = state_->accounts.find(producer);
    if (entry == nullptr) entry = &state_->accounts.create(producer);
    entry->now.balance = entry->now.balance + credit;
}

Amount StateScratch::fees() const { return state_->fees; }

StateChange StateScratch::change() const { return {state_->accounts.count(), state_->accounts.records()}; }

Int128 StateScratch::gained() const { return state_->accounts.gained(); }

Result<StateChange, RuleError> apply_block(const Network& network, const AccountsView& accounts,
                                           const Block& block) {
    StateScratch scratch(network, accounts);
    for (std::uint32_t i = 0; i < block.transactions.size(); ++i)
        if (const auto error = scratch.apply(block.transactions[i], i)) return fail(*error);
    scratch.credit_producer(block.header().producer, block.header().height);
    const Amount subsidy = subsidy_at(network.parameters(), block.header().height);
    if (scratch.gained() != static_cast<Int128>(subsidy.units())) return fail(RuleError{RuleCode::supply});
    return scratch.change();
}

namespace {

/// Takes credits and debits back, last first. What it finds must fit: `block` is the last one applied.
class Undoing {
  public:
    explicit Undoing(const AccountsView& view) : accounts_(view) {}

    void take_credit(const crypto::Address& address, Amount amount) {
        if (amount.is_zero()) return;
        Account& account = touched(address);
        account.balance = account.balance - amount;
    }
    void give_back(const crypto::Address& sender, Amount amount) {
        Account& account = touched(sender);
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
    Account& touched(const crypto::Address& address) {
        auto* entry = accounts_.find(address);
        if (entry == nullptr) throw std::logic_error("undoing a block that was not applied");
        return entry->now;
    }

    TouchedAccounts accounts_;
};

} // namespace

StateChange undo_block(const Network& network, const AccountsView& accounts, const Block& block) {
    Amount credit = subsidy_at(network.parameters(), block.header().height);
    for (const Transaction& tx : block.transactions) credit = credit + tx.fields().fee;

    Undoing undoing(accounts);
    undoing.take_credit(block.header().producer, credit);
    for (auto tx = block.transactions.rbegin(); tx != block.transactions.rend(); ++tx) {
        const auto outputs = outputs_of(tx->fields().body);
        for (auto output = outputs.rbegin(); output != outputs.rend(); ++output)
            undoing.take_credit(output->to, output->amount);
        undoing.give_back(crypto::address_of(tx->fields().sender), amounts_and_fee(tx->fields()));
    }
    return undoing.change();
}

} // namespace cairn::consensus
