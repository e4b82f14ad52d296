// Transactions as commands show them: the second half of support.hpp.
#include <cli/commands/support.hpp>
#include <crypto/hash.hpp>
#include <wallet/wallet.hpp>

#include <algorithm>
#include <set>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

object document_fields(const Document& document) {
    return object{{"sha256", to_hex(document.sha256)},
                  {"size", tells_content(document) ? value(document.content.size()) : value(nullptr)},
                  {"title", document.title},
                  {"inline", tells_content(document)}};
}

/// What an id may be a prefix of: all that is pending, and the wallet's last confirmed ones.
std::set<TxId> nearby_ids(const net::Node& node, const std::vector<crypto::Address>& addresses) {
    constexpr std::uint32_t depth = 1'000;
    std::set<TxId> ids;
    for (const auto& tx : node.mempool().all()) ids.insert(tx.id());
    for (const auto& tx : node.own_pending()) ids.insert(tx.id());
    for (const auto& address : addresses)
        for (const auto& entry : node.chain().history(address, depth))
            if (entry.txid) ids.insert(*entry.txid);
    return ids;
}

} // namespace

bool tells_content(const Document& document) {
    return !document.content.empty() || document.sha256 == crypto::sha256(ByteView{});
}

ShownTx pending_transaction(const net::Node& node, const Transaction& tx) {
    const bool in_mempool = node.mempool().find(tx.id()) != nullptr;
    return ShownTx{tx, in_mempool ? "pending" : "waiting"};
}

std::optional<ShownTx> find_transaction(const net::Node& node, const TxId& id) {
    if (const auto* pending = node.find_pending(id)) return pending_transaction(node, *pending);
    auto found = node.chain().transaction(id);
    if (!found) return std::nullopt;
    return ShownTx{std::move(found->tx), "confirmed", found->block, found->confirmations};
}

std::string_view type_name(const Transaction& tx) {
    switch (type_of(tx.fields().body)) {
    case TxType::transfer:
        return "transfer";
    case TxType::document:
        return "document";
    }
    return "unknown";
}

std::string memo_of(const Transaction& tx) {
    if (const auto* document = std::get_if<Document>(&tx.fields().body)) return document->title;
    if (const auto* transfer = std::get_if<Transfer>(&tx.fields().body))
        for (const auto& output : transfer->outputs)
            if (!output.memo.empty()) return output.memo;
    return {};
}

object to_json(const Session& session, const ShownTx& shown) {
    const auto& fields = shown.tx.fields();
    const auto* transfer = std::get_if<Transfer>(&fields.body);
    array outputs;
    if (transfer != nullptr)
        for (const auto& output : transfer->outputs)
            outputs.push_back(object{{"to", session.to_text(output.to)},
                                     {"amount", to_text(output.amount)},
                                     {"memo", output.memo}});
    object out{
        {"txid", shown.tx.id().hex()},
        {"type", type_name(shown.tx)},
        {"from", session.to_text(crypto::address_of(fields.sender))},
        {"to", outputs.empty() ? value(nullptr) : outputs.front().at("to")},
        {"amount", to_text_signed(static_cast<Int128>(total_out(fields.body)))},
        {"fee", to_text(fields.fee)},
        {"nonce", fields.nonce.value},
        {"memo", memo_of(shown.tx)},
        {"time", to_rfc3339(fields.time)},
        {"status", shown.status},
        {"confirmations", shown.confirmations},
        {"height", shown.block ? value(shown.block->height().value) : value(nullptr)},
        {"block", shown.block ? value(shown.block->id.hex()) : value(nullptr)},
        {"block_time", shown.block ? value(to_rfc3339(shown.block->header().time)) : value(nullptr)},
        {"outputs", std::move(outputs)},
        {"expiry", fields.expiry == 0 ? value(nullptr) : value(fields.expiry)},
        {"size", shown.tx.size()},
    };
    if (const auto* document = std::get_if<Document>(&fields.body))
        out["document"] = document_fields(*document);
    return out;
}

Table transaction_table(const Names& names, const std::vector<ShownTx>& shown) {
    Table table{{{"id", Align::left, Cut::never},
                 {"from", Align::left, Cut::middle},
                 {"to", Align::left, Cut::middle},
                 {"amount", Align::point},
                 {"fee", Align::point},
                 {"status", Align::left, Cut::never},
                 {"memo"}},
                {},
                "no transactions"};
    for (const auto& each : shown) {
        const auto& fields = each.tx.fields();
        std::string to = "-";
        if (const auto* transfer = std::get_if<Transfer>(&fields.body);
            transfer && !transfer->outputs.empty()) {
            to = names.show(transfer->outputs.front().to);
            if (transfer->outputs.size() > 1)
                to += " and " + std::to_string(transfer->outputs.size() - 1) + " more";
        } else if (type_name(each.tx) == "document") {
            to = "(document)";
        }
        Cell status{each.status, each.status == "confirmed" ? Tone::good : Tone::warn};
        if (each.block) status.text = "in block " + std::to_string(each.block->height().value);
        table.rows.push_back({{shorten(each.tx.id().hex()), Tone::dim},
                              names.show(crypto::address_of(fields.sender)),
                              to,
                              to_text_signed(static_cast<Int128>(total_out(fields.body))),
                              to_text(fields.fee),
                              status,
                              memo_of(each.tx)});
    }
    return table;
}

Expected<TxId> resolve_txid(Session& session, const std::string& text) {
    if (const auto id = TxId::from_hex(text)) return *id;
    std::vector<crypto::Address> addresses;
    if (const auto wallet = session.current_wallet()) addresses = owner_of(**wallet).addresses;
    const auto ids = session.core().read([&](const net::Node& node) { return nearby_ids(node, addresses); });
    std::vector<TxId> found;
    std::copy_if(ids.begin(), ids.end(), std::back_inserter(found),
                 [&](const TxId& id) { return id.hex().starts_with(text); });
    if (found.empty())
        return failure(Exit::not_found, "unknown_transaction",
                       "no transaction of this wallet, and none that is pending, begins with " + text,
                       "a whole id of 64 digits is looked for in the chain");
    if (found.size() > 1)
        return failure(Exit::usage, "ambiguous_id",
                       std::to_string(found.size()) + " transactions begin with " + text, "give more digits");
    return found.front();
}

} // namespace cairn::cli
