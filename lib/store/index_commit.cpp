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
        addresses();
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

    /// Short lists: what is new goes to their end.
    void addresses() {
        for (const Changes::AddressAt& entry : changes_.addresses)
            append_number(tables::addresses, address_key(entry.address), entry.number.value);
    }

    void trees() {
        const auto key_of = [](const TreePage& page) { return tree_key(page.tree, page.tier, page.page, 0); };
        const auto& list = changes_.tree_pages;
        const std::vector<std::uint32_t> sorted = order(list, key_of);
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            const TreePage& page = list[sorted[i]];
            const std::uint64_t key = key_of(page);
            if (i + 1 < sorted.size() && key_of(list[sorted[i + 1]]) == key) continue;
            if (page.hashes.size() > TreePage::hashes_per_page)
                throw std::length_error("a page of more than 64 hashes");
            for (std::uint32_t second = 0; second < 2; ++second) {
                const std::size_t begin = std::size_t{second} * hashes_per_value;
                if (page.hashes.size() <= begin) {
                    batch_.erase(tables::trees, key | second);
                    continue;
                }
                const auto half = page.hashes.subspan(
                    begin, std::min<std::size_t>(hashes_per_value, page.hashes.size() - begin));
                batch_.put_kept(tables::trees, key | second, {half.front().data(), half.size_bytes()});
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
};

} // namespace

/// Of no places so far.
SortedRuns::Addition Index::addition(const Changes& changes) const {
    Height from = checkpoint_ ? checkpoint_->height.next() : Height{};
    if (changes.cut) from = std::min(from, *changes.cut);
    return {from.value, changes.checkpoint.height.value, {}};
}

void Index::commit(const Changes& changes) {
    Batch batch = Commit(*tables_, changes).run(chain_);

    SortedRuns::Addition places = addition(changes);
    places.entries.reserve(changes.transactions.size());
    for (const auto& entry : changes.transactions) places.entries.push_back({entry.id.prefix(), entry.place});
    auto transactions = transactions_.add(batch, std::move(places));

    places = addition(changes);
    for (const auto& entry : changes.documents)
        places.entries.push_back({document_key(entry.sha256), entry.place});
    auto documents = documents_.add(batch, std::move(places));

    places = addition(changes);
    places.entries.reserve(changes.history.size());
    for (const auto& entry : changes.history) places.entries.push_back({entry.account.value, entry.place});
    auto histories = histories_.add(batch, std::move(places));

    tables_->commit(batch);
    transactions_.adopt(std::move(transactions));
    documents_.adopt(std::move(documents));
    histories_.adopt(std::move(histories));
    checkpoint_ = changes.checkpoint;
}

} // namespace cairn::store
