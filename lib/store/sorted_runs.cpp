#include <base/spread_sort.hpp>
#include <store/index_format.hpp>
#include <store/sorted_runs.hpp>

#include <algorithm>
#include <bit>
#include <functional>
#include <stdexcept>

namespace cairn::store {
namespace {

std::uint64_t page_key(const Run& run, std::uint32_t page) { return std::uint64_t{run.number} << 32 | page; }

Run decode_run(std::uint32_t number, ByteView bytes) {
    Run out{number};
    if (bytes.size() == Run::encoded_size) {
        out.from = load_le<std::uint32_t>(bytes.data());
        out.to = load_le<std::uint32_t>(bytes.data() + 4);
        out.pages = load_le<std::uint32_t>(bytes.data() + 8);
        out.entries = load_le<std::uint32_t>(bytes.data() + 12);
    }
    if (out.pages == 0 || out.entries == 0 || out.to < out.from) damaged_entry("the directory of runs");
    return out;
}

ByteArray<Run::encoded_size> encode_run(const Run& run) {
    ByteArray<Run::encoded_size> out;
    store_le(out.data(), run.from);
    store_le(out.data() + 4, run.to);
    store_le(out.data() + 8, run.pages);
    store_le(out.data() + 12, run.entries);
    return out;
}

/// Hashes lie evenly among all numbers, those of accounts among the first ones.
std::vector<RunEntry> in_order(const std::vector<RunEntry>& entries) {
    std::uint64_t bits = 0;
    for (const RunEntry& entry : entries) bits |= entry.key;
    const int unused = bits == 0 ? 0 : std::countl_zero(bits);
    return SpreadSorted(
               entries, [unused](const RunEntry& entry) { return entry.key << unused; }, std::less<>())
        .items();
}

/// Of runs that hold this many together, one more is swallowed while it has at most twice as many.
constexpr std::uint64_t swallow_factor = 2;

/// Of a page, before the search goes by halves: whoever picks keys shall not make it long.
constexpr int most_guesses = 4;

} // namespace

/// Goes through the entries of one run that are not void, or of a list.
class SortedRuns::Cursor {
  public:
    Cursor(const SortedRuns& runs, const Run& run) : runs_(&runs), run_(run) { refill(); }
    explicit Cursor(std::vector<RunEntry> list) : entries_(std::move(list)) {}

    bool finished() const { return at_ == entries_.size(); }
    const RunEntry& front() const { return entries_[at_]; }
    void advance() {
        if (++at_ == entries_.size()) refill();
    }

  private:
    void refill() {
        while (runs_ && finished() && next_page_ < run_.pages) {
            read_run_page(runs_->page(run_, next_page_++), run_.from, entries_);
            std::erase_if(entries_, [&](const RunEntry& entry) { return entry.place.height > run_.to; });
            at_ = 0;
        }
    }

    const SortedRuns* runs_ = nullptr; ///< none for a list
    Run run_;
    std::uint32_t next_page_ = 0;
    std::vector<RunEntry> entries_;
    std::size_t at_ = 0;
};

SortedRuns::SortedRuns(KeyValue& kv, TableNumber table, Keys keys, std::uint32_t bound)
    : kv_(&kv), table_(table), keys_(keys), bound_(bound) {
    for (std::uint64_t key = directory_key({});;) {
        const auto found = kv.at_or_after(tables::runs, key);
        if (!found || found->key >> 56 != table_) break;
        const Run run = decode_run(static_cast<std::uint32_t>(found->key), found->value);
        if (!runs_.empty() && run.from <= runs_.back().to) damaged_entry("runs that overlap");
        runs_.push_back(run);
        key = found->key + 1;
    }
}

std::uint64_t SortedRuns::directory_key(const Run& run) const {
    return std::uint64_t{table_} << 56 | run.number;
}

ByteView SortedRuns::page(const Run& run, std::uint32_t number) const {
    const auto found = kv_->get(table_, page_key(run, number));
    if (!found) damaged_entry("a run has a gap");
    return *found;
}

/// The last page that begins at or before `wanted`, or the first page.
std::uint32_t SortedRuns::page_with(const Run& run, const RunEntry& wanted) const {
    std::uint32_t low = 0;
    std::uint32_t high = run.pages;
    std::uint64_t low_key = 0;
    std::uint64_t high_key = UINT64_MAX;
    for (int guesses = keys_ == Keys::hashes ? most_guesses : 0; high - low > 1; --guesses) {
        std::uint32_t probe = low + (high - low) / 2;
        if (guesses > 0 && low_key < high_key) {
            const double share =
                static_cast<double>(wanted.key - low_key) / static_cast<double>(high_key - low_key);
            probe = low + static_cast<std::uint32_t>(share * (high - low));
            probe = std::clamp(probe, low + 1, high - 1);
        }
        const RunEntry first = first_of_run_page(page(run, probe), run.from);
        if (first <= wanted) {
            low = probe;
            low_key = first.key;
        } else {
            high = probe;
            high_key = first.key;
        }
    }
    return low;
}

std::vector<TxPlace> SortedRuns::at_or_above(std::uint64_t key, TxPlace from, std::size_t limit) const {
    std::vector<TxPlace> out;
    std::vector<RunEntry> entries;
    const RunEntry wanted{key, from};
    for (const Run& run : runs_) {
        if (run.to < from.height) continue;
        bool ended = false;
        for (std::uint32_t number = page_with(run, wanted); !ended && number < run.pages; ++number) {
            read_run_page(page(run, number), run.from, entries);
            for (auto at = std::lower_bound(entries.begin(), entries.end(), wanted); at != entries.end();
                 ++at) {
                if (out.size() >= limit) return out;
                ended = at->key != key || at->place.height > run.to;
                if (ended) break;
                out.push_back(at->place);
            }
        }
    }
    return out;
}

std::vector<TxPlace> SortedRuns::below(std::uint64_t key, TxPlace before, std::size_t limit) const {
    std::vector<TxPlace> out;
    std::vector<RunEntry> entries;
    for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
        if (run->from > before.height) continue;
        const RunEntry wanted{key, std::min(before, TxPlace{run->to, UINT32_MAX})};
        const bool inclusive = before > wanted.place; // the run ends below `before`
        bool ended = false;
        for (std::uint32_t number = page_with(*run, wanted) + 1; !ended && number-- > 0;) {
            read_run_page(page(*run, number), run->from, entries);
            auto at = inclusive ? std::upper_bound(entries.begin(), entries.end(), wanted)
                                : std::lower_bound(entries.begin(), entries.end(), wanted);
            while (at != entries.begin()) {
                if (out.size() >= limit) return out;
                ended = (--at)->key != key;
                if (ended) break;
                out.push_back(at->place);
            }
        }
    }
    return out;
}

