// From an address to its account's number: an open table of eight bytes a slot, for accounts that all stand
// in memory. Salted, as addresses are anyone's to pick and could be picked to collide. One owner thread.
#pragma once

#include <crypto/address.hpp>
#include <crypto/siphash.hpp>

#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace cairn::chain {

class AddressSlots {
  public:
    /// `salt`: a secret of the process.
    explicit AddressSlots(const ByteArray<16>& salt) : salt_(salt), slots_(least) {}

    std::size_t count() const { return count_; }
    void clear() {
        slots_.assign(least, {});
        count_ = 0;
    }

    /// `is_at(place)`: whether the address stands there now. Entries of which it is not so any more are
    /// passed over.
    template <typename IsAt>
    std::optional<std::uint32_t> find(const crypto::Address& address, const IsAt& is_at) const {
        const std::uint32_t hash = hash_of(address);
        for (std::size_t at = home(hash); slots_[at].place != free; at = next(at))
            if (slots_[at].hash == hash && is_at(slots_[at].place)) return slots_[at].place;
        return std::nullopt;
    }

    /// Of an address that is not there yet; `at` is below 2^32 − 1.
    void add(const crypto::Address& address, std::uint32_t at) {
        if (2 * (count_ + 1) > slots_.size()) grow();
        put({hash_of(address), at});
        ++count_;
    }

    /// Begins to fetch what find() of these will look at, so that it waits for memory once for all of them.
    /// `fetch(place)` is told of each account that an address may be of.
    template <typename Fetch>
    void expect(std::span<const crypto::Address* const> addresses, const Fetch& fetch) const {
        constexpr std::size_t at_once = 32;
        std::array<std::uint32_t, at_once> hashes;
        for (; !addresses.empty(); addresses = addresses.subspan(std::min(at_once, addresses.size()))) {
            const auto some = addresses.first(std::min(at_once, addresses.size()));
            for (std::size_t i = 0; i < some.size(); ++i) {
                hashes[i] = hash_of(*some[i]);
                __builtin_prefetch(&slots_[home(hashes[i])]);
            }
            for (std::size_t i = 0; i < some.size(); ++i) {
                std::size_t at = home(hashes[i]);
                while (slots_[at].place != free && slots_[at].hash != hashes[i]) at = next(at);
                if (slots_[at].place != free) fetch(slots_[at].place);
            }
        }
    }

  private:
    static constexpr std::uint32_t free = UINT32_MAX;
    static constexpr std::size_t least = 64;
    struct Slot {
        std::uint32_t hash = 0; ///< its lower bits say where the slot is sought
        std::uint32_t place = free;
    };

    std::uint32_t hash_of(const crypto::Address& address) const {
        return static_cast<std::uint32_t>(crypto::siphash24(salt_, address.bytes));
    }
    /// The number of slots is a power of two.
    std::size_t home(std::uint32_t hash) const { return hash & (slots_.size() - 1); }
    std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }

    void put(Slot slot) {
        std::size_t at = home(slot.hash);
        while (slots_[at].place != free) at = next(at);
        slots_[at] = slot;
    }
    void grow() {
        const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
        for (const Slot& slot : old)
            if (slot.place != free) put(slot);
    }

    ByteArray<16> salt_;
    std::vector<Slot> slots_;
    std::size_t count_ = 0;
};

} // namespace cairn::chain
