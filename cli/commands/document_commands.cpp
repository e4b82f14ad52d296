// document: proof that a file existed, by its hash or whole, in a block. message: proof that the owner of an
// address wrote a text, without the chain.
#include <cli/commands/commands.hpp>
#include <cli/commands/files.hpp>
#include <cli/commands/submission.hpp>
#include <cli/progress.hpp>
#include <wallet/message.hpp>

#include <algorithm>
#include <filesystem>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

/// A file as it was read once, from end to end.
struct Digest {
    Hash256 sha256{};
    std::uint64_t size = 0;
    Bytes content; ///< where it was asked for
};

/// Files of any size, as a stream. `keep`: at most max_inline_bytes are kept, and more is a failure.
Expected<Digest> digest_of(Session& session, const std::string& path, bool keep) {
    auto file = InputFile::open(path);
    if (!file) return fail(std::move(file.error()));
    const ProgressScope shown(session.progress(), "Reading", "MiB", file->size() >> 20);
    const auto stop = session.stop();
    crypto::Sha256 hash;
    Digest out;
    Bytes piece(256u << 10);
    while (true) {
        if (stop.stop_requested()) return fail(session.stop_failure());
        const auto got = file->read(piece);
        if (!got) return fail(got.error());
        const auto bytes = ByteView(piece).first(*got);
        hash.update(bytes);
        out.size += *got;
        if (keep) {
            if (out.size > Document::max_inline_bytes)
                return failure(Exit::rejected, "document_too_large",
                               path + ": more than " + std::to_string(Document::max_inline_bytes) +
                                   " bytes cannot be kept on the chain",
                               "without --inline its hash alone is stored");
            append(out.content, bytes);
        }
        session.progress().update(out.size >> 20);
        if (*got < piece.size()) break;
    }
    out.sha256 = hash.finish();
    return out;
}

/// The first address that can pay; the wallet's first one where none can.
/// There is no amount to compare it with: what others would pay for so many bytes is the measure.
bool is_high_fee(Session& session, Amount fee, std::size_t bytes) {
    const auto usual = Amount::from_units(1'000'000); // a hundredth of a coin
    const auto table = session.core().read([](const net::Node& node) { return fee_table(node); });
    return fee > usual && fee.units() / 10 > table.high * bytes;
}

const Source* payer_for(const Payer& payer, Amount fee) {
    const auto found = std::find_if(payer.sources.begin(), payer.sources.end(),
                                    [&](const Source& each) { return each.available >= fee; });
    return found == payer.sources.end() ? nullptr : &*found;
}

Reply run_add(Session& session, const Args& args) {
    const auto& path = args.text("file");
    const auto title =
        args.text_or("--title", std::filesystem::path(path).filename().string().substr(0, 255));
    if (auto fits = check_text("--title", title); !fits) return fail(std::move(fits.error()));
    auto digest = digest_of(session, path, args.has("--inline"));
    if (!digest) return fail(std::move(digest.error()));
    auto payer = payer_of(session, args);
    if (!payer) return fail(payer.error());
    const std::size_t bytes =
        Transaction::envelope_bytes + 32 + 1 + title.size() + 4 + digest->content.size();
    const auto rate = fee_rate(session, args);
    if (!rate) return fail(rate.error());
    const Amount fee = rate->of(bytes);
    const Source* source = payer_for(*payer, fee);
    if (source == nullptr) {
        const auto more = find_later_addresses(session, *payer);
        if (!more) return fail(more.error());
        source = payer_for(*payer, fee);
    }
    if (source == nullptr) return fail(insufficient_funds(fee, payer->available(), session.ticker()));
    const bool known = session.core().read(
        [&](const net::Node& node) { return node.chain().account(source->address).has_value(); });
    if (!known)
        return failure(Exit::rejected, "unknown_sender",
                       session.to_text(source->address) +
                           " has no account yet: it must receive or mine something first");
    const auto fields = expected(wallet::build_document(
        {source->public_key, source->nonce, fee, 0, session.now()},
        Document{digest->sha256, title, std::move(digest->content)}, session.network().id()));
    if (!fields) return fail(fields.error());
    Proposal proposal{"Store the hash of " + path, {}, fee, payer->available() - fee, {}, false};
    if (is_high_fee(session, fee, bytes)) proposal.high_fee = "above ten times that of --priority high";
    if (auto agreed = agree(session, proposal); !agreed) return fail(std::move(agreed.error()));
    if (auto open = session.unlock(*payer->wallet); !open) return fail(std::move(open.error()));
    auto tx = expected(payer->wallet->sign(*fields, session.network().id()));
    if (!tx) return fail(std::move(tx.error()));
    auto handed = submit_all(session, {*tx});
    if (!handed) return fail(std::move(handed.error()));

    Answer answer;
    answer.data = object{{"txid", tx->id().hex()},
                         {"sha256", to_hex(digest->sha256)},
                         {"size", digest->size},
                         {"title", title},
                         {"inline", args.has("--inline")},
                         {"from", session.to_text(source->address)},
                         {"fee", to_text(fee)},
                         {"nonce", fields->nonce.value},
                         {"status", handed->front().status}};
    answer.view.fields({{"document", Cell{title, Tone::strong}},
                        {"sha256", to_hex(digest->sha256)},
                        {"size", counted(digest->size, "byte")},
                        {"fee", with_ticker(session, fee)},
                        {"transaction", tx->id().hex()}});
    answer.last_id = tx->id().hex();
    return answer;
}

