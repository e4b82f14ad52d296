// The verbs of the protocol: their names and the longest body that each may announce.
#pragma once

#include <wire/limits.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace cairn::net {

enum class Verb {
    hello,
    ok,
    err,
    ping,
    pong,
    getheaders,
    headers,
    inv,
    get,
    tx,
    block,
    relay,
    compact_block,
    get_block_txs,
    block_txs,
    fee,
    getaddr,
    addr,
    status,
    help,
    bye,
};

std::string_view name_of(Verb verb);
/// nullopt for what is none of ours. Capitals only.
std::optional<Verb> verb_of(std::string_view name);

/// Bytes of a body, before hexadecimal doubles them; 0 for a verb without one.
std::size_t body_limit(Verb verb, const DecoderLimits& limits);

} // namespace cairn::net
