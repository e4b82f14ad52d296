// send: one payment, everything there is, or a file of payments.
#include <cli/commands/commands.hpp>
#include <cli/commands/payers_ahead.hpp>
#include <cli/commands/payment_dry_run.hpp>
#include <cli/commands/sending.hpp>

#include <algorithm>

namespace cairn::cli {
namespace {

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
                answer = answer_of(session, payer->wallet->name(), fields_of(session, *payer, *drafts), {},
                                   *drafts, *wanted);
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
        Answer answer = answer_of(session, payer->wallet->name(), fields, {}, *drafts, *wanted);
        answer.remarks = std::move(wanted->alarms);
        return answer;
    }

    Proposal proposal = proposal_of(session, *payer, *drafts, *wanted);
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
    return answer_of(session, payer->wallet->name(), fields, *handed, *drafts, *wanted);
}

/// The line's one payment, where nothing is to be asked or told before.
std::optional<Prepared> prepare_send(Session& session, const Args& args, PayersAhead& payers) {
    if (!args.has("to") || args.has("--file") || args.has("--dry-run") || args.has("--wait"))
        return std::nullopt;
    const Payee* payee = payers.payee(session, args.text("to"));
    if (payee == nullptr) return std::nullopt;
    auto wanted = wanted_of(session, args, *payee);
    if (!wanted || wanted->everything) return std::nullopt;
    const Payer* payer = payers.of(session, args);
    if (payer == nullptr || payer->wallet->is_locked()) return std::nullopt;
    const auto rate = fee_rate(payer->fees, args);
    if (!rate) return std::nullopt;
    auto drafts = plan(session, *payer, *wanted, *rate);
    if (!drafts || drafts->size() != 1 || !payers.may_pay(session, *payer, *drafts)) return std::nullopt;
    Proposal proposal = proposal_of(session, *payer, *drafts, *wanted);
    proposal.alarms.clear(); // told with the answer
    if (!wanted->alarms.empty() && !session.confirm(proposal.what)) return std::nullopt;
    if (!agree(session, proposal)) return std::nullopt;
    auto fields = fields_of(session, *payer, *drafts);
    auto tx = payer->wallet->sign(fields.front(), session.network().id());
    if (!tx) return std::nullopt;
    payers.pay(*payer, drafts->front());
    const TxId id = tx->id();
    return Prepared{std::move(*tx), [&session, id, name = payer->wallet->name(), fields = std::move(fields),
                                     drafts = std::move(*drafts),
                                     wanted = std::move(*wanted)](const net::Submitted& submitted) {
                        auto answer =
                            answer_of(session, name, fields, {handed_of(id, submitted)}, drafts, wanted);
                        answer.remarks = wanted.alarms;
                        return answer;
                    }};
}

} // namespace

void add_send_commands(CommandTree& tree) {
    CommandSpec spec;
    spec.path = "send";
    spec.summary = "pay somebody";
    spec.prepare = prepare_send;
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
