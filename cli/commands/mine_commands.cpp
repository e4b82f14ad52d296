// mine: blocks, so many at once or in the background.
#include <cli/commands/commands.hpp>
#include <cli/commands/graph.hpp>
#include <cli/commands/support.hpp>
#include <cli/progress.hpp>
#include <wallet/wallet.hpp>

#include <chrono>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

/// --to, else the current wallet's first address.
Expected<crypto::Address> producer_of(Session& session, const Args& args) {
    if (args.has("--to")) {
        auto recipient = resolve_recipient(session, "--to", args.text("--to"));
        if (!recipient) return fail(std::move(recipient.error()));
        return recipient->address;
    }
    const auto wallet = session.current_wallet();
    if (!wallet) return fail(wallet.error());
    return (*wallet)->primary().address;
}

/// "1.2 M attempts/s, a block in about 12 s"
std::string search_note(double rate, const Uint256& difficulty) {
    if (rate < 1) return {};
    std::string note = si_text(rate) + " attempts/s";
    if (difficulty.bit_length() <= 63)
        note += ", a block in about " +
                span_text(static_cast<std::uint64_t>(static_cast<double>(difficulty.limbs[0]) / rate));
    return note;
}

/// Waits for the blocks, shows how far it is, and stops the search when the user does.
Expected<net::Mined> wait_for_blocks(Session& session, std::future<net::Response> future, Height before,
                                     std::uint32_t wanted) {
    const ProgressScope shown(session.progress(), "Mining", "blocks", wanted);
    const auto stop = session.stop();
    bool stopping = false;
    while (future.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready) {
        if (stop.stop_requested() && !stopping) {
            stopping = true;
            static_cast<void>(session.core().submit(net::StopMining{}));
        }
        struct Look {
            Height height;
            CompactTarget target;
        };
        const auto look = session.core().read([](const net::Node& node) {
            return Look{node.chain().height(), node.chain().next_target()};
        });
        session.pump(); // --events and notices see each block as it comes
        const auto status = session.core().search_status();
        session.progress().update(look.height.value - std::min(before.value, look.height.value),
                                  search_note(status.attempts_per_second, difficulty_of(look.target)));
    }
    return std::get<net::Mined>(future.get());
}

array blocks_json(const std::vector<net::MinedBlock>& blocks) {
    array out;
    for (const auto& block : blocks)
        out.push_back(object{{"height", block.info.height().value},
                             {"id", block.info.id.hex()},
                             {"txs", block.txs},
                             {"reward", to_text(block.reward)},
                             {"attempts", block.attempts}});
    return out;
}

void add_blocks_view(const Session& session, const std::vector<net::MinedBlock>& blocks, View& view) {
    constexpr std::size_t shown = 10;
    Table table{{{"height", Align::right},
                 {"id"},
                 {"txs", Align::right},
                 {"reward", Align::point},
                 {"attempts", Align::right}},
                {},
                "no block was found"};
    Amount reward;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        reward = reward + blocks[i].reward;
        if (i + shown < blocks.size()) continue;
        table.rows.push_back({std::to_string(blocks[i].info.height().value),
                              {blocks[i].info.id.hex().substr(0, 16), Tone::dim},
                              std::to_string(blocks[i].txs),
                              to_text(blocks[i].reward),
                              std::to_string(blocks[i].attempts)});
    }
    if (blocks.size() > shown)
        view.line("The last " + std::to_string(shown) + " of " + std::to_string(blocks.size()) + ":");
    view.table(std::move(table));
    if (!blocks.empty())
        view.line({"Mined " + counted(blocks.size(), "block") + ", " + with_ticker(session, reward) + ".",
                   Tone::good});
}

