// Replaying the stored chain through a Verifier: raw blocks come from the core in batches, and all cores
// judge ahead what needs no chain.
#pragma once

#include <chain/verifier.hpp>
#include <cli/commands/support.hpp>

#include <variant>

namespace cairn::cli {

/// A stored record that cannot be read.
struct DamagedBlock {
    Height height;
    std::string message;
};
/// Raw blocks of consecutive heights of the active chain.
struct RawBlocks {
    std::vector<Bytes> blocks;
    BlockId last;                       ///< of the last of them
    std::optional<DamagedBlock> damage; ///< of the one after them
    bool moved = false;                 ///< a reorganisation took the block before them away
};
/// From `first` to `last` at most, so many that they fit some MiB. `before`: the id at first − 1.
RawBlocks read_raw(Session& session, Height first, Height last, const BlockId& before);

/// What is wrong with the record of block 0, which nothing else reads.
std::optional<DamagedBlock> genesis_damage(Session& session);

/// At the network's genesis.
chain::Verifier fresh_verifier(Session& session);

struct ReplayOptions {
    bool signatures = false;
    std::string what; ///< for the progress: "Verifying"
};
struct ReplayResult {
    std::uint64_t signatures = 0; ///< checked
    std::optional<chain::VerifyFailure> failure{};
    std::optional<DamagedBlock> damage{};
    bool moved = false;
};
/// Feeds the verifier the blocks after its height up to `last`. Ends at the first failure, and with the run's
/// stop token (a failure of exit 130 or 7).
Expected<ReplayResult> replay(Session& session, chain::Verifier& verifier, Height last,
                              const ReplayOptions& options);

} // namespace cairn::cli
