// KeyValue on LMDB: one environment in a directory, one named database a table.
#pragma once

#include <store/fault.hpp>
#include <store/key_value.hpp>

#include <memory>

namespace cairn::store {

/// The caller holds the data directory's lock: LMDB's own is not used. Every value carries a CRC-32C of
/// itself and its key, checked whenever it is read: DamagedStore with the value's offset in data.mdb.
class LmdbKeyValue final : public KeyValue {
  public:
    /// Opens or makes it. The map grows as needed, from `map_bytes`. DamagedStore where LMDB cannot read the
    /// file, ForeignStore where it is of another version of LMDB.
    explicit LmdbKeyValue(const Path& directory, std::uint64_t map_bytes = 64ULL << 20);
    ~LmdbKeyValue() override;

    std::optional<ByteView> get(TableNumber table, std::uint64_t key) override;
    std::optional<KeyAndValue> at_or_before(TableNumber table, std::uint64_t key) override;
    std::optional<KeyAndValue> at_or_after(TableNumber table, std::uint64_t key) override;
    void commit(Batch& batch) override;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::store
