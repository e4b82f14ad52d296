// block show: one block, and with --verify every rule that it must keep, by name.
#include <cli/commands/block_checks.hpp>
#include <cli/commands/commands.hpp>
#include <cli/commands/support.hpp>

#include <algorithm>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;

Failure unknown_block(const std::string& text) {
    return Failure{
        "unknown_block", Exit::not_found, "there is no block " + text, "`chain status` tells the height", {}};
}

/// By height on the active chain, by id also beside it; by the first digits of an id among the last ones.
Expected<chain::BlockInfo> find_block(Session& session, const std::string& text) {
    constexpr std::uint32_t depth = 1'000;
    struct Found {
        std::optional<chain::BlockInfo> info;
        std::size_t matches = 0;
    };
    const auto found = session.core().read([&text](const net::Node& node) {
        Found out;
        if (text == "tip") {
            out.info = node.chain().tip_info();
        } else if (const auto id = BlockId::from_hex(text)) {
            out.info = node.chain().find(*id);
        } else if (text.find_first_not_of("0123456789") == std::string::npos) {
            out.info = node.chain().at(Height{static_cast<std::uint32_t>(std::stoul(text))});
        } else {
            for (const auto& block : node.chain().recent(depth)) {
                if (!block.id.hex().starts_with(text)) continue;
                out.info = block;
                ++out.matches;
            }
        }
        return out;
    });
    if (found.matches > 1)
        return failure(Exit::usage, "ambiguous_id",
                       std::to_string(found.matches) + " blocks begin with " + text, "give more digits");
    if (!found.info) return fail(unknown_block(text));
    return *found.info;
}

struct Whole {
    chain::BlockPtr body;
    Height tip;
};

/// --verify: what each check says, after the block itself.
Reply with_checks(Session& session, const chain::BlockInfo& info, Answer answer) {
    const auto checks = check_block(session, info);
    if (!checks) return fail(checks.error());
    const bool valid =
        std::all_of(checks->begin(), checks->end(), [](const BlockCheck& check) { return check.ok; });
    array all;
    answer.view.blank();
    for (const auto& check : *checks) {
        all.push_back(object{{"name", check.name}, {"ok", check.ok}});
        answer.view.line(
            {{Cell{check.ok ? "✓ " : "✗ ", check.ok ? Tone::good : Tone::bad}, Cell{check.name}}});
    }
    answer.data["valid"] = valid;
    answer.data["checks"] = std::move(all);
    if (!valid) {
        answer.exit = Exit::failed;
        answer.no_code = "invalid_block";
        answer.no_message = "a check does not hold";
    }
    return answer;
}

Reply run_show(Session& session, const Args& args) {
    const auto info = find_block(session, args.text("block"));
    if (!info) return fail(info.error());
    const auto whole = session.core().read([&](const net::Node& node) {
        return Whole{node.chain().body(info->id), node.chain().height()};
    });
    if (!whole.body && info->height().value != 0) return fail(unknown_block(args.text("block")));
    const auto& header = info->header();
    const std::uint32_t confirmations = info->active ? whole.tip.value - header.height.value + 1 : 0;
    const auto names = Names::of(session);
    if (!names) return fail(names.error());

    array transactions;
    std::vector<ShownTx> shown;
    if (whole.body)
        for (const auto& tx : whole.body->transactions) {
            shown.push_back(ShownTx{tx, info->active ? "confirmed" : "side_branch", *info, confirmations});
            transactions.push_back(to_json(session, shown.back()));
        }
    const auto* work = std::get_if<WorkSeal>(&info->head.seal);
    Answer answer;
    answer.data = object{{"height", header.height.value},
                         {"id", info->id.hex()},
                         {"parent", header.parent.hex()},
                         {"time", to_rfc3339(header.time)},
                         {"producer", session.to_text(header.producer)},
                         {"tx_root", to_hex(header.tx_root)},
                         {"state_root", to_hex(header.state_root)},
                         {"history_root", to_hex(header.history_root)},
                         {"target", compact_hex(header.target)},
                         {"difficulty", decimal(difficulty_of(header.target))},
                         {"nonce", work != nullptr ? work->nonce : 0},
                         {"size", info->size},
                         {"confirmations", confirmations},
                         {"active", info->active},
                         {"work", decimal(info->work)},
                         {"txs", header.tx_count},
                         {"transactions", std::move(transactions)}};
    answer.view.fields({{"block", Cell{std::to_string(header.height.value), Tone::strong}},
                        {"id", info->id.hex()},
                        {"parent", header.parent.hex()},
                        {"time", moment_text(header.time, session.now())},
                        {"producer", header.height.value == 0 ? "(genesis)" : names->show(header.producer)},
                        {"difficulty", attempts_text(difficulty_of(header.target))},
                        {"size", bytes_text(info->size)},
                        {"confirmations", info->active ? Cell{std::to_string(confirmations)}
                                                       : Cell{"none: beside the active chain", Tone::warn}}});
    answer.view.blank();
    answer.view.table(transaction_table(*names, shown));
    answer.last_id = info->id.hex();
    if (!args.has("--verify")) return answer;

    return with_checks(session, *info, std::move(answer));
}

} // namespace

void add_block_commands(CommandTree& tree) {
    tree.describe_group("block", "single blocks");
    tree.add({.path = "block show",
              .summary = "one block and what is in it",
              .positionals = {{"block", Kind::block, "a height, an id or its first digits, or `tip`"}},
              .options = {flag("--verify", "check every rule anew, each by name")},
              .run = run_show,
              .details = "--verify replays the chain up to the block. Exit code 1 where a check fails.",
              .examples = {"block show tip", "block show 42 --verify"}});
    tree.set_default("block", "block show");
}

} // namespace cairn::cli
