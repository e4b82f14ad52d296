#include "world.hpp"

#include <consensus/rules.hpp>
#include <mining/kernel.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace cairn::sim {
namespace {

constexpr std::uint16_t port = 9'401;
constexpr std::size_t most_unsent = 5u << 20;   ///< bytes: 4 MiB, and the message that went over
constexpr std::size_t most_waiting = 96u << 20; ///< bytes of bodies that wait to be connected

ByteArray<4> address_of_machine(std::size_t index) {
    return {10, 0, static_cast<Byte>(index / 250), static_cast<Byte>(1 + index % 250)};
}
net::Endpoint endpoint_of(std::size_t index, std::uint16_t at) {
    return net::ipv4_endpoint(address_of_machine(index), at);
}

} // namespace

World::World(consensus::Network network, const WorldOptions& options, std::uint64_t seed)
    : network_(std::move(network)), options_(options), random_(seed) {
    const std::size_t count = options.machines;
    timers_.resize(count);
    searches_.resize(count);
    flushes_.resize(count);
    group_of_.resize(count);
    machines_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t skew = options.skew_ms > 0 ? random_.below(options.skew_ms) : 0;
        machines_.push_back(std::make_unique<Machine>(network_, i, seed, skew, options.node));
    }
    for (std::size_t i = 0; i < count; ++i) after(random_.below(1'000), [this, i] { seek_peers(i); });
}

// --- time ---

void World::after(std::uint64_t delay, std::function<void()> happen) {
    events_.push(Event{now_ + delay, ++order_, std::move(happen)});
}

void World::run_until(Moment end) {
    while (!events_.empty() && events_.top().at <= end) {
        // A copy of the handle: what happens may add events.
        const Event next = events_.top();
        events_.pop();
        now_ = next.at;
        next.happen();
    }
    now_ = end;
}

bool World::run_until(Moment end, const std::function<bool()>& holds) {
    constexpr Moment step = 100;
    while (!holds()) {
        if (now_ >= end) return false;
        run_until(std::min(end, now_ + step));
    }
    return true;
}

std::uint64_t World::delay() {
    return options_.least_delay_ms + random_.below(options_.most_delay_ms - options_.least_delay_ms + 1);
}

/// A geometric distribution in steps of a sixteenth of the mean: integers alone, the same everywhere.
std::uint64_t World::memoryless(std::uint64_t mean) {
    constexpr std::uint64_t steps = 16;
    const std::uint64_t step = std::max<std::uint64_t>(mean / steps, 1);
    std::uint64_t out = random_.below(step);
    while (random_.below(steps) != 0) out += step;
    return out;
}

/// FNV-1a over the words of the trace.
void World::note(std::uint64_t value) {
    for (int i = 0; i < 8; ++i) {
        trace_ ^= (value >> (8 * i)) & 0xff;
        trace_ *= 0x100000001b3;
    }
}

// --- one machine ---

void World::input(std::size_t index, net::Input what) {
    Machine& machine = *machines_[index];
    if (!machine.is_up()) return;
    note(now_);
    note(index * 32 + what.index());
    net::Effects effects;
    machine.node().on(std::move(what), machine.instant(now_), effects);
    for (net::Effect& effect : effects) carry_out(index, effect);
    if (recording_) note_arrival(index);
    if (machine.node().load().waiting_bytes > most_waiting)
        overflow_ = "machine " + std::to_string(index) + " holds too many bodies";
}

void World::carry_out(std::size_t index, net::Effect& effect) {
    if (const auto* what = std::get_if<net::Send>(&effect)) {
        send(index, *what);
    } else if (const auto* gone = std::get_if<net::Drop>(&effect)) {
        const auto seat = seats_.find({index, gone->peer});
        if (seat != seats_.end()) {
            const Seat at = seat->second;
            after(2, [this, at] { close(at.connection, at.side); });
        }
    } else if (const auto* call = std::get_if<net::Dial>(&effect)) {
        dial(index, *call);
    } else if (auto* check = std::get_if<net::CheckBlock>(&effect)) {
        const std::uint64_t boot = machines_[index]->boot();
        after(1 + check->body.size() / 100'000,
              [this, index, boot, number = check->check, body = std::move(check->body)] {
                  if (machines_[index]->boot() != boot) return;
                  auto block = decode_block(body, network_.seal_kind());
                  net::BlockChecked out{number, nullptr, std::nullopt};
                  if (block) {
                      out.error = consensus::check_body(network_, *block);
                      if (!out.error) out.error = consensus::check_signatures(network_, block->transactions);
                      out.block = std::make_shared<const Block>(std::move(*block));
                  }
                  input(index, std::move(out));
              });
    } else if (const auto* what_to_find = std::get_if<net::Search>(&effect)) {
        search(index, *what_to_find);
    } else if (std::holds_alternative<net::StopSearch>(effect)) {
        ++searches_[index];
    } else if (const auto* keep = std::get_if<net::Persist>(&effect)) {
        persist(index, keep->ticket);
    } else if (const auto* wake = std::get_if<net::WakeAt>(&effect)) {
        const std::uint64_t token = ++timers_[index];
        after(wake->steady_ms > now_ ? wake->steady_ms - now_ : 1, [this, index, token] {
            if (timers_[index] == token) input(index, net::TimerFired{});
        });
    } else if (auto* addresses = std::get_if<net::KeepAddresses>(&effect)) {
        machines_[index]->keep(std::move(addresses->bytes));
    } else if (const auto* reply = std::get_if<net::Reply>(&effect)) {
        if (const auto* submitted = std::get_if<Result<net::Submitted, chain::Refusal>>(&reply->response))
            answers_[index][reply->id] = submitted->has_value();
    }
}

void World::persist(std::size_t index, net::Ticket ticket) {
    const bool under_way = std::exchange(flushes_[index], ticket) != 0;
    if (under_way) return;
    const std::uint64_t boot = machines_[index]->boot();
    after(2, [this, index, boot] {
        const net::Ticket done = std::exchange(flushes_[index], 0);
        if (machines_[index]->boot() != boot || !machines_[index]->is_up()) return;
        machines_[index]->sync();
        input(index, net::Persisted{done});
    });
}

void World::search(std::size_t index, const net::Search& what) {
    const std::uint64_t token = ++searches_[index];
    after(memoryless(options_.block_ms), [this, index, token, what] {
        if (searches_[index] != token) return;
        const auto nonce = mining::quick(what.digest, what.target, 1u << 20);
        if (nonce) input(index, net::BlockFound{what.job, WorkSeal{*nonce}, *nonce + 1});
    });
}

void World::seek_peers(std::size_t index) {
    input(index, net::Listening{port});
    const std::size_t wanted = std::min(options_.dials, machines_.size() - 1);
    std::set<std::size_t> chosen = {(index + 1) % machines_.size()}; // a ring: nobody is left alone
    while (chosen.size() < wanted) {
        const std::size_t other = random_.below(machines_.size());
        if (other != index) chosen.insert(other);
    }
    for (const std::size_t other : chosen) {
        std::string name = net::to_text(endpoint_of(other, port));
        name.resize(name.rfind(':'));
        input(index, net::Command{++last_request_, net::AddPeer{name, port, false, true}});
    }
    input(index, net::TimerFired{});
}

void World::start_mining(std::size_t index) {
    input(index, net::Command{++last_request_, net::StartMining{test::address_of(index), std::nullopt}});
}
void World::stop_mining(std::size_t index) { input(index, net::Command{++last_request_, net::StopMining{}}); }

bool World::pay(std::size_t index, const crypto::Address& to, Amount amount) {
    Machine& machine = *machines_[index];
    if (!machine.is_up()) return false;
    const auto key = test::key_of(index);
    const Nonce nonce = machine.node().next_nonce(test::address_of(key));
    input(index, net::Command{++last_request_, net::SubmitTransaction{
                                                   test::transfer(network_, key, nonce.value, to, amount)}});
    return true;
}

void World::lose_power(std::size_t index) {
    Machine& machine = *machines_[index];
    if (!machine.is_up()) return;
    note(now_);
    note(index);
    machine.lose_power();
    ++timers_[index];
    ++searches_[index];
    flushes_[index] = 0;
    for (std::size_t i = 0; i < connections_.size(); ++i)
        for (int side = 0; side < 2; ++side)
            if (connections_[i].open && connections_[i].ends[side].machine == index) close(i, side);
}

void World::start(std::size_t index) {
    if (machines_[index]->is_up()) return;
    machines_[index]->start();
    seek_peers(index);
}

// --- connections ---

void World::dial(std::size_t index, const net::Dial& what) {
    const auto at = net::parse_endpoint(what.host + ":" + std::to_string(what.port));
    const std::uint64_t boot = machines_[index]->boot();
    std::size_t target = machines_.size();
    for (std::size_t i = 0; at && i < machines_.size(); ++i)
        if (endpoint_of(i, port) == *at) target = i;
    after(2 * delay(), [this, index, boot, target, dial = what.dial] {
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
        made.ends[side] = End{both[side], machines_[both[side]]->boot(), net::PeerId{++last_peer_}, 0, now_};
        seats_[{both[side], made.ends[side].peer}] = {number, side};
    }
    const net::PeerId at_from = made.ends[0].peer;
    const net::PeerId at_to = made.ends[1].peer;
    const auto ephemeral = static_cast<std::uint16_t>(20'000 + number % 40'000);
    input(from, net::Connected{at_from, endpoint_of(to, port), dial});
    input(to, net::Connected{at_to, endpoint_of(from, ephemeral), std::nullopt});
}

void World::send(std::size_t index, const net::Send& what) {
    const auto found = seats_.find({index, what.peer});
    if (found == seats_.end()) return;
    const Seat seat = found->second;
    Connection& connection = connections_[seat.connection];
    if (!connection.open) return;
    ++messages_;
    note(what.bytes.size());
    End& own = connection.ends[seat.side];
    own.unsent += what.bytes.size();
    if (own.unsent > most_unsent) overflow_ = "machine " + std::to_string(index) + " queues too much";
    after(1 + what.bytes.size() / 10'000, [this, seat, size = what.bytes.size()] {
        Connection& at = connections_[seat.connection];
        End& end = at.ends[seat.side];
        end.unsent -= std::min(end.unsent, size);
        if (at.open) input(end.machine, net::Queued{end.peer, end.unsent});
    });
    if (is_cut(connection.ends[0].machine, connection.ends[1].machine)) return; // nobody hears it
    const int to = 1 - seat.side;
    End& other = connection.ends[to];
    const bool faulty = faulty_;
    if (faulty && chance(options_.loss)) return;
    const int copies = faulty && chance(options_.doubling) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
        Moment arrival = now_ + delay() + what.bytes.size() / 10'000;
        if (!faulty || !chance(options_.reordering)) arrival = std::max(arrival, other.last_arrival);
        other.last_arrival = std::max(other.last_arrival, arrival);
        after(arrival - now_, [this, seat, to, bytes = what.bytes] { deliver(seat.connection, to, bytes); });
    }
}

