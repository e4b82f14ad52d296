#include <cli/commands/sending.hpp>

#include <algorithm>
#include <map>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;

Expected<Wanted> wanted_of_file(Session& session, const Args& args) {
    if (auto alone = check_file_alone(args); !alone) return fail(std::move(alone.error()));
    constexpr std::size_t a_screen = 20;
    const auto rows = read_payment_file(session, args.text("--file"));
    if (!rows) return fail(rows.error());
    if (auto faults = faults_of(args.text("--file"), *rows, a_screen)) return fail(std::move(*faults));
    return wanted_of_rows(session, *rows);
}

/// Fields of one transfer, as `send` prints them.
object transfer_json(const Session& session, const TxFields& fields, const std::string& txid,
                     const std::string& status) {
    const auto& outputs = std::get<Transfer>(fields.body).outputs;
    object out{{"txid", optional_text(txid)},
               {"from", session.to_text(crypto::address_of(fields.sender))},
               {"to", session.to_text(outputs.front().to)},
               {"amount", to_text_signed(static_cast<Int128>(total_out(fields.body)))},
               {"fee", to_text(fields.fee)},
               {"nonce", fields.nonce.value},
               {"status", status},
               {"memo", outputs.front().memo}};
    if (outputs.size() > 1) {
        array all;
        for (const auto& output : outputs)
            all.push_back(object{{"to", session.to_text(output.to)},
                                 {"amount", to_text(output.amount)},
                                 {"memo", output.memo}});
        out["outputs"] = std::move(all);
    }
    return out;
}

/// The rows of a file of payments.
Table table_of(const Session& session, const std::vector<PaymentRow>& rows) {
    Table table{{{"line", Align::right},
                 {"to", Align::left, Cut::never},
                 {"amount", Align::point},
                 {"memo"},
                 {"address", Align::left, Cut::middle}},
                {},
                ""};
    for (const auto& row : rows) {
        const auto address = session.to_text(row.recipient.address);
        const bool named = !row.recipient.name.empty();
        table.rows.push_back({std::to_string(row.line), named ? row.recipient.name : address,
                              to_text(row.amount), row.memo, named ? address : std::string()});
    }
    return table;
}

} // namespace

// --- what is asked for ---

Expected<void> check_file_alone(const Args& args) {
    if (args.has("to") || args.has("amount") || args.has("--memo"))
        return failure(Exit::usage, "bad_argument", "--file takes the place of TO, AMOUNT and --memo");
    return {};
}

Expected<Wanted> wanted_of_rows(Session& session, const std::vector<CheckedRow>& rows) {
    Wanted wanted;
    for (const auto& row : rows) {
        if (!row.payment) continue;
        auto alarms = look_alike_alarms(session, row.payment->recipient);
        if (!alarms) return fail(std::move(alarms.error()));
        for (auto& alarm : *alarms)
            wanted.alarms.push_back("line " + std::to_string(row.line) + ": " + std::move(alarm));
        wanted.outputs.push_back(
            Output{row.payment->recipient.address, row.payment->amount, row.payment->memo});
        wanted.rows.push_back(*row.payment);
    }
    wanted.to_whom = counted(wanted.rows.size(), "recipient");
    return wanted;
}

Expected<Payee> payee_of(Session& session, const std::string& to) {
    auto recipient = resolve_recipient(session, "to", to);
    if (!recipient) return fail(std::move(recipient.error()));
    auto alarms = look_alike_alarms(session, *recipient);
    if (!alarms) return fail(std::move(alarms.error()));
    return Payee{std::move(*recipient), std::move(*alarms)};
}

Expected<Wanted> wanted_of(Session& session, const Args& args) {
    if (args.has("--file")) return wanted_of_file(session, args);
    if (!args.has("to"))
        return bad_argument("to", "it is missing", "`send TO AMOUNT`, or `send --file PAYMENTS.csv`");
    const auto payee = payee_of(session, args.text("to"));
    if (!payee) return fail(payee.error());
    return wanted_of(session, args, *payee);
}

Expected<Wanted> wanted_of(Session& session, const Args& args, const Payee& payee) {
    const Recipient& recipient = payee.recipient;
    if (auto same = check_asked(session, recipient, args); !same) return fail(std::move(same.error()));
    Wanted wanted;
    Output output{recipient.address, {}, args.text_or("--memo", recipient.memo)};
    if (auto fits = check_text("--memo", output.memo); !fits) return fail(std::move(fits.error()));
    if (args.has("amount")) {
        wanted.everything = args.is_all("amount");
        if (!wanted.everything) output.amount = args.amount("amount");
    } else if (recipient.amount && !recipient.amount->is_zero()) {
        output.amount = *recipient.amount;
    } else {
        return bad_argument("amount", "it is missing", "a number of coins, or `all`");
    }
    const auto address = session.to_text(recipient.address);
    wanted.to_whom = recipient.name.empty() ? address : recipient.name + " (" + address + ")";
    wanted.alarms = payee.alarms;
    wanted.outputs.push_back(std::move(output));
    return wanted;
}

