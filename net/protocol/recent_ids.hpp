// Ids that were seen lately, in constant memory: a table of small sets, in each of which the oldest gives
// way. It forgets, and may be made to forget by one who picks ids that fall together; it never takes an id
// for another (but for 2^64 attempts). So it serves where forgetting costs a repetition only.
#pragma once

#include <model/ids.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace cairn::net {

class RecentIds {
  public:
    /// `slots`: how many it remembers at most, a multiple of 8; 8 bytes each.
    explicit RecentIds(std::size_t slots) : sets_(slots / ways) {}

    bool contains(const WitnessId& id) const {
        const Set& set = sets_[place(id)];
        return std::find(set.begin(), set.end(), mark(id)) != set.end();
    }
    void insert(const WitnessId& id) {
        if (contains(id)) return;
        Set& set = sets_[place(id)];
        std::copy_backward(set.begin(), set.end() - 1, set.end());
        set.front() = mark(id);
        empty_ = false;
    }
    /// Makes it forget one.
    void erase(const WitnessId& id) {
        Set& set = sets_[place(id)];
        std::fill(std::remove(set.begin(), set.end(), mark(id)), set.end(), 0);
    }
    void clear() { // with each block: mostly there is nothing
        if (!std::exchange(empty_, true)) std::fill(sets_.begin(), sets_.end(), Set{});
    }

  private:
    static constexpr std::size_t ways = 8;
    using Set = std::array<std::uint64_t, ways>; // newest first; 0: none

    std::size_t place(const WitnessId& id) const {
        return static_cast<std::size_t>(id.prefix()) % sets_.size();
    }
    static std::uint64_t mark(const WitnessId& id) {
        return std::max<std::uint64_t>(load_le<std::uint64_t>(id.bytes.data() + 8), 1);
    }

    std::vector<Set> sets_;
    bool empty_ = true;
};

} // namespace cairn::net