Reply run_mine(Session& session, const Args& args) {
    const auto wanted = args.number_or("n", 1);
    if (wanted > UINT32_MAX) return bad_argument("n", "too many blocks");
    const auto producer = producer_of(session, args);
    if (!producer) return fail(producer.error());
    struct Before {
        net::MiningStatus mining;
        Height height;
    };
    const auto before = session.core().read([](const net::Node& node) {
        return Before{node.mining(), node.chain().height()};
    });
    const auto began = std::chrono::steady_clock::now();
    auto mined = wait_for_blocks(
        session, session.core().submit(net::StartMining{*producer, static_cast<std::uint32_t>(wanted)}),
        before.height, static_cast<std::uint32_t>(wanted));
    if (!mined) return fail(std::move(mined.error()));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    if (before.mining.running) // what ran in the background goes on
        static_cast<void>(
            session.wait_for(session.core().submit(net::StartMining{before.mining.producer, {}})));

    std::uint64_t attempts = 0;
    for (const auto& block : mined->blocks) attempts += block.attempts;
    Answer answer;
    answer.data = object{{"blocks", blocks_json(mined->blocks)},
                         {"hashrate", static_cast<std::uint64_t>(static_cast<double>(attempts) /
                                                                 std::max(seconds.count(), 1e-6))},
                         {"stopped", mined->stopped}};
    add_blocks_view(session, mined->blocks, answer.view);
    if (!mined->blocks.empty()) answer.last_id = mined->blocks.back().info.id.hex();
    if (mined->stopped && session.stop().stop_requested()) {
        const auto why = session.stop_failure();
        answer.remarks.push_back(why.message + "; the blocks that were found are kept");
        answer.exit = why.exit;
        answer.no_code = why.code;
        answer.no_message = why.message;
    }
    return answer;
}