/// All of `sources` as one run. They are in the order of their heights, so that equal keys are, too.
Run SortedRuns::write(Batch& batch, std::uint32_t number, std::vector<Cursor> sources, std::uint32_t from,
                      std::uint32_t to) const {
    Run out{number, from, to, 0, 0};
    RunPageWriter page(from);
    const auto flush = [&] {
        batch.put(table_, page_key(out, out.pages++), page.bytes());
        page.clear();
    };
    for (;;) {
        Cursor* least = nullptr;
        for (Cursor& source : sources)
            if (!source.finished() && (!least || source.front() < least->front())) least = &source;
        if (!least) break;
        if (!page.add(least->front())) {
            flush();
            page.add(least->front());
        }
        ++out.entries;
        least->advance();
    }
    if (out.entries > 0) flush();
    return out;
}

/// From the directory as it is to `after`: erases the pages of runs that are gone, and writes what differs.
void SortedRuns::note_changes(Batch& batch, const std::vector<Run>& after) const {
    auto [old, now] = std::mismatch(runs_.begin(), runs_.end(), after.begin(), after.end());
    for (; old != runs_.end() || now != after.end();) {
        const bool stays = old != runs_.end() && now != after.end() && old->number == now->number;
        if (old != runs_.end() && !stays) {
            for (std::uint32_t page = 0; page < old->pages; ++page) batch.erase(table_, page_key(*old, page));
            batch.erase(tables::runs, directory_key(*old++));
            continue;
        }
        if (stays) ++old;
        batch.put(tables::runs, directory_key(*now), encode_run(*now));
        ++now;
    }
}

std::vector<Run> SortedRuns::add(Batch& batch, Addition addition) const {
    std::vector<RunEntry>& entries = addition.entries;
    for (const RunEntry& entry : entries)
        if (entry.place.height < addition.from || entry.place.height > addition.to)
            throw std::logic_error("a place outside of the heights of its commit");
    entries = in_order(entries);
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());

    std::vector<Run> after = runs_;
    while (!after.empty() && after.back().from >= addition.from) after.pop_back();
    if (!after.empty()) after.back().to = std::min(after.back().to, addition.from - 1);
    if (!entries.empty()) {
        std::uint64_t sum = entries.size();
        auto first = after.end();
        while (first != after.begin()) {
            const std::uint64_t more = (first - 1)->entries;
            if (more > swallow_factor * sum || more + sum > bound_) break;
            sum += more;
            --first;
        }
        std::vector<Cursor> sources;
        for (auto run = first; run != after.end(); ++run) sources.emplace_back(*this, *run);
        sources.emplace_back(std::move(entries));
        const std::uint32_t from = first == after.end() ? addition.from : first->from;
        const std::uint32_t number = runs_.empty() ? 0 : runs_.back().number + 1;
        after.erase(first, after.end());
        after.push_back(write(batch, number, std::move(sources), from, addition.to));
    }
    note_changes(batch, after);
    return after;
}

} // namespace cairn::store
