#include "world.hpp"

#include "cities.hpp"
#include "places.hpp"
#include <consensus/rules.hpp>
#include <mining/kernel.hpp>
#include <protocol/header_tree.hpp>

#include <algorithm>

namespace cairn::sim {
namespace {

constexpr std::size_t most_waiting = 96u << 20; ///< bytes of bodies that wait to be connected

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
    tips_.assign(count, network_.id());
    for (std::size_t i = 0; i < count; ++i) {
        places_.emplace(endpoint_of(i, service_port), i);
        after(random_.below(1'000), [this, i] { seek_peers(i); });
    }
}

// --- time ---

void World::after(std::uint64_t delay, std::function<void()> happen) {
    events_.push_back(Event{now_ + delay, ++order_, std::move(happen)});
    std::push_heap(events_.begin(), events_.end(), std::greater<>());
}

void World::run_until(Moment end) {
    while (!events_.empty() && events_.front().at <= end) {
        std::pop_heap(events_.begin(), events_.end(), std::greater<>());
        const Event next = std::move(events_.back()); // out of the heap: what happens may add to it
        events_.pop_back();
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

/// One way.
std::uint64_t World::delay(std::size_t from, std::size_t to) {
    if (options_.in_cities) {
        const std::uint64_t way = std::uint64_t{500} * round_trip_ms(from % city_count, to % city_count);
        return (way + random_.below(way / 10 + 1) + 999) / 1'000;
    }
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
    if (recording_) note_arrivals(index);
    check_bounds(index);
}

void World::check_bounds(std::size_t index) {
    const net::Load load = machines_[index]->node().load();
    if (load.waiting_bytes > most_waiting) break_down(index, "holds too many bodies");
    if (load.headers > net::HeaderTree::max_entries) break_down(index, "holds too many headers");
}

void World::break_down(std::size_t index, const std::string& why) {
    if (broken_.empty())
        broken_ = "machine " + std::to_string(index) + " " + why + " (at " + std::to_string(now_) + " ms)";
}

void World::carry_out(std::size_t index, net::Effect& effect) {
    if (auto* what = std::get_if<net::Send>(&effect)) {
        send(index, *what);
    } else if (const auto* gone = std::get_if<net::Drop>(&effect)) {
        drop(index, gone->peer);
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
        const auto asked = submitted_.extract(reply->id);
        const auto* answer = std::get_if<net::SubmittedAll>(&reply->response);
        if (asked && answer && !answer->refused) machines_[index]->acknowledge(asked.mapped());
    }
}

void World::persist(std::size_t index, net::Ticket ticket) {
    const bool under_way = std::exchange(flushes_[index], ticket) != 0;
    if (under_way) return;
    const std::uint64_t boot = machines_[index]->boot();
    after(1 + random_.below(options_.most_sync_ms), [this, index, boot] {
        if (machines_[index]->boot() != boot || !machines_[index]->is_up()) return;
        const net::Ticket done = std::exchange(flushes_[index], 0);
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
    input(index, net::Listening{service_port});
    const std::size_t wanted = std::min(options_.dials, machines_.size() - 1);
    std::set<std::size_t> chosen = {(index + 1) % machines_.size()}; // a ring: nobody is left alone
    while (chosen.size() < wanted) {
        const std::size_t other = random_.below(machines_.size());
        if (other != index) chosen.insert(other);
    }
    for (const std::size_t other : chosen) {
        std::string name = net::to_text(endpoint_of(other, service_port));
        name.resize(name.rfind(':'));
        input(index, net::Command{++last_request_, net::AddPeer{name, service_port, false, true}});
    }
    input(index, net::TimerFired{});
}

void World::start_mining(std::size_t index) {
    input(index, net::Command{++last_request_, net::StartMining{test::address_of(index), std::nullopt}});
}
void World::stop_mining(std::size_t index) { input(index, net::Command{++last_request_, net::StopMining{}}); }

void World::pay(std::size_t index, const crypto::Address& to, Amount amount) {
    Machine& machine = *machines_[index];
    if (!machine.is_up()) return;
    const auto key = test::key_of(index);
    const Nonce nonce = machine.node().next_nonce(test::address_of(key));
    const Transaction tx = test::transfer(network_, key, nonce.value, to, amount);
    submitted_.emplace(++last_request_, tx);
    input(index, net::Command{last_request_, net::SubmitTransactions{{tx}}});
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
    if (const std::string why = machines_[index]->broken_promise(); !why.empty()) break_down(index, why);
    seek_peers(index);
}

// --- what is seen ---

std::optional<BlockId> World::common_tip() const {
    std::optional<BlockId> tip;
    for (const auto& machine : machines_) {
        if (!machine->is_up()) continue;
        const BlockId own = machine->node().chain().tip().id;
        if (tip && *tip != own) return std::nullopt;
        tip = own;
    }
    return tip;
}

std::uint32_t World::highest() const {
    std::uint32_t height = 0;
    for (const auto& machine : machines_)
        if (machine->is_up()) height = std::max(height, machine->node().chain().height().value);
    return height;
}

void World::note_arrivals(std::size_t index) {
    const chain::Chain& chain = machines_[index]->node().chain();
    if (chain.tip().id == tips_[index]) return;
    tips_[index] = chain.tip().id;
    for (BlockId id = tips_[index]; id != network_.id();) {
        const auto [entry, is_new] = arrivals_.try_emplace(id, Arrivals{index, now_, {}});
        if (!entry->second.at.emplace(index, now_).second) return; // so has it what is below
        id = chain.find(id)->head.header.parent;
    }
}

} // namespace cairn::sim
