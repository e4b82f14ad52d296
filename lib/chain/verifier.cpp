#include <chain/address_slots.hpp>
#include <chain/merkle_tree.hpp>
#include <chain/verifier.hpp>
#include <consensus/merkle.hpp>

namespace cairn::chain {
namespace {

using consensus::RuleCode;
using consensus::RuleError;

class MemoryAccounts final : public consensus::AccountsView {
    auto is_at() const {
        return [this](const crypto::Address& address, std::uint32_t place) {
            return accounts_[place].address == address;
        };
    }

  public:
    using Record = consensus::StateChange::Record;

    explicit MemoryAccounts(const ByteArray<16>& salt) : places_(salt) {}

    std::uint32_t count() const override { return static_cast<std::uint32_t>(accounts_.size()); }
    std::optional<AccountNumber> find(const crypto::Address& address) const override {
        const auto place = places_.find(address, is_at());
        return place ? std::optional(AccountNumber{*place}) : std::nullopt;
    }
    Account at(AccountNumber number) const override { return accounts_[number.value]; }
    void look_up_all(std::span<const crypto::Address> addresses,
                     std::span<std::optional<Record>> found) const override {
        std::vector<std::uint32_t> places(addresses.size());
        places_.find_all(
            addresses, is_at(),
            [this](std::uint32_t place) {
                const Account& account = accounts_[place];
                __builtin_prefetch(&account);
                __builtin_prefetch(&account + 1); // it may lie across two lines
            },
            places);
        for (std::size_t i = 0; i < places.size(); ++i)
            if (places[i] != AddressSlots::none)
                found[i].emplace(Record{AccountNumber{places[i]}, accounts_[places[i]]});
    }

    void apply(const consensus::StateChange& change) {
        std::vector<const Account*> changed;
        changed.reserve(change.records.size());
        for (const auto& [number, account] : change.records) {
            changed.push_back(&account);
            if (number.value == accounts_.size()) {
                accounts_.push_back(account);
                places_.add(account.address, number.value);
            } else {
                accounts_[number.value] = account;
            }
        }
        std::vector<Hash256> hashes(changed.size());
        consensus::account_leaves(changed, hashes);
        std::vector<MerkleTree::Leaf> leaves(changed.size());
        for (std::size_t i = 0; i < leaves.size(); ++i)
            leaves[i] = {change.records[i].number.value, hashes[i]};
        tree_.update(leaves, count());
    }
    Hash256 root() const { return consensus::state_root(accounts_.size(), tree_.root()); }

    Uint128 sum() const {
        Uint128 sum = 0;
        for (const auto& account : accounts_) sum += account.balance.units();
        return sum;
    }

  private:
    std::vector<Account> accounts_;
    AddressSlots places_; ///< by number
    MerkleTree tree_;
};

} // namespace

VerifyFailure failure_of(Height height, const RuleError& error) {
    std::string message = consensus::describe(error.code);
    if (error.rule() >= 7 && error.rule() <= 9)
        message += " (transaction " + std::to_string(error.index) + ")";
    return {height, consensus::name_of(error.code), std::move(message), error.rule()};
}

struct Verifier::State {
    State(consensus::Network of, const ByteArray<16>& salt)
        : network(std::move(of)), tip(consensus::genesis_point(network)), accounts(salt) {
        consensus::StateChange first;
        for (const auto& [address, amount] : network.parameters().allocations)
            first.records.push_back({AccountNumber{first.count++}, Account{address, amount, {}, {}}});
        accounts.apply(first);
        history.append(consensus::merkle_leaf(tip.id.bytes));
    }

    consensus::Network network;
    consensus::ChainPoint tip;
    MemoryAccounts accounts;
    MerkleTree history; ///< over the ids up to the tip's
    std::uint64_t transactions = 0;
};

Verifier::Verifier(consensus::Network network, const ByteArray<16>& salt)
    : state_(std::make_unique<State>(std::move(network), salt)) {}
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
    s.accounts.apply(effect->change);
    if (s.accounts.root() != block.header().state_root) return refuse({RuleCode::state_root, 0});
    if (s.history.root() != block.header().history_root) return refuse({RuleCode::history_root, 0});

    s.tip = extend(s.network, s.tip, block.head, id);
    s.history.append(consensus::merkle_leaf(id.bytes));
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
