#include <transport/hash_rate.hpp>

#include <algorithm>

namespace cairn::net {

namespace {

using Seconds = std::chrono::duration<double>;
constexpr std::chrono::milliseconds apart{100};
constexpr std::chrono::seconds recent{10};
constexpr std::chrono::seconds part{2};
constexpr auto kept = part * static_cast<std::int64_t>(HashRate::history_parts);

} // namespace

void HashRate::sample(std::uint64_t attempts, TimePoint now) {
    const std::lock_guard guard(mutex_);
    if (!samples_.empty() && now - samples_.back().at < apart) return;
    samples_.push_back({now, attempts});
    // One older than all that is told stays, so that the first part has a beginning.
    while (samples_.size() > 2 && now - samples_[1].at >= kept) samples_.pop_front();
}

void HashRate::restart() {
    const std::lock_guard guard(mutex_);
    samples_.clear();
}

double HashRate::per_second(std::uint64_t attempts, TimePoint now) const {
    const std::lock_guard guard(mutex_);
    if (samples_.empty()) return 0;
    auto since = std::find_if(samples_.begin(), samples_.end(),
                              [&](const Sample& each) { return now - each.at <= recent; });
    if (since == samples_.end()) since = std::prev(since);
    const Seconds span = now - since->at;
    return span.count() <= 0 ? 0 : static_cast<double>(attempts - since->attempts) / span.count();
}

std::vector<double> HashRate::history(std::uint64_t attempts, TimePoint now) const {
    const std::lock_guard guard(mutex_);
    std::vector<double> rates;
    if (samples_.empty()) return rates;
    auto all = samples_;
    all.push_back({now, attempts});
    auto attempts_at = [&, at = std::size_t{1}](TimePoint when) mutable {
        while (at + 1 < all.size() && all[at].at < when) ++at;
        const Sample &before = all[at - 1], &after = all[at];
        const Seconds whole = after.at - before.at, gone = when - before.at;
        const double share = whole.count() <= 0 ? 1 : std::clamp(gone / whole, 0.0, 1.0);
        return static_cast<double>(before.attempts) +
               share * static_cast<double>(after.attempts - before.attempts);
    };
    for (std::size_t i = history_parts; i-- > 0;) {
        const auto begin = now - part * static_cast<std::int64_t>(i + 1);
        if (begin < all.front().at) continue;
        const double before = attempts_at(begin);
        rates.push_back((attempts_at(begin + part) - before) / Seconds(part).count());
    }
    return rates;
}

} // namespace cairn::net
