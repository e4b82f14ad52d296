#include <chain/verifier.hpp>
#include <consensus/merkle.hpp>

#include <unordered_map>

namespace cairn::chain {
namespace {

using consensus::RuleCode;
using consensus::RuleError;

/// A Merkle tree over leaves that change: every level is kept, and a change rehashes the path above it. A
/// node without a right neighbour is promoted, so the root is that of consensus/merkle.hpp.
class GrowingTree {
  public:
    void set(std::size_t index, const Hash256& leaf) {
        if (levels_.empty()) levels_.emplace_back();
        if (index == levels_[0].size())
            levels_[0].push_back(leaf);
        else
            levels_[0][index] = leaf;
        dirty_.push_back(index);
    }

    Hash256 root() {
        if (levels_.empty()) return consensus::merkle_empty();
        for (std::size_t level = 0; levels_[level].size() > 1; ++level) rehash_above(level);
        dirty_.clear();
        return levels_.back().front();
    }

  private:
    void rehash_above(std::size_t level) {
        if (levels_.size() == level + 1) levels_.emplace_back();
        const auto& below = levels_[level];
        auto& above = levels_[level + 1];
        above.resize((below.size() + 1) / 2);
        std::size_t done = above.size(); // none yet
        for (auto& index : dirty_) {
            index /= 2;
            if (index == done) continue; // its neighbour came just before
            done = index;
            const std::size_t left = 2 * index;
            above[index] =
                left + 1 < below.size() ? consensus::merkle_node(below[left], below[left + 1]) : below[left];
        }
    }

    std::vector<std::vector<Hash256>> levels_;
    std::vector<std::size_t> dirty_;
};

class MemoryAccounts final : public consensus::AccountsView {
  public:
    std::uint32_t count() const override { return static_cast<std::uint32_t>(accounts_.size()); }
    std::optional<AccountNumber> find(const crypto::Address& address) const override {
        const auto found = numbers_.find(address);
        return found == numbers_.end() ? std::nullopt : std::optional(found->second);
    }
    Account at(AccountNumber number) const override { return accounts_[number.value]; }

    void put(AccountNumber number, const Account& account) {
        if (number.value == accounts_.size()) {
            accounts_.push_back(account);
            numbers_.emplace(account.address, number);
        } else {
            accounts_[number.value] = account;
        }
        tree_.set(number.value, consensus::merkle_leaf(encode(account)));
    }
    Hash256 root() { return consensus::state_root(accounts_.size(), tree_.root()); }

    Uint128 sum() const {
        Uint128 sum = 0;
        for (const auto& account : accounts_) sum += account.balance.units();
        return sum;
    }

  private:
    std::vector<Account> accounts_;
    std::unordered_map<crypto::Address, AccountNumber, IdHash> numbers_;
    GrowingTree tree_;
};

} // namespace

VerifyFailure failure_of(Height height, const RuleError& error) {
    std::string message = consensus::describe(error.code);
    if (error.rule() >= 7 && error.rule() <= 9)
        message += " (transaction " + std::to_string(error.index) + ")";
    return {height, consensus::name_of(error.code), std::move(message), error.rule()};
}

struct Verifier::State {
    explicit State(consensus::Network of) : network(std::move(of)), tip(consensus::genesis_point(network)) {
        std::uint32_t number = 0;
        for (const auto& [address, amount] : network.parameters().allocations)
            accounts.put({number++}, Account{address, amount, {}, {}});
        history.set(0, consensus::merkle_leaf(tip.id.bytes));
    }

    consensus::Network network;
    consensus::ChainPoint tip;
    MemoryAccounts accounts;
    GrowingTree history; ///< over the ids up to the tip's
    std::uint64_t transactions = 0;
};

Verifier::Verifier(consensus::Network network) : state_(std::make_unique<State>(std::move(network))) {}
Verifier::~Verifier() = default;

Result<Block, VerifyFailure> Verifier::decode(Height height, ByteView raw) const {
    const auto& parameters = state_->network.parameters();
    if (raw.size() > parameters.max_block_bytes)
        return fail(failure_of(height, RuleError{RuleCode::block_too_large, 0}));
    auto block = decode_block(raw, state_->network.seal_kind());
    if (!block) return fail(failure_of(height, RuleError{RuleCode::malformed, 0}));
    return std::move(*block);
}

std::optional<VerifyFailure> Verifier::take(const Block& block, std::optional<RuleError> signatures) {
    const auto body = check_body(state_->network, block);
    return take_checked(block, body ? body : signatures);
}

std::optional<VerifyFailure> Verifier::take_checked(const Block& block,
                                                    const std::optional<RuleError>& found) {
    auto& s = *state_;
    const Height height = s.tip.height.next();
    const auto refuse = [height](const RuleError& error) { return failure_of(height, error); };

    if (const auto error = check_size(s.network, block)) return refuse(*error);
    const BlockId id = block_id(block.head);
    if (block.header().parent != s.tip.id)
        return VerifyFailure{height, "parent", "it does not follow the block before it", 2};
    if (const auto error = check_header(s.network, s.tip, block.head, id)) return refuse(*error);
    if (found) return refuse(*found);

    const auto effect = apply_block(s.network, s.accounts, block);
    if (!effect) return refuse(effect.error());
    for (const auto& [number, account] : effect->change.records) s.accounts.put(number, account);
    if (s.accounts.root() != block.header().state_root) return refuse({RuleCode::state_root, 0});
    if (s.history.root() != block.header().history_root) return refuse({RuleCode::history_root, 0});

    s.tip = extend(s.network, s.tip, block.head, id);
    s.history.set(height.value, consensus::merkle_leaf(id.bytes));
    s.transactions += block.transactions.size();
    return std::nullopt;
}

std::optional<VerifyFailure> Verifier::check_supply() const {
    if (state_->accounts.sum() == issued().units()) return std::nullopt;
    return failure_of(height(), RuleError{RuleCode::supply, 0});
}

Height Verifier::height() const { return state_->tip.height; }
const consensus::ChainPoint& Verifier::point() const { return state_->tip; }
BlockId Verifier::tip() const { return state_->tip.id; }
std::uint64_t Verifier::transactions() const { return state_->transactions; }
Amount Verifier::issued() const { return issued_at(state_->network.parameters(), height()); }

} // namespace cairn::chain
