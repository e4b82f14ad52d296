#include <store/fault.hpp>
#include <store/key_value.hpp>

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace cairn::store {

void Batch::add(TableNumber table, std::uint64_t key, Kind kind, ByteView value) {
    if (table >= table_count) throw std::logic_error("no such table");
    items_.push_back({key, value, table, kind});
}

ByteView Batch::copy(ByteView value) {
    constexpr std::size_t block_bytes = 1u << 20;
    if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < value.size())
        blocks_.emplace_back().reserve(std::max(block_bytes, value.size()));
    Bytes& block = blocks_.back();
    cairn::append(block, value);
    return ByteView(block).last(value.size());
}

void Batch::sort() {
    const auto place = [](const Item& item) { return std::tie(item.table, item.key); };
    std::stable_sort(items_.begin(), items_.end(),
                     [&](const Item& a, const Item& b) { return place(a) < place(b); });
    const auto twice = std::adjacent_find(items_.begin(), items_.end(), [&](const Item& a, const Item& b) {
        return place(a) == place(b) && (a.kind != Kind::append || b.kind != Kind::append);
    });
    if (twice != items_.end()) throw std::logic_error("two changes of one key in a batch");
}

void MemoryKeyValue::check() const {
    if (dead_) throw Fault("the index has failed");
}

std::optional<ByteView> MemoryKeyValue::get(TableNumber table, std::uint64_t key) {
    check();
    const auto& entries = tables_.at(table);
    const auto entry = entries.find(key);
    return entry == entries.end() ? std::nullopt : std::optional<ByteView>(entry->second);
}

std::optional<KeyAndValue> MemoryKeyValue::at_or_before(TableNumber table, std::uint64_t key) {
    check();
    const auto& entries = tables_.at(table);
    auto entry = entries.upper_bound(key);
    if (entry == entries.begin()) return std::nullopt;
    --entry;
    return KeyAndValue{entry->first, entry->second};
}

std::optional<KeyAndValue> MemoryKeyValue::at_or_after(TableNumber table, std::uint64_t key) {
    check();
    const auto& entries = tables_.at(table);
    const auto entry = entries.lower_bound(key);
    if (entry == entries.end()) return std::nullopt;
    return KeyAndValue{entry->first, entry->second};
}

void MemoryKeyValue::commit(Batch& batch) {
    check();
    batch.sort();
    if (fail_in_ != 0 && --fail_in_ == 0) {
        dead_ = true;
        throw IoFault("write", "index", code_);
    }
    for (const Batch::Item& item : batch.items()) {
        auto& entries = tables_[item.table];
        if (item.kind == Batch::Kind::erase) {
            entries.erase(item.key);
            continue;
        }
        Bytes& value = entries[item.key];
        if (item.kind == Batch::Kind::put) value.clear();
        append(value, item.value);
    }
}

} // namespace cairn::store
