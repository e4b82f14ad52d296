// Reads blocks of an exported chain ahead, has them judged on all cores meanwhile, and hands them in in their
// order.
#include <cli/commands/chain_file.hpp>
#include <cli/commands/chain_import.hpp>
#include <cli/commands/checked_blocks.hpp>
#include <cli/commands/support.hpp>
#include <cli/progress.hpp>

#include <deque>

namespace cairn::cli {
namespace {

using boost::json::object;

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

    Expected<void> hand_in(chain::BlockPtr block, chain::Checked checked) {
        const std::size_t bytes = encoded_size(*block);
        waiting_.push_back({session_.core().submit(net::SubmitBlock{std::move(block), checked}), bytes});
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
    /// Counts what is under way, whoever wants to stop: that much is taken. One sync away at most.
    Expected<void> settle() {
        while (!waiting_.empty())
            if (auto counted_in = take(waiting_.front().answer.get()); !counted_in) return counted_in;
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
        auto response = session_.wait_for(std::move(waiting_.front().answer));
        if (!response) return fail(std::move(response.error()));
        return take(*response);
    }

    Expected<void> take(const net::Response& response) {
        waiting_bytes_ -= waiting_.front().bytes;
        waiting_.pop_front();
        const auto height = count_.taken + count_.known + 1;
        return count_in(std::get<chain::Acceptance>(response), height, count_);
    }

    Session& session_;
    std::deque<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
    ImportCount count_;
};

/// The blocks of a file, in its order, read and judged ahead. Those that are stored here are not judged
/// again: an import that was stopped goes on where it was.
class Ahead {
  public:
    Ahead(Session& session, ChainFileReader& reader) : session_(session), reader_(reader), blocks_(session) {}

    /// Reads on as far as it is worth.
    void fill() {
        while (!ended_ && blocks_.bytes() + known_bytes_ < CheckedBlocks::ahead_bytes) read_some();
    }
    bool empty() const { return order_.empty(); }

    struct Next {
        chain::BlockPtr block; ///< nullptr where the file holds none in its place
        chain::Checked checked;
    };
    Next take() {
        const bool is_known = order_.front();
        order_.pop_front();
        if (!is_known) {
            net::CheckedBlock one = blocks_.take();
            // Which of the rules comes first is for the chain to say.
            return {std::move(one.block), {!one.error, !one.error}};
        }
        const Bytes raw = std::move(known_.front());
        known_.pop_front();
        known_bytes_ -= raw.size();
        auto block = decode_block(raw, session_.network().seal_kind());
        return {block ? std::make_shared<const Block>(std::move(*block)) : nullptr, {}};
    }

    std::optional<Failure> failure; ///< of what follows all that can be taken

  private:
    static constexpr std::size_t batch_bytes = 4u << 20;
    static constexpr std::size_t batch_blocks = 512;

    void read_some() {
        std::vector<Bytes> raws;
        const auto limit = session_.network().parameters().max_block_bytes;
        for (std::size_t bytes = 0; bytes < batch_bytes && raws.size() < batch_blocks;) {
            auto raw = reader_.next(limit);
            if (!raw) failure = std::move(raw.error());
            ended_ = !raw || raw->empty();
            if (ended_) break;
            bytes += raw->size();
            raws.push_back(std::move(*raw));
        }
        const std::vector<bool> known = which_are_known(raws);
        for (std::size_t i = 0; i < raws.size(); ++i) {
            order_.push_back(known[i]);
            if (known[i]) {
                known_bytes_ += raws[i].size();
                known_.push_back(std::move(raws[i]));
            } else {
                blocks_.submit(std::move(raws[i]));
            }
        }
    }

    std::vector<bool> which_are_known(const std::vector<Bytes>& raws) const {
        std::vector<std::optional<BlockId>> ids;
        for (const Bytes& raw : raws) {
            Reader in(raw);
            const auto head = take_sealed_header(in, session_.network().seal_kind());
            ids.push_back(head ? std::optional(block_id(*head)) : std::nullopt);
        }
        return session_.core().read([&](const net::Node& node) {
            std::vector<bool> out;
            out.reserve(ids.size());
            for (const auto& id : ids) out.push_back(id && node.chain().find(*id));
            return out;
        });
    }

    Session& session_;
    ChainFileReader& reader_;
    CheckedBlocks blocks_;
    std::deque<bool> order_; ///< of those to be taken: whether it is in `known_`, else in `blocks_`
    std::deque<Bytes> known_;
    std::size_t known_bytes_ = 0;
    bool ended_ = false;
};

Failure malformed(std::size_t number) {
    return {
        "malformed", Exit::rejected, "block " + std::to_string(number) + " of the file is malformed", {}, {}};
}

Expected<void> import_all(Session& session, ChainFileReader& reader, Import& import) {
    const auto stop = session.stop();
    Ahead ahead(session, reader);
    std::optional<Failure> failure;
    const auto stopped = [&]() -> Expected<void> {
        if (auto settled = import.settle(); !settled) return settled;
        return fail(session.stopped_at(counted(import.count().taken, "new block") + " " +
                                       (import.count().taken == 1 ? "was" : "were") +
                                       " taken; the same import goes on from there"));
    };
    for (ahead.fill(); !ahead.empty() && !failure; ahead.fill()) {
        if (stop.stop_requested()) return stopped();
        Ahead::Next next = ahead.take();
        if (!next.block) {
            failure = malformed(import.count().read + std::size_t{1});
        } else {
            if (auto handed = import.hand_in(std::move(next.block), next.checked); !handed)
                return stop.stop_requested() ? stopped() : handed;
            session.progress().update(reader.position() >> 20);
        }
    }
    if (auto finished = import.finish(); !finished) return stop.stop_requested() ? stopped() : finished;
    if (!failure) failure = std::move(ahead.failure);
    if (!failure) return {};
    failure->extra["new"] = import.count().taken;
    return fail(std::move(*failure));
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
