// Sorting by keys that are as good as random: hashes. Places by the first bits, then a sort by comparison of
// what fell together; where somebody chose the keys so that much does, that sort is what is left. Pure.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace cairn {

/// Items in ascending order, and where those begin whose keys have the same first bits.
template <typename T> class SpreadSorted {
  public:
    /// `key(item)`: 64 bits, of which the first are as good as random. `less` orders as the keys do, and may
    /// tell equal keys apart. Fewer than 2^32 items.
    template <typename Key, typename Less>
    SpreadSorted(const std::vector<T>& items, Key key, Less less)
        : shift_(64 - std::clamp(static_cast<unsigned>(std::bit_width(items.size())), 1U, most_bits)),
          begins_((std::size_t{1} << (64 - shift_)) + 1),
          items_(items.size()) {
        for (const T& item : items) ++begins_[(key(item) >> shift_) + 1];
        for (std::size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
        std::vector<std::uint32_t> next(begins_.begin(), begins_.end() - 1);
        for (const T& item : items) items_[next[key(item) >> shift_]++] = item;
        for (std::size_t i = 0; i + 1 < begins_.size(); ++i)
            if (begins_[i + 1] - begins_[i] > 1) std::sort(at(begins_[i]), at(begins_[i + 1]), less);
    }

    const std::vector<T>& items() const { return items_; }
    /// One that is neither before nor behind `item`, whose key that is; nullptr where there is none.
    template <typename Less> const T* find(std::uint64_t key, const T& item, Less less) const {
        const T* begin = items_.data() + begins_[key >> shift_];
        const T* end = items_.data() + begins_[(key >> shift_) + 1];
        const T* found = std::lower_bound(begin, end, item, less);
        return found == end || less(item, *found) ? nullptr : found;
    }

  private:
    static constexpr unsigned most_bits = 16;
    auto at(std::uint32_t index) { return items_.begin() + index; }

    unsigned shift_;
    std::vector<std::uint32_t> begins_;
    std::vector<T> items_;
};

} // namespace cairn
