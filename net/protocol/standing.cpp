#include <protocol/standing.hpp>

#include <algorithm>

namespace cairn::net {
namespace {

constexpr std::uint8_t whole = 128;
constexpr std::uint64_t milli = 1'000;

StandingKey shared_key() {
    StandingKey out;
    out.prefix.back() = 1; // ::1
    out.bits = whole;
    return out;
}

ByteArray<16> first_bits(ByteArray<16> ip, std::uint8_t bits) { // a multiple of 8
    std::fill(ip.begin() + bits / 8, ip.end(), Byte{0});
    return ip;
}

} // namespace

StandingKey standing_key(const Endpoint& remote, std::optional<std::uint16_t> confirmed_port) {
    if (is_loopback(remote))
        return confirmed_port.value_or(0) == 0 ? shared_key()
                                               : StandingKey{remote.ip, whole, *confirmed_port};
    const std::uint8_t bits = is_private(remote) ? whole : is_ipv4(remote) ? 96 + 24 : 48;
    return {first_bits(remote.ip, bits), bits, 0};
}

bool is_shared(const StandingKey& key) { return key == shared_key(); }

std::string to_text(const StandingKey& key) {
    if (is_shared(key)) return "loopback";
    const Endpoint at{key.prefix, key.port};
    std::string text = to_text(at);
    if (key.port != 0) return text;
    std::string host = is_ipv4(at) ? text.substr(0, text.rfind(':')) : text.substr(1, text.rfind(']') - 1);
    if (key.bits == whole) return host;
    return host + "/" + std::to_string(is_ipv4(at) ? key.bits - 96 : key.bits);
}

std::uint64_t Standing::milli_at(const Score& score, std::uint64_t now_ms) {
    const std::uint64_t passed = now_ms > score.at_ms ? now_ms - score.at_ms : 0;
    static_assert(forgiven_per_second == 1); // a thousandth a millisecond
    return score.milli - std::min(score.milli, passed);
}

Standing::Order Standing::order_of(const StandingKey& key, const Score& score) {
    return {score.out_until_ms, score.at_ms + score.milli, key};
}

Standing::Level Standing::add(const StandingKey& key, std::uint32_t cost, Instant now) {
    if (cost == 0) return level(key, now);
    auto found = scores_.find(key);
    if (found == scores_.end()) {
        if (scores_.size() >= max_keys) make_room(now.steady_ms);
        found = scores_.try_emplace(key).first;
    } else {
        order_.erase(order_of(key, found->second));
    }
    Score& score = found->second;
    const std::uint64_t sum = milli_at(score, now.steady_ms) + std::uint64_t{cost} * milli;
    score.milli = std::min(sum, std::uint64_t{is_shared(key) ? most_shared : most} * milli);
    score.at_ms = std::max(score.at_ms, now.steady_ms);
    if (score.milli >= std::uint64_t{dropped_at} * milli && !is_shared(key))
        score.out_until_ms = score.at_ms + discouraged_ms;
    order_.insert(order_of(key, score));
    return level(key, now);
}

/// Those never or no longer discouraged first, of them the one that is forgiven first; else the one whose day
/// ends first. Never the newcomer: else a full list would forgive everyone.
void Standing::make_room(std::uint64_t now_ms) {
    auto victim = order_.begin();
    const auto over = order_.lower_bound({1, 0, StandingKey{}});
    if (over != order_.end() && std::get<0>(*over) <= now_ms) victim = over;
    scores_.erase(std::get<2>(*victim));
    order_.erase(victim);
}

std::uint32_t Standing::score(const StandingKey& key, Instant now) const {
    const auto found = scores_.find(key);
    if (found == scores_.end()) return 0;
    return static_cast<std::uint32_t>(milli_at(found->second, now.steady_ms) / milli);
}

Standing::Level Standing::level(const StandingKey& key, Instant now) const {
    if (is_out(key, now)) return Level::dropped;
    return score(key, now) >= slowed_at ? Level::slowed : Level::fine;
}

bool Standing::is_out(const StandingKey& key, Instant now) const {
    const auto ban = bans_.find(key);
    if (ban != bans_.end() && ban->second > now.steady_ms) return true;
    const auto found = scores_.find(key);
    return found != scores_.end() && found->second.out_until_ms > now.steady_ms;
}

bool Standing::trust_claim(const StandingKey& key) {
    if (claims_.size() >= max_claims && !claims_.contains(key)) claims_.clear();
    return claims_.insert(key).second;
}

bool Standing::ban(const StandingKey& key, std::uint64_t span_ms, Instant now) {
    if (is_shared(key)) return false;
    std::erase_if(bans_, [&](const auto& one) { return one.second <= now.steady_ms; });
    if (bans_.size() >= max_bans && !bans_.contains(key)) return false;
    constexpr std::uint64_t longest_ms = std::uint64_t{100} * 365 * 86'400'000; // no sum leaves 64 bits
    bans_[key] = now.steady_ms + std::min(span_ms, longest_ms);
    return true;
}

bool Standing::unban(const StandingKey& key) {
    const bool banned = bans_.erase(key) > 0;
    const auto found = scores_.find(key);
    if (found == scores_.end()) return banned;
    const bool was_out = found->second.out_until_ms > 0;
    order_.erase(order_of(key, found->second));
    scores_.erase(found);
    return banned || was_out;
}

std::vector<std::pair<StandingKey, std::uint64_t>> Standing::bans(Instant now) const {
    std::map<StandingKey, std::uint64_t> until = bans_;
    for (const auto& [key, score] : scores_)
        if (score.out_until_ms > now.steady_ms) until[key] = std::max(until[key], score.out_until_ms);
    std::vector<std::pair<StandingKey, std::uint64_t>> out;
    out.reserve(until.size());
    for (const auto& [key, end] : until)
        if (end > now.steady_ms) out.emplace_back(key, end - now.steady_ms);
    return out;
}

} // namespace cairn::net
