// Which parameters make a network that works, and its block 0.
#include <base/utf8.hpp>
#include <consensus/merkle.hpp>
#include <consensus/parameters.hpp>
#include <consensus/target.hpp>

#include <algorithm>
#include <stdexcept>

namespace cairn::consensus {
namespace {

using Finding = std::optional<ParameterFault>;

constexpr std::uint64_t supply_bound = std::uint64_t{1} << 63;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <typename Predicate> bool all_of(std::string_view text, Predicate predicate) {
    return std::all_of(text.begin(), text.end(), predicate);
}

std::string of_list(const char* list, std::size_t index, const char* key) {
    return std::string(list) + "[" + std::to_string(index) + "]." + key;
}

Finding check_texts(const Parameters& given) {
    const auto in_name = [](char c) {
        return is_lower(c) || is_upper(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
    };
    const std::string& name = given.name;
    if (name.empty() || name.size() > Network::max_name_bytes || !all_of(name, in_name) ||
        !(is_lower(name[0]) || is_upper(name[0]) || is_digit(name[0])))
        return ParameterFault{"name", "must be 1 to 32 letters, digits, '-', '_' or '.', and begin with a "
                                      "letter or digit"};
    if (given.ticker.size() < 2 || given.ticker.size() > 8 || !all_of(given.ticker, is_upper))
        return ParameterFault{"ticker", "must be 2 to 8 capital letters A to Z"};
    const auto in_prefix = [](char c) { return is_lower(c) || (is_digit(c) && c != '1'); };
    if (given.prefix.empty() || given.prefix.size() > 16 || !all_of(given.prefix, in_prefix) ||
        !is_lower(given.prefix[0]))
        return ParameterFault{"prefix", "must be 1 to 16 small letters a to z or digits other than 1, and "
                                        "begin with a letter"};
    if (given.message.size() > Network::max_message_bytes)
        return ParameterFault{"message", "must not be longer than 1,024 bytes"};
    if (!is_utf8(given.message)) return ParameterFault{"message", "must be UTF-8"};
    return std::nullopt;
}

Finding check_consensus(const Parameters& given) {
    if (given.consensus == SealKind::stake)
        return ParameterFault{"consensus", "proof of stake needs a later version"};
    if (given.consensus != SealKind::work)
        return ParameterFault{"consensus", "must be \"work\" or \"stake\""};
    if (!given.stakers.empty()) return ParameterFault{"stakers", "must be empty under proof of work"};
    return std::nullopt;
}

Finding check_difficulty(const Parameters& given) {
    // Below 2^32, so that neither the counted time nor the schedule of 2^32 blocks exceeds 64 bits.
    if (given.interval_ms == 0 || given.interval_ms > UINT32_MAX)
        return ParameterFault{"interval_ms", "must be 1 to 4294967295"};
    if (given.half_life_ms > UINT32_MAX) return ParameterFault{"half_life_ms", "must be 0 to 4294967295"};
    // At most a half-life counts for one block: were that no more than the interval, no wait could make the
    // next block easier.
    if (given.half_life_ms != 0 && given.half_life_ms < 2 * given.interval_ms)
        return ParameterFault{"half_life_ms", "must be 0 or at least twice the interval"};
    const auto limit = expand(given.limit);
    if (!limit) return ParameterFault{"limit", "is not a compact target in its shortest form"};
    const auto initial = expand(given.initial_target);
    if (!initial) return ParameterFault{"initial_target", "is not a compact target in its shortest form"};
    if (*initial > *limit) return ParameterFault{"initial_target", "must not be easier than the limit"};
    return std::nullopt;
}

Finding check_limits(const Parameters& given) {
    if (given.halving == 0) return ParameterFault{"halving", "must be at least 1"};
    if (given.max_block_bytes < Network::min_block_limit || given.max_block_bytes > Network::max_block_limit)
        return ParameterFault{"max_block_bytes", "must be 179 (a block without transactions) to 33554432"};
    if (given.max_block_txs == 0 || given.max_block_txs > Network::max_block_limit)
        return ParameterFault{"max_block_txs", "must be 1 to 33554432"};
    // So small that it never carries a time of this age past 64 bits.
    if (given.max_future_ms > UINT32_MAX) return ParameterFault{"max_future_ms", "must be 0 to 4294967295"};
    if (given.time.unix_ms > Network::max_genesis_ms)
        return ParameterFault{"time", "must not be after the year 9999"};
    return std::nullopt;
}

Finding check_allocations(const Parameters& given) {
    if (given.allocations.size() > Network::max_allocations)
        return ParameterFault{"allocations", "must not be more than 100,000"};
    std::vector<std::pair<crypto::Address, std::size_t>> sorted;
    sorted.reserve(given.allocations.size());
    for (std::size_t i = 0; i < given.allocations.size(); ++i) {
        if (given.allocations[i].amount.is_zero())
            return ParameterFault{of_list("allocations", i, "amount"), "must be more than 0"};
        sorted.emplace_back(given.allocations[i].address, i);
    }
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 1; i < sorted.size(); ++i)
        if (sorted[i].first == sorted[i - 1].first)
            return ParameterFault{of_list("allocations", sorted[i].second, "address"), "stands there twice"};
    return std::nullopt;
}

/// Σ allocations + Σ subsidies of all heights from 1; nullopt from 2^63 on.
std::optional<Amount> supply_of(const Parameters& given) {
    Uint128 sum = 0;
    for (const Allocation& one : given.allocations) sum += one.amount.units(); // far below 2^128
    Uint128 blocks = given.halving - 1; // of the first run: from height 1
    for (std::uint64_t subsidy = given.subsidy.units(); subsidy != 0; subsidy >>= 1) {
        sum += blocks * subsidy; // at most (2^64 − 1)², and what stood before is below 2^83
        if (sum >= supply_bound) return std::nullopt;
        blocks = given.halving;
    }
    if (sum >= supply_bound) return std::nullopt;
    return Amount::from_units(static_cast<std::uint64_t>(sum));
}

Block genesis_of(const Parameters& given) {
    std::vector<Account> accounts;
    accounts.reserve(given.allocations.size());
    for (const Allocation& one : given.allocations)
        accounts.push_back(Account{one.address, one.amount, Nonce{}, Amount{}});
    Header header;
    header.parent = BlockId{crypto::sha256({as_bytes("cairn/genesis"), encode(given)})};
    header.time = given.time;
    header.tx_root = merkle_empty();
    header.state_root = state_root(accounts.size(), accounts_root(accounts));
    header.history_root = merkle_empty();
    header.target = given.initial_target;
    return Block{SealedHeader{header, WorkSeal{0}}, {}};
}

} // namespace

Result<Network, ParameterFault> Network::make(Parameters parameters) {
    for (const auto check : {check_texts, check_consensus, check_difficulty, check_limits, check_allocations})
        if (auto finding = check(parameters)) return fail(std::move(*finding));
    const auto supply = supply_of(parameters);
    if (!supply)
        return fail(ParameterFault{"subsidy", "with the halving and the allocations gives more than "
                                              "92233720368.54775807 coins"});
    if (parameters.min_new_account > *supply)
        return fail(ParameterFault{"min_new_account", "is more than all coins there can be"});
    Network out;
    out.genesis_ = genesis_of(parameters);
    out.id_ = block_id(out.genesis_.head);
    out.max_supply_ = *supply;
    out.parameters_ = std::move(parameters);
    return out;
}

} // namespace cairn::consensus
