#include <base/spread_sort.hpp>
#include <consensus/touched_accounts.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <stdexcept>

namespace cairn::consensus {
namespace {

/// An address to be sorted. It stands here itself: those of a block lie far apart.
struct Mention {
    crypto::Address address;
    std::uint32_t order = 0;

    /// Most are told apart by it.
    std::uint64_t prefix() const { return load_be<std::uint64_t>(address.bytes.data()); }
    friend bool operator<(const Mention& a, const Mention& b) {
        if (a.prefix() != b.prefix()) return a.prefix() < b.prefix();
        return std::memcmp(a.address.bytes.data(), b.address.bytes.data(), a.address.bytes.size()) < 0;
    }
};

} // namespace

std::span<const Output> outputs_of(const Body& body) {
    const auto* transfer = std::get_if<Transfer>(&body);
    return transfer != nullptr ? std::span<const Output>(transfer->outputs) : std::span<const Output>();
}

std::size_t mentions_of(const Transaction& tx) { return 1 + outputs_of(tx.fields().body).size(); }

Mentions::Mentions(const Block& block) {
    std::vector<Mention> all;
    all.reserve(2 * block.transactions.size() + 1);
    const auto mention = [&](const crypto::Address& address) {
        all.push_back({address, static_cast<std::uint32_t>(all.size())});
    };
    for (const Transaction& tx : block.transactions) {
        mention(tx.sender());
        for (const Output& output : outputs_of(tx.fields().body)) mention(output.to);
    }
    mention(block.header().producer);
    const SpreadSorted sorted(
        all, [](const Mention& one) { return one.prefix(); }, std::less<>());
    addresses.reserve(all.size());
    places.resize(all.size());
    for (const Mention& one : sorted.items()) {
        if (addresses.empty() || one.address.bytes != addresses.back().bytes)
            addresses.push_back(one.address);
        places[one.order] = static_cast<std::uint32_t>(addresses.size() - 1);
    }
}

void TouchedAccounts::add(const crypto::Address& address, const std::optional<StateChange::Record>& found) {
    Entry& entry = entries_.emplace_back();
    if (found) {
        entry = {true, found->number, found->account, found->account};
    } else {
        entry.before.address = address;
        entry.now.address = address;
    }
}

TouchedAccounts::Slot TouchedAccounts::take(const crypto::Address& address) {
    add(address, view_.look_up(address));
    return static_cast<Slot>(entries_.size() - 1);
}

void TouchedAccounts::take_all(std::span<const crypto::Address> addresses) {
    constexpr std::size_t at_once = 256;
    entries_.reserve(entries_.size() + addresses.size());
    std::vector<std::optional<StateChange::Record>> found;
    while (!addresses.empty()) {
        const auto some = addresses.first(std::min(at_once, addresses.size()));
        found.assign(some.size(), std::nullopt);
        view_.look_up_all(some, found);
        for (std::size_t i = 0; i < some.size(); ++i) add(some[i], found[i]);
        addresses = addresses.subspan(some.size());
    }
}

void TouchedAccounts::create(Slot slot) {
    if (created_.size() >= UINT32_MAX - first_new_) throw std::overflow_error("number of accounts");
    Entry& entry = entries_[slot];
    entry.exists = true;
    entry.number = AccountNumber{count()};
    entry.now = entry.before;
    created_.push_back(slot);
}

void TouchedAccounts::forget_created_from(std::size_t size) {
    for (; created_.size() > size; created_.pop_back()) entries_[created_.back()].exists = false;
}

std::vector<StateChange::Record> TouchedAccounts::records() const {
    using Changed = std::pair<AccountNumber, Slot>;
    std::vector<Changed> changed;
    changed.reserve(entries_.size());
    for (Slot slot = 0; slot < entries_.size(); ++slot) {
        const Entry& entry = entries_[slot];
        if (entry.exists && (entry.number.value >= first_new_ || entry.now != entry.before))
            changed.emplace_back(entry.number, slot);
    }
    // By their highest bits, of so many as numbers have: those that a block touches lie all over them.
    const int unused = std::countl_zero(std::uint64_t{count()});
    const SpreadSorted sorted(
        changed, [&](const Changed& one) { return std::uint64_t{one.first.value} << unused; }, std::less<>());
    std::vector<StateChange::Record> out;
    out.reserve(changed.size());
    for (const auto& [number, slot] : sorted.items()) out.push_back({number, entries_[slot].now});
    return out;
}

Int128 TouchedAccounts::gained() const {
    Int128 sum = 0;
    for (const Entry& entry : entries_)
        if (entry.exists)
            sum += static_cast<Int128>(entry.now.balance.units()) - entry.before.balance.units() +
                   entry.now.stake.units() - entry.before.stake.units();
    return sum;
}

} // namespace cairn::consensus
