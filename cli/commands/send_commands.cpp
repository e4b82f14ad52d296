// send: one payment, everything there is, or a file of payments.
#include <cli/commands/commands.hpp>
#include <cli/commands/payment_dry_run.hpp>
#include <cli/commands/submission.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;

/// What the line asks for.
struct Wanted {
    std::vector<Output> outputs;
    bool everything = false;
    std::string to_whom; ///< for people
    std::vector<std::string> alarms;
    std::vector<PaymentRow> rows; ///< of --file
    std::string memo() const { return rows.empty() ? outputs.front().memo : std::string(); }
};

Expected<void> check_file_alone(const Args& args) {
    if (args.has("to") || args.has("amount") || args.has("--memo"))
        return failure(Exit::usage, "bad_argument", "--file takes the place of TO, AMOUNT and --memo");
    return {};
}

/// What the rows that are in order ask for.
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

Expected<Wanted> wanted_of_file(Session& session, const Args& args) {
    if (auto alone = check_file_alone(args); !alone) return fail(std::move(alone.error()));
    constexpr std::size_t a_screen = 20;
    const auto rows = read_payment_file(session, args.text("--file"));
    if (!rows) return fail(rows.error());
    if (auto faults = faults_of(args.text("--file"), *rows, a_screen)) return fail(std::move(*faults));
    return wanted_of_rows(session, *rows);
}

Expected<Wanted> wanted_of(Session& session, const Args& args) {
    if (args.has("--file")) return wanted_of_file(session, args);
    if (!args.has("to"))
        return bad_argument("to", "it is missing", "`send TO AMOUNT`, or `send --file PAYMENTS.csv`");
    auto recipient = resolve_recipient(session, "to", args.text("to"));
    if (!recipient) return fail(std::move(recipient.error()));
    if (auto same = check_asked(session, *recipient, args); !same) return fail(std::move(same.error()));
    Wanted wanted;
    Output output{recipient->address, {}, args.text_or("--memo", recipient->memo)};
    if (auto fits = check_text("--memo", output.memo); !fits) return fail(std::move(fits.error()));
    if (args.has("amount")) {
        wanted.everything = args.is_all("amount");
        if (!wanted.everything) output.amount = args.amount("amount");
    } else if (recipient->amount && !recipient->amount->is_zero()) {
        output.amount = *recipient->amount;
    } else {
        return bad_argument("amount", "it is missing", "a number of coins, or `all`");
    }
    wanted.to_whom = recipient->name.empty()
                         ? session.to_text(recipient->address)
                         : recipient->name + " (" + session.to_text(recipient->address) + ")";
    auto alarms = look_alike_alarms(session, *recipient);
    if (!alarms) return fail(std::move(alarms.error()));
    wanted.alarms = std::move(*alarms);
    wanted.outputs.push_back(std::move(output));
    return wanted;
}

/// Whom the payments of this address that wait will have opened an account for.
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

/// An output below min_new_account to an address without account, that no earlier payment of the same sender
/// opens: the rules forbid it (exit 3).
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