Result<std::vector<Draft>, Shortfall> plan(const Session& session, const Payer& payer, const Wanted& wanted,
                                           const FeeRate& rate) {
    if (wanted.everything) return plan_everything(payer.sources, wanted.outputs.front(), rate);
    const Amount least = std::max(session.network().parameters().min_new_account, Amount::from_units(1));
    return plan_payment(payer.sources, wanted.outputs, rate, least);
}

// --- what the rules allow ---

std::set<crypto::Address> opened_by(const net::Node& node, const crypto::Address& sender, Amount least) {
    std::set<crypto::Address> opened;
    const auto take = [&](const Transaction& tx) {
        const auto* transfer = std::get_if<Transfer>(&tx.fields().body);
        if (transfer == nullptr || tx.sender() != sender) return;
        for (const auto& output : transfer->outputs)
            if (output.amount >= least) opened.insert(output.to);
    };
    for (const auto& tx : node.mempool().of_sender(sender)) take(tx);
    for (const auto& tx : node.own_pending()) take(tx);
    return opened;
}

Expected<void> check_new_accounts(Session& session, const Payer& payer, const std::vector<Draft>& drafts) {
    const Amount least = session.network().parameters().min_new_account;
    std::map<std::size_t, std::set<crypto::Address>> opened; // by source
    for (const auto& draft : drafts) {
        for (const auto& output : draft.outputs) {
            if (output.amount >= least) {
                opened[draft.source].insert(output.to);
                continue;
            }
            const auto& sender = payer.sources[draft.source].address;
            const bool fine =
                opened[draft.source].contains(output.to) || session.core().read([&](const net::Node& node) {
                    return node.chain().account(output.to).has_value() ||
                           opened_by(node, sender, least).contains(output.to);
                });
            if (!fine)
                return failure(Exit::rejected, "new_account_too_small",
                               session.to_text(output.to) +
                                   " has no account yet, and the first payment to it must be " +
                                   with_ticker(session, least) + " or more");
        }
    }
    return {};
}

// --- what is told ---

std::vector<TxFields> fields_of(Session& session, const Payer& payer, const std::vector<Draft>& drafts) {
    std::vector<TxFields> all;
    for (const auto& draft : drafts) {
        TxFields fields;
        fields.chain = session.network().tag();
        fields.sender = payer.sources[draft.source].public_key;
        fields.nonce = draft.nonce;
        fields.fee = draft.fee;
        fields.time = session.now();
        fields.body = Transfer{draft.outputs};
        all.push_back(std::move(fields));
    }
    return all;
}

Proposal proposal_of(const Session& session, const Payer& payer, const std::vector<Draft>& drafts,
                     const Wanted& wanted) {
    const Amount amount = total_amount(drafts);
    const Amount fee = total_fee(drafts);
    Proposal proposal{"Send " + with_ticker(session, amount) + " to " + wanted.to_whom, amount, fee,
                      payer.available() - amount - fee, wanted.alarms};
    proposal.memo = wanted.memo();
    if (!wanted.rows.empty()) proposal.rows.table(table_of(session, wanted.rows));
    return proposal;
}

Answer answer_of(const Session& session, const std::string& wallet, const std::vector<TxFields>& fields,
                 const std::vector<Handed>& handed, const std::vector<Draft>& drafts, const Wanted& wanted) {
    Answer answer;
    array transfers;
    for (std::size_t i = 0; i < fields.size(); ++i)
        transfers.push_back(transfer_json(session, fields[i], handed.empty() ? "" : handed[i].id.hex(),
                                          handed.empty() ? "dry-run" : handed[i].status));
    answer.data = transfers.front().as_object();
    answer.data["wallet"] = wallet;
    if (fields.size() > 1) {
        answer.data["total"] = to_text(total_amount(drafts));
        answer.data["total_fee"] = to_text(total_fee(drafts));
        answer.data["transfers"] = transfers;
    }
    answer.view.line({(handed.empty() ? "Would send " : "Sent ") +
                          with_ticker(session, total_amount(drafts)) + " to " + wanted.to_whom +
                          (handed.empty() ? memo_words(wanted.memo()) : std::string()) + ", fee " +
                          with_ticker(session, total_fee(drafts)) + ".",
                      handed.empty() ? Tone::plain : Tone::good});
    if (handed.empty()) return answer;
    for (const auto& each : handed) answer.view.line({each.id.hex() + "  " + each.status, Tone::dim});
    answer.last_id = handed.back().id.hex();
    return answer;
}

} // namespace cairn::cli
