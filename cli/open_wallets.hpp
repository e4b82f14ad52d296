// The wallets that a run has opened, and when they lock again: after `wallet unlock --for`, and at the prompt
// after a time without use. Time is handed in. Owned by the interface thread.
#pragma once

#include <cli/answer.hpp>
#include <wallet/wallet_directory.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::cli {

class OpenWallets {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// `directory` outlives this.
    explicit OpenWallets(wallet::WalletDirectory& directory) : directory_(directory) {}

    /// Opened once, then kept, so that what was unlocked stays so. not_found (4).
    Expected<wallet::Wallet*> get(std::string_view name, TimePoint now);
    /// A wallet that was just created, so that it stays unlocked.
    wallet::Wallet& adopt(wallet::Wallet wallet);
    /// After rename or remove.
    void release(std::string_view name);

    void lock_at(std::string_view name, TimePoint when);
    /// Without use for so long, all are locked; nullopt: never.
    void set_idle_limit(std::optional<std::chrono::milliseconds> limit) { idle_limit_ = limit; }
    std::optional<std::chrono::milliseconds> idle_limit() const { return idle_limit_; }
    /// The time without use begins.
    void idle_since(TimePoint when) { idle_since_ = when; }
    /// In use, until the next idle_since().
    void in_use() { idle_since_.reset(); }

    /// Locks those whose time has come: their names.
    std::vector<std::string> lock_due(TimePoint now);
    /// When the next of them locks; nullopt where nothing will.
    std::optional<TimePoint> next_lock() const;

  private:
    /// When this one locks; nullopt where it is locked, or cannot be.
    std::optional<TimePoint> lock_time(const std::string& name, const wallet::Wallet& wallet) const;

    wallet::WalletDirectory& directory_;
    std::map<std::string, wallet::Wallet, std::less<>> wallets_;
    std::map<std::string, TimePoint, std::less<>> lock_times_; ///< of `unlock --for`
    std::optional<std::chrono::milliseconds> idle_limit_;
    std::optional<TimePoint> idle_since_;
};

} // namespace cairn::cli
