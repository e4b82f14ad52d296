// A page of a sorted run (sorted_runs.hpp): places under 8-byte keys, each written as the difference to the
// one before (docs/STORAGE.md). Pure functions. A page that cannot be read throws DamagedStore.
#pragma once

#include <base/bytes.hpp>
#include <store/tx_place.hpp>

#include <vector>

namespace cairn::store {

struct RunEntry {
    std::uint64_t key = 0;
    TxPlace place;
    friend auto operator<=>(const RunEntry&, const RunEntry&) = default;
};

/// With its checksum just what LMDB keeps two of in a page of its own.
inline constexpr std::size_t run_page_bytes = 2018;

/// Fills one page. `from`: the lowest height of the run.
class RunPageWriter {
  public:
    explicit RunPageWriter(std::uint32_t from) : from_(from) {}

    /// False where it does not fit any more. Each entry is above the one before, and not below `from`.
    bool add(const RunEntry& entry);
    ByteView bytes() const { return bytes_; }
    /// Begins the next page.
    void clear();

  private:
    std::uint32_t from_;
    RunEntry last_;
    Bytes bytes_;
};

/// Ascending. Replaces what is in `out`.
void read_run_page(ByteView page, std::uint32_t from, std::vector<RunEntry>& out);
RunEntry first_of_run_page(ByteView page, std::uint32_t from);

} // namespace cairn::store
