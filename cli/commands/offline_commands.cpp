// tx build, sign, broadcast: a payment that is made here, signed on a machine without a network, and sent
// from here.
#include <cli/commands/address_words.hpp>
#include <cli/commands/commands.hpp>
#include <cli/commands/envelope.hpp>
#include <cli/commands/files.hpp>
#include <cli/commands/submission.hpp>
#include <wallet/wallet_directory.hpp>

#include <algorithm>

namespace cairn::cli {
namespace {

using boost::json::object;

constexpr std::size_t longest_envelope = 1u << 20;

Expected<Envelope> read_envelope(Session& session, const std::string& path) {
    const auto text = read_whole(path, longest_envelope);
    if (!text) return fail(text.error());
    return envelope_from_text(session.network(), path, *text);
}

void add_summary(const Session& session, const Names& names, const TxFields& fields, Answer& answer) {
    answer.view.fields({{"from", names.show(crypto::address_of(fields.sender))},
                        {"fee", with_ticker(session, fields.fee)},
                        {"nonce", std::to_string(fields.nonce.value)},
                        {"network", session.network().parameters().name}});
    Table table{{{"to", Align::left, Cut::never}, {"amount", Align::right}, {"memo"}}, {}, ""};
    if (const auto* transfer = std::get_if<Transfer>(&fields.body))
        for (const auto& output : transfer->outputs)
            table.rows.push_back({names.show(output.to), with_ticker(session, output.amount), output.memo});
    else if (const auto* document = std::get_if<Document>(&fields.body))
        table.rows.push_back({"(document " + to_hex(document->sha256) + ")", "-", document->title});
    answer.view.table(std::move(table));
}

object fields_json(const Session& session, const TxFields& fields) {
    const auto* transfer = std::get_if<Transfer>(&fields.body);
    const bool pays = transfer != nullptr && !transfer->outputs.empty();
    return object{{"from", session.to_text(crypto::address_of(fields.sender))},
                  {"to", pays ? boost::json::value(session.to_text(transfer->outputs.front().to))
                              : boost::json::value(nullptr)},
                  {"amount", to_text_signed(static_cast<Int128>(total_out(fields.body)))},
                  {"fee", to_text(fields.fee)},
                  {"nonce", fields.nonce.value},
                  {"memo", pays ? transfer->outputs.front().memo : std::string()}};
}

// --- build ---

/// --from: a wallet here, or the public key of one elsewhere.
Expected<Payer> builder_of(Session& session, const Args& args) {
    if (!args.has("--from")) return payer_of(session, args);
    const auto key = array_from_hex<32>(args.text("--from"));
    if (!key && looks_like_address(args.text("--from"), session.prefix()))
        return bad_argument("--from",
                            "this is an address; a wallet of this data directory, or the 64 digits of a "
                            "public key are expected",
                            "`wallet list` shows the wallets here, `wallet export --public` a public key");
    if (!key) return payer_of(session, args);
    const crypto::PublicKey public_key{*key};
    const auto address = crypto::address_of(public_key);
    Payer payer;
    payer.sources = session.core().read([&](const net::Node& node) {
        return std::vector{
            Source{address, public_key, balance_of(node, {address}).available(), node.next_nonce(address)}};
    });
    return payer;
}

Reply run_build(Session& session, const Args& args) {
    if (!args.has("--out")) return bad_argument("--out", "a file is missing");
    const auto recipient = resolve_recipient(session, "to", args.text("to"));
    if (!recipient) return fail(recipient.error());
    if (auto same = check_asked(session, *recipient, args); !same) return fail(std::move(same.error()));
    Output output{recipient->address, {}, args.text_or("--memo", recipient->memo)};
    if (auto fits = check_text("--memo", output.memo); !fits) return fail(std::move(fits.error()));
    auto alarms = look_alike_alarms(session, *recipient);
    if (!alarms) return fail(std::move(alarms.error()));
    auto payer = builder_of(session, args);
    if (!payer) return fail(std::move(payer.error()));
    const auto rate = fee_rate(session, args);
    if (!rate) return fail(rate.error());
    const bool everything = args.is_all("amount");
    if (!everything) output.amount = args.amount("amount");

    const Amount fee = rate->of(transfer_bytes({output}));
    const auto who_can_pay = [&] {
        return std::find_if(payer->sources.begin(), payer->sources.end(), [&](const Source& each) {
            const auto needed = checked_add(fee, everything ? Amount::from_units(1) : output.amount);
            return needed && each.available >= *needed;
        });
    };
    auto source = who_can_pay();
    if (source == payer->sources.end()) {
        const auto more = find_later_addresses(session, *payer);
        if (!more) return fail(more.error());
        source = who_can_pay();
    }
    // A nonce of one's own is for payments that are built ahead: the chain cannot tell yet what is there.
    if (source == payer->sources.end() && args.has("--nonce") && !everything) source = payer->sources.begin();
    if (source == payer->sources.end())
        return fail(insufficient_funds(checked_add(fee, output.amount).value_or(output.amount),
                                       payer->available(), session.ticker()));
    if (everything) output.amount = source->available - fee;
    const Nonce nonce = args.has("--nonce") ? Nonce{args.number("--nonce")} : source->nonce;
    const auto fields = expected(wallet::build_transfer({source->public_key, nonce, fee, 0, session.now()},
                                                        {output}, session.network().id()));
    if (!fields) return fail(fields.error());
    if (auto written =
            write_whole(args.text("--out"), as_bytes(envelope_text(session.network(), {*fields, {}})));
        !written)
        return fail(std::move(written.error()));
    const auto names = Names::of(session);
    if (!names) return fail(names.error());
    Answer answer;
    answer.remarks = std::move(*alarms);
    answer.data = fields_json(session, *fields);
    answer.data["file"] = args.text("--out");
    add_summary(session, *names, *fields, answer);
    answer.view.line("Not signed yet: " + args.text("--out"));
    return answer;
}

// --- sign ---

Expected<wallet::Wallet*> wallet_of_sender(Session& session, const crypto::Address& sender) {
    for (const auto& name : session.wallets().names()) {
        const auto wallet = session.wallet(name);
        if (wallet && (*wallet)->find(sender) != nullptr) return *wallet;
    }
    return failure(Exit::not_found, "unknown_sender",
                   "no wallet here holds the key of " + session.to_text(sender),
                   "`wallet list` shows the wallets of this data directory");
}

/// What is signed, and what about it raises an alarm, as of a payment that is sent.
Expected<Proposal> proposal_to_sign(Session& session, const TxFields& fields, Amount amount) {
    const auto names = Names::of(session);
    if (!names) return fail(names.error());
    Proposal proposal{"Sign a payment of " + with_ticker(session, amount), amount, fields.fee, {}};
    proposal.spends = !amount.is_zero();
    const auto* transfer = std::get_if<Transfer>(&fields.body);
    if (transfer == nullptr || transfer->outputs.empty()) return proposal;
    for (const auto& output : transfer->outputs) {
        auto alarms = look_alike_alarms(session, output.to);
        if (!alarms) return fail(std::move(alarms.error()));
        proposal.alarms.insert(proposal.alarms.end(), alarms->begin(), alarms->end());
    }
    if (transfer->outputs.size() > 1) {
        proposal.what += " to " + counted(transfer->outputs.size(), "recipient");
        return proposal;
    }
    proposal.what += " to " + names->show(transfer->outputs.front().to);
    proposal.memo = transfer->outputs.front().memo;
    return proposal;
}

Reply run_sign(Session& session, const Args& args) {
    if (!args.has("--out")) return bad_argument("--out", "a file is missing");
    auto envelope = read_envelope(session, args.text("file"));
    if (!envelope) return fail(std::move(envelope.error()));
    const auto& fields = envelope->fields;
    const auto wallet = wallet_of_sender(session, crypto::address_of(fields.sender));
    if (!wallet) return fail(wallet.error());
    const auto amount =
        Amount::from_units(static_cast<std::uint64_t>(std::min<Uint128>(total_out(fields.body), UINT64_MAX)));
    const auto proposal = proposal_to_sign(session, fields, amount);
    if (!proposal) return fail(proposal.error());
    if (auto agreed = agree(session, *proposal); !agreed) return fail(std::move(agreed.error()));
    if (auto open = session.unlock(**wallet); !open) return fail(std::move(open.error()));
    auto tx = expected((*wallet)->sign(fields, session.network().id()));
    if (!tx) return fail(std::move(tx.error()));
    envelope->signed_one = *tx;
    if (auto written = write_whole(args.text("--out"), as_bytes(envelope_text(session.network(), *envelope)));
        !written)
        return fail(std::move(written.error()));
    const auto names = Names::of(session);
    if (!names) return fail(names.error());
    Answer answer;
    answer.data = fields_json(session, fields);
    answer.data["txid"] = tx->id().hex();
    answer.data["file"] = args.text("--out");
    add_summary(session, *names, fields, answer);
    answer.view.line({"Signed by " + (*wallet)->name() + ": " + args.text("--out"), Tone::good});
    answer.last_id = tx->id().hex();
    return answer;
}

// --- broadcast ---

/// An envelope, or the hex digits of a whole transaction made by another program.
Expected<Transaction> read_signed(Session& session, const std::string& path) {
    const auto text = read_whole(path, longest_envelope);
    if (!text) return fail(text.error());
    std::string digits = *text;
    digits.erase(std::remove_if(digits.begin(), digits.end(),
                                [](char c) { return c == '\n' || c == '\r' || c == ' '; }),
                 digits.end());
    if (const auto bytes = from_hex(digits); bytes && !bytes->empty()) {
        auto tx = decode_transaction(*bytes);
        if (!tx) return failure(Exit::usage, "bad_envelope", path + ": it is no transaction");
        return std::move(*tx);
    }
    auto envelope = envelope_from_text(session.network(), path, *text);
    if (!envelope) return fail(std::move(envelope.error()));
    if (!envelope->signed_one)
        return failure(Exit::rejected, "not_signed", path + " is not signed yet", "`tx sign` signs it");
    return std::move(*envelope->signed_one);
}

Reply run_broadcast(Session& session, const Args& args) {
    const auto tx = read_signed(session, args.text("file"));
    if (!tx) return fail(tx.error());
    const auto known =
        session.core().read([&](const net::Node& node) { return find_transaction(node, tx->id()); });
    if (known && known->block)
        return failure(Exit::rejected, "already_confirmed",
                       "it is in block " + std::to_string(known->block->height().value) + " already");
    const auto handed = submit_all(session, {*tx});
    if (!handed) return fail(handed.error());
    auto shown = session.core().read([&](const net::Node& node) { return find_transaction(node, tx->id()); });
    Answer answer;
    answer.data = to_json(session, shown ? *shown : ShownTx{*tx, handed->front().status});
    answer.view.line({"Handed in: " + tx->id().hex() + ", " + handed->front().status, Tone::good});
    answer.last_id = tx->id().hex();
    return answer;
}

} // namespace

void add_offline_commands(CommandTree& tree) {
    CommandSpec build;
    build.path = "tx build";
    build.summary = "write a payment to a file, not signed";
    build.positionals = {{"to", Kind::recipient, "an address, a contact, a wallet here, or a cairn: URI"},
                         {"amount", Kind::amount_or_all, "coins, or `all` there is less the fee"}};
    build.options = fee_options();
    build.options.insert(build.options.begin(),
                         option("--from", "WALLET|KEY", Kind::wallet,
                                "who pays: a wallet here, or 64 digits of a public key"));
    build.options.push_back(option("--memo", "TEXT", Kind::text, "at most 255 bytes, for everybody to read"));
    build.options.push_back(option("--nonce", "N", Kind::number, "instead of the sender's next one"));
    build.options.push_back(option("--out", "F", Kind::out_file, "a new file"));
    build.run = run_build;
    build.details =
        "The file holds the network's parameters too, so a machine without the chain can sign it.";
    build.examples = {"tx build bob 5 --out pay.json", "tx sign pay.json --out signed.json",
                      "tx broadcast signed.json"};
    tree.add(std::move(build));
    tree.add({.path = "tx sign",
              .summary = "sign a payment from a file, also without a network",
              .needs = Needs::directory,
              .positionals = {{"file", Kind::file, "what `tx build` wrote"}},
              .options = {option("--out", "F", Kind::out_file, "a new file")},
              .run = run_sign,
              .examples = {"tx sign pay.json --out signed.json"}});
    tree.add({.path = "tx broadcast",
              .summary = "hand in a signed payment from a file",
              .positionals = {{"file", Kind::file, "what `tx sign` wrote, or a transaction in hex"}},
              .run = run_broadcast,
              .examples = {"tx broadcast signed.json"}});
}

} // namespace cairn::cli
