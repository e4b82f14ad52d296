#include <cli/grammar/suggest.hpp>
#include <cli/open_wallets.hpp>

#include <algorithm>

namespace cairn::cli {

Expected<wallet::Wallet*> OpenWallets::get(std::string_view name, TimePoint now) {
    if (const auto found = wallets_.find(name); found != wallets_.end()) {
        lock_due(now);
        return &found->second;
    }
    auto opened = directory_.open(name);
    if (!opened) {
        auto refused = failure_of(opened.error());
        if (refused.exit == Exit::not_found && refused.hint.empty())
            refused.hint = did_you_mean(name, directory_.names(), "`wallet list` shows those there are");
        return fail(std::move(refused));
    }
    return &wallets_.emplace(std::string(name), std::move(*opened)).first->second;
}

wallet::Wallet& OpenWallets::adopt(wallet::Wallet wallet) {
    const auto name = wallet.name();
    return wallets_.insert_or_assign(name, std::move(wallet)).first->second;
}

void OpenWallets::release(std::string_view name) {
    if (const auto found = wallets_.find(name); found != wallets_.end()) wallets_.erase(found);
    if (const auto found = lock_times_.find(name); found != lock_times_.end()) lock_times_.erase(found);
}

void OpenWallets::lock_at(std::string_view name, TimePoint when) {
    lock_times_.insert_or_assign(std::string(name), when);
}

std::optional<OpenWallets::TimePoint> OpenWallets::lock_time(const std::string& name,
                                                             const wallet::Wallet& wallet) const {
    if (wallet.is_locked() || !wallet.is_protected()) return std::nullopt;
    std::optional<TimePoint> when;
    if (idle_limit_ && idle_since_) when = *idle_since_ + *idle_limit_;
    if (const auto told = lock_times_.find(name); told != lock_times_.end())
        when = std::min(when.value_or(told->second), told->second);
    return when;
}

std::vector<std::string> OpenWallets::lock_due(TimePoint now) {
    std::vector<std::string> locked;
    for (auto& [name, wallet] : wallets_) {
        const auto when = lock_time(name, wallet);
        if (!when || *when > now) continue;
        wallet.lock();
        locked.push_back(name);
        lock_times_.erase(name);
    }
    return locked;
}

std::optional<OpenWallets::TimePoint> OpenWallets::next_lock() const {
    std::optional<TimePoint> next;
    for (const auto& [name, wallet] : wallets_)
        if (const auto when = lock_time(name, wallet)) next = std::min(next.value_or(*when), *when);
    return next;
}

} // namespace cairn::cli
