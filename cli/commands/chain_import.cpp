// Reads blocks of an exported chain ahead, has their signatures checked on all cores meanwhile, and hands
// them in in their order.
#include <cli/commands/chain_file.hpp>
#include <cli/commands/chain_import.hpp>
#include <cli/commands/signature_checks.hpp>
#include <cli/commands/support.hpp>
#include <cli/progress.hpp>

#include <deque>

namespace cairn::cli {
namespace {

using boost::json::object;

constexpr std::size_t batch_bytes = 4u << 20;
constexpr std::size_t batch_blocks = 512;

struct ImportCount {
    std::uint32_t read = 0;
    std::uint32_t taken = 0; ///< new here
    std::uint32_t known = 0;
};

/// What became of one block of the file; a failure where the import must end.
Expected<void> count_in(const chain::Acceptance& acceptance, std::uint32_t height, ImportCount& count) {
    using chain::Outcome;
    const auto refuse = [&](Exit exit, std::string code, const std::string& why) {
        Failure out{std::move(code),
                    exit,
                    "block " + std::to_string(height) + " of the file: " + why,
                    counted(count.taken, "block") + " before it " + (count.taken == 1 ? "was" : "were") +
                        " taken",
                    {}};
        out.extra["height"] = height;
        out.extra["new"] = count.taken;
        return fail(std::move(out));
    };
    switch (acceptance.outcome) {
    case Outcome::connected:
    case Outcome::stored:
    case Outcome::held:
        ++count.taken;
        return {};
    case Outcome::duplicate:
        ++count.known;
        return {};
    case Outcome::orphan:
        return refuse(Exit::rejected, "orphan", "it does not follow the one before");
    case Outcome::deferred:
        return refuse(Exit::rejected, "too_far_ahead", "its time is too far ahead of this machine's clock");
    case Outcome::invalid:
        break;
    }
    if (!acceptance.error) return refuse(Exit::rejected, "invalid_block", "it breaks a rule");
    return refuse(Exit::rejected, consensus::name_of(acceptance.error->code),
                  consensus::describe(acceptance.error->code));
}

/// Blocks handed in and not answered yet, so that many share one sync.
class Import {
  public:
    explicit Import(Session& session) : session_(session) {}

    Expected<void> hand_in(Block block, bool signatures_checked) {
        const std::size_t bytes = encoded_size(block);
        waiting_.push_back(
            {session_.core().submit(net::SubmitBlock{std::make_shared<const Block>(std::move(block)),
                                                     {false, signatures_checked}}),
             bytes});
        waiting_bytes_ += bytes;
        ++count_.read;
        while (waiting_.size() >= most_waiting || waiting_bytes_ > most_waiting_bytes)
            if (auto answered = answer_one(); !answered) return answered;
        return {};
    }
    Expected<void> finish() {
        while (!waiting_.empty())
            if (auto answered = answer_one(); !answered) return answered;
        return {};
    }
    const ImportCount& count() const { return count_; }

  private:
    static constexpr std::size_t most_waiting = 64;
    static constexpr std::size_t most_waiting_bytes = 16u << 20; // encoded
    struct Waiting {
        std::future<net::Response> answer;
        std::size_t bytes = 0;
    };

    Expected<void> answer_one() {
        waiting_bytes_ -= waiting_.front().bytes;
        auto response = session_.wait_for(std::move(waiting_.front().answer));
        waiting_.pop_front();
        if (!response) return fail(std::move(response.error()));
        const auto height = count_.taken + count_.known + 1;
        return count_in(std::get<chain::Acceptance>(*response), height, count_);
    }

