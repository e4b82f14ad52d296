// Places that came since the checkpoint, by what they are places of: appended as they come, put in order when
// somebody asks. A chain that is being synced appends a hundred thousand of them and is asked for few. One
// owner thread.
#pragma once

#include <store/index.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace cairn::chain {

template <typename Key> class RecentPlaces {
  public:
    using Entry = std::pair<Key, store::TxPlace>;

    /// The same one twice is told once.
    void add(const Key& key, store::TxPlace place) { all_.emplace_back(key, place); }

    /// Of one key, ascending.
    std::vector<store::TxPlace> find(const Key& key) const {
        put_in_order();
        std::vector<store::TxPlace> out;
        auto at = std::lower_bound(all_.begin(), all_.end(), Entry{key, store::TxPlace{}});
        for (; at != all_.end() && at->first == key; ++at) out.push_back(at->second);
        return out;
    }

    /// Of one key, below `before`, newest first, at most `limit`.
    std::vector<store::TxPlace> newest(const Key& key, store::TxPlace before, std::size_t limit) const {
        put_in_order();
        std::vector<store::TxPlace> out;
        auto at = std::lower_bound(all_.begin(), all_.end(), Entry{key, before});
        while (at != all_.begin() && (at - 1)->first == key && out.size() < limit)
            out.push_back((--at)->second);
        return out;
    }

    /// Those of this height and above go.
    void cut(std::uint32_t height) {
        std::erase_if(all_, [height](const Entry& entry) { return entry.second.height >= height; });
        in_order_ = std::min(in_order_, all_.size());
        in_order_ = static_cast<std::size_t>(
            std::is_sorted_until(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(in_order_)) -
            all_.begin());
    }

    void clear() {
        all_.clear();
        in_order_ = 0;
    }

    /// Of each key ascending; the keys in no order to rely on.
    const std::vector<Entry>& all() const { return all_; }

  private:
    void put_in_order() const {
        if (in_order_ == all_.size()) return;
        const auto middle = all_.begin() + static_cast<std::ptrdiff_t>(in_order_);
        std::sort(middle, all_.end());
        std::inplace_merge(all_.begin(), middle, all_.end());
        all_.erase(std::unique(all_.begin(), all_.end()), all_.end());
        in_order_ = all_.size();
    }

    mutable std::vector<Entry> all_;
    mutable std::size_t in_order_ = 0; ///< so many at the beginning are
};

} // namespace cairn::chain