object document_json(const Session& session, const chain::TxLocation& at) {
    const auto& document = std::get<Document>(at.tx.fields().body);
    return object{{"txid", at.tx.id().hex()},
                  {"sha256", to_hex(document.sha256)},
                  {"title", document.title},
                  {"inline", tells_content(document)},
                  {"size", tells_content(document) ? value(document.content.size()) : value(nullptr)},
                  {"height", at.block.height().value},
                  {"time", to_rfc3339(at.block.header().time)},
                  {"from", session.to_text(at.tx.sender())},
                  {"confirmations", at.confirmations}};
}

Reply run_list(Session& session, const Args& args) {
    const auto limit =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(args.number_or("--limit", 50), 100'000));
    const auto found =
        session.core().read([limit](const net::Node& node) { return node.chain().all_documents(limit); });
    const auto names = Names::of(session);
    if (!names) return fail(names.error());
    array documents;
    Table table{{{"id", Align::left, Cut::never},
                 {"block", Align::right},
                 {"time (UTC)", Align::left, Cut::never},
                 {"from", Align::left, Cut::middle},
                 {"title"},
                 {"sha256", Align::left, Cut::never}},
                {},
                "no documents yet"};
    for (const auto& at : found) {
        const auto& document = std::get<Document>(at.tx.fields().body);
        documents.push_back(document_json(session, at));
        table.rows.push_back({{shorten(at.tx.id().hex()), Tone::dim},
                              std::to_string(at.block.height().value),
                              to_rfc3339(at.block.header().time).substr(0, 19),
                              names->show(at.tx.sender()),
                              document.title,
                              shorten(to_hex(document.sha256))});
    }
    Answer answer;
    answer.data["documents"] = std::move(documents);
    answer.view.table(std::move(table));
    return answer;
}

/// The documents that an id names: of a transaction, or of a content.
std::vector<ShownTx> documents_of(Session& session, const Hash256& id) {
    return session.core().read([&id](const net::Node& node) {
        std::vector<ShownTx> out;
        if (auto shown = find_transaction(node, TxId{id});
            shown && std::holds_alternative<Document>(shown->tx.fields().body))
            out.push_back(std::move(*shown));
        if (!out.empty()) return out;
        for (auto& at : node.chain().documents(id))
            out.push_back(ShownTx{std::move(at.tx), "confirmed", at.block, at.confirmations});
        return out;
    });
}

Reply run_show(Session& session, const Args& args) {
    auto id = array_from_hex<32>(args.text("id"));
    if (!id) {
        const auto resolved = resolve_txid(session, args.text("id"));
        if (!resolved) return fail(resolved.error());
        id = resolved->bytes;
    }
    const auto found = documents_of(session, *id);
    if (found.empty())
        return failure(Exit::not_found, "unknown_document",
                       "no document on the chain has the id or the hash " + to_hex(*id));
    const auto& shown = found.front();
    const auto& document = std::get<Document>(shown.tx.fields().body);
    Answer answer;
    answer.data = to_json(session, shown);
    answer.data["sha256"] = to_hex(document.sha256);
    answer.data["title"] = document.title;
    answer.view.fields(
        {{"document", Cell{document.title, Tone::strong}},
         {"sha256", to_hex(document.sha256)},
         {"content", tells_content(document) ? counted(document.content.size(), "byte") : "kept elsewhere"},
         {"status", shown.block ? "in block " + std::to_string(shown.block->height().value) + " of " +
                                      to_rfc3339(shown.block->header().time)
                                : shown.status},
         {"transaction", shown.tx.id().hex()}});
    if (args.has("--out")) {
        if (!tells_content(document))
            return failure(Exit::not_found, "not_inline",
                           "the chain holds the hash of this document, not its content");
        if (auto written = write_whole(args.text("--out"), document.content); !written)
            return fail(std::move(written.error()));
        answer.data["file"] = args.text("--out");
        answer.view.line("Wrote its content to " + args.text("--out") + ".");
    }
    answer.last_id = shown.tx.id().hex();
    return answer;
}

Reply run_verify(Session& session, const Args& args) {
    const auto digest = digest_of(session, args.text("file"), false);
    if (!digest) return fail(digest.error());
    const auto found =
        session.core().read([&](const net::Node& node) { return node.chain().documents(digest->sha256); });
    Answer answer;
    answer.data = object{
        {"found", !found.empty()},          {"txid", nullptr},     {"height", nullptr}, {"time", nullptr},
        {"sha256", to_hex(digest->sha256)}, {"size", digest->size}};
    if (found.empty()) {
        answer.view.line(
            {"no confirmed document has this content: sha256 " + to_hex(digest->sha256), Tone::bad});
        answer.exit = Exit::failed;
        answer.no_code = "not_on_chain";
        answer.no_message = "no confirmed document has this content";
        return answer;
    }
    const auto& first = found.front();
    answer.data["txid"] = first.tx.id().hex();
    answer.data["height"] = first.block.height().value;
    answer.data["time"] = to_rfc3339(first.block.header().time);
    answer.data["title"] = std::get<Document>(first.tx.fields().body).title;
    answer.data["from"] = session.to_text(first.tx.sender());
    answer.data["confirmations"] = first.confirmations;
    answer.data["times_stored"] = found.size();
    answer.view.line({"This content existed at " + to_rfc3339(first.block.header().time) +
                          ": it is in block " + std::to_string(first.block.height().value) + ".",
                      Tone::good});
    answer.view.fields({{"title", std::get<Document>(first.tx.fields().body).title},
                        {"sha256", to_hex(digest->sha256)},
                        {"transaction", first.tx.id().hex()},
                        {"confirmations", std::to_string(first.confirmations)}});
    answer.last_id = first.tx.id().hex();
    return answer;
}

// --- message ---

Reply run_sign(Session& session, const Args& args) {
    const auto wallet = session.current_wallet();
    if (!wallet) return fail(wallet.error());
    const auto address = args.has("--address") ? args.address("--address") : (*wallet)->primary().address;
    if (auto open = session.unlock(**wallet); !open) return fail(std::move(open.error()));
    const auto signature = expected((*wallet)->sign_message(address, args.text("text")));
    if (!signature) return fail(signature.error());
    Answer answer;
    answer.data =
        object{{"address", session.to_text(address)}, {"signature", *signature}, {"text", args.text("text")}};
    answer.view.fields({{"address", session.to_text(address)}, {"signature", *signature}});
    return answer;
}

Reply run_verify_message(Session& session, const Args& args) {
    const auto holds =
        wallet::verify_message(args.address("address"), args.text("signature"), args.text("text"));
    if (!holds) return bad_argument("signature", holds.error().message);
    Answer answer;
    answer.data = object{{"valid", *holds}, {"address", session.to_text(args.address("address"))}};
    answer.view.line(*holds ? Cell{"The owner of the address wrote this.", Tone::good}
                            : Cell{"The signature is not of this address and this text.", Tone::bad});
    if (!*holds) {
        answer.exit = Exit::failed;
        answer.no_code = "signature_does_not_hold";
        answer.no_message = "the signature is not of this address and this text";
    }
    return answer;
}

} // namespace

