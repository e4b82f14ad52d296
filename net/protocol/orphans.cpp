#include <protocol/orphans.hpp>

namespace cairn::net {
namespace {

/// Of the orphan and of its places in the containers, with one owner.
std::size_t memory_of(const Transaction& tx) {
    constexpr std::size_t bookkeeping = 600;
    const auto* transfer = std::get_if<Transfer>(&tx.fields().body);
    return bookkeeping + tx.size() + (transfer ? transfer->outputs.size() * sizeof(Output) : 0);
}

} // namespace

Orphans::Place Orphans::place_of(const Orphan& orphan) {
    return {orphan.sender, orphan.tx.fields().nonce, orphan.tx.witness_id()};
}

std::size_t Orphans::add(PeerId owner, const Transaction& tx, std::uint64_t now_ms) {
    Orphan orphan{tx, tx.sender(), memory_of(tx), arrivals_++, now_ms + lifetime_ms, {}};
    by_sender_.insert(place_of(orphan));
    by_arrival_.emplace(orphan.arrival, tx.witness_id());
    const auto entry = orphans_.emplace(tx.witness_id(), std::move(orphan)).first;
    return charge(owner, entry->second);
}

std::optional<std::size_t> Orphans::add_owner(PeerId owner, const WitnessId& id) {
    const auto found = orphans_.find(id);
    if (found == orphans_.end()) return std::nullopt;
    return found->second.owners.contains(owner) ? 0 : charge(owner, found->second);
}

void Orphans::remove_peer(PeerId owner) {
    while (shares_.contains(owner)) {
        const WitnessId id = shares_.at(owner).held.begin()->second; // a copy: it goes
        release(owner, id);
    }
}

void Orphans::erase(const WitnessId& id) {
    const auto found = orphans_.find(id);
    if (found == orphans_.end()) return;
    const std::set<PeerId> owners = found->second.owners; // a copy: the last release erases the orphan
    const WitnessId key = id;                             // the same
    for (const PeerId owner : owners) release(owner, key);
}

void Orphans::expire(std::uint64_t now_ms) {
    while (!by_arrival_.empty()) { // the first to arrive is the first to expire
        const WitnessId id = by_arrival_.begin()->second;
        if (orphans_.at(id).expires_ms > now_ms) return;
        erase(id);
    }
}

std::optional<std::uint64_t> Orphans::wake_at() const {
    if (by_arrival_.empty()) return std::nullopt;
    return orphans_.at(by_arrival_.begin()->second).expires_ms;
}

std::vector<Transaction> Orphans::of(const crypto::Address& sender) const {
    std::vector<Transaction> out;
    for (auto at = by_sender_.lower_bound({sender, Nonce{}, WitnessId{}});
         at != by_sender_.end() && std::get<0>(*at) == sender; ++at)
        out.push_back(orphans_.at(std::get<2>(*at)).tx);
    return out;
}

std::size_t Orphans::bytes(PeerId owner) const {
    const auto share = shares_.find(owner);
    return share == shares_.end() ? 0 : share->second.bytes;
}

/// The owner's oldest give way until the rest fits: one orphan alone always does.
std::size_t Orphans::charge(PeerId owner, Orphan& orphan) {
    std::size_t displaced = 0;
    for (; bytes(owner) + orphan.memory > max_bytes; ++displaced) {
        const WitnessId oldest = shares_.at(owner).held.begin()->second; // a copy: it goes
        release(owner, oldest);
    }
    Share& mine = shares_[owner];
    mine.held.emplace(orphan.arrival, orphan.tx.witness_id());
    mine.bytes += orphan.memory;
    orphan.owners.insert(owner);
    return displaced;
}

void Orphans::release(PeerId owner, const WitnessId& id) {
    const auto found = orphans_.find(id);
    Orphan& orphan = found->second;
    const auto share = shares_.find(owner);
    share->second.held.erase(orphan.arrival);
    share->second.bytes -= orphan.memory;
    if (share->second.held.empty()) shares_.erase(share);
    orphan.owners.erase(owner);
    if (!orphan.owners.empty()) return;
    by_sender_.erase(place_of(orphan));
    by_arrival_.erase(orphan.arrival);
    orphans_.erase(found);
}

} // namespace cairn::net