Reply run_start(Session& session, const Args& args) {
    const auto producer = producer_of(session, args);
    if (!producer) return fail(producer.error());
    if (args.has("--threads")) {
        if (args.number("--threads") > 1'024) return bad_argument("--threads", "at most 1024");
        session.core().set_mining_threads(static_cast<unsigned>(args.number("--threads")));
    }
    auto started = session.wait_for(session.core().submit(net::StartMining{*producer, {}}));
    if (!started) return fail(std::move(started.error()));
    const auto status = session.core().search_status();
    Answer answer;
    answer.data = object{{"running", true}, {"threads", status.threads}, {"to", session.to_text(*producer)}};
    answer.view.line({"Mining in the background, for " + session.to_text(*producer) + ".", Tone::good});
    return answer;
}

Reply run_stop(Session& session, const Args&) {
    const bool was = session.core().read([](const net::Node& node) { return node.mining().running; });
    auto stopped = session.wait_for(session.core().submit(net::StopMining{}));
    if (!stopped) return fail(std::move(stopped.error()));
    Answer answer;
    answer.data = object{{"running", false}, {"was_running", was}};
    answer.view.line(was ? "Mining stopped." : "Mining was not running.");
    return answer;
}

/// Of the last blocks, oldest first, and of the one to come.
std::vector<Uint256> difficulties(const net::Node& node) {
    constexpr std::uint32_t most = 39;
    const std::uint32_t tip = node.chain().height().value;
    std::vector<Uint256> out;
    for (std::uint32_t height = tip - std::min(tip, most) + 1; height <= tip; ++height)
        if (const auto block = node.chain().at(Height{height}))
            out.push_back(difficulty_of(block->header().target));
    out.push_back(difficulty_of(node.chain().next_target()));
    return out;
}

Reply run_status(Session& session, const Args&) {
    struct Look {
        net::MiningStatus mining;
        std::vector<Uint256> difficulties;
    };
    const auto look = session.core().read([](const net::Node& node) {
        return Look{node.mining(), difficulties(node)};
    });
    const auto search = session.core().search_status();
    array rates, attempts;
    std::vector<double> bars;
    for (const double rate : search.history) rates.push_back(static_cast<std::uint64_t>(rate));
    for (const auto& each : look.difficulties) {
        attempts.push_back(value(decimal(each)));
        bars.push_back(to_double(each));
    }
    const auto& mining = look.mining;
    constexpr std::size_t label = 14; // columns of "blocks found" and what follows
    const std::size_t room = picture_room(session).columns - label;
    Answer answer;
    answer.data = object{{"running", mining.running},
                         {"threads", search.threads},
                         {"hashrate", static_cast<std::uint64_t>(search.attempts_per_second)},
                         {"blocks", mining.blocks},
                         {"to", mining.running ? value(session.to_text(mining.producer)) : value(nullptr)},
                         {"difficulty", decimal(look.difficulties.back())},
                         {"hashrates", std::move(rates)},
                         {"difficulties", std::move(attempts)}};
    answer.view.fields({{"running", mining.running ? Cell{"yes", Tone::good} : Cell{"no"}},
                        {"threads", std::to_string(search.threads)},
                        {"attempts/s", si_text(search.attempts_per_second)},
                        {"last minute", search.history.empty() ? "-" : trend_text(search.history, room)},
                        {"blocks found", std::to_string(mining.blocks)},
                        {"difficulty", attempts_text(look.difficulties.back())},
                        {"last blocks", trend_text(bars, room)}});
    return answer;
}

Reply run_preview(Session& session, const Args& args) {
    const auto producer = producer_of(session, args);
    if (!producer) return fail(producer.error());
    const auto block =
        session.core().read([&](const net::Node& node) { return node.preview(*producer, session.now()); });
    const auto names = Names::of(session);
    if (!names) return fail(names.error());
    Amount fees;
    array transactions;
    std::vector<ShownTx> shown;
    for (const auto& tx : block.transactions) {
        fees = fees + tx.fields().fee;
        shown.push_back(ShownTx{tx, "pending"});
        transactions.push_back(to_json(session, shown.back()));
    }
    const auto subsidy = consensus::subsidy_at(session.network().parameters(), block.header().height);
    const auto difficulty = decimal(difficulty_of(block.header().target));
    Answer answer;
    answer.data = object{{"height", block.header().height.value},
                         {"parent", block.header().parent.hex()},
                         {"producer", session.to_text(*producer)},
                         {"difficulty", difficulty},
                         {"target", compact_hex(block.header().target)},
                         {"size", encoded_size(block)},
                         {"txs", block.transactions.size()},
                         {"fees", to_text(fees)},
                         {"reward", to_text(subsidy + fees)},
                         {"transactions", std::move(transactions)}};
    answer.view.fields({{"next block", Cell{std::to_string(block.header().height.value), Tone::strong}},
                        {"producer", names->show(*producer)},
                        {"difficulty", attempts_text(difficulty_of(block.header().target))},
                        {"reward", with_ticker(session, subsidy + fees)},
                        {"size", bytes_text(encoded_size(block))}});
    answer.view.table(transaction_table(*names, shown));
    return answer;
}

} // namespace

void add_mine_commands(CommandTree& tree) {
    tree.describe_group("mine", "find blocks, and be paid for it");
    const auto to = option("--to", "WALLET", Kind::recipient, "who is paid (the current wallet)");
    tree.add({.path = "mine",
              .summary = "find so many blocks",
              .positionals = {{"n", Kind::count, "how many (1)", false}},
              .options = {to},
              .run = run_mine,
              .details = "Ctrl-C stops; the blocks that were found are kept.",
              .examples = {"mine", "mine 10 --to bob"}});
    tree.add({.path = "mine start",
              .summary = "go on finding blocks in the background",
              .options = {option("--threads", "T", Kind::count, "how many (1)"), to},
              .run = run_start,
              .details = "Until `mine stop`, or the end of this run.",
              .examples = {"mine start", "mine start --threads 2 --to till"}});
    tree.add({.path = "mine stop",
              .summary = "stop mining in the background",
              .run = run_stop,
              .examples = {"mine stop"}});
    tree.add({.path = "mine status",
              .summary = "whether mining runs, and how fast",
              .run = run_status,
              .examples = {"mine status"}});
    tree.add({.path = "mine preview",
              .summary = "the block that would be mined now",
              .options = {to},
              .run = run_preview,
              .examples = {"mine preview"}});
}

} // namespace cairn::cli
