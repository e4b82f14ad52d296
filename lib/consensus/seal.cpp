#include <consensus/seal.hpp>
#include <consensus/target.hpp>

namespace cairn::consensus {

CompactTarget required_target(const Network& network, const ChainPoint& parent) {
    return next_target(network.parameters(), parent.height, parent.counted_ms);
}

std::optional<RuleError> check_seal(const Network&, const ChainPoint&, const SealedHeader& head,
                                    const BlockId& id) {
    const auto target = expand(head.header.target);
    if (!target || Uint256::from_big_endian(id.bytes) > *target) return RuleError{RuleCode::work_missing};
    return std::nullopt;
}

Uint256 weight_of(const Network&, const Header& header) {
    const auto target = expand(header.target);
    return target ? work_of(*target) : Uint256{};
}

} // namespace cairn::consensus
