// The world's connections: what is sent over them, and how they come and go.
#include "places.hpp"
#include "world.hpp"
#include <crypto/siphash.hpp>

#include <algorithm>
#include <numeric>

namespace cairn::sim {
namespace {

constexpr std::size_t most_unsent = 5u << 20; ///< bytes: 4 MiB, and the message that went over
constexpr std::uint64_t bytes_a_ms = 10'000;  ///< 80 Mbit/s, each message by itself

} // namespace

void World::dial(std::size_t index, const net::Dial& what) {
    const auto at = net::parse_endpoint(what.host + ":" + std::to_string(what.port));
    const auto place = at ? places_.find(*at) : places_.end();
    const std::size_t target = place != places_.end() ? place->second : machines_.size();
    const std::uint64_t boot = machines_[index]->boot();
    const std::uint64_t pause = target < machines_.size() ? 2 * delay(index, target) : 1'000;
    after(pause, [this, index, boot, target, dial = what.dial] {
        if (machines_[index]->boot() != boot || !machines_[index]->is_up()) return;
        const bool there = target < machines_.size() && machines_[target]->is_up() && !is_cut(index, target);
        if (there)
            connect(index, target, dial);
        else
            input(index, net::DialFailed{dial, net::DialFailed::Why::unreachable, "no answer"});
    });
}

void World::connect(std::size_t from, std::size_t to, net::DialId dial) {
    const std::size_t number = connections_.size();
    connections_.emplace_back();
    Connection& made = connections_.back();
    const std::size_t both[2] = {from, to};
    for (int side = 0; side < 2; ++side) {
        made.ends[side] = End{
            both[side], machines_[both[side]]->boot(), net::PeerId{++last_peer_}, 0, 0, now_, false, now_};
        seats_[{both[side], made.ends[side].peer}] = {number, side};
    }
    const net::PeerId at_from = made.ends[0].peer;
    const net::PeerId at_to = made.ends[1].peer;
    const auto ephemeral = static_cast<std::uint16_t>(20'000 + number % 40'000);
    input(from, net::Connected{at_from, endpoint_of(to, service_port), dial});
    input(to, net::Connected{at_to, endpoint_of(from, ephemeral), std::nullopt});
}

void World::send(std::size_t index, net::Send& what) {
    const auto found = seats_.find({index, what.peer});
    if (found == seats_.end()) return;
    const Seat seat = found->second;
    Connection& connection = connections_[seat.connection];
    if (!connection.open) return;
    ++messages_;
    note(crypto::siphash24({}, what.bytes)); // byte for byte
    End& own = connection.ends[seat.side];
    own.unsent += what.bytes.size();
    if (own.unsent > most_unsent) break_down(index, "queues too much");
    if (is_cut(connection.ends[0].machine, connection.ends[1].machine)) {
        own.held += what.bytes.size();
        connection.held.push_back({seat.side, std::move(what.bytes)});
    } else {
        transmit(seat, what.bytes);
    }
}

void World::tell_later(Seat whom) {
    End& waiting = connections_[whom.connection].ends[whom.side];
    if (std::exchange(waiting.telling, true)) return;
    const std::uint64_t pause = waiting.busy_until > now_ ? waiting.busy_until - now_ : 0;
    after(std::max(pause, options_.tell_after_ms), [this, whom] {
        const Connection& at = connections_[whom.connection];
        End& end = connections_[whom.connection].ends[whom.side];
        end.telling = false;
        if (now_ < end.busy_until) return tell_later(whom);
        end.unsent = end.held;
        if (at.open) input(end.machine, net::Queued{end.peer, end.unsent});
    });
}

void World::transmit(Seat from, const Bytes& bytes) {
    Connection& connection = connections_[from.connection];
    const std::uint64_t in_transit = bytes.size() / bytes_a_ms;
    End& own = connection.ends[from.side];
    own.busy_until = std::max(own.busy_until, now_ + 1 + in_transit);
    tell_later(from);
    const int to = 1 - from.side;
    End& other = connection.ends[to];
    const bool faulty = faulty_;
    if (faulty && chance(options_.loss)) return;
    const int copies = faulty && chance(options_.doubling) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
        Moment arrival = now_ + delay(own.machine, other.machine) + in_transit;
        if (!faulty || !chance(options_.reordering)) arrival = std::max(arrival, other.last_arrival);
        other.last_arrival = std::max(other.last_arrival, arrival);
        after(arrival - now_, [this, number = from.connection, to, bytes] { deliver(number, to, bytes); });
    }
}

