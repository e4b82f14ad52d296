// Index::commit: from a list of changes to one sorted batch, with everything that falls on the same page put
// together first.
#include <store/index_format.hpp>

#include <algorithm>
#include <stdexcept>

namespace cairn::store {
namespace {

class Commit {
  public:
    Commit(KeyValue& kv, const Changes& changes) : kv_(kv), changes_(changes) {}

    Batch run(const BlockId& chain) {
        if (changes_.checkpoint.notes.size() > max_notes)
            throw std::length_error("notes of more than 64 KiB");
        batch_.put(tables::meta, checkpoint_key, encode(changes_.checkpoint, chain));
        blocks();
        active();
        accounts();
        lists();
        documents();
        history();
        trees();
        reorganisations();
        return std::move(batch_);
    }

  private:
    static constexpr std::size_t max_notes = 65'536;

    /// Indices of `list`, by key; those of one key in the order of the list.
    template <typename T, typename Key> static std::vector<std::uint32_t> order(const T& list, Key key) {
        std::vector<std::uint32_t> out(list.size());
        for (std::uint32_t i = 0; i < out.size(); ++i) out[i] = i;
        std::stable_sort(out.begin(), out.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return key(list[a]) < key(list[b]); });
        return out;
    }

    void blocks() {
        const auto number = [](const Changes::BlockAt& entry) { return entry.number.value; };
        const std::vector<std::uint32_t> sorted = order(changes_.blocks, number);
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            const Changes::BlockAt& entry = changes_.blocks[sorted[i]];
            if (i + 1 < sorted.size() && number(changes_.blocks[sorted[i + 1]]) == number(entry)) continue;
            if (!kv_.get(tables::blocks, number(entry)))
                append_number(tables::block_ids, block_key(entry.block.id), number(entry));
            batch_.put(tables::blocks, number(entry), encode(entry.block));
        }
    }

    /// Pages of `per_page` values of `size` bytes: reads each once, and writes it once.
    template <typename T, typename Number, typename Write>
    void pages(TableNumber table, const T& list, std::uint32_t per_page, std::size_t size, Number number,
               Write write) {
        const std::vector<std::uint32_t> sorted = order(list, number);
        Bytes page;
        for (std::size_t i = 0; i < sorted.size();) {
            const std::uint32_t key = number(list[sorted[i]]) / per_page;
            const auto old = kv_.get(table, key);
            page.clear();
            if (old) page.assign(old->begin(), old->end());
            for (; i < sorted.size() && number(list[sorted[i]]) / per_page == key; ++i) {
                const std::size_t at = size * (number(list[sorted[i]]) % per_page);
                if (page.size() < at + size) page.resize(at + size);
                write(page.data() + at, list[sorted[i]]);
            }
            batch_.put(table, key, page);
        }
    }

    void active() {
        pages(
            tables::active, changes_.active, heights_per_page, 4,
            [](const Changes::ActiveAt& entry) { return entry.height.value; },
            [](Byte* to, const Changes::ActiveAt& entry) { store_le(to, entry.number.value); });
    }

    void accounts() {
        pages(
            tables::accounts, changes_.accounts, accounts_per_page, Account::encoded_size,
            [](const Changes::AccountAt& entry) { return entry.number.value; },
            [](Byte* to, const Changes::AccountAt& entry) {
                const auto bytes = cairn::encode(entry.account);
                std::copy(bytes.begin(), bytes.end(), to);
            });
    }

    void append_number(TableNumber table, std::uint64_t key, std::uint32_t number) {
        ByteArray<4> bytes;
        store_le(bytes.data(), number);
        batch_.append(table, key, bytes);
    }

    /// The lists under 8-byte prefixes, which are short: what is new goes to their end.
    void lists() {
        for (const Changes::AddressAt& entry : changes_.addresses)
            append_number(tables::addresses, address_key(entry.address), entry.number.value);
        for (const Changes::TransactionAt& entry : changes_.transactions) {
            place_.clear();
            write_place(place_, entry.place);
            batch_.append(tables::transactions, entry.id.prefix(), place_);
        }
    }

    /// Full chunks and the last one, from `chunk` on, which holds `places` so far.
    std::uint64_t put_chunks(TableNumber table, std::uint64_t chunk, std::uint64_t last_chunk,
                             ByteView places) {
        constexpr std::size_t chunk_bytes = place_bytes * places_per_chunk;
        while (!places.empty() && chunk <= last_chunk) {
            const std::size_t size = std::min(chunk_bytes, places.size());
            batch_.put(table, chunk++, places.first(size));
            places = places.subspan(size);
        }
        return chunk;
    }

    void documents() {
        const auto key_of = [](const Changes::DocumentAt& entry) { return document_key(entry.sha256); };
        const auto& list = changes_.documents;
        const std::vector<std::uint32_t> sorted = order(list, key_of);
        for (std::size_t i = 0; i < sorted.size();) {
            const std::uint64_t first = key_of(list[sorted[i]]);
            const std::uint64_t last = first | 0xffff; // what comes after 65,536 chunks is left out
            const auto old = kv_.at_or_before(tables::documents, last);
            std::uint64_t chunk = first;
            Bytes places;
            if (old && old->key >= first) {
                chunk = old->key;
                places.assign(old->value.begin(), old->value.end());
            }
            for (; i < sorted.size() && key_of(list[sorted[i]]) == first; ++i)
                write_place(places, list[sorted[i]].place);
            put_chunks(tables::documents, chunk, last, places);
        }
    }

