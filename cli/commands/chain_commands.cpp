// chain show, status, graph, reorgs, accept: the chain as it stands.
#include <cli/commands/chain_graph.hpp>
#include <cli/commands/commands.hpp>
#include <cli/commands/support.hpp>

#include <algorithm>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;

// --- show ---

Reply run_show(Session& session, const Args& args) {
    constexpr std::uint64_t standard = 10;
    if (args.has("--from") && args.has("--last"))
        return failure(
            Exit::usage, "conflicting_options", "--from and --last exclude each other",
            "`chain show --from H` shows all from that height up, `chain show --last N` the newest");
    const auto blocks = session.core().read([&](const net::Node& node) {
        const std::uint64_t tip = node.chain().height().value;
        const std::uint64_t from = args.number_or("--from", 0);
        const std::uint64_t count = args.has("--from") ? tip + 1 : args.number_or("--last", standard);
        std::vector<chain::BlockInfo> out;
        for (std::uint64_t i = 0; i < count && i <= tip && tip - i >= from; ++i)
            if (const auto info = node.chain().at(Height{static_cast<std::uint32_t>(tip - i)}))
                out.push_back(*info);
        return out;
    });
    if (blocks.empty()) // genesis is always there: only --from can be above the tip
        return failure(Exit::not_found, "unknown_height",
                       "there is no block " + std::to_string(args.number("--from")) + " yet");
    const auto names = Names::of(session);
    if (!names) return fail(names.error());
    array all;
    Table table{{{"height", Align::right},
                 {"id", Align::left, Cut::never},
                 {"age", Align::right},
                 {"txs", Align::right},
                 {"size", Align::right},
                 {"producer", Align::left, Cut::middle}},
                {},
                ""};
    for (const auto& block : blocks) {
        all.push_back(object{{"height", block.height().value},
                             {"id", block.id.hex()},
                             {"time", to_rfc3339(block.header().time)},
                             {"txs", block.header().tx_count},
                             {"producer", session.to_text(block.header().producer)},
                             {"difficulty", decimal(difficulty_of(block.header().target))},
                             {"size", block.size}});
        table.rows.push_back(
            {std::to_string(block.height().value),
             {block.id.hex().substr(0, 16), Tone::dim},
             age_text(block.header().time, session.now()),
             std::to_string(block.header().tx_count),
             bytes_text(block.size),
             block.height().value == 0 ? "(genesis)" : names->show(block.header().producer)});
    }
    Answer answer;
    answer.data["blocks"] = std::move(all);
    answer.view.table(std::move(table));
    return answer;
}

// --- status ---

struct Status {
    chain::BlockInfo tip;
    CompactTarget next;
    std::size_t mempool = 0;
    std::vector<chain::Held> held;
    chain::Totals totals;
    std::size_t peers = 0;
    bool synced = true;
};

Reply run_status(Session& session, const Args&) {
    const auto status = session.core().read([](const net::Node& node) {
        return Status{node.chain().tip_info(),  node.chain().next_target(), node.mempool().count(),
                      node.chain().held(),      node.chain().totals(),      node.peer_count(),
                      node.sync_status().synced};
    });
    const auto& header = status.tip.header();
    array held;
    for (const auto& branch : status.held)
        held.push_back(
            object{{"tip", branch.tip.hex()}, {"height", branch.height.value}, {"depth", branch.depth}});
    const auto difficulty = decimal(difficulty_of(status.next));
    Answer answer;
    answer.data = object{{"network", session.network().parameters().name},
                         {"height", header.height.value},
                         {"tip", status.tip.id.hex()},
                         {"time", to_rfc3339(header.time)},
                         {"difficulty", difficulty},
                         {"work", decimal(status.tip.work)},
                         {"state_root", to_hex(header.state_root)},
                         {"mempool", status.mempool},
                         {"peers", status.peers},
                         {"synced", status.synced},
                         {"held", std::move(held)},
                         {"issued", to_text(status.totals.issued)},
                         {"accounts", status.totals.accounts},
                         {"genesis", session.network().id().hex()}};
    answer.view.fields({{"network", Cell{session.network().parameters().name, Tone::strong}},
                        {"height", Cell{std::to_string(header.height.value), Tone::strong}},
                        {"tip", status.tip.id.hex()},
                        {"time", moment_text(header.time, session.now())},
                        {"difficulty", attempts_text(difficulty_of(status.next)) + " for the next block"},
                        {"work", attempts_text(status.tip.work) + " in total"},
                        {"state root", to_hex(header.state_root)},
                        {"issued", with_ticker(session, status.totals.issued)},
                        {"accounts", std::to_string(status.totals.accounts)},
                        {"pending", counted(status.mempool, "transaction")},
                        {"peers", std::to_string(status.peers)}});
    for (const auto& branch : status.held)
        answer.view.line({"A branch with more work is held, for it would take back " +
                              counted(branch.depth, "block") + ": `chain accept " + branch.tip.hex() +
                              "` follows it.",
                          Tone::warn});
    return answer;
}

// --- graph ---

