// Standing: what addresses have cost us, kept across reconnects. Bounded; owned by one thread. Times are
// Instant::steady_ms: a clock that is set forgives nobody and bans nobody.
#pragma once

#include <base/instant.hpp>
#include <wire/endpoint.hpp>

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace cairn::net {

/// Those who share one score: a /24 of IPv4, a /48 of IPv6, one address of a private network; on loopback one
/// node, once it is known which, and all others together.
struct StandingKey {
    ByteArray<16> prefix{};
    std::uint8_t bits = 0;
    std::uint16_t port = 0; ///< of a confirmed loopback node
    friend auto operator<=>(const StandingKey&, const StandingKey&) = default;
};

/// `confirmed_port`: of HELLO, once we reached the same node there.
StandingKey standing_key(const Endpoint& remote, std::optional<std::uint16_t> confirmed_port = std::nullopt);
/// All loopback connections that are not confirmed: slowed, never banned.
bool is_shared(const StandingKey& key);
/// "203.0.113.0/24", "[::1]:9401", "loopback".
std::string to_text(const StandingKey& key);

class Standing {
  public:
    static constexpr std::uint32_t slowed_at = 1'000;
    static constexpr std::uint32_t dropped_at = 10'000;
    static constexpr std::uint32_t most = 20'000;       ///< a score grows no further
    static constexpr std::uint32_t most_shared = 2'000; ///< nor that of loopback: the innocent share it
    static constexpr std::uint64_t forgiven_per_second = 1;
    static constexpr std::uint64_t discouraged_ms = 86'400'000;
    static constexpr std::size_t max_keys = 4'096;
    static constexpr std::size_t max_bans = 4'096;
    static constexpr std::size_t max_claims = 4'096;

    enum class Level {
        fine,
        slowed,  ///< serve it slowly
        dropped, ///< drop it, and keep it out while is_out() says so
    };

    /// Where it stands after this cost. Dropping discourages for a day. Where the list is full, the least
    /// score goes; those who are discouraged go last, and never the newcomer.
    Level add(const StandingKey& key, std::uint32_t cost, Instant now);
    Level level(const StandingKey& key, Instant now) const;
    std::uint32_t score(const StandingKey& key, Instant now) const;
    /// Discouraged or banned: take no connection from it, and make none to it.
    bool is_out(const StandingKey& key, Instant now) const;

    /// It says that it has more work. True where that is worth waiting for: no claim of this address was left
    /// unshown, and none is being looked at. Until claim_shown() every further one is passed over.
    bool trust_claim(const StandingKey& key);
    void claim_shown(const StandingKey& key) { claims_.erase(key); }

    /// By the user. False for the shared key of loopback, or where too many are banned.
    bool ban(const StandingKey& key, std::uint64_t span_ms, Instant now);
    /// Ends a ban or a day of discouragement, and forgets the score. False where there was none of these.
    bool unban(const StandingKey& key);
    /// Key and milliseconds left, by key.
    std::vector<std::pair<StandingKey, std::uint64_t>> bans(Instant now) const;

    std::size_t count() const { return scores_.size(); }

  private:
    struct Score {
        std::uint64_t milli = 0; ///< thousandths, as of at_ms
        std::uint64_t at_ms = 0;
        std::uint64_t out_until_ms = 0;
    };
    /// End of the discouragement (0: none), when the score is forgiven, key.
    using Order = std::tuple<std::uint64_t, std::uint64_t, StandingKey>;

    static Order order_of(const StandingKey& key, const Score& score);
    static std::uint64_t milli_at(const Score& score, std::uint64_t now_ms);
    void make_room(std::uint64_t now_ms);

    std::map<StandingKey, Score> scores_;
    std::set<Order> order_;
    std::map<StandingKey, std::uint64_t> bans_; ///< until
    std::set<StandingKey> claims_;              ///< that were not shown yet
};

} // namespace cairn::net
