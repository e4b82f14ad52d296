#include <base/fault.hpp>
#include <cli/commands/checked_blocks.hpp>
#include <cli/commands/replay.hpp>
#include <cli/progress.hpp>

namespace cairn::cli {
namespace {

constexpr std::size_t batch_bytes = 4u << 20;
constexpr std::uint32_t batch_blocks = 512;

/// The stored chain, read and judged ahead of the verifier.
class Ahead {
  public:
    Ahead(Session& session, Height first, Height last, const BlockId& before, bool signatures)
        : session_(session), blocks_(session, signatures), next_(first), last_(last), before_(before) {}

    /// Reads on as far as it is worth.
    void fill() {
        while (!ended_ && next_ <= last_ && blocks_.bytes() < CheckedBlocks::ahead_bytes) {
            RawBlocks raw = read_raw(session_, next_, last_, before_);
            next_ = Height{next_.value + static_cast<std::uint32_t>(raw.blocks.size())};
            if (!raw.blocks.empty()) before_ = raw.last;
            for (Bytes& body : raw.blocks) blocks_.submit(std::move(body));
            damage = std::move(raw.damage);
            moved = raw.moved;
            ended_ = damage || moved;
        }
    }
    bool empty() const { return blocks_.count() == 0; }
    net::CheckedBlock take() { return blocks_.take(); }

    std::optional<DamagedBlock> damage; ///< of what follows all that can be taken
    bool moved = false;                 ///< the same

  private:
    Session& session_;
    CheckedBlocks blocks_;
    Height next_; ///< to be read
    Height last_;
    BlockId before_;
    bool ended_ = false;
};

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
                out.last = node.chain().at(Height{height})->id;
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

chain::Verifier fresh_verifier(Session& session) {
    ByteArray<16> salt{};
    session.random().fill(salt);
    return chain::Verifier(session.network(), salt);
}

Expected<ReplayResult> replay(Session& session, chain::Verifier& verifier, Height last,
                              const ReplayOptions& options) {
    ReplayResult result;
    result.damage = genesis_damage(session);
    if (result.damage || verifier.height() >= last) return result;
    const ProgressScope shown(session.progress(), options.what, "blocks", last.value);
    const auto stop = session.stop();
    Ahead ahead(session, verifier.height().next(), last, verifier.tip(), options.signatures);
    for (ahead.fill(); !ahead.empty(); ahead.fill()) {
        if (stop.stop_requested())
            return fail(session.stopped_at(std::to_string(verifier.height().value) + " of " +
                                           counted(last.value, "block") + " were judged, and hold"));
        const net::CheckedBlock checked = ahead.take();
        result.failure = checked.block ? verifier.take_checked(*checked.block, checked.error)
                                       : chain::failure_of(verifier.height().next(), *checked.error);
        if (result.failure) return result;
        if (options.signatures) result.signatures += checked.block->transactions.size();
        session.progress().update(verifier.height().value);
    }
    result.damage = std::move(ahead.damage);
    result.moved = ahead.moved;
    return result;
}

} // namespace cairn::cli
