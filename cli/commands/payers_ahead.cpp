#include <cli/commands/payers_ahead.hpp>
#include <cli/open_wallets.hpp>

#include <algorithm>

namespace cairn::cli {

void PayersAhead::take_off(Payer& payer, const Spent& spent) {
    for (Source& source : payer.sources) {
        if (source.address != spent.address) continue;
        source.available = checked_sub(source.available, spent.cost).value_or(Amount{});
        source.nonce = spent.nonce.next();
    }
}

const Payee* PayersAhead::payee(Session& session, const std::string& to) {
    if (const auto known = payees_.find(to); known != payees_.end()) return &known->second;
    auto payee = payee_of(session, to);
    return payee ? &payees_.emplace(to, std::move(*payee)).first->second : nullptr;
}

const Payer* PayersAhead::of(Session& session, const Args& args) {
    session.open_wallets().lock_due(std::chrono::steady_clock::now());
    const std::string name = args.has("--from") ? args.text("--from") : args.text_or("--wallet", "");
    if (const auto known = wallets_.find(name); known != wallets_.end()) return &payers_.at(known->second);
    auto payer = payer_of(session, args);
    if (!payer) return nullptr;
    wallet::Wallet* const wallet = payer->wallet;
    wallets_.emplace(name, wallet);
    for (const Spent& spent : unseen_) take_off(*payer, spent);
    return &payers_.insert_or_assign(wallet, std::move(*payer)).first->second;
}

bool PayersAhead::may_pay(Session& session, const Payer& payer, const std::vector<Draft>& drafts) {
    const Amount least = session.network().parameters().min_new_account;
    const auto is_known = [&](const Draft& draft) {
        return std::all_of(draft.outputs.begin(), draft.outputs.end(), [&](const Output& output) {
            return output.amount >= least ||
                   may_pay_.contains({payer.sources[draft.source].address, output.to});
        });
    };
    return std::all_of(drafts.begin(), drafts.end(), is_known) ||
           check_new_accounts(session, payer, drafts).has_value();
}

void PayersAhead::pay(const Payer& payer, const Draft& draft) {
    const auto& from = payer.sources[draft.source].address;
    const Spent spent{from, draft.nonce, total_amount({draft}) + draft.fee};
    for (const Output& output : draft.outputs) may_pay_.emplace(from, output.to);
    unseen_.push_back(spent);
    for (auto& [wallet, each] : payers_) take_off(each, spent);
}

void PayersAhead::forget() {
    payees_.clear();
    wallets_.clear();
    payers_.clear();
    unseen_.clear();
    may_pay_.clear();
}

} // namespace cairn::cli
