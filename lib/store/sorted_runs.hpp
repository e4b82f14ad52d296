// Places under 8-byte keys as runs, each sorted and never changed: what the index keeps of transactions,
// documents and histories. What a commit adds becomes one run behind the others, with keys that only ascend,
// so that pages are full and old ones stay untouched. Runs follow each other in height. A new one swallows
// those before it while they are not much larger, up to a bound; so there are few, and an entry is written
// few times. A reorganisation makes what lies at its heights void: readers pass it over, and it is gone when
// its run is next swallowed. One owner thread.
#pragma once

#include <store/key_value.hpp>
#include <store/run_page.hpp>

#include <limits>
#include <optional>
#include <vector>

namespace cairn::store {

/// What the directory tells of a run.
struct Run {
    static constexpr std::size_t encoded_size = 16;
    std::uint32_t number = 0;  ///< ascending, not without gaps
    std::uint32_t from = 0;    ///< its heights: above those of the run before
    std::uint32_t to = 0;      ///< inclusive; entries above are void
    std::uint32_t pages = 0;   ///< ≥ 1, numbered from 0
    std::uint32_t entries = 0; ///< void ones too
    friend bool operator==(const Run&, const Run&) = default;
};

class SortedRuns {
  public:
    static constexpr std::uint32_t default_bound = 1U << 20;
    static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

    /// Hashes lie evenly, so that their page can be guessed; a wrong guess costs a few probes.
    enum class Keys { hashes, numbers };

    /// Pages are in `table`, the directory in tables::runs. `bound`: no run of more entries comes from
    /// swallowing. `kv` must outlive it.
    SortedRuns(KeyValue& kv, TableNumber table, Keys keys, std::uint32_t bound = default_bound);

    /// Places of `key` from `from` on, ascending, at most `limit`.
    std::vector<TxPlace> at_or_above(std::uint64_t key, TxPlace from, std::size_t limit) const;
    /// Places of `key` below `before`, descending, at most `limit`.
    std::vector<TxPlace> below(std::uint64_t key, TxPlace before, std::size_t limit) const;

    /// What a commit adds: places of heights `from` to `to`, in any order, the same one twice counts once.
    /// All that earlier commits added at `from` and above is void from now on.
    struct Addition {
        std::uint32_t from = 0;
        std::uint32_t to = 0;
        std::vector<RunEntry> entries;
    };
    /// Puts the changes into `batch`, and answers the directory as it is with them: adopt() it once the batch
    /// is committed. Reads and writes the runs that are swallowed, so its cost is within that of `bound`
    /// entries.
    std::vector<Run> add(Batch& batch, Addition addition) const;
    void adopt(std::vector<Run> runs) { runs_ = std::move(runs); }

    const std::vector<Run>& runs() const { return runs_; }

  private:
    class Cursor;
    ByteView page(const Run& run, std::uint32_t number) const;
    std::uint32_t page_with(const Run& run, const RunEntry& wanted) const;
    Run write(Batch& batch, std::uint32_t number, std::vector<Cursor> sources, std::uint32_t from,
              std::uint32_t to) const;
    void note_changes(Batch& batch, const std::vector<Run>& after) const;
    std::uint64_t directory_key(const Run& run) const;

    KeyValue* kv_;
    TableNumber table_;
    Keys keys_;
    std::uint32_t bound_;
    std::vector<Run> runs_; ///< by number, which is by height
};

} // namespace cairn::store
