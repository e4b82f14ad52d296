// Ordered tables of 8-byte keys and byte values, changed in atomic, durable batches: what the index stands
// on. Twins: LmdbKeyValue (lmdb_key_value.hpp) and MemoryKeyValue. One owner thread.
#pragma once

#include <base/bytes.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace cairn::store {

/// Which table: 0 … table_count − 1.
using TableNumber = std::uint8_t;
inline constexpr TableNumber table_count = 12;

struct KeyAndValue {
    std::uint64_t key;
    ByteView value; ///< until the next commit
};

/// Changes to be committed together, one a key. Values are copied in, but for those of put_kept().
class Batch {
  public:
    enum class Kind : std::uint8_t {
        put,    ///< replaces
        append, ///< adds to the end of the value, or makes it
        erase,  ///< absent is fine
    };
    struct Item {
        std::uint64_t key;
        ByteView value; ///< as long as the batch lives, and what was handed to put_kept()
        TableNumber table;
        Kind kind;
    };

    Batch() = default;
    Batch(Batch&&) = default;
    Batch& operator=(Batch&&) = default;
    Batch(const Batch&) = delete; // its items point into it
    Batch& operator=(const Batch&) = delete;
    ~Batch() = default;

    void put(TableNumber table, std::uint64_t key, ByteView value) {
        add(table, key, Kind::put, copy(value));
    }
    /// The value stays where it is, and as it is, until the commit.
    void put_kept(TableNumber table, std::uint64_t key, ByteView value) { add(table, key, Kind::put, value); }
    void append(TableNumber table, std::uint64_t key, ByteView value) {
        add(table, key, Kind::append, copy(value));
    }
    void erase(TableNumber table, std::uint64_t key) { add(table, key, Kind::erase, {}); }

    /// By table, then key. Several appends to one key stay in their order; anything else twice for one key
    /// throws std::logic_error.
    void sort();
    const std::vector<Item>& items() const { return items_; }

  private:
    void add(TableNumber table, std::uint64_t key, Kind kind, ByteView value);
    ByteView copy(ByteView value);
    std::vector<Item> items_;
    std::vector<Bytes> blocks_; ///< of copies, which stay where they are when more come
};

class KeyValue {
  public:
    virtual ~KeyValue() = default;
    /// Views are valid until the next commit.
    virtual std::optional<ByteView> get(TableNumber table, std::uint64_t key) = 0;
    /// The entry with the greatest key ≤ `key`, or the least ≥ `key`.
    virtual std::optional<KeyAndValue> at_or_before(TableNumber table, std::uint64_t key) = 0;
    virtual std::optional<KeyAndValue> at_or_after(TableNumber table, std::uint64_t key) = 0;
    /// All or nothing, durable on return. Sorts `batch`. After a fault the store is dead: every call throws.
    virtual void commit(Batch& batch) = 0;
};

class MemoryKeyValue final : public KeyValue {
  public:
    std::optional<ByteView> get(TableNumber table, std::uint64_t key) override;
    std::optional<KeyAndValue> at_or_before(TableNumber table, std::uint64_t key) override;
    std::optional<KeyAndValue> at_or_after(TableNumber table, std::uint64_t key) override;
    void commit(Batch& batch) override;

    /// The n-th commit from now on (1 the next) throws IoFault with `code`, and changes nothing.
    void fail_at(std::uint64_t n, int code) { fail_in_ = n, code_ = code; }
    /// As after a restart: a failed store answers again.
    void reopen() { dead_ = false; }

  private:
    void check() const;
    std::array<std::map<std::uint64_t, Bytes>, table_count> tables_;
    std::uint64_t fail_in_ = 0;
    int code_ = 0;
    bool dead_ = false;
};

} // namespace cairn::store
