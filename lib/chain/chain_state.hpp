// Inside of Chain: its tables and the moves of the tip. Private to chain*.cpp.
#pragma once

#include <base/fault.hpp>
#include <chain/account_table.hpp>
#include <chain/block_table.hpp>
#include <chain/chain.hpp>
#include <chain/place_table.hpp>
#include <store/record_log.hpp>

namespace cairn::chain {

/// The log's record of `chain accept`: without it a replay would hold the branch again (docs/STORAGE.md).
Bytes encode_decision(const BlockId& tip);
/// nullopt where the record is another one.
std::optional<BlockId> decode_decision(ByteView record);

/// What is wrong with the record there, named as the data directory names its file.
DamagedStore damaged_record(store::LogPosition position, const std::string& why);

struct Chain::State {
    State(consensus::Network of, store::RecordLog& to, store::Index& at, ChainOptions with);

    // --- opening (chain_open.cpp) ---
    void open();
    void load_checkpoint(const store::Checkpoint& checkpoint);
    void begin_with_genesis();
    void replay();
    bool wants_checkpoint() const;
    std::size_t changed_bytes() const;
    void write_checkpoint();

    // --- moving the tip (chain.cpp) ---
    Acceptance judge(const Block& block, Time now, Checked checked) const;
    /// `now`: none in a replay; then a reorganisation has the time of the new tip.
    Acceptance take(const BlockPtr& block, store::LogPosition position, std::optional<Time> now);
    Acceptance try_branch(store::BlockNumber target, bool forced, std::optional<Time> now);
    std::optional<consensus::RuleError> connect(store::BlockNumber number, const Block& block);
    void disconnect(const Block& block);
    void set_tip(store::BlockNumber number);
    std::vector<store::BlockNumber> path_from_fork(store::BlockNumber number) const;
    Acceptance follow_held(store::BlockNumber number, std::optional<Time> now);
    void hold(store::BlockNumber number, std::uint32_t depth);
    void hold_sound_part(store::BlockNumber number, std::uint32_t depth);

    // --- reading (chain_queries.cpp) ---
    static BlockInfo info(const store::StoredBlock& block, bool active);
    BlockInfo info(store::BlockNumber number) const;
    consensus::ChainPoint point(const store::StoredBlock& block) const;
    std::optional<TxLocation> locate(store::TxPlace place) const;
    HistoryEntry entry(store::TxPlace place, const crypto::Address& address, Amount balance_after) const;

    consensus::Network network;
    store::RecordLog& log;
    store::Index& index;
    ChainOptions options;
    OpenReport report;

    BlockTable blocks;
    AccountTable accounts;
    PlaceTable places;
    IndexPages history_pages;
    MerkleTree history; ///< of the ids of heights 0 … tip

    store::BlockNumber tip_number;
    consensus::ChainPoint tip;
    Totals totals;
    static constexpr std::size_t max_held = 64;                     ///< branches; the ones with least work go
    std::vector<std::pair<store::BlockNumber, std::uint32_t>> held; ///< with the depth it would take back
    std::vector<store::Reorganisation> reorganisations;             ///< since the checkpoint
    Bytes encoded;                                                  ///< scratch: of the block at hand
    store::LogPosition taken_to;                                    ///< all before it is in the tables
    std::uint32_t payments_since = 0;                               ///< the checkpoint
    std::uint32_t blocks_since = 0;
};

} // namespace cairn::chain
