// From an address to the place of its account in an array of the owner's: an open table of eight bytes a
// slot. Salted, as addresses are anyone's to pick and could be picked to collide. One owner thread.
#pragma once

#include <crypto/address.hpp>
#include <crypto/siphash.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace cairn::chain {

class AddressSlots {
  public:
    static constexpr std::uint32_t none = UINT32_MAX; ///< no place

    /// `salt`: a secret of the process.
    explicit AddressSlots(const ByteArray<16>& salt) : salt_(salt), slots_(least) {}

    std::size_t count() const { return count_; }
    void clear() {
        slots_.assign(least, {});
        count_ = 0;
    }

    /// `is_at(address, place)`: whether it stands there now. Entries of which it is not so any more are
    /// passed over.
    template <typename IsAt>
    std::optional<std::uint32_t> find(const crypto::Address& address, const IsAt& is_at) const {
        const std::uint32_t hash = hash_of(address);
        const std::uint32_t place =
            find_from(home(hash), hash, [&](std::uint32_t at) { return is_at(address, at); });
        return place == none ? std::nullopt : std::optional(place);
    }

    /// Of an address that is not there yet; `at` is below 2^32 − 1.
    void add(const crypto::Address& address, std::uint32_t at) {
        if (2 * (count_ + 1) > slots_.size()) grow();
        put({hash_of(address), at});
        ++count_;
    }

    /// find() of each, into `places`: `none` where there is none. It waits for memory once for a run of them;
    /// `fetch(place)` is told of each account that an address may be of.
    template <typename IsAt, typename Fetch>
    void find_all(std::span<const crypto::Address> addresses, const IsAt& is_at, const Fetch& fetch,
                  std::span<std::uint32_t> places) const {
        for (std::size_t done = 0; done < addresses.size(); done += at_once) {
            const std::size_t count = std::min(at_once, addresses.size() - done);
            find_some(addresses.subspan(done, count), is_at, fetch, places.subspan(done, count));
        }
    }

  private:
    static constexpr std::size_t least = 64;
    static constexpr std::size_t at_once = 64; ///< what they fetch fits the first cache
    struct Slot {
        std::uint32_t hash = 0; ///< its lower bits say where the slot is sought
        std::uint32_t place = none;
    };

    std::uint32_t hash_of(const crypto::Address& address) const {
        return static_cast<std::uint32_t>(crypto::siphash24(salt_, address.bytes));
    }
    /// The number of slots is a power of two.
    std::size_t home(std::uint32_t hash) const { return hash & (slots_.size() - 1); }
    std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }

    /// The first place of that hash, from slot `at` on, of which `holds(place)`.
    template <typename Holds>
    std::uint32_t find_from(std::size_t at, std::uint32_t hash, const Holds& holds) const {
        for (; slots_[at].place != none; at = next(at))
            if (slots_[at].hash == hash && holds(slots_[at].place)) return slots_[at].place;
        return none;
    }

    template <typename IsAt, typename Fetch>
    void find_some(std::span<const crypto::Address> addresses, const IsAt& is_at, const Fetch& fetch,
                   std::span<std::uint32_t> places) const {
        std::array<std::uint32_t, at_once> hashes;
        for (std::size_t i = 0; i < addresses.size(); ++i) {
            hashes[i] = hash_of(addresses[i]);
            __builtin_prefetch(&slots_[home(hashes[i])]);
        }
        for (std::size_t i = 0; i < addresses.size(); ++i) {
            const auto any = [](std::uint32_t) { return true; };
            places[i] = find_from(home(hashes[i]), hashes[i], any);
            if (places[i] != none) fetch(places[i]);
        }
        for (std::size_t i = 0; i < addresses.size(); ++i) {
            if (places[i] == none || is_at(addresses[i], places[i])) continue; // seldom: two of one hash
            places[i] = find_from(home(hashes[i]), hashes[i],
                                  [&](std::uint32_t at) { return is_at(addresses[i], at); });
        }
    }

    void put(Slot slot) {
        std::size_t at = home(slot.hash);
        while (slots_[at].place != none) at = next(at);
        slots_[at] = slot;
    }
    void grow() {
        const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
        for (const Slot& slot : old)
            if (slot.place != none) put(slot);
    }

    ByteArray<16> salt_;
    std::vector<Slot> slots_;
    std::size_t count_ = 0;
};

} // namespace cairn::chain
