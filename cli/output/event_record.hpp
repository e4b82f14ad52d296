// Events of the chain as JSON records (--events, `events`) and as notices for people. Pure.
#pragma once

#include <protocol/io.hpp>

#include <boost/json/object.hpp>

#include <string>

namespace cairn::cli {

/// `{"v":1,"event":"block","height":…,"id":…,"txs":…}`; also block_removed, reorganisation, held, stored.
boost::json::object event_record(const net::Event& event);

/// For people: which peer of the launch cannot be reached, and why.
std::string peer_failure(const net::PeerFailed& failed);

} // namespace cairn::cli