/// In pieces of any size.
void World::deliver(std::size_t connection, int to, Bytes bytes) {
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
    for (int side = 0; side < 2; ++side) {
        const End end = over.ends[side];
        seats_.erase({end.machine, end.peer});
        after(side == by ? 0 : delay(), [this, end] {
            if (machines_[end.machine]->boot() == end.boot) input(end.machine, net::Disconnected{end.peer});
        });
    }
}

void World::partition(const std::vector<std::size_t>& group_of, bool silently) {
    group_of_ = group_of;
    if (silently) return;
    for (std::size_t i = 0; i < connections_.size(); ++i)
        if (connections_[i].open && is_cut(connections_[i].ends[0].machine, connections_[i].ends[1].machine))
            close(i, 0);
}

void World::heal() { std::fill(group_of_.begin(), group_of_.end(), 0); }
void World::calm() { faulty_ = false; }

// --- what is seen ---

std::optional<BlockId> World::common_tip() const {
    std::optional<BlockId> tip;
    for (const auto& machine : machines_) {
        if (!machine->is_up()) continue;
        const BlockId own = static_cast<const Machine&>(*machine).node().chain().tip().id;
        if (tip && *tip != own) return std::nullopt;
        tip = own;
    }
    return tip;
}

void World::note_arrival(std::size_t index) {
    auto& row = arrivals_[machines_[index]->node().chain().tip().id];
    row.resize(machines_.size());
    if (!row[index]) row[index] = now_;
}

} // namespace cairn::sim
