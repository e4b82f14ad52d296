// tx show, list, bump, cancel: single transactions, and what can still be changed about own ones that wait.
#include <cli/commands/commands.hpp>
#include <cli/commands/history.hpp>
#include <cli/commands/submission.hpp>
#include <wallet/wallet_directory.hpp>

#include <algorithm>

namespace cairn::cli {
namespace {

using boost::json::array;

Failure unknown_transaction(const TxId& id) {
    return Failure{"unknown_transaction",
                   Exit::not_found,
                   "there is no transaction " + id.hex() + ", neither pending nor confirmed",
                   {},
                   {}};
}

Expected<ShownTx> find_shown(Session& session, const std::string& text) {
    const auto id = resolve_txid(session, text);
    if (!id) return fail(id.error());
    auto shown = session.core().read([&](const net::Node& node) { return find_transaction(node, *id); });
    if (!shown) return fail(unknown_transaction(*id));
    return std::move(*shown);
}

void add_body_view(const Session& session, const Names& names, const Transaction& tx, View& view) {
    if (const auto* document = std::get_if<Document>(&tx.fields().body)) {
        view.fields({{"title", document->title},
                     {"sha256", to_hex(document->sha256)},
                     {"content", document->content.empty()
                                     ? "kept elsewhere"
                                     : counted(document->content.size(), "byte") + " on the chain"}});
        return;
    }
    const auto* transfer = std::get_if<Transfer>(&tx.fields().body);
    if (transfer == nullptr) return;
    Table table{{{"to", Align::left, Cut::never}, {"amount", Align::right}, {"memo"}}, {}, ""};
    for (const auto& output : transfer->outputs)
        table.rows.push_back({names.show(output.to), with_ticker(session, output.amount), output.memo});
    view.table(std::move(table));
}

Reply run_show(Session& session, const Args& args) {
    const auto shown = find_shown(session, args.text("id"));
    if (!shown) return fail(shown.error());
    const auto names = Names::of(session);
    if (!names) return fail(names.error());
    const auto& fields = shown->tx.fields();
    Answer answer;
    answer.data = to_json(session, *shown);
    std::string where = shown->status;
    if (shown->block)
        where = "confirmed in block " + std::to_string(shown->block->height().value) + ", " +
                counted(shown->confirmations, "confirmation");
    answer.view.fields({{"transaction", Cell{shown->tx.id().hex(), Tone::strong}},
                        {"type", std::string(type_name(shown->tx))},
                        {"status", Cell{where, shown->block ? Tone::good : Tone::warn}},
                        {"from", names->show(crypto::address_of(fields.sender))},
                        {"fee", with_ticker(session, fields.fee)},
                        {"nonce", std::to_string(fields.nonce.value)},
                        {"made", moment_text(fields.time, session.now()) + ", by the sender's clock"},
                        {"size", counted(shown->tx.size(), "byte")}});
    answer.view.blank();
    add_body_view(session, *names, shown->tx, answer.view);
    return answer;
}

/// Pending ones of the current wallet, then its confirmed ones, newest first.
Reply run_list(Session& session, const Args& args) {
    const auto owner = resolve_owner(session, "");
    if (!owner) return fail(owner.error());
    const auto names = Names::of(session);
    if (!names) return fail(names.error());
    HistoryQuery query;
    const auto limit = std::min<std::uint64_t>(args.number_or("--limit", 50), 100'000);
    query.limit = static_cast<std::uint32_t>(limit);
    query.whole = true;
    const auto has_enough = [&](const History& history) {
        const auto count = std::count_if(history.lines.begin(), history.lines.end(),
                                         [](const HistoryLine& line) { return line.txid.has_value(); });
        return !history.more || static_cast<std::uint64_t>(count) >= limit || args.has("--pending");
    };
    auto history = history_of(session, *owner, query);
    for (; !has_enough(history); history = history_of(session, *owner, query)) {
        query.limit *= 4; // rewards are no transactions, and stand between them
    }
    std::vector<ShownTx> all;
    for (const auto& line : history.lines) {
        if (all.size() == limit) break;
        if (!line.txid || (args.has("--pending") && line.height)) continue;
        auto shown =
            session.core().read([&](const net::Node& node) { return find_transaction(node, *line.txid); });
        if (shown) all.push_back(std::move(*shown));
    }
    Answer answer;
    array transactions;
    for (const auto& each : all) transactions.push_back(to_json(session, each));
    answer.data["transactions"] = std::move(transactions);
    answer.view.table(transaction_table(*names, all));
    return answer;
}

// --- bump, cancel ---

/// An own transaction that is not confirmed, and the wallet that can sign another in its place.
struct Own {
    ShownTx shown;
    wallet::Wallet* wallet = nullptr;
};
Expected<Own> find_own_pending(Session& session, const std::string& text) {
    auto shown = find_shown(session, text);
    if (!shown) return fail(std::move(shown.error()));
    if (shown->block)
        return failure(Exit::rejected, "already_confirmed",
                       "it is in block " + std::to_string(shown->block->height().value) +
                           ": it cannot be changed");
    const auto sender = shown->tx.sender();
    for (const auto& name : session.wallets().names()) {
        const auto wallet = session.wallet(name);
        if (wallet && (*wallet)->find(sender) != nullptr) return Own{std::move(*shown), *wallet};
    }
    return failure(Exit::rejected, "not_own", "no wallet here can sign for " + session.to_text(sender));
}

/// Signs and hands in `fields` in place of what has their nonce. Where the fee was the command's to choose
/// and was too low, the least that replaces is taken.
Expected<Handed> replace(Session& session, const Own& own, TxFields fields, bool fee_is_ours) {
    if (auto open = session.unlock(*own.wallet); !open) return fail(std::move(open.error()));
    for (bool again = fee_is_ours;; again = false) {
        auto tx = expected(own.wallet->sign(fields, session.network().id()));
        if (!tx) return fail(std::move(tx.error()));
        auto response = session.wait_for(session.core().submit(net::SubmitTransactions{{*tx}}));
        if (!response) return fail(std::move(response.error()));
        const auto& [taken, refused] = std::get<net::SubmittedAll>(*response);
        if (!refused) return handed_of(tx->id(), taken.front());
        const auto& refusal = *refused;
        const bool too_low = refusal.code == chain::RefusalCode::replacement_fee_too_low ||
                             refusal.code == chain::RefusalCode::fee_too_low;
        if (!again || !too_low || refusal.needed <= fields.fee)
            return fail(failure_of(refusal, session.ticker()));
        fields.fee = refusal.needed;
    }
}

Reply run_bump(Session& session, const Args& args) {
    const auto own = find_own_pending(session, args.text("id"));
    if (!own) return fail(own.error());
    auto fields = own->shown.tx.fields();
    const Amount before = fields.fee;
    const bool chosen = args.has("--fee");
    if (chosen) {
        fields.fee = args.amount("--fee");
    } else {
        const auto table = session.core().read([](const net::Node& node) { return fee_table(node); });
        const auto by_size = FeeRate{table.high}.of(own->shown.tx.size());
        fields.fee = std::max(by_size, before + Amount::from_units(1));
    }
    fields.time = session.now();
    const auto sent = Amount::from_units(static_cast<std::uint64_t>(total_out(fields.body)));
    const Proposal proposal{"Pay " + with_ticker(session, fields.fee) + " for " +
                                shorten(own->shown.tx.id().hex()) + " instead of " +
                                with_ticker(session, before),
                            sent,
                            fields.fee,
                            payer_of(session, *own->wallet).available() + before -
                                std::min(fields.fee, payer_of(session, *own->wallet).available() + before),
                            {},
                            !sent.is_zero()};
    if (auto agreed = agree(session, proposal); !agreed) return fail(std::move(agreed.error()));
    const auto handed = replace(session, *own, fields, !chosen);
    if (!handed) return fail(handed.error());
    auto shown =
        session.core().read([&](const net::Node& node) { return find_transaction(node, handed->id); });
    if (!shown) return fail(unknown_transaction(handed->id));
    Answer answer;
    answer.data = to_json(session, *shown);
    answer.data["replaced"] = own->shown.tx.id().hex();
    answer.view.line({"It pays " + with_ticker(session, shown->tx.fields().fee) + " now.", Tone::good});
    answer.view.line({handed->id.hex(), Tone::dim});
    answer.last_id = handed->id.hex();
    return answer;
}

/// The last one of its sender is taken back where nobody else was told of it. Others may confirm it all the
/// same, and one that later ones follow would leave a gap: a payment of one unit to oneself takes its place.
Reply run_cancel(Session& session, const Args& args) {
    const auto own = find_own_pending(session, args.text("id"));
    if (!own) return fail(own.error());
    const auto& tx = own->shown.tx;
    const auto sender = tx.sender();
    const auto next = session.core().read([&](const net::Node& node) { return node.next_nonce(sender); });
    Answer answer;
    answer.data["cancelled"] = tx.id().hex();
    answer.last_id = tx.id().hex();
    const bool is_last = tx.fields().nonce.next() == next;
    if (is_last) {
        auto response = session.wait_for(session.core().submit(net::ForgetTransaction{tx.id()}));
        if (!response) return fail(std::move(response.error()));
        if (std::get<net::Forgotten>(*response).done) {
            answer.data["txid"] = nullptr;
            answer.view.line({"Taken back: it is not pending any more.", Tone::good});
            return answer;
        }
    }
    TxFields fields = tx.fields();
    fields.body = Transfer{{Output{sender, Amount::from_units(1), {}}}};
    fields.fee = tx.fields().fee + Amount::from_units(1);
    fields.time = session.now();
    const auto handed = replace(session, *own, fields, true);
    if (!handed) return fail(handed.error());
    answer.data["txid"] = handed->id.hex();
    answer.view.line({std::string("A payment of one unit to yourself takes its place, for ") +
                          (is_last ? "others were told of it." : "later ones wait behind it."),
                      Tone::good});
    answer.view.line({handed->id.hex(), Tone::dim});
    answer.last_id = handed->id.hex();
    return answer;
}

} // namespace

void add_tx_commands(CommandTree& tree) {
    tree.describe_group("tx", "single transactions");
    const Positional id{"id", Kind::txid, "all of it, or its first digits"};
    tree.add({.path = "tx show",
              .summary = "one transaction, and where it stands",
              .positionals = {id},
              .run = run_show,
              .examples = {"tx show $_", "tx show 0c718496b4fd"}});
    tree.add({.path = "tx list",
              .summary = "the current wallet's transactions, newest first",
              .options = {flag("--pending", "only what waits for a block"),
                          option("--limit", "N", Kind::count, "at most so many (50)")},
              .run = run_list,
              .examples = {"tx list --pending", "tx list --limit 20"}});
    tree.add({.path = "tx bump",
              .summary = "raise the fee of an own transaction that waits",
              .positionals = {id},
              .options = {option("--fee", "A", Kind::fee, "in coins (what the next block takes)")},
              .run = run_bump,
              .examples = {"tx bump 0c718496b4fd", "tx bump $_ --fee 0.01"}});
    tree.add({.path = "tx cancel",
              .summary = "take back an own transaction that waits",
              .positionals = {id},
              .run = run_cancel,
              .details =
                  "The last one is forgotten, as long as no peer was told of it. One that peers may have, or "
                  "that later ones wait behind, is replaced by a payment of one unit to oneself: the one "
                  "that a block takes first counts.",
              .examples = {"tx cancel 0c718496b4fd"}});
}

} // namespace cairn::cli
