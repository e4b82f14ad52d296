// mempool: what waits for a block. fee: what a place in the next one costs.
#include <cli/commands/commands.hpp>
#include <cli/commands/submission.hpp>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;

Reply run_show(Session& session, const Args&) {
    struct Look {
        std::vector<ShownTx> all;
        std::size_t bytes = 0;
    };
    const auto look = session.core().read([](const net::Node& node) {
        Look out{{}, node.mempool().bytes()};
        for (const auto& tx : node.mempool().all()) out.all.push_back(pending_transaction(node, tx));
        return out;
    });
    const auto names = Names::of(session);
    if (!names) return fail(names.error());
    array transactions;
    for (const auto& each : look.all) transactions.push_back(to_json(session, each));
    Answer answer;
    answer.data =
        object{{"transactions", std::move(transactions)}, {"count", look.all.size()}, {"bytes", look.bytes}};
    answer.view.table(transaction_table(*names, look.all));
    return answer;
}

Reply run_status(Session& session, const Args&) {
    struct Look {
        std::size_t count = 0;
        std::size_t bytes = 0;
        std::size_t waiting = 0;
        FeeTable fees;
    };
    const auto look = session.core().read([](const net::Node& node) {
        Look out{node.mempool().count(), node.mempool().bytes(), 0, fee_table(node)};
        for (const auto& tx : node.own_pending())
            out.waiting += node.mempool().find(tx.id()) == nullptr ? 1u : 0u;
        return out;
    });
    Answer answer;
    answer.data = object{{"count", look.count},
                         {"bytes", look.bytes},
                         {"waiting", look.waiting},
                         {"least_units_per_byte", look.fees.low}};
    answer.view.fields({{"transactions", std::to_string(look.count)},
                        {"bytes", std::to_string(look.bytes)},
                        {"own, waiting", std::to_string(look.waiting)},
                        {"least fee", counted(look.fees.low, "unit") + " a byte"}});
    return answer;
}

Reply run_fee(Session& session, const Args&) {
    const auto fees = session.core().read([](const net::Node& node) { return fee_table(node); });
    const std::size_t bytes = transfer_bytes({Output{}});
    const auto of = [&](Priority priority) { return FeeRate{fees.of(priority)}.of(bytes); };
    Answer answer;
    answer.data =
        object{{"low", to_text(of(Priority::low))},
               {"normal", to_text(of(Priority::normal))},
               {"high", to_text(of(Priority::high))},
               {"bytes", bytes},
               {"units_per_byte", object{{"low", fees.low}, {"normal", fees.normal}, {"high", fees.high}}},
               {"ticker", session.ticker()}};
    Table table{{{"priority"}, {"units a byte", Align::right}, {"a payment", Align::right}}, {}, ""};
    table.rows = {{"low", std::to_string(fees.low), with_ticker(session, of(Priority::low))},
                  {"normal", std::to_string(fees.normal), with_ticker(session, of(Priority::normal))},
                  {"high", std::to_string(fees.high), with_ticker(session, of(Priority::high))}};
    answer.view.table(std::move(table));
    return answer;
}

} // namespace

void add_mempool_commands(CommandTree& tree) {
    tree.describe_group("mempool", "what waits for a block");
    tree.describe_group("fee", "what a place in a block costs");
    tree.add({.path = "mempool show",
              .summary = "what waits for a block, best fee first",
              .run = run_show,
              .examples = {"mempool show"}});
    tree.add({.path = "mempool status",
              .summary = "how much waits",
              .run = run_status,
              .examples = {"mempool status"}});
    tree.add({.path = "fee show", .summary = "fees by priority", .run = run_fee, .examples = {"fee show"}});
    tree.set_default("mempool", "mempool show");
    tree.set_default("fee", "fee show");
}

} // namespace cairn::cli
