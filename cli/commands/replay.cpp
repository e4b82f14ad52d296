#include <base/fault.hpp>
#include <cli/commands/replay.hpp>
#include <cli/commands/signature_checks.hpp>
#include <cli/progress.hpp>

namespace cairn::cli {
namespace {

constexpr std::size_t batch_bytes = 4u << 20;
constexpr std::uint32_t batch_blocks = 512;

/// A batch on its way: what is decoded of it, and the checks that run.
struct Batch {
    RawBlocks raw;
    std::vector<Block> blocks;
    std::optional<chain::VerifyFailure> malformed; ///< of the block after `blocks`
    std::unique_ptr<SignatureChecks> checks;       ///< of `blocks`; last, as it refers to them
};

/// In a shared place that does not move: the checks refer to its blocks.
std::unique_ptr<Batch> fetch(Session& session, const chain::Verifier& verifier, Height first, Height last,
                             const BlockId& before, bool signatures) {
    auto batch = std::make_unique<Batch>();
    batch->raw = read_raw(session, first, last, before);
    for (std::uint32_t i = 0; i < batch->raw.blocks.size(); ++i) {
        auto block = verifier.decode(Height{first.value + i}, batch->raw.blocks[i]);
        if (!block) {
            batch->malformed = block.error();
            break;
        }
        batch->blocks.push_back(std::move(*block));
    }
    batch->raw.blocks.clear();
    if (!signatures) return batch;
    std::vector<const Block*> blocks;
    blocks.reserve(batch->blocks.size());
    for (const Block& block : batch->blocks) blocks.push_back(&block);
    batch->checks = std::make_unique<SignatureChecks>(
        session.network(), crypto::BatchSeed::drawn(session.random()), std::move(blocks));
    return batch;
}

/// Takes the blocks of one batch; false where the replay is over.
bool take_all(chain::Verifier& verifier, Batch& batch, ReplayResult& result) {
    for (std::size_t i = 0; i < batch.blocks.size(); ++i) {
        std::optional<consensus::RuleError> signature;
        if (batch.checks) {
            signature = batch.checks->results()[i];
            result.signatures += batch.blocks[i].transactions.size();
        }
        result.failure = verifier.take(batch.blocks[i], signature);
        if (result.failure) return false;
    }
    result.failure = batch.malformed;
    result.damage = batch.raw.damage;
    result.moved = batch.raw.moved;
    return !result.failure && !result.damage && !result.moved;
}

} // namespace

RawBlocks read_raw(Session& session, Height first, Height last, const BlockId& before) {
    return session.core().read([&](const net::Node& node) {
        RawBlocks out;
        const auto parent = node.chain().at(Height{first.value - 1});
        out.moved = !parent || parent->id != before || node.chain().height() < last;
        std::size_t bytes = 0;
        for (std::uint32_t height = first.value;
             !out.moved && height <= last.value && bytes < batch_bytes && out.blocks.size() < batch_blocks;
             ++height) {
            try {
                out.blocks.push_back(node.chain().body_bytes(Height{height}));
                bytes += out.blocks.back().size();
            } catch (const DamagedStore& damage) {
                out.damage = DamagedBlock{Height{height}, damage.what()};
                break;
            }
        }
        return out;
    });
}

/// The stored genesis is the network's, to the byte.
std::optional<DamagedBlock> genesis_damage(Session& session) {
    try {
        const Bytes stored =
            session.core().read([](const net::Node& node) { return node.chain().body_bytes(Height{0}); });
        if (stored == encode(session.network().genesis())) return std::nullopt;
        return DamagedBlock{Height{0}, "the stored genesis block is not this network's"};
    } catch (const DamagedStore& damage) {
        return DamagedBlock{Height{0}, damage.what()};
    }
}

Expected<ReplayResult> replay(Session& session, chain::Verifier& verifier, Height last,
                              const ReplayOptions& options) {
    ReplayResult result;
    result.damage = genesis_damage(session);
    if (result.damage || verifier.height() >= last) return result;
    const ProgressScope shown(session.progress(), options.what, "blocks", last.value);
    const auto stop = session.stop();
    std::uint32_t next = verifier.height().value + 1;
    auto batch = fetch(session, verifier, Height{next}, last, verifier.tip(), options.signatures);
    while (true) {
        next += static_cast<std::uint32_t>(batch->blocks.size());
        std::unique_ptr<Batch> following;
        const bool complete = !batch->malformed && !batch->raw.damage && !batch->raw.moved;
        if (complete && next <= last.value)
            following = fetch(session, verifier, Height{next}, last, block_id(batch->blocks.back().head),
                              options.signatures);
        if (!take_all(verifier, *batch, result)) return result;
        session.progress().update(verifier.height().value);
        if (!following) return result;
        if (stop.stop_requested()) return fail(session.stop_failure());
        batch = std::move(following);
    }
}

} // namespace cairn::cli
