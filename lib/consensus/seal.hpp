// The seam between what a block says and what lets its producer say it. Work is the first kind of seal, stake
// the second; the rest of the rules asks only these questions.
#pragma once

#include <base/uint256.hpp>
#include <consensus/rules.hpp>

namespace cairn::consensus {

/// Rule 4: the target that a block after `parent` must carry.
CompactTarget required_target(const Network& network, const ChainPoint& parent);
/// Rule 5: the seal itself, for a block whose target passed rule 4.
std::optional<RuleError> check_seal(const Network& network, const ChainPoint& parent,
                                    const SealedHeader& head, const BlockId& id);
/// What the block adds to its branch's work.
Uint256 weight_of(const Network& network, const Header& header);

} // namespace cairn::consensus
