// The golden vectors: what stands in model.json and consensus.json, made anew from this code. They are for a
// second implementation too: check_vectors.py reads them with nothing but docs/CONSENSUS.md in mind.
// Numbers of 64 bits are decimal strings, bytes are hex, so that no reader of JSON rounds or reorders them.
#pragma once

#include <base/bytes.hpp>
#include <base/hex.hpp>
#include <base/uint256.hpp>
#include <model/block.hpp>

#include <boost/json/value.hpp>

#include <string>

namespace cairn::test {

boost::json::object model_vectors();
boost::json::object consensus_vectors();

inline boost::json::string hex(ByteView bytes) { return boost::json::string(to_hex(bytes)); }
inline boost::json::string decimal(std::uint64_t number) {
    return boost::json::string(std::to_string(number));
}
inline boost::json::string compact_text(CompactTarget target) {
    ByteArray<4> big;
    for (std::size_t i = 0; i < 4; ++i) big[i] = static_cast<Byte>(target.bits >> (24 - 8 * i));
    return boost::json::string("0x" + to_hex(big));
}
inline boost::json::string wide(const Uint256& number) { return hex(number.to_big_endian()); }

} // namespace cairn::test