Reply run_graph(Session& session, const Args& args) {
    const auto last = std::min<std::uint64_t>(args.number_or("--last", 20), 1'000);
    const auto blocks = session.core().read([last](const net::Node& node) {
        // So many heights; branches beside them come on top.
        auto recent = node.chain().recent(static_cast<std::uint32_t>(4 * last));
        const auto tip = node.chain().height().value;
        std::erase_if(recent,
                      [&](const chain::BlockInfo& block) { return block.height().value + last <= tip; });
        return recent;
    });
    const auto now = session.now();
    std::size_t tallest = 0; // digits of the greatest height
    for (const auto& block : blocks) tallest = std::max(tallest, std::to_string(block.height().value).size());
    array all;
    std::vector<GraphBlock> points;
    for (const auto& block : blocks) {
        all.push_back(object{{"height", block.height().value},
                             {"id", block.id.hex()},
                             {"parent", block.header().parent.hex()},
                             {"active", block.active},
                             {"time", to_rfc3339(block.header().time)},
                             {"txs", block.header().tx_count}});
        const auto height = std::to_string(block.height().value);
        points.push_back({block.id, block.header().parent, block.active,
                          std::string(tallest - height.size(), ' ') + height + "  " +
                              block.id.hex().substr(0, 16) + "  " + counted(block.header().tx_count, "tx") +
                              ", " + age_text(block.header().time, now)});
    }
    Answer answer;
    answer.data["blocks"] = std::move(all);
    for (auto& line : chain_graph(points)) answer.view.line(std::move(line));
    return answer;
}

// --- reorgs, accept ---

Reply run_reorgs(Session& session, const Args&) {
    const auto found =
        session.core().read([](const net::Node& node) { return node.chain().reorganisations(); });
    array all;
    Table table{{{"time (UTC)", Align::left, Cut::never},
                 {"depth", Align::right},
                 {"from", Align::left, Cut::never},
                 {"to", Align::left, Cut::never}},
                {},
                "the chain was never reorganised here"};
    for (const auto& each : found) {
        all.push_back(object{{"time", to_rfc3339(each.time)},
                             {"depth", each.depth},
                             {"from", each.from.hex()},
                             {"to", each.to.hex()}});
        table.rows.push_back({to_rfc3339(each.time).substr(0, 19),
                              Cell{std::to_string(each.depth), each.depth > 6 ? Tone::bad : Tone::plain},
                              each.from.hex().substr(0, 16), each.to.hex().substr(0, 16)});
    }
    Answer answer;
    answer.data["reorgs"] = std::move(all);
    answer.view.table(std::move(table));
    return answer;
}

Reply run_accept(Session& session, const Args& args) {
    const auto& digits = args.text("tip");
    const auto held = session.core().read([](const net::Node& node) { return node.chain().held(); });
    std::vector<chain::Held> matching;
    std::copy_if(held.begin(), held.end(), std::back_inserter(matching),
                 [&](const chain::Held& branch) { return branch.tip.hex().starts_with(digits); });
    if (matching.empty())
        return failure(Exit::not_found, "unknown_branch", "no branch is held whose tip is " + digits,
                       "`chain status` shows those that are");
    if (matching.size() > 1)
        return failure(Exit::usage, "ambiguous_id", "several held branches begin with " + digits,
                       "give more digits");
    if (auto agreed =
            session.confirm("Follow this branch, which takes back " + counted(matching[0].depth, "block"));
        !agreed)
        return fail(std::move(agreed.error()));
    auto response = session.wait_for(session.core().submit(net::AcceptTip{matching[0].tip}));
    if (!response) return fail(std::move(response.error()));
    const auto& acceptance = std::get<chain::Acceptance>(*response);
    if (acceptance.outcome != chain::Outcome::connected)
        return failure(Exit::rejected,
                       acceptance.error ? consensus::name_of(acceptance.error->code) : "not_accepted",
                       acceptance.error ? consensus::describe(acceptance.error->code)
                                        : "the branch could not be followed");
    const auto tip = session.core().read([](const net::Node& node) { return node.chain().tip(); });
    Answer answer;
    answer.data = object{{"tip", tip.id.hex()}, {"height", tip.height.value}, {"depth", matching[0].depth}};
    answer.view.line(
        {"The chain follows " + tip.id.hex() + " now, at height " + std::to_string(tip.height.value) + ".",
         Tone::good});
    return answer;
}

} // namespace

void add_chain_commands(CommandTree& tree) {
    tree.describe_group("chain", "the blocks, and whether they hold");
    const auto last = option("--last", "N", Kind::count, "so many");
    tree.add({.path = "chain show",
              .summary = "blocks, newest first",
              .options = {last, option("--from", "H", Kind::height, "from this height up")},
              .run = run_show,
              .examples = {"chain show --last 20", "chain show --from 100"}});
    tree.add({.path = "chain status",
              .summary = "height, tip, difficulty, work",
              .run = run_status,
              .examples = {"chain status"}});
    tree.add({.path = "chain graph",
              .summary = "the last blocks with the branches beside them",
              .options = {last},
              .run = run_graph,
              .examples = {"chain graph --last 20"}});
    tree.add({.path = "chain reorgs",
              .summary = "when blocks were taken back, newest first",
              .run = run_reorgs,
              .examples = {"chain reorgs"}});
    tree.add({.path = "chain accept",
              .summary = "follow a branch that is held",
              .positionals = {{"tip", Kind::branch, "its last block's id"}},
              .run = run_accept,
              .details =
                  "A branch that would take back more blocks than max_reorg is not followed before this. "
                  "Asks first; a script needs --yes.",
              .examples = {"chain accept 878d24ce4e56"}});
    tree.set_default("chain", "chain status");
}

} // namespace cairn::cli