    void history() {
        const auto& adds = changes_.history;
        const auto& cuts = changes_.history_cuts;
        const std::vector<std::uint32_t> add_order =
            order(adds, [](const Changes::HistoryAt& entry) { return entry.account; });
        const std::vector<std::uint32_t> cut_order = order(
            cuts, [](const Changes::HistoryCut& entry) { return std::pair(entry.account, entry.from); });
        std::size_t add = 0;
        std::size_t cut = 0;
        while (add < adds.size() || cut < cuts.size()) {
            AccountNumber account{UINT32_MAX};
            if (add < adds.size()) account = adds[add_order[add]].account;
            if (cut < cuts.size()) account = std::min(account, cuts[cut_order[cut]].account);

            std::optional<TxPlace> keep_below;
            if (cut < cuts.size() && cuts[cut_order[cut]].account == account)
                keep_below = TxPlace{cuts[cut_order[cut]].from.value, 0}; // the lowest of them
            while (cut < cuts.size() && cuts[cut_order[cut]].account == account) ++cut;
            const std::size_t begin = add;
            while (add < adds.size() && adds[add_order[add]].account == account) ++add;
            history_of(account, keep_below, std::span(add_order).subspan(begin, add - begin));
        }
    }

    /// Cuts one account's list and adds to it. Reads the chunks that the cut falls on, the last one mostly.
    void history_of(AccountNumber account, std::optional<TxPlace> keep_below,
                    std::span<const std::uint32_t> adds) {
        if (!adds.empty()) {
            const TxPlace first = changes_.history[adds.front()].place;
            if (!keep_below || first < *keep_below) keep_below = first;
        }
        const std::uint64_t first_key = history_key(account, 0);
        std::uint64_t chunk = first_key;
        std::optional<std::uint64_t> old_last;
        Bytes& places = chunk_;
        places.clear();
        auto old = kv_.at_or_before(tables::history, first_key | UINT32_MAX);
        if (old && old->key >= first_key) {
            old_last = chunk = old->key;
            while (chunk > first_key && !(place_at(old->value, 0) < *keep_below)) {
                const auto before = kv_.get(tables::history, --chunk);
                if (!before || before->empty()) damaged_entry("an account's history has a gap");
                old = KeyAndValue{chunk, *before};
            }
            std::size_t kept = place_count(old->value);
            while (kept > 0 && !(place_at(old->value, kept - 1) < *keep_below)) --kept;
            places.assign(old->value.begin(),
                          old->value.begin() + static_cast<std::ptrdiff_t>(kept * place_bytes));
        }
        std::optional<TxPlace> previous;
        for (const std::uint32_t i : adds) {
            const TxPlace place = changes_.history[i].place;
            if (previous && place < *previous) throw std::logic_error("an account's new places must ascend");
            if (previous != place) write_place(places, place);
            previous = place;
        }
        const std::uint64_t end = put_chunks(tables::history, chunk, first_key | UINT32_MAX, places);
        for (std::uint64_t gone = end; old_last && gone <= *old_last; ++gone)
            batch_.erase(tables::history, gone);
    }

    void trees() {
        const auto key_of = [](const TreePage& page) {
            return tree_key(page.tree, page.level, page.page, 0);
        };
        const auto& list = changes_.tree_pages;
        const std::vector<std::uint32_t> sorted = order(list, key_of);
        Bytes half;
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            const TreePage& page = list[sorted[i]];
            const std::uint64_t key = key_of(page);
            if (i + 1 < sorted.size() && key_of(list[sorted[i + 1]]) == key) continue;
            if (page.hashes.size() > TreePage::hashes_per_page)
                throw std::length_error("a page of more than 64 hashes");
            for (std::uint32_t second = 0; second < 2; ++second) {
                half.clear();
                const std::size_t begin = std::size_t{second} * hashes_per_value;
                const std::size_t end = std::min(begin + hashes_per_value, page.hashes.size());
                for (std::size_t at = begin; at < end; ++at) append(half, page.hashes[at]);
                if (half.empty())
                    batch_.erase(tables::trees, key | second);
                else
                    batch_.put(tables::trees, key | second, half);
            }
        }
    }

    void reorganisations() {
        if (changes_.reorganisations.empty()) return;
        const auto last = kv_.at_or_before(tables::reorganisations, UINT64_MAX);
        std::uint64_t key = last ? last->key + 1 : 0;
        for (const Reorganisation& entry : changes_.reorganisations)
            batch_.put(tables::reorganisations, key++, encode(entry));
    }

    KeyValue& kv_;
    const Changes& changes_;
    Batch batch_;
    Bytes place_; ///< scratch
    Bytes chunk_; ///< scratch
};

} // namespace

void Index::commit(const Changes& changes) {
    Batch batch = Commit(*tables_, changes).run(chain_);
    tables_->commit(batch);
    checkpoint_ = changes.checkpoint;
}

} // namespace cairn::store