/// The fields of one transfer, which are those of `tx show`; of several the first one's, and beside them all
/// under `transfers` and the sums as `total` and `total_fee`.
Answer answer_of(const Session& session, const Payer& payer, const std::vector<TxFields>& fields,
                 const std::vector<Handed>& handed, const std::vector<Draft>& drafts, const Wanted& wanted) {
    Answer answer;
    array transfers;
    for (std::size_t i = 0; i < fields.size(); ++i)
        transfers.push_back(transfer_json(session, fields[i], handed.empty() ? "" : handed[i].id.hex(),
                                          handed.empty() ? "dry-run" : handed[i].status));
    answer.data = transfers.front().as_object();
    answer.data["wallet"] = payer.wallet->name();
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

Result<std::vector<Draft>, Shortfall> plan(const Session& session, const Payer& payer, const Wanted& wanted,
                                           const FeeRate& rate) {
    if (wanted.everything) return plan_everything(payer.sources, wanted.outputs.front(), rate);
    const Amount least = std::max(session.network().parameters().min_new_account, Amount::from_units(1));
    return plan_payment(payer.sources, wanted.outputs, rate, least);
}

/// Rows whose amount is too little for the account that they would open: as check_new_accounts, before it is
/// known who pays.
void check_new_accounts(Session& session, const Payer& payer, std::vector<CheckedRow>& rows) {
    const Amount least = session.network().parameters().min_new_account;
    std::set<crypto::Address> opened;
    for (auto& row : rows) {
        if (!row.payment) continue;
        const auto& to = row.payment->recipient.address;
        if (row.payment->amount >= least) {
            opened.insert(to);
            continue;
        }
        const bool fine = opened.contains(to) || session.core().read([&](const net::Node& node) {
            return node.chain().account(to).has_value() ||
                   std::any_of(payer.sources.begin(), payer.sources.end(), [&](const Source& source) {
                       return opened_by(node, source.address, least).contains(to);
                   });
        });
        if (fine) continue;
        row.faults.push_back({"new_account_too_small",
                              Exit::rejected,
                              "amount: it has no account yet, and the first payment to it must be " +
                                  with_ticker(session, least) + " or more",
                              {}});
        row.payment.reset();
    }
}

/// Every row and what is wrong with it, and what all that are in order take of what there is.
Reply dry_run_of_file(Session& session, const Args& args) {
    if (auto alone = check_file_alone(args); !alone) return fail(std::move(alone.error()));
    auto rows = read_payment_file(session, args.text("--file"));
    if (!rows) return fail(std::move(rows.error()));
    auto payer = payer_of(session, args);
    if (!payer) return fail(std::move(payer.error()));
    const auto rate = fee_rate(payer->fees, args);
    if (!rate) return fail(rate.error());
    check_new_accounts(session, *payer, *rows);
    auto wanted = wanted_of_rows(session, *rows);
    if (!wanted) return fail(std::move(wanted.error()));
    auto faults = faults_of(args.text("--file"), *rows, 0);
    DryRun run{std::move(*rows), {}, {}, payer->available(), std::move(faults), {}};
    Answer answer;
    if (!wanted->outputs.empty()) {
        auto drafts = plan(session, *payer, *wanted, *rate);
        if (!drafts) {
            const auto more = find_later_addresses(session, *payer);
            if (!more) return fail(more.error());
            run.available = payer->available();
            if (*more) drafts = plan(session, *payer, *wanted, *rate);
        }
        run.total = total_amount({Draft{0, {}, {}, wanted->outputs}});
        if (drafts) {
            run.fee = total_fee(*drafts);
            if (auto fit = check_new_accounts(session, *payer, *drafts); !fit)
                return fail(std::move(fit.error()));
            if (!run.faults) // of some rows nothing would be sent
                answer =
                    answer_of(session, *payer, fields_of(session, *payer, *drafts), {}, *drafts, *wanted);
        } else {
            run.fee = drafts.error().needed - std::min(run.total, drafts.error().needed);
            run.shortfall =
                insufficient_funds(drafts.error().needed, drafts.error().available, session.ticker());
        }
    }
    add_rows(session, run, answer);
    answer.remarks = wanted->alarms;
    return answer;
}

Reply run_send(Session& session, const Args& args) {
    if (args.has("--file") && args.has("--dry-run")) return dry_run_of_file(session, args);
    auto wanted = wanted_of(session, args);
    if (!wanted) return fail(std::move(wanted.error()));
    auto payer = payer_of(session, args);
    if (!payer) return fail(std::move(payer.error()));
    const auto rate = fee_rate(payer->fees, args);
    if (!rate) return fail(rate.error());
    auto drafts = plan(session, *payer, *wanted, *rate);
    if (!drafts || wanted->everything) {
        const auto more = find_later_addresses(session, *payer);
        if (!more) return fail(more.error());
        if (*more) drafts = plan(session, *payer, *wanted, *rate);
    }
    if (!drafts)
        return fail(insufficient_funds(drafts.error().needed, drafts.error().available, session.ticker()));
    if (auto fit = check_new_accounts(session, *payer, *drafts); !fit) return fail(std::move(fit.error()));
    const auto fields = fields_of(session, *payer, *drafts);
    if (args.has("--dry-run")) {
        Answer answer = answer_of(session, *payer, fields, {}, *drafts, *wanted);
        answer.remarks = std::move(wanted->alarms);
        return answer;
    }

    const Amount amount = total_amount(*drafts);
    const Amount fee = total_fee(*drafts);
    Proposal proposal{"Send " + with_ticker(session, amount) + " to " + wanted->to_whom, amount, fee,
                      payer->available() - amount - fee, std::move(wanted->alarms)};
    proposal.memo = wanted->memo();
    if (!wanted->rows.empty()) proposal.rows.table(table_of(session, wanted->rows));
    if (auto agreed = agree(session, proposal); !agreed) return fail(std::move(agreed.error()));
    if (auto open = session.unlock(*payer->wallet); !open) return fail(std::move(open.error()));
    std::vector<Transaction> signed_ones;
    for (const auto& each : fields) {
        auto tx = expected(payer->wallet->sign(each, session.network().id()));
        if (!tx) return fail(std::move(tx.error()));
        signed_ones.push_back(std::move(*tx));
    }
    auto handed = submit_all(session, signed_ones);
    if (!handed) return fail(std::move(handed.error()));
    if (args.has("--wait")) {
        for (auto& each : *handed) {
            if (auto seen = wait_confirmed(session, each.id, args.number("--wait")); !seen) {
                seen.error().extra["txid"] = each.id.hex();
                return fail(std::move(seen.error()));
            }
            each.status = "confirmed";
        }
    }
    return answer_of(session, *payer, fields, *handed, *drafts, *wanted);
}

} // namespace

void add_send_commands(CommandTree& tree) {
    CommandSpec spec;
    spec.path = "send";
    spec.summary = "pay somebody";
    spec.answers_later = true;
    spec.positionals = {{"to",
                         Kind::recipient,
                         "an address, a contact, a wallet here, or a cairn: URI",
                         false,
                         false,
                         {},
                         "--file"},
                        {"amount",
                         Kind::amount_or_all,
                         "coins, or `all` there is less the fee; a URI may tell it",
                         false,
                         false,
                         {},
                         "--file"}};
    auto wait = option("--wait", "N", Kind::count, "wait for N confirmations (1)");
    wait.implied = "1";
    spec.options = fee_options();
    spec.options.insert(spec.options.begin(), option("--from", "WALLET", Kind::wallet, "who pays"));
    spec.options.push_back(option("--memo", "TEXT", Kind::text, "at most 255 bytes, for everybody to read"));
    spec.options.push_back(
        option("--file", "PAYMENTS.csv", Kind::file, "rows of to,amount,memo: all or none"));
    spec.options.push_back(flag("--dry-run", "show what would be sent"));
    spec.options.push_back(std::move(wait));
    spec.run = run_send;
    spec.details =
        "At a terminal the payment is shown first. A fee above 5 % of the amount, and an address that looks "
        "like a contact's without being it, must be confirmed; in a script by --yes, else the exit code is "
        "8.\n"
        "Where no single address of the wallet holds enough, several pay their part in transfers of their "
        "own.";
    spec.examples = {"send bob 12.5", "send bob 12.5 --memo \"rent, May\"", "send bob all --wait",
                     "send --file wages.csv --dry-run"};
    tree.add(std::move(spec));
}

} // namespace cairn::cli