void add_document_commands(CommandTree& tree) {
    tree.describe_group("document", "proof that a file existed");
    CommandSpec add;
    add.path = "document add";
    add.summary = "store the hash of a file, or the file";
    add.positionals = {{"file", Kind::file, "of any size"}};
    add.options = fee_options();
    add.options.push_back(flag("--inline", "store its content too, up to 64 KiB, for everybody to read"));
    add.options.push_back(option("--title", "T", Kind::text, "at most 255 bytes (the file's name)"));
    add.options.push_back(option("--from", "WALLET", Kind::wallet, "who pays the fee"));
    add.run = run_add;
    add.examples = {"document add contract.pdf --title \"Lease, signed\"", "document add note.txt --inline"};
    tree.add(std::move(add));
    tree.add({.path = "document list",
              .summary = "documents on the chain, newest first",
              .options = {option("--limit", "N", Kind::count, "at most so many (50)")},
              .run = run_list,
              .examples = {"document list --limit 10"}});
    tree.add({.path = "document show",
              .summary = "one document, by its transaction or its hash",
              .positionals = {{"id", Kind::document, "of the transaction, or the sha256"}},
              .options = {option("--out", "F", Kind::out_file, "write its content to a new file")},
              .run = run_show,
              .examples = {"document show 0c718496b4fd", "document show 0c718496b4fd --out lease.pdf"}});
    tree.add({.path = "document verify",
              .summary = "whether exactly this file is on the chain, and since when",
              .positionals = {{"file", Kind::file, "of any size"}},
              .run = run_verify,
              .details = "Exit code 1 where it is not: a document that waits for a block does not count yet.",
              .examples = {"document verify lease.pdf"}});
}

void add_message_commands(CommandTree& tree) {
    tree.describe_group("message", "texts signed by the owner of an address");
    tree.add({.path = "message sign",
              .summary = "sign a text by the current wallet's address",
              .needs = Needs::directory,
              .positionals = {{"text", Kind::text, "what to sign, exactly"}},
              .options = {option("--address", "ADDRESS", Kind::address, "which of the wallet's (the first)")},
              .run = run_sign,
              .examples = {"message sign \"I owe bob 5\""}});
    tree.add(
        {.path = "message verify",
         .summary = "whether the owner of an address signed a text",
         .needs = Needs::network,
         .positionals = {{"address", Kind::address, "whose"},
                         {"signature", Kind::text, "192 hex digits"},
                         {"text", Kind::text, "exactly as signed"}},
         .run = run_verify_message,
         .details = "Exit code 1 where it is not.",
         .examples = {
             "message verify crn1qjjgghxlp8g858al98tlvcf002m5tq5q54l9q07 ${signature} \"I owe bob 5\""}});
}

} // namespace cairn::cli
