// The blocks that are stored: the tree of headers, which of them make the active chain, and their bodies in
// the log. The index' table under what came since its checkpoint. Owned by the chain.
#pragma once

#include <chain/events.hpp>
#include <store/index.hpp>

#include <map>

namespace cairn::chain {

class BlockTable {
  public:
    BlockTable(const store::RecordLog& log, const store::Index& index, SealKind kind);

    std::uint32_t count() const { return count_; }
    std::optional<store::BlockNumber> find(const BlockId& id) const;
    store::StoredBlock at(store::BlockNumber number) const;
    /// Of the active chain; the caller keeps to the tip's height.
    store::BlockNumber active(Height height) const;
    bool is_active(store::BlockNumber number, Height tip) const;

    /// `body`: at hand until the next block is added.
    store::BlockNumber add(const store::StoredBlock& block, BlockPtr body);
    void set_status(store::BlockNumber number, store::BlockStatus status);
    void set_active(Height height, store::BlockNumber number);

    /// From the log; DamagedStore where it is not what was stored.
    const Bytes& body_bytes(const store::StoredBlock& block) const; ///< until the next call
    BlockPtr body(const store::StoredBlock& block) const;
    Transaction transaction(const store::StoredBlock& block, std::uint32_t index) const;

    void collect(store::Changes& into, Height tip) const;
    void committed();

  private:
    [[noreturn]] static void throw_damaged(const store::StoredBlock& block, const char* why);

    const store::RecordLog& log_;
    const store::Index& index_;
    SealKind kind_;
    std::uint32_t count_;
    std::map<store::BlockNumber, store::StoredBlock> changed_; ///< since the checkpoint
    std::map<BlockId, store::BlockNumber> added_;
    std::map<Height, store::BlockNumber> active_;
    BlockPtr newest_; ///< the body of the block added last
    BlockId newest_id_;
    mutable Bytes last_body_; ///< the one read last: many questions are about one block
    mutable store::LogPosition last_position_;
};

} // namespace cairn::chain
