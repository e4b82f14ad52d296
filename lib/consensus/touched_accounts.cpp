#include <consensus/touched_accounts.hpp>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace cairn::consensus {
namespace {

/// An address to be sorted: most are told apart by their first eight bytes.
struct Mention {
    std::uint64_t prefix = 0;
    const crypto::Address* address = nullptr;
    std::uint32_t order = 0;

    Mention(const crypto::Address& of, std::size_t at)
        : prefix(load_be<std::uint64_t>(of.bytes.data())),
          address(&of),
          order(static_cast<std::uint32_t>(at)) {}

    bool same_as(const Mention& other) const {
        return prefix == other.prefix && address->bytes == other.address->bytes;
    }
    friend bool operator<(const Mention& a, const Mention& b) {
        if (a.prefix != b.prefix) return a.prefix < b.prefix;
        return std::memcmp(a.address->bytes.data(), b.address->bytes.data(), a.address->bytes.size()) < 0;
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
    for (const Transaction& tx : block.transactions) {
        all.emplace_back(tx.sender(), all.size());
        for (const Output& output : outputs_of(tx.fields().body)) all.emplace_back(output.to, all.size());
    }
    all.emplace_back(block.header().producer, all.size());
    std::sort(all.begin(), all.end());
    places.resize(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i == 0 || !all[i].same_as(all[i - 1])) addresses.push_back(all[i].address);
        places[all[i].order] = static_cast<std::uint32_t>(addresses.size() - 1);
    }
}

TouchedAccounts::Slot TouchedAccounts::take(const crypto::Address& address) {
    Entry entry;
    if (const auto found = view_.look_up(address)) {
        entry = {true, found->number, found->account, found->account};
    } else {
        entry.before.address = address;
        entry.now.address = address;
    }
    entries_.push_back(entry);
    return static_cast<Slot>(entries_.size() - 1);
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
    std::vector<std::pair<AccountNumber, Slot>> changed;
    changed.reserve(entries_.size());
    for (Slot slot = 0; slot < entries_.size(); ++slot) {
        const Entry& entry = entries_[slot];
        if (entry.exists && (entry.number.value >= first_new_ || entry.now != entry.before))
            changed.emplace_back(entry.number, slot);
    }
    std::sort(changed.begin(), changed.end());
    std::vector<StateChange::Record> out;
    out.reserve(changed.size());
    for (const auto& [number, slot] : changed) out.push_back({number, entries_[slot].now});
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