/// In pieces of any size.
void World::deliver(std::size_t connection, int to, const Bytes& bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const Connection& over = connections_[connection];
        const End end = over.ends[to];
        if (!over.open || machines_[end.machine]->boot() != end.boot) return;
        const std::size_t piece = std::min(bytes.size() - at, 1 + random_.below(65'536));
        const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        input(end.machine, net::Received{end.peer, Bytes(from, from + static_cast<std::ptrdiff_t>(piece))});
        at += piece;
    }
}

void World::close(std::size_t connection, int by) {
    Connection& over = connections_[connection];
    if (!over.open) return;
    over.open = false;
    over.held.clear();
    for (int side = 0; side < 2; ++side) {
        const End end = over.ends[side];
        seats_.erase({end.machine, end.peer});
        after(side == by ? 0 : delay(over.ends[by].machine, end.machine), [this, end] {
            if (machines_[end.machine]->boot() == end.boot) input(end.machine, net::Disconnected{end.peer});
        });
    }
}

void World::drop(std::size_t index, net::PeerId peer) {
    const auto seat = seats_.find({index, peer});
    if (seat != seats_.end()) after(2, [this, at = seat->second] { close(at.connection, at.side); });
    if (strangers_.erase({index, peer}) == 0) return;
    after(2, [this, index, peer, boot = machines_[index]->boot()] {
        if (machines_[index]->boot() == boot) input(index, net::Disconnected{peer});
    });
}

void World::stranger(std::size_t index, const Bytes& says) {
    const net::PeerId peer{++last_peer_};
    const auto from = static_cast<Byte>(1 + peer.value % 250);
    if (!machines_[index]->is_up()) return;
    strangers_.emplace(index, peer);
    input(index, net::Connected{peer, net::ipv4_endpoint({10, 9, 0, from}, 4'000), std::nullopt});
    input(index, net::Received{peer, says});
}

void World::partition(const std::vector<std::size_t>& group_of, bool silently) {
    group_of_ = group_of;
    if (!silently)
        for (std::size_t i = 0; i < connections_.size(); ++i)
            if (connections_[i].open &&
                is_cut(connections_[i].ends[0].machine, connections_[i].ends[1].machine))
                close(i, 0);
    release_held();
}

void World::heal() {
    std::fill(group_of_.begin(), group_of_.end(), 0);
    release_held();
}

void World::release_held() {
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        Connection& connection = connections_[i];
        if (is_cut(connection.ends[0].machine, connection.ends[1].machine)) continue;
        for (End& end : connection.ends) end.held = 0;
        for (const Held& one : std::exchange(connection.held, {})) transmit({i, one.side}, one.bytes);
    }
}

bool World::is_connected() const {
    const auto is_ready = [this](const End& end) {
        if (!machines_[end.machine]->is_up()) return false;
        const auto peers = machine(end.machine).node().peers();
        return std::any_of(peers.begin(), peers.end(),
                           [&](const net::PeerInfo& peer) { return peer.id == end.peer && peer.ready; });
    };
    std::vector<std::size_t> part_of(machines_.size()); // joined where there is a connection
    std::iota(part_of.begin(), part_of.end(), std::size_t{0});
    for (const Connection& one : connections_) {
        const std::size_t kept = part_of[one.ends[0].machine];
        const std::size_t joined = part_of[one.ends[1].machine];
        if (one.open && kept != joined && is_ready(one.ends[0]) && is_ready(one.ends[1]))
            std::replace(part_of.begin(), part_of.end(), std::size_t{joined}, std::size_t{kept});
    }
    return std::all_of(part_of.begin(), part_of.end(), [&](std::size_t part) { return part == part_of[0]; });
}

void World::calm() { faulty_ = false; }

} // namespace cairn::sim