    Session& session_;
    std::deque<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
    ImportCount count_;
};

/// Blocks that were read together.
struct Batch {
    std::vector<Block> blocks;
    std::vector<std::size_t> unknown; ///< those of them that are not stored here: what is checked
    std::optional<Failure> failure;   ///< of what follows them in the file
    bool is_last = false;
    std::unique_ptr<SignatureChecks> checks; ///< of the unknown ones; last, as it refers to `blocks`
};

/// `before`: blocks of the file that were read so far.
std::unique_ptr<Batch> read_batch(Session& session, ChainFileReader& reader, std::size_t before) {
    auto batch = std::make_unique<Batch>();
    const auto limit = session.network().parameters().max_block_bytes;
    for (std::size_t bytes = 0; bytes < batch_bytes && batch->blocks.size() < batch_blocks;) {
        auto raw = reader.next(limit);
        if (!raw) {
            batch->failure = std::move(raw.error());
            break;
        }
        batch->is_last = raw->empty();
        if (batch->is_last) break;
        bytes += raw->size();
        auto block = decode_block(*raw, session.network().seal_kind());
        if (!block) {
            batch->failure = Failure{"malformed",
                                     Exit::rejected,
                                     "block " + std::to_string(before + batch->blocks.size() + 1) +
                                         " of the file is malformed",
                                     {},
                                     {}};
            break;
        }
        batch->blocks.push_back(std::move(*block));
    }
    return batch;
}

/// An import that was stopped goes on where it was: what it has brought already is not checked again.
void begin_checks(Session& session, Batch& batch) {
    batch.unknown = session.core().read([&](const net::Node& node) {
        std::vector<std::size_t> out;
        for (std::size_t i = 0; i < batch.blocks.size(); ++i)
            if (!node.chain().find(block_id(batch.blocks[i].head))) out.push_back(i);
        return out;
    });
    std::vector<const Block*> blocks;
    blocks.reserve(batch.unknown.size());
    for (const std::size_t i : batch.unknown) blocks.push_back(&batch.blocks[i]);
    batch.checks = std::make_unique<SignatureChecks>(
        session.network(), crypto::BatchSeed::drawn(session.random()), std::move(blocks));
}

/// What has a bad signature is handed in as unchecked: which of its rules comes first is for the chain to
/// say.
Expected<void> hand_in_all(Batch& batch, Import& import) {
    std::vector<bool> checked(batch.blocks.size());
    const auto& errors = batch.checks->results();
    for (std::size_t i = 0; i < batch.unknown.size(); ++i) checked[batch.unknown[i]] = !errors[i];
    for (std::size_t i = 0; i < batch.blocks.size(); ++i)
        if (auto handed = import.hand_in(std::move(batch.blocks[i]), checked[i]); !handed) return handed;
    return {};
}

Expected<void> import_all(Session& session, ChainFileReader& reader, Import& import) {
    const auto stop = session.stop();
    std::size_t read = 0;
    const auto next_batch = [&] {
        auto batch = read_batch(session, reader, read);
        read += batch->blocks.size();
        begin_checks(session, *batch);
        return batch;
    };
    auto batch = next_batch();
    while (true) {
        if (stop.stop_requested()) return fail(session.stop_failure());
        const bool goes_on = !batch->is_last && !batch->failure;
        auto following = goes_on ? next_batch() : nullptr;
        if (auto handed = hand_in_all(*batch, import); !handed) return handed;
        session.progress().update(reader.position() >> 20);
        if (!following) break;
        batch = std::move(following);
    }
    if (auto finished = import.finish(); !finished) return finished;
    if (!batch->failure) return {};
    batch->failure->extra["new"] = import.count().taken;
    return fail(std::move(*batch->failure));
}

} // namespace

Reply run_import(Session& session, const Args& args) {
    const auto& path = args.text("file");
    auto reader = ChainFileReader::open(path);
    if (!reader) return fail(std::move(reader.error()));
    if (reader->genesis() != session.network().id())
        return failure(Exit::failed, "wrong_network",
                       path + " is of the network with the genesis " + shorten(reader->genesis().hex()) +
                           "…, this one's is " + shorten(session.network().id().hex()) + "…");
    Import import(session);
    {
        const ProgressScope shown(session.progress(), "Importing", "MiB", reader->size() >> 20);
        if (auto done = import_all(session, *reader, import); !done) return fail(std::move(done.error()));
    }
    const auto tip = session.core().read([](const net::Node& node) { return node.chain().tip(); });
    Answer answer;
    answer.data = object{{"file", path},
                         {"blocks", import.count().read},
                         {"new", import.count().taken},
                         {"known", import.count().known},
                         {"height", tip.height.value},
                         {"tip", tip.id.hex()}};
    answer.view.line({counted(import.count().taken, "new block") + ", " +
                          std::to_string(import.count().known) + " known before; the tip is at " +
                          std::to_string(tip.height.value) + ".",
                      Tone::good});
    return answer;
}

} // namespace cairn::cli
