// Validity of headers and blocks, stage by stage, as pure functions. Stages run in the order of the rules'
// numbers; each reports the least violation it finds. Safe from any thread.
#pragma once

#include <base/uint256.hpp>
#include <consensus/parameters.hpp>
#include <consensus/rule_error.hpp>

#include <optional>
#include <span>

namespace cairn::consensus {

/// A block as its child sees it: what headers are judged against.
struct ChainPoint {
    BlockId id;
    Height height;
    Time time;
    std::uint64_t counted_ms = 0; ///< v(n)
    Uint256 work;                 ///< of the whole branch, this block included
    friend bool operator==(const ChainPoint&, const ChainPoint&) = default;
};

ChainPoint genesis_point(const Network& network);
/// The point after `head`, which has passed check_header.
ChainPoint extend(const Network& network, const ChainPoint& parent, const SealedHeader& head,
                  const BlockId& id);

/// Rules 2 to 5 but for the bound on the future. head.header.parent is parent.id.
std::optional<RuleError> check_header(const Network& network, const ChainPoint& parent,
                                      const SealedHeader& head, const BlockId& id);
/// Second half of rule 3: such a block is deferred, not invalid.
bool is_ahead_of(const Network& network, const Header& header, Time now);

/// Rule 1 of a block that was decoded. Cheap: no hashing.
std::optional<RuleError> check_size(const Network& network, const Block& block);
/// Rules 1, 6 and 7 of a block that was decoded.
std::optional<RuleError> check_body(const Network& network, const Block& block);
/// Rule 7 of one transaction, for a block of that height.
std::optional<RuleError> check_transaction(const Network& network, const Transaction& tx, Height height,
                                           std::uint32_t index = 0);
/// Rule 8 of one transaction.
bool check_signature(const Network& network, const Transaction& tx);
/// Rule 8 of many, first offender first.
std::optional<RuleError> check_signatures(const Network& network, std::span<const Transaction> txs);

/// The lesser of two findings, where there is one: joins checks that ran apart, in whatever order they ended.
std::optional<RuleError> least(const std::optional<RuleError>& a, const std::optional<RuleError>& b);

/// Root over the transactions' whole bytes.
Hash256 tx_root(std::span<const Transaction> txs);

} // namespace cairn::consensus
